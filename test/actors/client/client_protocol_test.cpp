// The client's half of a session, without sockets, actors or clocks; the router is the test.
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/fake_router.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace wamp;
using namespace wamp::test;
using state = client_protocol::state;

namespace {

wamp::call call_of(std::string procedure) {
  wamp::call m;
  m.procedure = std::move(procedure);
  return m;
}

payload text_payload(std::string text) {
  return payload::native({{value{std::move(text)}}, {}});
}

error error_for(message_code type, std::uint64_t request, std::string uri) {
  return {type, request_id{request}, {}, std::move(uri), {}};
}

} // namespace

TEST_CASE_FIXTURE(fake_router, "HELLO is answered by WELCOME") {
  client.join(hello{"realm1", {{"roles", dict{{"caller", dict{}}}}}});
  CHECK(client.current() == state::joining);
  CHECK(take<hello>().realm == "realm1");
  client.receive(welcome{session_id{7}, {}});
  CHECK(client.current() == state::established);
  CHECK(client.session() == session_id{7});
  CHECK(joins.size() == 1);
}

TEST_CASE_FIXTURE(fake_router, "ABORT refuses a client") {
  client.join(hello{"nowhere", {}});
  client.receive(
      wamp::abort{{{"message", "no such realm here"}}, std::string{uris::no_such_realm}, {}});
  check_ended(uris::no_such_realm);
  CHECK(ends.front().text == "no such realm here");
  CHECK(closed);
  CHECK(joins.empty());
}

TEST_CASE_FIXTURE(fake_router, "CHALLENGE is answered by AUTHENTICATE, as often as it comes") {
  client.join(hello{"realm1", {}});
  take<hello>();
  for (auto method : {"ticket", "code"}) {
    client.receive(challenge{method, {}});
    CHECK(challenges.back().method == method);
    CHECK(client.current() == state::authenticating);
    client.authenticate(authenticate{"signature", {}});
    CHECK(client.current() == state::joining);
    CHECK(take<authenticate>().signature == "signature");
  }
  client.receive(welcome{session_id{7}, {}});
  CHECK(client.current() == state::established);
  CHECK(challenges.size() == 2);
  client.authenticate(authenticate{"late", {}});
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fake_router, "a CHALLENGE for what was not offered breaks the protocol") {
  offers = false;
  client.join(hello{"realm1", {}});
  take<hello>();
  client.receive(challenge{"ticket", {}});
  check_violation();
}

TEST_CASE("a router that has asked waits for the answer, or says ABORT") {
  for (const message& m : std::vector<message>{
           welcome{session_id{7}, {}}, challenge{"ticket", {}}, goodbye{{}, "wamp.close.normal"},
           event{}, hello{"realm1", {}}, authenticate{}}) {
    fake_router f;
    f.client.join(hello{"realm1", {}});
    f.take<hello>();
    f.client.receive(challenge{"ticket", {}});
    f.client.receive(message{m});
    f.check_violation();
    CHECK(f.joins.empty());
  }
  fake_router f;
  f.client.join(hello{"realm1", {}});
  f.client.receive(challenge{"ticket", {}});
  f.client.receive(wamp::abort{{}, std::string{uris::authentication_failed}, {}});
  f.check_ended(uris::authentication_failed);
  f.client.authenticate(authenticate{"late", {}});
  f.take<hello>();
  CHECK(f.to_router.empty());
}

TEST_CASE_FIXTURE(fake_router, "a router that is not believed gets ABORT") {
  client.join(hello{"realm1", {}});
  take<hello>();
  SUBCASE("for its CHALLENGE") {
    client.receive(challenge{"ticket", {}});
    client.distrust("it is another");
  }
  SUBCASE("for its WELCOME") {
    trouble = "it is another";
    client.receive(welcome{session_id{7}, {}});
  }
  const auto said = take<wamp::abort>();
  CHECK(said.reason == uris::authentication_denied);
  CHECK(said.details.empty()); // it learns nothing of why
  CHECK(closed);
  check_ended(uris::authentication_denied);
  CHECK(ends.front().text == "it is another");
  CHECK(joins.empty());
}

TEST_CASE_FIXTURE(fake_router, "who leaves while it is asked takes HELLO back") {
  client.join(hello{"realm1", {}});
  take<hello>();
  client.receive(challenge{"ticket", {}});
  client.leave("wamp.close.normal");
  CHECK(take<wamp::abort>().reason == "wamp.close.normal");
  check_ended("wamp.close.normal");
}

TEST_CASE_FIXTURE(fake_router, "AUTHENTICATE that can not be sent ends the attempt") {
  client.join(hello{"realm1", {}});
  client.receive(challenge{"ticket", {}});
  answer = sent::too_big;
  client.authenticate(authenticate{"signature", {}});
  CHECK(closed);
  check_ended(uris::network_failure);
}

