#include <wamp/serialization/encoding.hpp>
#include <wamp/serialization/json_text.hpp>

namespace wamp {

std::string json_text(const value& v) {
  std::string out;
  json_writer writer{out};
  write_value(writer, v);
  return out;
}

} // namespace wamp
