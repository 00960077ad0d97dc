// What a session does with each message in each state, without sockets, actors or clocks.
#include <wamp/actors/session/session_protocol.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <optional>

using namespace wamp;
using namespace wamp::test;
using state = session_protocol::state;

namespace {

/// Both ends of a session: what it told its peer, and what it asked of its realm.
struct fake_links : peer_link, realm_link {
  std::deque<message> to_peer;
  std::deque<message> to_realm;
  int call_parts = 0; ///< of those to the realm
  std::size_t events = 0;
  std::optional<ending> closed;
  std::optional<patience> waiting_for;
  delivery answer = delivery::accepted;
  std::function<bool(const message&)> too_big;
  bool pausable = true;
  bool paused = false;
  int joins = 0;
  std::vector<std::string> signatures; ///< of what was answered to the router
  int leaves = 0;

  delivery send(const message& m) override {
    if (too_big && too_big(m))
      return delivery::too_big;
    if (answer == delivery::accepted)
      to_peer.push_back(m);
    return answer;
  }
  delivery send(const invocation& m) override { return send(message{m}); }
  delivery send(const result& m) override { return send(message{m}); }
  void send(const event_ref&) override { ++events; }
  void close(ending why) override { closed = why; }
  bool can_pause() const noexcept override { return pausable; }
  void pause() override { paused = true; }
  void resume() override { paused = false; }
  void expect_soon(patience what) override { waiting_for = what; }
  void expect_nothing() override { waiting_for.reset(); }

  peer_ref peer() const override { return std::make_shared<peer_facts>(); }
  void join(hello) override { ++joins; }
  void continue_join(authenticate m) override { signatures.push_back(m.signature); }
  void leave() override { ++leaves; }
  void forward(broker_request&& m) override { add(std::move(m)); }
  void forward(dealer_request&& m) override { add(std::move(m)); }

  template <class Request>
  void add(Request m) {
    std::visit(
        [this]<class Message>(Message& x) {
          call_parts += std::is_same_v<Message, call_part> ? 1 : 0;
          to_realm.emplace_back(std::move(x));
        },
        m);
  }

  template <class Message>
  Message take() {
    REQUIRE_FALSE(to_peer.empty());
    auto first = std::move(to_peer.front());
    to_peer.pop_front();
    REQUIRE(std::holds_alternative<Message>(first));
    return std::get<Message>(std::move(first));
  }
};

struct fixture {
  fake_links links;
  session_protocol session{links, links};

  fixture() { session.open(); }

  /// HELLO was answered by CHALLENGE.
  void challenge_peer() {
    session.receive(message{hello{"realm1", {}}});
    session.challenged(challenge{"ticket", {}});
    CHECK(links.take<challenge>().method == "ticket");
    REQUIRE(session.current() == state::authenticating);
  }

  void establish(request_id_rules rules = request_id_rules::strict, client_features features = {}) {
    session.receive(message{hello{"realm1", {{"roles", dict{{"caller", dict{}}}}}}});
    auto self = std::make_shared<session_info>(*make_session(77));
    self->features = features;
    session.joined(std::move(self), rules, welcome{session_id{77}, {}});
    links.take<welcome>();
    REQUIRE(session.current() == state::established);
  }

  /// A session that was in a realm ends its connection behind that only.
  void realm_lets_go() {
    if (links.leaves > 0) {
      CHECK_FALSE(links.closed);
      session.left();
    }
  }

