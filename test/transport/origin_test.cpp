// Which pages a browser may let speak to a listener.
#include <wamp/transport/origin.hpp>

#include <doctest/doctest.h>

using namespace wamp;

TEST_CASE("who sends no origin is no browser, and may come in") {
  CHECK(is_allowed_origin("", "router.test", {}));
  CHECK(is_allowed_origin("", "", {"https://page.test"}));
}

TEST_CASE("without a list, pages of the same host may come in, whatever their port") {
  for (auto origin :
       {"http://router.test", "https://router.test", "http://ROUTER.test:8000",
        "https://router.test:443"})
    for (auto host : {"router.test", "router.test:8080", "Router.Test"})
      CHECK(is_allowed_origin(origin, host, {}));
  CHECK(is_allowed_origin("http://[::1]:3000", "[::1]:8080", {}));
  CHECK(is_allowed_origin("http://127.0.0.1", "127.0.0.1:8080", {}));
  for (auto origin :
       {"http://page.test", "http://sub.router.test", "http://router.test.page.test",
        "http://router", "null", "router.test", "http://", "://", "http://[::2]",
        "http://user@router.test", "http://router.test:80:80", "*", " "})
    CHECK_FALSE(is_allowed_origin(origin, "router.test", {}));
  CHECK_FALSE(is_allowed_origin("http://", "", {}));
  CHECK_FALSE(is_allowed_origin("http://[::1]", "[::2]", {}));
}

TEST_CASE("a list says who may come in, to the letter, and nobody else") {
  const std::vector<std::string> allowed{"https://page.test", "http://localhost:3000"};
  CHECK(is_allowed_origin("https://page.test", "router.test", allowed));
  CHECK(is_allowed_origin("https://PAGE.test", "router.test", allowed));
  CHECK(is_allowed_origin("http://localhost:3000", "router.test", allowed));
  for (auto origin :
       {"http://page.test", "https://page.test:8443", "https://router.test", "null",
        "https://page.test.evil.test", "http://localhost", "*"})
    CHECK_FALSE(is_allowed_origin(origin, "router.test", allowed));
  CHECK(is_allowed_origin("null", "router.test", {"null"}));
}

TEST_CASE("of all origins, those that are only one of all are not known") {
  CHECK(is_allowed_origin("https://page.test", "router.test", {"*"}));
  CHECK(is_allowed_origin("null", "router.test", {"*"}));
  CHECK_FALSE(is_known_origin("https://page.test", "router.test", {"*"}));
  CHECK_FALSE(is_known_origin("*", "router.test", {"*"}));
  CHECK(is_known_origin("https://page.test", "router.test", {"*", "https://page.test"}));
  CHECK(is_known_origin("https://router.test", "router.test", {}));
}

TEST_CASE("what can stand in a list of origins") {
  for (auto origin :
       {"*", "null", "https://page.test", "http://localhost:3000", "http://[::1]:80",
        "chrome-extension://abcdef", "http://127.0.0.1"})
    CHECK(is_origin(origin));
  for (auto text :
       {"", "page.test", "https://", "https://page.test/", "https://page.test/path",
        "https://page.test?x", "https://a b", "http://user@page.test", "://page.test",
        "https://a.test,https://b.test", "https://:80", "http://\xC3\xA4.test"})
    CHECK_FALSE(is_origin(text));
}
