// What a client's HELLO says of its credentials, and which WELCOMEs it believes.
#include <wamp/actors/client/login_offer.hpp>
#include <wamp/test/support/credentials.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;

namespace {

std::shared_ptr<test_credentials> credentials(std::string method, dict extra = {}) {
  auto c = std::make_shared<test_credentials>(std::move(method));
  c->extra = std::move(extra);
  return c;
}

welcome welcome_by(std::string method, dict extra = {}) {
  return {session_id{1}, {{"authmethod", std::move(method)}, {"authextra", std::move(extra)}}};
}

} // namespace

TEST_CASE("HELLO names the methods in the client's order, who it is, and what they want to say") {
  const login_offer offer{
      {credentials("scram", {{"nonce", "n"}}), credentials("ticket"),
       credentials("sign", {{"nonce", "other"}, {"pubkey", "k"}})},
      "joe",
      nullptr};
  dict details{{"authextra", dict{{"mine", 1}}}};
  offer.add_to(details);
  CHECK(
      details
      == dict{
          {"authid", "joe"},
          {"authmethods", list{"scram", "ticket", "sign"}},
          {"authextra", dict{{"mine", 1}, {"nonce", "n"}, {"pubkey", "k"}}}});
}

TEST_CASE("who has nothing to show says nothing of it") {
  dict details{{"authid", "of the details"}, {"authmethods", list{"x_own"}}};
  const auto before = details;
  login_offer{}.add_to(details);
  CHECK(details == before);
  login_offer{{}, "joe", nullptr}.add_to(details);
  CHECK(*find<std::string>(details, "authid") == "joe");
  dict plain;
  login_offer{{credentials("ticket")}, "", nullptr}.add_to(plain);
  CHECK(plain == dict{{"authmethods", list{"ticket"}}});
}

TEST_CASE("a CHALLENGE is for the method that it names") {
  login_offer offer{{credentials("a"), credentials("b")}, "joe", nullptr};
  const auto found = offer.take({"b", {}});
  REQUIRE(found);
  CHECK(found->credentials->method() == "b");
  CHECK(offer.take({"c", {}}) == nullptr);
}

TEST_CASE("who has asked must prove what the method lets it prove") {
  auto scram = credentials("scram");
  scram->wants = "the router";
  login_offer offer{{scram, credentials("ticket")}, "joe", nullptr};
  REQUIRE(offer.take({"scram", {}}));
  CHECK(offer.trouble_with(welcome_by("scram")));
  CHECK(offer.trouble_with(welcome_by("ticket"))); // whatever it says afterwards
  CHECK(offer.trouble_with(welcome_by("scram", {{"verifier", "another"}})));
  CHECK_FALSE(offer.trouble_with(welcome_by("scram", {{"verifier", "the router"}})));
}

TEST_CASE("who lets us in without asking must do so by what was offered") {
  auto scram = credentials("scram");
  scram->wants = "the router";
  const login_offer offer{{scram, credentials("cookie")}, "joe", nullptr};
  CHECK_FALSE(offer.trouble_with(welcome_by("cookie")));
  CHECK(offer.trouble_with(welcome_by("scram")));
  CHECK(offer.trouble_with(welcome_by("anonymous")));
  CHECK(offer.trouble_with({session_id{1}, {}})); // by which it does not say: all must be content
  CHECK_FALSE(login_offer{{credentials("cookie")}, "", nullptr}.trouble_with({session_id{1}, {}}));
}

TEST_CASE("who offers nothing believes everybody") {
  CHECK_FALSE(login_offer{}.trouble_with(welcome_by("anonymous")));
  CHECK_FALSE(login_offer{}.trouble_with({session_id{1}, {}}));
}
