#include <wamp/transport/masking_connection.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace wamp {

send_result masking_connection::send(slice message) {
  if (agreed().is_batched())
    return socket_connection::send(std::move(message));
  return send_frame({message.view()}, false);
}

send_result masking_connection::send_event(slice message) {
  if (agreed().is_batched())
    return socket_connection::send_event(std::move(message));
  return send_frame({message.view()}, true);
}

send_result masking_connection::send(std::string_view head, slice body, std::string_view tail) {
  if (agreed().is_batched())
    return socket_connection::send(head, std::move(body), tail);
  return send_frame({head, body.view(), tail}, false);
}

send_result masking_connection::send(std::string_view message) {
  if (agreed().is_batched())
    return socket_connection::send(message);
  constexpr auto most = websocket_client_framing::max_masked_header;
  if (message.size() >= gather_area::small)
    return send_frame({message}, false);
  if (!is_sending())
    return send_result::closed;
  std::array<char, most + gather_area::small> frame;
  auto size = agreed().masked_framing().write_frame(frame.data(), std::span(&message, 1));
  return socket_connection::send(std::string_view(frame.data(), size));
}

send_result
masking_connection::send_frame(std::initializer_list<std::string_view> message, bool event) {
  // What can not be sent is worth no copy.
  if (!is_sending())
    return send_result::closed;
  return send_any(agreed().make_frame(message), event);
}

} // namespace wamp
