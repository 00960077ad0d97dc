#include <wamp/actors/broker/shared_event.hpp>
#include <wamp/serialization/codec.hpp>

namespace wamp {

const slice& shared_event::encoded(format f) const {
  auto& [made, bytes] = forms_[index_of(f)];
  std::call_once(made, [this, f, &to = bytes] { to = slice{encode(f, event_)}; });
  return bytes;
}

} // namespace wamp
