#include <wamp/serialization/messages.hpp>

namespace wamp {

std::string_view name_of(message_code code) noexcept {
  switch (code) {
  case message_code::hello:
    return "HELLO";
  case message_code::welcome:
    return "WELCOME";
  case message_code::abort:
    return "ABORT";
  case message_code::challenge:
    return "CHALLENGE";
  case message_code::authenticate:
    return "AUTHENTICATE";
  case message_code::goodbye:
    return "GOODBYE";
  case message_code::error:
    return "ERROR";
  case message_code::publish:
    return "PUBLISH";
  case message_code::published:
    return "PUBLISHED";
  case message_code::subscribe:
    return "SUBSCRIBE";
  case message_code::subscribed:
    return "SUBSCRIBED";
  case message_code::unsubscribe:
    return "UNSUBSCRIBE";
  case message_code::unsubscribed:
    return "UNSUBSCRIBED";
  case message_code::event:
    return "EVENT";
  case message_code::call:
    return "CALL";
  case message_code::cancel:
    return "CANCEL";
  case message_code::result:
    return "RESULT";
  case message_code::register_:
    return "REGISTER";
  case message_code::registered:
    return "REGISTERED";
  case message_code::unregister:
    return "UNREGISTER";
  case message_code::unregistered:
    return "UNREGISTERED";
  case message_code::invocation:
    return "INVOCATION";
  case message_code::interrupt:
    return "INTERRUPT";
  case message_code::yield:
    return "YIELD";
  }
  return {};
}

message_code code_of(const message& m) noexcept {
  return std::visit([](const auto& alternative) { return alternative.code; }, m);
}

} // namespace wamp
