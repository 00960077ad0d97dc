// Whether somebody answers at an address: real sockets on loopback.
#include <wamp/test/support/silent_address.hpp>
#include <wamp/transport/tcp_knock.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <doctest/doctest.h>

#include <optional>

using namespace wamp;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

TEST_CASE("knocking finds out who answers, who refuses, and who is not there") {
  boost::asio::io_context io;
  auto open = std::make_optional<tcp::acceptor>(
      io, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0});
  const auto port = open->local_endpoint().port();
  CHECK(knock("127.0.0.1", port, 10s).has_value());
  open.reset();
  CHECK_FALSE(knock("127.0.0.1", port, 10s).has_value());
  CHECK_FALSE(knock("127.0.0.1:1", port, 10s).has_value());
  const test::silent_address silent;
  CHECK_FALSE(knock("127.0.0.1", silent.port(), 50ms).has_value());
}
