// A procedure that decides about logins: what it is told, and what its answers mean.
#include <wamp/actors/authentication/procedure_authenticator.hpp>
#include <wamp/test/support/authenticators.hpp>
#include <wamp/test/support/logged.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  std::vector<decision<auth_step>> decided;
  std::vector<procedure_call> calls; // who loses them is answered
  std::shared_ptr<procedure_caller> caller = std::make_shared<procedure_caller>();
  procedure_authenticator by{{caller, "com.decide", std::chrono::milliseconds{7}}};
  std::shared_ptr<login> who = std::make_shared<login>();
  std::shared_ptr<peer_facts> peer = std::make_shared<peer_facts>();

  fixture() {
    caller->serve_by([this](procedure_call c) { calls.push_back(std::move(c)); });
    *who = {"ticket", "realm1", session_id{5}, {{"authid", "joe"}}, peer};
  }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;

  decider<auth_step> decide() {
    auto question = std::make_shared<open_question<auth_step>>();
    question->taken_or([this](decision<auth_step> d) { decided.push_back(std::move(d)); });
    return decider<auth_step>{question};
  }
  /// What the procedure is asked when the peer has shown its ticket.
  arguments asked() {
    by.check_challenge(who, {}, {"the ticket", {}}, decide());
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].procedure == "com.decide");
    CHECK(calls[0].timeout == std::chrono::milliseconds{7});
    return calls[0].args;
  }
  decision<auth_step> answered(call_outcome outcome) {
    if (calls.empty())
      asked();
    calls[0].reply(std::move(outcome));
    REQUIRE(decided.size() == 1);
    return decided[0];
  }
  admission admitted(value answer) {
    const auto d = answered(arguments{{std::move(answer)}, {}});
    REQUIRE(d);
    return std::get<admission>(*d);
  }
  std::string denied_with(call_outcome outcome) {
    const auto d = answered(std::move(outcome));
    REQUIRE_FALSE(d);
    return d.error().uri + ' ' + d.error().text;
  }
  void ask_at_once(std::string method) {
    who->method = std::move(method);
    by.challenge(who, decide());
  }
};

tl::unexpected<call_failure> failure(std::string uri, list args = {}) {
  return tl::unexpected(call_failure{std::move(uri), {std::move(args), {}}});
}

} // namespace

TEST_CASE_FIXTURE(fixture, "a ticket is asked for, and handed to the procedure with who shows it") {
  by.challenge(who, decide());
  REQUIRE(decided.size() == 1);
  CHECK(std::get<auth_challenge>(*decided[0]).ask.method == "ticket");
  CHECK(calls.empty());
  who->hello.set("authextra", dict{{"more", 1}});
  peer->transport = "websocket";
  peer->address = "10.0.0.1";
  CHECK(
      asked()
      == arguments{
          {"realm1", "joe",
           dict{
               {"authmethod", "ticket"},
               {"session", 5},
               {"transport", dict{{"type", "websocket"}, {"peer", "10.0.0.1"}}},
               {"authextra", dict{{"more", 1}}},
               {"ticket", "the ticket"}}},
          {}});
}

TEST_CASE_FIXTURE(fixture, "a ticket is somebody's") {
  who->hello = {};
  by.challenge(who, decide());
  REQUIRE(decided.size() == 1);
  REQUIRE_FALSE(decided[0]);
  CHECK(decided[0].error().uri == uris::authentication_failed);
}

TEST_CASE_FIXTURE(fixture, "an answer is a role, or tells more") {
  SUBCASE("a role") {
    const auto in = admitted("clerk");
    CHECK(in.who.authid == "joe");
    CHECK(in.who.authrole == "clerk");
    CHECK(in.who.authmethod == "ticket");
    CHECK(in.who.authprovider == "dynamic");
    CHECK(in.extra.empty());
  }
  SUBCASE("more") {
    const auto in =
        admitted(dict{{"role", "clerk"}, {"authid", "joseph"}, {"extra", dict{{"badge", 7}}}});
    CHECK(in.who.authid == "joseph");
    CHECK(in.who.authrole == "clerk");
    CHECK(in.extra == dict{{"badge", 7}});
  }
}

