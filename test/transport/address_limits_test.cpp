// Who may come how often, and how many at a time.
#include <wamp/transport/address_limits.hpp>
#include <wamp/transport/socket_address.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace std::chrono_literals;
using verdict = address_limits::verdict;

namespace {

std::string name(int host, int port = 1) {
  return "tcp4:10." + std::to_string(host / 65536) + "." + std::to_string(host / 256 % 256) + "."
         + std::to_string(host % 256) + ":" + std::to_string(port);
}

const address_limits::time_point start = std::chrono::steady_clock::now();

} // namespace

TEST_CASE("addresses in the names of peers") {
  CHECK(address_in("tcp4:127.0.0.1:1234") == "127.0.0.1");
  CHECK(address_in("tcp6:[::1]:1234") == "::1");
  CHECK(address_in("tcp6:[2001:db8::5]:1234") == "2001:db8::5");
  CHECK(address_in("tcp6:[::ffff:10.0.0.1]:1234") == "10.0.0.1");
  CHECK(address_in("unix:/run/wamp.sock").empty());
  CHECK(address_in("").empty());
}

TEST_CASE("networks of addresses") {
  CHECK(network_of("10.0.0.1") == "10.0.0.1");
  CHECK(network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::"));
  CHECK(network_of("2001:db8:1:2::") == "2001:db8:1:2::/64");
  CHECK(network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1"));
  CHECK(network_of("").empty());
}

TEST_CASE("an address has so many connections, and others have theirs") {
  address_limits l(2, 0);
  CHECK(l.admit(name(1, 1), start) == verdict::admitted);
  CHECK(l.admit(name(1, 2), start) == verdict::admitted);
  CHECK(l.admit(name(1, 3), start) == verdict::too_many);
  CHECK(l.admit(name(2, 1), start) == verdict::admitted);
  l.release(name(1, 2));
  CHECK(l.admit(name(1, 4), start) == verdict::admitted);
  CHECK(l.admit(name(1, 5), start) == verdict::too_many);
}

TEST_CASE("the addresses of one IPv6 network share, and IPv4 is IPv4 on IPv6's sockets") {
  address_limits l(1, 0);
  CHECK(l.admit("tcp6:[2001:db8::1]:1", start) == verdict::admitted);
  CHECK(l.admit("tcp6:[2001:db8::2]:1", start) == verdict::too_many);
  CHECK(l.admit("tcp6:[2001:db8:0:1::2]:1", start) == verdict::admitted);
  CHECK(l.admit("tcp6:[::ffff:10.0.0.1]:1", start) == verdict::admitted);
  CHECK(l.admit("tcp6:[::ffff:10.0.0.2]:1", start) == verdict::admitted);
  CHECK(l.admit("tcp4:10.0.0.2:1", start) == verdict::too_many);
  l.release("tcp6:[2001:db8::1]:1");
  CHECK(l.admit("tcp6:[2001:db8::2]:1", start) == verdict::admitted);
}

TEST_CASE("an address may come so often in a second, and at once") {
  address_limits l(0, 10);
  for (int i = 0; i < 10; ++i)
    CHECK(l.admit(name(1), start) == verdict::admitted);
  CHECK(l.admit(name(1), start) == verdict::too_fast);
  CHECK(l.admit(name(2), start) == verdict::admitted);
  CHECK(l.admit(name(1), start + 99ms) == verdict::too_fast);
  CHECK(l.admit(name(1), start + 101ms) == verdict::admitted);
  CHECK(l.admit(name(1), start + 102ms) == verdict::too_fast);
  // However long it was away, it has no more than that.
  int admitted = 0;
  for (int i = 0; i < 100; ++i)
    admitted += l.admit(name(1), start + 1h) == verdict::admitted;
  CHECK(admitted == 10);
}

TEST_CASE("one in a second") {
  address_limits l(0, 1);
  CHECK(l.admit(name(1), start) == verdict::admitted);
  CHECK(l.admit(name(1), start + 900ms) == verdict::too_fast);
  CHECK(l.admit(name(1), start + 1001ms) == verdict::admitted);
}

TEST_CASE("who comes too fast has no place taken") {
  address_limits l(5, 1);
  CHECK(l.admit(name(1), start) == verdict::admitted);
  for (int i = 0; i < 20; ++i)
    CHECK(l.admit(name(1), start) == verdict::too_fast);
  for (int i = 1; i < 5; ++i)
    CHECK(l.admit(name(1), start + i * 2s) == verdict::admitted);
  CHECK(l.admit(name(1), start + 20s) == verdict::too_many);
}

TEST_CASE("a flood from a hundred addresses leaves the others alone") {
  address_limits l(0, 5);
  for (int i = 0; i < 100; ++i)
    for (int k = 0; k < 50; ++k)
      l.admit(name(i), start);
  int refused = 0;
  for (int i = 1000; i < 3000; ++i)
    refused += l.admit(name(i), start) != verdict::admitted;
  // Each is refused with a chance of (100 / 4096)^2; more than this, with one of 10^-7.
  CHECK(refused < 12);
}

TEST_CASE("the peers of a Unix socket have no bounds") {
  address_limits l(1, 1);
  for (int i = 0; i < 10; ++i)
    CHECK(l.admit("unix:/run/wamp.sock", start) == verdict::admitted);
  l.release("unix:/run/wamp.sock");
}