TEST_CASE("nothing but WELCOME, ABORT and CHALLENGE answers HELLO") {
  for (const message& m : std::vector<message>{
           event{}, result{request_id{1}, {}, {}}, goodbye{{}, "wamp.close.normal"},
           subscribed{request_id{1}, subscription_id{1}}, hello{"realm1", {}}, invocation{},
           error_for(message_code::call, 1, "x.y")}) {
    fake_router f;
    f.client.join(hello{"realm1", {}});
    f.take<hello>();
    f.client.receive(message{m});
    f.check_violation();
  }
}

TEST_CASE("what only clients send breaks the protocol") {
  for (const message& m : std::vector<message>{
           hello{"realm1", {}}, welcome{session_id{8}, {}}, challenge{"ticket", {}}, call_of("a.b"),
           wamp::publish{}, wamp::subscribe{}, authenticate{}, yield{}, cancel{}}) {
    fake_router f;
    f.join();
    f.client.receive(message{m});
    f.check_violation();
  }
}

TEST_CASE_FIXTURE(fake_router, "what can not be decoded breaks the protocol") {
  join();
  const auto broken = decode(format::json, slice{std::string{"[36,"}}, {});
  REQUIRE_FALSE(broken.has_value());
  client.receive(broken.error());
  check_violation();
}

TEST_CASE_FIXTURE(
    fake_router, "request ids count from 1 over all kinds of request, in each session") {
  for (int round = 0; round < 2; ++round) {
    join();
    answers<result> calls;
    answers<subscribed> subscriptions;
    answers<registered> registrations;
    CHECK(client.call(call_of("a.b"), calls.keep()) == request_id{1});
    CHECK(take<wamp::call>().request == request_id{1});
    client.publish(wamp::publish{{}, {}, "a.b", {}}, [](const auto&) { FAIL("was sent"); });
    CHECK(take<wamp::publish>().request == request_id{2});
    client.subscribe(wamp::subscribe{{}, {}, "a.b"}, subscriptions.keep());
    CHECK(take<wamp::subscribe>().request == request_id{3});
    client.register_(wamp::register_{{}, {}, "a.b"}, registrations.keep());
    CHECK(take<wamp::register_>().request == request_id{4});
    client.cancel(request_id{1}, "kill");
    CHECK(take<wamp::cancel>().request == request_id{1});
    client.connection_lost("gone");
  }
}

TEST_CASE_FIXTURE(fake_router, "a call ends with its RESULT or ERROR") {
  join();
  answers<result> one;
  answers<result> two;
  client.call(call_of("a.b"), one.keep());
  client.call(call_of("a.b"), two.keep());
  client.receive(result{request_id{2}, {}, text_payload("second")});
  client.receive(
      error{message_code::call, request_id{1}, {}, "com.example.no", text_payload("because")});
  CHECK(two.take().args.values().args == list{"second"});
  const auto e = one.take_error();
  CHECK(e.uri == "com.example.no");
  CHECK(e.args.values().args == list{"because"});
  CHECK(ends.empty());
}

TEST_CASE_FIXTURE(fake_router, "progressive results come before the last") {
  join();
  answers<result> call;
  client.call(call_of("a.b"), call.keep());
  client.receive(result{request_id{1}, {{"progress", true}}, text_payload("a")});
  client.receive(result{request_id{1}, {{"progress", true}}, text_payload("b")});
  client.receive(result{request_id{1}, {}, text_payload("c")});
  CHECK(call.take().args.values().args == list{"a"});
  CHECK(call.take().args.values().args == list{"b"});
  CHECK(call.take().args.values().args == list{"c"});
  // It is over: a late one is nobody's.
  client.receive(result{request_id{1}, {{"progress", true}}, text_payload("d")});
  CHECK(call.all.empty());
  CHECK(ends.empty());
}

TEST_CASE_FIXTURE(fake_router, "a canceled call is told what the router answers, once") {
  join();
  answers<result> call;
  const auto id = client.call(call_of("a.b"), call.keep());
  take<wamp::call>();
  client.cancel(id, "killnowait");
  CHECK(*find<std::string>(take<cancel>().options, "mode") == "killnowait");
  client.receive(error_for(message_code::call, 1, std::string{uris::canceled}));
  CHECK(call.take_error().uri == uris::canceled);
  client.cancel(id, "killnowait");
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fake_router, "acknowledgements find their requests") {
  join();
  answers<published> publication;
  answers<subscribed> subscription;
  answers<unsubscribed> unsubscription;
  answers<registered> registration;
  answers<unregistered> unregistration;
  client.publish(wamp::publish{{}, {{"acknowledge", true}}, "a.b", {}}, publication.keep());
  client.subscribe(wamp::subscribe{{}, {}, "a.b"}, subscription.keep());
  client.unsubscribe(subscription_id{31}, unsubscription.keep());
  client.register_(wamp::register_{{}, {}, "a.b"}, registration.keep());
  client.unregister(registration_id{41}, unregistration.keep());
  client.receive(unregistered{request_id{5}, {}});
  client.receive(registered{request_id{4}, registration_id{41}});
  client.receive(unsubscribed{request_id{3}, {}});
  client.receive(subscribed{request_id{2}, subscription_id{31}});
  client.receive(published{request_id{1}, publication_id{99}});
  CHECK(publication.take().publication == publication_id{99});
  CHECK(subscription.take().subscription == subscription_id{31});
  unsubscription.take();
  CHECK(registration.take().registration == registration_id{41});
  unregistration.take();
  CHECK(ends.empty());
}

