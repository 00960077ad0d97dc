// The connection behind a socket whose messages are made whole frames of on the thread that sends,
// and queued as those: a WebSocket client's, since RFC 6455 has them masked, and any whose messages
// may be compressed. What is to share a frame is queued as it is, and made a frame of late; all
// else is a socket_connection's. Made by connectors, and by listeners that compress. Spec: RFC
// 6455, section 5.3; RFC 7692.
#pragma once

#include <wamp/transport/socket_connection.hpp>

#include <initializer_list>

namespace wamp {

class framing_connection final : public socket_connection {
public:
  using socket_connection::socket_connection;

  send_result send(slice message) override;
  send_result send(std::string_view message) override;
  send_result send(std::string_view head, slice body, std::string_view tail) override;
  send_result send_event(slice message) override;

private:
  bool makes_frames_now() const noexcept;
  slice frame_of_event(const slice& message) const;
};

} // namespace wamp
