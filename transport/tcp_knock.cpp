#include <wamp/transport/tcp_knock.hpp>

#include <boost/asio/ip/tcp.hpp>

namespace wamp {

tl::expected<void, std::string>
knock(const std::string& host, std::uint16_t port, std::chrono::milliseconds patience) {
  boost::asio::ip::tcp::iostream door;
  door.expires_after(patience);
  door.connect(host, std::to_string(port));
  if (!door)
    return tl::unexpected(door.error().message());
  // Boost 1.74 takes it for a success when the time is over.
  boost::system::error_code not_connected;
  door.socket().remote_endpoint(not_connected);
  if (not_connected)
    return tl::unexpected<std::string>("nobody answers");
  return {};
}

} // namespace wamp
