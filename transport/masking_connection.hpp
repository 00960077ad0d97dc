// The connection behind a WebSocket client's socket: RFC 6455 has its messages masked, which makes
// a copy of each. They are made frames of on the thread that sends, and queued as they are, unless
// they are to share frames; all else is a socket_connection's. Made by a connector.
// Spec: RFC 6455, section 5.3.
#pragma once

#include <wamp/transport/socket_connection.hpp>

#include <initializer_list>

namespace wamp {

class masking_connection final : public socket_connection {
public:
  using socket_connection::socket_connection;

  send_result send(slice message) override;
  send_result send(std::string_view message) override;
  send_result send(std::string_view head, slice body, std::string_view tail) override;
  send_result send_event(slice message) override;

private:
  send_result send_frame(std::initializer_list<std::string_view> message, bool event);
};

} // namespace wamp
