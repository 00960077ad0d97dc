#include <wamp/transport/masking_connection.hpp>

#include <array>
#include <cstddef>
#include <memory>

namespace wamp {

send_result masking_connection::send(slice message) {
  return send_frame({message.view()}, false);
}

send_result masking_connection::send_event(slice message) {
  return send_frame({message.view()}, true);
}

send_result masking_connection::send(std::string_view head, slice body, std::string_view tail) {
  return send_frame({head, body.view(), tail}, false);
}

send_result masking_connection::send(std::string_view message) {
  constexpr auto most = websocket_client_framing::max_masked_header;
  if (message.size() >= gather_area::small)
    return send_frame({message}, false);
  if (!is_sending())
    return send_result::closed;
  std::array<char, most + gather_area::small> frame;
  auto size = agreed().masked_framing().write_frame(frame.data(), {message});
  return socket_connection::send(std::string_view(frame.data(), size));
}

send_result
masking_connection::send_frame(std::initializer_list<std::string_view> message, bool event) {
  // What can not be sent is worth no copy.
  if (!is_sending())
    return send_result::closed;
  auto size = websocket_client_framing::max_masked_header;
  for (auto part : message)
    size += part.size();
  auto frame = std::make_shared_for_overwrite<char[]>(size);
  size = agreed().masked_framing().write_frame(frame.get(), message);
  std::string_view bytes(frame.get(), size);
  return send_any(slice(std::move(frame), bytes), event);
}

} // namespace wamp
