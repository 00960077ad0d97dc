#include <wamp/auth/ticket.hpp>
#include <wamp/test/auth/testing.hpp>

namespace wamp::test {

namespace {
user joe() {
  user u{"joe", "user"};
  u.ticket = secrets::new_ticket("secret!!!", 10);
  return u;
}
} // namespace

TEST_CASE("whoever has the ticket comes in") {
  const ticket_method router{among({joe()})};
  const auto let_in = admitted(converse(router, ticket_credentials{"secret!!!"}, "joe"));
  CHECK(let_in.who.authid == "joe");
  CHECK(let_in.who.authrole == "user");
  CHECK(let_in.who.authmethod == "ticket");
  CHECK(let_in.who.authprovider == "static");
  CHECK(let_in.extra.empty());
  CHECK(router.is_slow());
}

TEST_CASE("the messages are those of the specification") {
  const ticket_method router{among({joe()})};
  const auto h = begin(router, ticket_credentials{"secret!!!"}, "joe");
  CHECK(h.challenge.ask.method == "ticket");
  CHECK(h.challenge.ask.extra == dict{});
  CHECK(h.answer->signature == "secret!!!");
  CHECK(h.answer->extra == dict{});
}

TEST_CASE("a wrong ticket, and a ticket of nobody, are denied alike") {
  const ticket_method router{among({joe(), user{"without", "user"}})};
  CHECK(is_denied(converse(router, ticket_credentials{"secret"}, "joe")));
  CHECK(is_denied(converse(router, ticket_credentials{""}, "joe")));
  CHECK(is_denied(converse(router, ticket_credentials{std::string(100'000, 'x')}, "joe")));
  CHECK(is_denied(converse(router, ticket_credentials{"secret!!!"}, "jim")));
  CHECK(is_denied(converse(router, ticket_credentials{"secret!!!"}, "without")));
}

TEST_CASE("a ticket needs a name") {
  const ticket_method router{among({joe()})};
  const auto refusal = router.challenge(login_of("ticket", ""));
  REQUIRE_FALSE(refusal.has_value());
  CHECK(refusal.error().uri == uris::authentication_failed);
}

TEST_CASE("a client gives its ticket to no other method") {
  const auto client = ticket_credentials{"secret"}.begin("joe", nullptr);
  CHECK_FALSE(client->answer({"wampcra", {}}).has_value());
}

} // namespace wamp::test