TEST_CASE_FIXTURE(fixture, "no is said by null, by nothing, or by an ERROR of its own") {
  const std::string denied = "wamp.error.authentication_denied ";
  SUBCASE("null") {
    CHECK(denied_with(arguments{{nullptr}, {}}) == denied);
  }
  SUBCASE("nothing") {
    CHECK(denied_with(arguments{}) == denied);
  }
  SUBCASE("an ERROR, with its text") {
    CHECK(denied_with(failure("com.locked", {"come back later"})) == "com.locked come back later");
  }
  SUBCASE("an ERROR of the protocol's that is about this") {
    CHECK(denied_with(failure("wamp.error.no_such_principal")) == "wamp.error.no_such_principal ");
  }
}

TEST_CASE_FIXTURE(
    fixture, "a procedure that can not decide lets nobody in, and nobody learns why") {
  const std::string failed = "wamp.error.authentication_failed ";
  SUBCASE("there is none") {
    CHECK(denied_with(failure("wamp.error.no_such_procedure", {"com.decide"})) == failed);
  }
  SUBCASE("it takes too long") {
    CHECK(denied_with(failure("wamp.error.timeout")) == failed);
  }
  SUBCASE("its answer names no role") {
    CHECK(denied_with(arguments{{dict{{"authid", "joe"}}}, {}}) == failed);
  }
  SUBCASE("its answer is something else") {
    CHECK(denied_with(arguments{{true}, {}}) == failed);
  }
  SUBCASE("its role has no name") {
    CHECK(denied_with(arguments{{""}, {}}) == failed);
  }
}

TEST_CASE_FIXTURE(fixture, "a procedure that goes on failing is worth one line in the log") {
  logged lines;
  const auto answer = [&](call_outcome outcome) {
    calls.clear();
    decided.clear();
    answered(std::move(outcome));
  };
  answer(failure("wamp.error.no_such_procedure"));
  answer(arguments{{true}, {}});
  CHECK(
      lines.all()
      == std::vector<std::string>{"the procedure that decides about logins has failed: "
                                  "wamp.error.no_such_procedure"});
  answer(failure("com.locked")); // it works again
  answer(arguments{{true}, {}});
  answer(failure("wamp.error.timeout"));
  CHECK(lines.all().size() == 2);
  CHECK(
      lines.all().back() == "the procedure that decides about logins has answered without a role");
}

TEST_CASE_FIXTURE(fixture, "without a router, nobody comes in") {
  const auto nobodys = std::make_shared<procedure_caller>();
  procedure_authenticator alone{{nobodys, "com.decide"}};
  alone.check_challenge(who, {}, {"x", {}}, decide());
  REQUIRE(decided.size() == 1);
  REQUIRE_FALSE(decided[0]);
  CHECK(decided[0].error().uri == uris::authentication_failed);
}

TEST_CASE_FIXTURE(
    fixture, "other methods ask nothing, and believe no name that nobody has proven") {
  ask_at_once("anonymous");
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].args.args.at(1) == value{"joe"}); // the procedure may believe it
  SUBCASE("it gives none") {
    const auto in = admitted("guest");
    CHECK(in.who.authid.size() == 14);
    CHECK(in.who.authmethod == "anonymous");
  }
  SUBCASE("it gives one") {
    CHECK(admitted(dict{{"role", "guest"}, {"authid", "joe"}}).who.authid == "joe");
  }
}

TEST_CASE_FIXTURE(fixture, "a certificate is shown to the procedure, and none is no way in") {
  ask_at_once("tls");
  REQUIRE(decided.size() == 1);
  CHECK(decided[0].error().uri == uris::no_matching_auth_method); // the next method is tried
  CHECK(calls.empty());
  peer->certificate = peer_certificate{"joe", "ab"};
  ask_at_once("tls");
  REQUIRE(calls.size() == 1);
  const auto transport = find<dict>(*calls[0].args.args.at(2).get_if<dict>(), "transport");
  REQUIRE(transport);
  CHECK(*transport->find("client_cert") == value{dict{{"cn", "joe"}, {"sha256", "ab"}}});
}