  void expect_violation(std::string_view part_of_message = "") {
    auto a = links.take<wamp::abort>();
    CHECK(a.reason == uris::protocol_violation);
    auto text = find<std::string>(a.details, "message");
    REQUIRE(text);
    CAPTURE(*text);
    CHECK(text->find(part_of_message) != std::string::npos);
    realm_lets_go();
    CHECK(links.closed == ending::violation);
    CHECK(session.current() == state::ended);
    CHECK(links.to_peer.empty());
  }
};

subscribe subscribe_with(std::uint64_t id) {
  return {request_id{id}, {}, "com.topic"};
}

/// Every message, so that a table can say what each does in each state.
std::vector<message> one_of_each() {
  auto id = request_id{1};
  return {
      hello{"realm1", {}},
      welcome{session_id{1}, {}},
      wamp::abort{{}, "wamp.error.x", {}},
      challenge{"ticket", {}},
      authenticate{"secret", {}},
      goodbye{{}, "wamp.close.normal"},
      error{message_code::invocation, id, {}, "com.error", {}},
      publish{id, {}, "com.t", {}},
      published{id, publication_id{1}},
      subscribe{id, {}, "com.t"},
      subscribed{id, subscription_id{1}},
      unsubscribe{id, subscription_id{1}},
      unsubscribed{id, {}},
      event{subscription_id{1}, publication_id{1}, {}, {}},
      call{id, {}, "com.p", {}},
      cancel{id, {}},
      result{id, {}, {}},
      register_{id, {}, "com.p"},
      registered{id, registration_id{1}},
      unregister{id, registration_id{1}},
      unregistered{id, {}},
      invocation{invocation_id{1}, registration_id{1}, {}, {}},
      interrupt{invocation_id{1}, {}},
      yield{invocation_id{1}, {}, {}}};
}

bool is_among(message_code code, std::initializer_list<message_code> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

} // namespace

TEST_CASE_FIXTURE(fixture, "HELLO joins, WELCOME establishes") {
  CHECK(links.waiting_for == patience::hello);
  session.receive(message{hello{"realm1", {}}});
  CHECK(links.joins == 1);
  CHECK_FALSE(links.waiting_for);
  CHECK(session.current() == state::joining);
  session.joined(make_session(77), request_id_rules::strict, welcome{session_id{77}, {}});
  CHECK(links.take<welcome>().session == session_id{77});
  CHECK(session.current() == state::established);
}

TEST_CASE("before HELLO everything but HELLO and ABORT is a violation") {
  for (auto& m : one_of_each()) {
    auto code = code_of(m);
    CAPTURE(name_of(code));
    if (is_among(code, {message_code::hello, message_code::abort}))
      continue;
    fixture f;
    f.session.receive(message{m});
    f.expect_violation("HELLO");
    CHECK(f.links.joins == 0);
  }
}

TEST_CASE("between HELLO and WELCOME everything but ABORT is a violation") {
  for (auto& m : one_of_each()) {
    auto code = code_of(m);
    CAPTURE(name_of(code));
    if (code == message_code::abort)
      continue;
    fixture f;
    f.session.receive(message{hello{"realm1", {}}});
    f.session.receive(message{m});
    f.expect_violation("before WELCOME");
    // The router's answer finds a session that is gone, and must be told so.
    f.session.joined(make_session(5), request_id_rules::strict, welcome{session_id{5}, {}});
    CHECK(f.links.leaves == 1);
    CHECK(f.links.to_peer.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "CHALLENGE is answered by AUTHENTICATE, as often as the router asks") {
  challenge_peer();
  CHECK(links.waiting_for == patience::authenticate);
  session.receive(message{authenticate{"one", {}}});
  CHECK_FALSE(links.waiting_for);
  CHECK(session.current() == state::joining);
  session.challenged(challenge{"code", {}});
  CHECK(links.take<challenge>().method == "code");
  CHECK(links.waiting_for == patience::authenticate);
  session.receive(message{authenticate{"two", {}}});
  CHECK(links.signatures == std::vector<std::string>{"one", "two"});
  session.joined(make_session(77), request_id_rules::strict, welcome{session_id{77}, {}});
  CHECK(links.take<welcome>().session == session_id{77});
  CHECK(session.current() == state::established);
}

TEST_CASE("after CHALLENGE everything but AUTHENTICATE and ABORT is a violation") {
  for (auto& m : one_of_each()) {
    auto code = code_of(m);
    CAPTURE(name_of(code));
    if (is_among(code, {message_code::authenticate, message_code::abort}))
      continue;
    fixture f;
    f.challenge_peer();
    f.session.receive(message{m});
    f.expect_violation("only AUTHENTICATE answers CHALLENGE");
    CHECK(f.links.signatures.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "a second AUTHENTICATE for one CHALLENGE is a violation") {
  challenge_peer();
  session.receive(message{authenticate{"one", {}}});
  session.receive(message{authenticate{"two", {}}});
  expect_violation("AUTHENTICATE came before WELCOME");
  CHECK(links.signatures.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "who does not answer CHALLENGE in time gets ABORT") {
  challenge_peer();
  session.waited_too_long();
  CHECK(links.take<wamp::abort>().reason == uris::authentication_failed);
  CHECK(links.closed == ending::timeout);
  CHECK(session.current() == state::ended);
  session.receive(message{authenticate{"late", {}}});
  CHECK(links.signatures.empty());
}

TEST_CASE_FIXTURE(fixture, "a login that is refused gets the router's ABORT") {
  challenge_peer();
  SUBCASE("for what was answered") {
    session.receive(message{authenticate{"wrong", {}}});
  }
  SUBCASE("for taking too long") {}
  session.rejected(wamp::abort{{}, std::string{uris::authentication_denied}, {}});
  CHECK(links.take<wamp::abort>().reason == uris::authentication_denied);
  CHECK(links.closed == ending::aborted);
}

TEST_CASE_FIXTURE(fixture, "a peer that has gone hears no CHALLENGE") {
  session.receive(message{hello{"realm1", {}}});
  session.connection_closed();
  session.challenged(challenge{"ticket", {}});
  CHECK(links.to_peer.empty());
  CHECK(session.current() == state::ended);
}

TEST_CASE_FIXTURE(fixture, "a realm that ends while a peer logs in says ABORT") {
  challenge_peer();
  session.end(uris::system_shutdown, "", true);
  CHECK(links.take<wamp::abort>().reason == uris::system_shutdown);
  CHECK(links.closed == ending::shutdown);
}

TEST_CASE("in a session, what only routers send is a violation, as are HELLO and AUTHENTICATE") {
  for (auto& m : one_of_each()) {
    auto code = code_of(m);
    CAPTURE(name_of(code));
    if (!is_among(
            code, {message_code::hello, message_code::welcome, message_code::challenge,
                   message_code::authenticate, message_code::published, message_code::subscribed,
                   message_code::unsubscribed, message_code::event, message_code::result,
                   message_code::registered, message_code::unregistered, message_code::invocation,
                   message_code::interrupt}))
      continue;
    fixture f;
    f.establish();
    f.session.receive(message{m});
    f.expect_violation();
    CHECK(f.links.leaves == 1);
    CHECK(f.links.to_realm.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "after a violation nothing more is processed or sent") {
  establish();
  session.receive(message{welcome{session_id{1}, {}}});
  expect_violation();
  session.receive(message{subscribe_with(1)});
  session.receive(decode_error{"garbage", 0, "", false});
  session.deliver(result{request_id{1}, {}, {}});
  session.deliver(std::make_shared<const shared_event>(event{}));
  CHECK(links.to_realm.empty());
  CHECK(links.to_peer.empty());
  CHECK(links.events == 0);
  session.connection_closed();
  CHECK(links.leaves == 1);
}

TEST_CASE_FIXTURE(fixture, "ABORT from the client is not answered") {
  SUBCASE("instead of HELLO") {}
  SUBCASE("while joining") {
    session.receive(message{hello{"realm1", {}}});
  }
  SUBCASE("instead of AUTHENTICATE") {
    challenge_peer();
  }
  SUBCASE("in the session") {
    establish();
  }
  session.receive(message{wamp::abort{{}, "wamp.error.no", {}}});
  CHECK(links.to_peer.empty());
  realm_lets_go();
  CHECK(links.closed == ending::aborted);
  CHECK(session.current() == state::ended);
}

TEST_CASE_FIXTURE(
    fixture, "a connection that ends by itself is not closed when the realm lets go") {
  establish();
  session.receive(message{wamp::abort{{}, "wamp.error.no", {}}});
  session.connection_closed();
  session.left();
  CHECK_FALSE(links.closed);
}

TEST_CASE_FIXTURE(fixture, "a rejected HELLO gets the router's ABORT") {
  session.receive(message{hello{"nowhere", {}}});
  session.rejected(wamp::abort{{}, std::string{uris::no_such_realm}, {}});
  CHECK(links.take<wamp::abort>().reason == uris::no_such_realm);
  CHECK(links.closed == ending::aborted);
}

TEST_CASE_FIXTURE(fixture, "malformed input is ABORTed with what and where") {
  establish();
  session.receive(decode_error{"expected a bool", 17, "[2].acknowledge", false});
  expect_violation("[2].acknowledge");
}

TEST_CASE_FIXTURE(fixture, "invalid UTF-8 has a close code of its own, behind the ABORT") {
  establish();
  session.receive(decode_error{"invalid UTF-8", 3, "", true});
  CHECK(links.take<wamp::abort>().reason == uris::protocol_violation);
  CHECK(links.leaves == 1);
  realm_lets_go();
  CHECK(links.closed == ending::invalid_utf8);
}

TEST_CASE("request ids count from 1 over all kinds of requests") {
  fixture f;
  f.establish();
  std::vector<message> in_order{subscribe{request_id{1}, {}, "com.t"},
                                publish{request_id{2}, {}, "com.t", {}},
                                register_{request_id{3}, {}, "com.p"},
                                call{request_id{4}, {}, "com.p", {}},
                                unregister{request_id{5}, registration_id{1}},
                                unsubscribe{request_id{6}, subscription_id{1}}};
  for (auto& m : in_order)
    f.session.receive(message{m});
  CHECK(f.links.to_realm.size() == in_order.size());
  CHECK(f.session.current() == state::established);
}

TEST_CASE("a request id out of sequence ends a strict session, and passes in a lenient one") {
  for (auto id : {std::uint64_t{0}, std::uint64_t{2}, max_id}) {
    for (auto& m : std::vector<message>{
             subscribe{request_id{id}, {}, "com.t"}, publish{request_id{id}, {}, "com.t", {}},
             register_{request_id{id}, {}, "com.p"}, call{request_id{id}, {}, "com.p", {}},
             unregister{request_id{id}, registration_id{1}},
             unsubscribe{request_id{id}, subscription_id{1}}}) {
      CAPTURE(name_of(code_of(m)));
      fixture strict;
      strict.establish();
      strict.session.receive(message{m});
      strict.expect_violation("out of sequence");
      CHECK(strict.links.to_realm.empty());
      fixture lenient;
      lenient.establish(request_id_rules::lenient);
      lenient.session.receive(message{m});
      CHECK(lenient.links.to_realm.size() == 1);
    }
  }
}

TEST_CASE("request ids wrap to 1 after 2^53") {
  request_sequence ids{request_id_rules::lenient};
  CHECK(ids.accept(request_id{max_id}));
  CHECK(ids.expected() == request_id{1});
}

TEST_CASE("passthru mode is for publishers that have announced it") {
  const publish passed{request_id{1}, {{"ppt_scheme", "x_own"}}, "com.t", {}};
  fixture stranger;
  stranger.establish();
  stranger.session.receive(message{publish{request_id{1}, {{"ppt_scheme", ""}}, "com.t", {}}});
  CHECK(stranger.links.to_realm.size() == 1);
  stranger.session.receive(message{passed});
  stranger.expect_violation("payload_passthru_mode");
  CHECK(stranger.links.to_realm.size() == 1);

  fixture announcer;
  client_features features;
  features.publisher_payload_passthru = true;
  announcer.establish(request_id_rules::strict, features);
  announcer.session.receive(message{passed});
  CHECK(announcer.links.to_realm.size() == 1);
}

namespace {

call call_with(std::uint64_t id, dict options = {}) {
  return {request_id{id}, std::move(options), "com.p", {}};
}

const dict more_follows{{"progress", true}};

struct progressive_fixture : fixture {
  explicit progressive_fixture(request_id_rules rules = request_id_rules::strict) {
    client_features features;
    features.caller_progressive_call_invocations = true;
    establish(rules, features);
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a WELCOME that is too large for the peer comes without the features") {
  links.too_big = [](const message& m) {
    const auto w = std::get_if<welcome>(&m);
    const auto dealer = w ? find<dict>(*find<dict>(w->details, "roles"), "dealer") : nullptr;
    return dealer && dealer->contains("features");
  };
  session.receive(message{hello{"realm1", {}}});
  const dict roles{{"dealer", dict{{"features", dict{{"call_canceling", true}}}}}};
  session.joined(
      make_session(5), request_id_rules::strict,
      welcome{session_id{5}, {{"realm", "realm1"}, {"roles", roles}}});
  const auto w = links.take<welcome>();
  CHECK(w.session == session_id{5});
  CHECK(*w.details.find("realm") == value{"realm1"});
  CHECK(*w.details.find("roles") == value{dict{{"broker", dict{}}, {"dealer", dict{}}}});
  CHECK(session.current() == state::established);
}

TEST_CASE("passthru mode is for callers and callees that have announced it") {
  const dict passed{{"ppt_scheme", "x_own"}};
  for (bool announced : {false, true}) {
    client_features features;
    features.caller_payload_passthru = features.callee_payload_passthru = announced;
    for (const auto& m : std::vector<message>{
             call{request_id{1}, passed, "com.p", {}}, yield{invocation_id{1}, passed, {}}}) {
      fixture f;
      f.establish(request_id_rules::strict, features);
      f.session.deliver(invocation{invocation_id{1}, registration_id{1}, {}, {}});
      f.links.take<invocation>();
      f.session.receive(message{m});
      CHECK(f.links.to_realm.size() == (announced ? 1 : 0));
      if (!announced)
        f.expect_violation("payload_passthru_mode");
    }
  }
}

TEST_CASE("CALLs with the id of a call that was begun are its parts, in any kind of realm") {
  for (auto rules : {request_id_rules::strict, request_id_rules::lenient}) {
    progressive_fixture f{rules};
    f.session.receive(message{call_with(1, more_follows)});
    f.session.receive(message{call_with(2)});
    f.session.receive(message{call_with(1, more_follows)});
    f.session.receive(message{subscribe_with(3)});
    f.session.receive(message{call_with(1)});
    f.session.receive(message{call_with(4)});
    CHECK(f.session.current() == state::established);
    CHECK(f.links.to_realm.size() == 6);
    CHECK(f.links.call_parts == 2);
  }
}

TEST_CASE("parts need the feature announced") {
  fixture f;
  f.establish();
  f.session.receive(message{call_with(1, {{"progress", false}})});
  f.session.receive(message{call_with(2, more_follows)});
  f.expect_violation("progressive_call_invocations");
}

TEST_CASE("parts of what has none, or has had its last, are out of sequence") {
  for (bool in_parts : {true, false}) {
    progressive_fixture f;
    f.session.receive(message{call_with(1, in_parts ? more_follows : dict{})});
    if (in_parts)
      f.session.receive(message{call_with(1)});
    f.session.receive(message{call_with(1, more_follows)});
    f.expect_violation("out of sequence");
  }
}

TEST_CASE("a gap is a violation for parts, too") {
  progressive_fixture f;
  f.session.receive(message{call_with(2, more_follows)});
  f.expect_violation("out of sequence");
}

TEST_CASE("parts that cross the answer are discarded") {
  for (bool by_error : {true, false}) {
    progressive_fixture f;
    f.session.receive(message{call_with(1, more_follows)});
    f.session.deliver(result{request_id{1}, {{"progress", true}}, {}});
    f.session.receive(message{call_with(1, more_follows)});
    CHECK(f.links.call_parts == 1);
    if (by_error)
      f.session.deliver(error{message_code::call, request_id{1}, {}, "a.b", {}});
    else
      f.session.deliver(result{request_id{1}, {}, {}});
    f.session.receive(message{call_with(1, more_follows)});
    f.session.receive(message{call_with(1)});
    CHECK(f.links.call_parts == 1);
    CHECK(f.session.current() == state::established);
  }
}

TEST_CASE_FIXTURE(fixture, "a next part of an INVOCATION does not make later ones unknown") {
  establish();
  session.deliver(invocation{invocation_id{1}, registration_id{1}, {}, {}});
  session.deliver(invocation{invocation_id{2}, registration_id{1}, {}, {}});
  session.deliver(invocation{invocation_id{1}, registration_id{1}, {}, {}});
  session.receive(message{yield{invocation_id{2}, {}, {}}});
  CHECK(session.current() == state::established);
  CHECK(links.to_realm.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "CANCEL of a call that was never made is a violation") {
  establish();
  session.receive(message{call{request_id{1}, {}, "com.p", {}}});
  session.receive(message{cancel{request_id{1}, {}}});
  CHECK(links.to_realm.size() == 2);
  session.receive(message{cancel{request_id{2}, {}}});
  expect_violation("CANCEL");
}

TEST_CASE("YIELD and ERROR: above the highest invocation is a violation, below is the dealer's") {
  for (auto& answer : std::vector<message>{
           yield{invocation_id{2}, {}, {}},
           error{message_code::invocation, request_id{2}, {}, "com.e", {}}}) {
    fixture f;
    f.establish();
    f.session.deliver(invocation{invocation_id{1}, registration_id{1}, {}, {}});
    f.links.take<invocation>();
    f.session.receive(message{yield{invocation_id{1}, {}, {}}});
    f.session.receive(message{yield{invocation_id{1}, {}, {}}});
    CHECK(f.links.to_realm.size() == 2);
    f.session.receive(message{answer});
    f.expect_violation("never sent");
  }
}

TEST_CASE("ERROR from a client for anything but an INVOCATION is a violation") {
  for (auto type :
       {message_code::call, message_code::publish, message_code::subscribe,
        message_code::unsubscribe, message_code::register_, message_code::unregister,
        message_code::yield}) {
    fixture f;
    f.establish();
    f.session.deliver(invocation{invocation_id{1}, registration_id{1}, {}, {}});
    f.links.take<invocation>();
    f.session.receive(message{error{type, request_id{1}, {}, "com.e", {}}});
    f.expect_violation("INVOCATION");
  }
}

TEST_CASE_FIXTURE(fixture, "GOODBYE is answered, and the transport carries a new session") {
  establish();
  session.receive(message{goodbye{{}, "wamp.close.normal"}});
  CHECK(links.leaves == 1);
  CHECK(session.current() == state::leaving);
  CHECK(session.holds_input());
  // What was asked before GOODBYE is answered before it, too.
  CHECK(links.to_peer.empty());
  session.deliver(published{request_id{1}, publication_id{2}});
  links.take<published>();
  session.left();
  CHECK(links.take<goodbye>().reason == uris::goodbye_and_out);
  CHECK(session.current() == state::opening);
  CHECK(links.waiting_for == patience::hello);
  CHECK_FALSE(links.closed);
  establish();
  session.receive(message{subscribe_with(1)});
  CHECK(links.to_realm.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "a peer that is gone after its GOODBYE gets nothing more") {
  establish();
  session.receive(message{goodbye{{}, "wamp.close.normal"}});
  session.connection_closed();
  session.deliver(published{request_id{1}, publication_id{2}});
  session.left();
  CHECK(links.to_peer.empty());
  CHECK(links.leaves == 1);
  CHECK(session.current() == state::ended);
}

TEST_CASE_FIXTURE(fixture, "the router ends a session: GOODBYE, and then only GOODBYE counts") {
  establish();
  session.end(uris::close_realm, "why", false);
  auto g = links.take<goodbye>();
  CHECK(g.reason == uris::close_realm);
  CHECK(links.leaves == 1);
  CHECK(links.waiting_for == patience::goodbye);
  session.receive(message{subscribe_with(1)});
  session.receive(message{welcome{session_id{1}, {}}});
  session.deliver(std::make_shared<const shared_event>(event{}));
  CHECK(links.to_realm.empty());
  CHECK(links.to_peer.empty());
  CHECK(links.events == 0);
  SUBCASE("the realm forgets first") {
    session.left();
    CHECK(session.current() == state::closing);
    session.receive(message{goodbye{{}, "wamp.close.goodbye_and_out"}});
  }
  SUBCASE("the peer answers first") {
    session.receive(message{goodbye{{}, "wamp.close.goodbye_and_out"}});
    CHECK(session.current() == state::leaving);
    session.left();
  }
  CHECK(session.current() == state::opening);
  CHECK(links.to_peer.empty());
}

TEST_CASE_FIXTURE(fixture, "at shutdown the connection goes, too") {
  establish();
  session.end(uris::system_shutdown, "", true);
  CHECK(links.take<goodbye>().reason == uris::system_shutdown);
  session.receive(message{goodbye{{}, "wamp.close.goodbye_and_out"}});
  session.left();
  CHECK(links.closed == ending::shutdown);
}

TEST_CASE_FIXTURE(fixture, "both say GOODBYE at once: nobody answers twice") {
  establish();
  session.end(uris::system_shutdown, "", false);
  links.take<goodbye>();
  session.receive(message{goodbye{{}, "wamp.close.normal"}});
  CHECK(links.to_peer.empty());
}

TEST_CASE_FIXTURE(fixture, "a peer that takes too long is closed") {
  SUBCASE("with HELLO") {}
  SUBCASE("with GOODBYE") {
    establish();
    session.end(uris::close_realm, "", false);
  }
  session.waited_too_long();
  CHECK(links.closed == ending::timeout);
}

TEST_CASE_FIXTURE(fixture, "a deadline that comes late means nothing to a session") {
  establish();
  session.waited_too_long();
  CHECK(session.current() == state::established);
  CHECK_FALSE(links.closed);
}

TEST_CASE("an invocation that the callee does not take becomes an ERROR to the dealer") {
  for (auto [outcome, uri] :
       {std::pair{delivery::full, uris::network_failure},
        std::pair{delivery::too_big, uris::payload_size_exceeded}}) {
    fixture f;
    f.establish();
    f.links.answer = outcome;
    f.session.deliver(invocation{invocation_id{1}, registration_id{4}, {}, {}});
    REQUIRE(f.links.to_realm.size() == 1);
    auto e = std::get<error>(f.links.to_realm.front());
    CHECK(e.request_type == message_code::invocation);
    CHECK(e.request == request_id{1});
    CHECK(e.uri == uri);
    CHECK(f.session.current() == state::established);
  }
}

TEST_CASE_FIXTURE(fixture, "an answer that the peer does not take costs it its connection") {
  establish();
  links.answer = delivery::full;
  session.deliver(result{request_id{1}, {}, {}});
  CHECK(links.closed == ending::overflow);
  CHECK(links.leaves == 1);
}

TEST_CASE_FIXTURE(fixture, "unacknowledged work pauses the peer, credit lets it go on") {
  establish(request_id_rules::lenient);
  for (std::size_t n = 0; n < credit_window.messages; ++n) {
    CHECK_FALSE(links.paused);
    session.receive(message{subscribe_with(n + 1)});
  }
  CHECK(links.paused);
  session.refund({1, 64});
  CHECK_FALSE(links.paused);
}

TEST_CASE_FIXTURE(fixture, "one message may always be on its way, however large") {
  establish();
  auto large =
      payload::encoded(format::json, slice{'[' + std::string(credit_window.bytes, ' ') + "1]"}, 1);
  session.receive(message{publish{request_id{1}, {}, "com.t", large}});
  CHECK(links.to_realm.size() == 1);
  CHECK(links.paused);
  session.refund({1, large.size() + 64});
  CHECK_FALSE(links.paused);
}

TEST_CASE_FIXTURE(fixture, "a peer that cannot be paused is refused instead") {
  links.pausable = false;
  establish(request_id_rules::lenient);
  for (std::size_t n = 0; n < credit_window.messages; ++n)
    session.receive(message{subscribe_with(n + 1)});
  CHECK(links.to_peer.empty());
  session.receive(message{call{request_id{9000}, {}, "com.p", {}}});
  auto e = links.take<error>();
  CHECK(e.request_type == message_code::call);
  CHECK(e.request == request_id{9000});
  CHECK(e.uri == uris::unavailable);
  session.receive(message{publish{request_id{9001}, {}, "com.t", {}}});
  CHECK(links.to_peer.empty());
  CHECK(links.to_realm.size() == credit_window.messages);
}