TEST_CASE("an answer to what was never asked breaks the protocol") {
  for (const message& m : std::vector<message>{
           result{request_id{2}, {}, {}}, published{request_id{2}, {}},
           subscribed{request_id{2}, {}}, registered{request_id{9}, {}},
           error_for(message_code::call, 2, "a.b")}) {
    fake_router f;
    f.join();
    answers<result> call;
    f.client.call(call_of("a.b"), call.keep());
    f.take<wamp::call>();
    f.client.receive(message{m});
    f.check_violation();
    CHECK(call.take_error().uri == uris::canceled);
  }
}

TEST_CASE("an answer of the wrong kind breaks the protocol") {
  for (const message& m : std::vector<message>{
           published{request_id{1}, {}}, subscribed{request_id{1}, {}},
           unsubscribed{request_id{1}, {}}, error_for(message_code::publish, 1, "a.b"),
           error_for(message_code::invocation, 1, "a.b")}) {
    fake_router f;
    f.join();
    answers<result> call;
    f.client.call(call_of("a.b"), call.keep());
    f.take<wamp::call>();
    f.client.receive(message{m});
    f.check_violation();
    CHECK(call.all.size() == 1);
  }
}

TEST_CASE_FIXTURE(fake_router, "requests without a session fail at once and are not sent") {
  answers<result> call;
  answers<published> publication;
  client.call(call_of("a.b"), call.keep());
  CHECK(call.take_error().uri == uris::network_failure);
  client.publish(wamp::publish{{}, {}, "a.b", {}}, publication.keep());
  CHECK(publication.take_error().request_type == message_code::publish);
  client.join(hello{"realm1", {}});
  take<hello>();
  client.call(call_of("a.b"), call.keep());
  CHECK(call.take_error().args.values().args == list{"the session is not established yet"});
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fake_router, "what can not be sent fails and takes no id") {
  join();
  answers<result> call;
  answer = sent::too_big;
  client.call(call_of("a.b"), call.keep());
  CHECK(call.take_error().uri == uris::payload_size_exceeded);
  answer = sent::full;
  client.call(call_of("a.b"), call.keep());
  CHECK(call.take_error().uri == uris::unavailable);
  answer = sent::yes;
  CHECK(client.call(call_of("a.b"), call.keep()) == request_id{1});
}

TEST_CASE_FIXTURE(fake_router, "options of the wrong type are not sent, and take no id") {
  join();
  answers<result> call;
  auto wrong = call_of("a.b");
  wrong.options = {{"timeout", "x"}};
  client.call(std::move(wrong), call.keep());
  const auto no = call.take_error();
  CHECK(no.uri == uris::invalid_argument);
  CHECK(no.args.values().args == list{"expected a non-negative integer, in the option timeout"});
  CHECK(to_router.empty());
  CHECK(client.call(call_of("a.b"), call.keep()) == request_id{1});
}

TEST_CASE_FIXTURE(fake_router, "an answer that can not even be refused ends the session") {
  for (bool fails : {false, true}) {
    ends.clear();
    to_router.clear();
    join();
    client.receive(invocation{invocation_id{1}, registration_id{1}, {}, {}});
    answer = sent::full;
    if (fails)
      client.fail(invocation_id{1}, error_for(message_code::invocation, 1, "a.b"));
    else
      client.yield(yield{invocation_id{1}, {}, {}});
    CHECK(closed);
    check_ended(uris::network_failure);
    CHECK(ends.front().text == "the answer to a call could not be sent to the router");
    answer = sent::yes;
  }
}

TEST_CASE_FIXTURE(fake_router, "events and revocations are passed on") {
  join();
  client.receive(event{subscription_id{31}, publication_id{99}, {}, text_payload("news")});
  CHECK(events.front().subscription == subscription_id{31});
  client.receive(unsubscribed{{}, {{"subscription", 31}, {"reason", "com.example.why"}}});
  client.receive(unregistered{{}, {{"registration", 41}}});
  REQUIRE(revoked.size() == 2);
  CHECK(revoked[0] == std::pair{std::string{"subscription"}, std::uint64_t{31}});
  CHECK(revoked[1] == std::pair{std::string{"registration"}, std::uint64_t{41}});
  client.receive(unsubscribed{{}, {}});
  check_violation();
}

