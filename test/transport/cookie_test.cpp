// The cookie by which a browser is known again.
#include <wamp/transport/cookie.hpp>
#include <wamp/transport/unpredictable.hpp>

#include <doctest/doctest.h>

#include <set>

using namespace wamp;

namespace {

const std::string value = "0123456789abcdef0123456789abcdef";

cookie_options named(std::string name) {
  cookie_options o;
  o.name = std::move(name);
  o.max_age = std::chrono::seconds(60);
  return o;
}

} // namespace

TEST_CASE("a browser without a cookie gets one that scripts and other sites have nothing of") {
  auto fresh = know_again("", named("wamp"), false);
  CHECK(is_token(fresh.value));
  CHECK(fresh.header == "wamp=" + fresh.value + "; Max-Age=60; Path=/; HttpOnly; SameSite=Strict");
  auto secure = know_again("", named("__Host-wamp"), true);
  CHECK(
      secure.header
      == "__Host-wamp=" + secure.value + "; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure");
}

TEST_CASE("no two cookies are alike") {
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i)
    all.insert(know_again("", named("c"), false).value);
  CHECK(all.size() == 1000);
}

TEST_CASE("a browser that brings its cookie is known by it, and gets no other") {
  for (const auto& header :
       {"wamp=" + value, "a=b; wamp=" + value, "wamp=" + value + "; x=y", "a; wamp = " + value,
        "WAMP=x;wamp=" + value, "wamp=short; wamp=" + value}) {
    CAPTURE(header);
    auto known = know_again(header, named("wamp"), true);
    CHECK(known.value == value);
    CHECK(known.header.empty());
  }
}

TEST_CASE("what does not look like our cookie is none") {
  for (const auto& header :
       {std::string("wamp"), std::string("wamp="), "wampx=" + value, "xwamp=" + value,
        "wamp=" + value + "0", "wamp=" + value.substr(1), "WAMP=" + value, "wamp=\"" + value + "\"",
        "wamp=" + std::string(32, 'g'), "wamp=" + std::string(32, 'A'), "wamp==" + value,
        std::string(";;;=;"), std::string(100'000, ';'), "a=wamp=" + value}) {
    auto known = know_again(header, named("wamp"), false);
    CHECK(known.value != value);
    CHECK(is_token(known.value));
    CHECK_FALSE(known.header.empty());
  }
}

TEST_CASE("without a name there are no cookies") {
  auto none = know_again("=" + value, {}, true);
  CHECK(none.value.empty());
  CHECK(none.header.empty());
}

TEST_CASE("names of cookies") {
  for (auto name : {"wamp", "__Host-wamp", "a.b-c_d", "!#$%&'*+^`|~"})
    CHECK(is_cookie_name(name));
  for (auto name : {"", "a b", "a=b", "a;b", "a,b", "a\"", "\x7F", "\xC3\xA4", "a\r\nb"})
    CHECK_FALSE(is_cookie_name(name));
}
