#include <wamp/transport/connection.hpp>

namespace wamp {

std::string_view name_of(close_reason reason) noexcept {
  switch (reason) {
  case close_reason::normal:
    return "normal";
  case close_reason::going_away:
    return "going_away";
  case close_reason::protocol_error:
    return "protocol_error";
  case close_reason::invalid_utf8:
    return "invalid_utf8";
  case close_reason::corrupt_data:
    return "corrupt_data";
  case close_reason::too_big:
    return "too_big";
  case close_reason::policy:
    return "policy";
  case close_reason::timeout:
    return "timeout";
  case close_reason::overflow:
    return "overflow";
  case close_reason::peer_closed:
    return "peer_closed";
  case close_reason::network_error:
    return "network_error";
  }
  return "unknown";
}

} // namespace wamp