TEST_CASE_FIXTURE(fake_router, "an INVOCATION is answered once") {
  join();
  client.receive(invocation{invocation_id{1}, registration_id{41}, {}, text_payload("x")});
  REQUIRE(invocations.size() == 1);
  client.yield(yield{invocation_id{1}, {{"progress", true}}, text_payload("half")});
  CHECK(flag(take<yield>().options, "progress"));
  client.yield(yield{invocation_id{1}, {}, text_payload("whole")});
  CHECK(take<yield>().args.values().args == list{"whole"});
  client.yield(yield{invocation_id{1}, {}, {}});
  client.fail(invocation_id{1}, error{});
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fake_router, "an ERROR answers an INVOCATION") {
  join();
  client.receive(invocation{invocation_id{5}, registration_id{41}, {}, {}});
  client.fail(invocation_id{5}, error_for(message_code::call, 99, "com.example.no"));
  const auto sent_error = take<error>();
  CHECK(sent_error.request_type == message_code::invocation);
  CHECK(sent_error.request == request_id{5});
  CHECK(sent_error.uri == "com.example.no");
}

TEST_CASE_FIXTURE(fake_router, "an INTERRUPT reaches only who still works") {
  join();
  client.receive(invocation{invocation_id{1}, registration_id{41}, {}, {}});
  client.receive(interrupt{invocation_id{1}, {}});
  CHECK(interrupts.size() == 1);
  client.yield(yield{invocation_id{1}, {}, {}});
  client.receive(interrupt{invocation_id{1}, {}});
  CHECK(interrupts.size() == 1);
}

TEST_CASE_FIXTURE(fake_router, "an INVOCATION of an id in use breaks the protocol") {
  join();
  client.receive(invocation{invocation_id{1}, registration_id{41}, {}, {}});
  client.receive(invocation{invocation_id{1}, registration_id{41}, {}, {}});
  check_violation();
}

TEST_CASE_FIXTURE(fake_router, "leaving waits for the router's GOODBYE and hears nothing else") {
  join();
  answers<result> call;
  client.call(call_of("a.b"), call.keep());
  take<wamp::call>();
  client.leave("wamp.close.normal");
  CHECK(take<goodbye>().reason == "wamp.close.normal");
  client.receive(event{subscription_id{31}, publication_id{99}, {}, {}});
  client.receive(result{request_id{1}, {}, {}});
  CHECK(events.empty());
  CHECK(call.all.empty());
  client.receive(goodbye{{}, std::string{uris::goodbye_and_out}});
  check_ended("wamp.close.normal");
  CHECK(call.take_error().uri == uris::canceled);
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fake_router, "the router's GOODBYE is answered and ends what is open") {
  join();
  answers<result> call;
  client.call(call_of("a.b"), call.keep());
  take<wamp::call>();
  client.receive(goodbye{{{"message", "over"}}, std::string{uris::system_shutdown}});
  CHECK(take<goodbye>().reason == uris::goodbye_and_out);
  check_ended(uris::system_shutdown);
  CHECK(call.take_error().uri == uris::canceled);
}

TEST_CASE_FIXTURE(fake_router, "a lost connection ends what is open") {
  join();
  answers<result> call;
  answers<published> publication;
  client.call(call_of("a.b"), call.keep());
  client.publish(wamp::publish{{}, {{"acknowledge", true}}, "a.b", {}}, publication.keep());
  client.receive(invocation{invocation_id{1}, registration_id{41}, {}, {}});
  to_router.clear();
  client.connection_lost("reset by peer");
  check_ended(uris::network_failure);
  CHECK(call.take_error().uri == uris::network_failure);
  CHECK(publication.take_error().uri == uris::network_failure);
  client.yield(yield{invocation_id{1}, {}, {}});
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fake_router, "a router that does not answer in time is left") {
  client.join(hello{"realm1", {}});
  client.waited_too_long();
  check_ended(uris::network_failure);
  CHECK(ends.front().text == "no WELCOME came in time");
  CHECK(closed);
  ends.clear();
  join();
  client.waited_too_long(); // a timer that fires late
  CHECK(client.current() == state::established);
  client.leave("wamp.close.normal");
  client.waited_too_long();
  check_ended(uris::network_failure);
}

TEST_CASE_FIXTURE(fake_router, "leaving before WELCOME takes HELLO back") {
  client.join(hello{"realm1", {}});
  take<hello>();
  client.leave("wamp.close.normal");
  take<wamp::abort>();
  check_ended("wamp.close.normal");
  client.receive(welcome{session_id{7}, {}});
  CHECK(joins.empty());
}
