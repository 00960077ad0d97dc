// How addresses are written.
#include <wamp/transport/listen_address.hpp>

#include <doctest/doctest.h>

using namespace wamp;

TEST_CASE("addresses are read and written back") {
  for (auto text : {"127.0.0.1:8080", "[::1]:80", "localhost:0", "[::]:65535", "unix:/tmp/a:b"}) {
    auto a = listen_address::parse(text);
    REQUIRE(a.has_value());
    CHECK(a->to_string() == text);
  }
  auto a = listen_address::parse("[::1]:80");
  CHECK(a->host == "::1");
  CHECK(a->port == 80);
  CHECK(a->type == listen_address::kind::tcp);
  auto u = listen_address::parse("unix:relative.sock");
  CHECK(u->path == "relative.sock");
  CHECK(u->type == listen_address::kind::local);
}

TEST_CASE("what is no address is told") {
  for (auto text :
       {"", "localhost", ":80", "::1:80", "[::1:80", "[]:80", "host:", "host:-1", "host:65536",
        "host:80x", "host: 80", "unix:"}) {
    auto a = listen_address::parse(text);
    CAPTURE(text);
    REQUIRE(!a.has_value());
    CHECK(a.error().starts_with("\"" + std::string(text) + "\" is no address"));
  }
  CHECK(!listen_address::parse("unix:/" + std::string(107, 'x')).has_value());
  CHECK(listen_address::parse("unix:/" + std::string(106, 'x')).has_value());
}
