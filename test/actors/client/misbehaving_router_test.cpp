// A client of routers that lie, stammer, fall silent and die: over real sockets, as WebSocket with
// JSON and as RawSocket with MessagePack. What its user sees, and that it lives on.
#include <wamp/actors/client/client.hpp>
#include <wamp/test/support/scripted_router.hpp>

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <chrono>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

const std::string broke = "the router broke the protocol: ";
const std::string ended = "the session ended before the answer came: ";

struct fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  io_thread clients;
  seen<client_status> changes;

  fixture() { clients.run(); }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() = default;

  client_settings settings() {
    client_settings s;
    s.realm = "realm1";
    s.reconnect.first = 1ms;
    s.reconnect.most = 20ms;
    s.on_status = [this](const client_status& now) { changes.add(now); };
    return s;
  }

  remote_router at(const std::string& url, format f = format::json) {
    remote_router r;
    r.thread = &clients;
    r.urls.push_back(*router_url::parse(url));
    r.options.formats = {f};
    return r;
  }

  template <class T>
  static auto answer_of(const pending<T>& p) {
    auto a = p.await_for(10s);
    REQUIRE(a.has_value());
    return std::move(*a);
  }

  /// URI and text, as a user sees them.
  template <class T>
  static std::string error_of(const pending<T>& p) {
    auto a = answer_of(p);
    REQUIRE_FALSE(a.has_value());
    return wamp_error{a.error()}.what();
  }

  void joins() {
    const auto s = changes.take();
    CHECK(s.state == client_state::joined);
    CHECK(s.session == session_id{7});
  }

  void loses(std::string_view reason, std::string_view text) {
    const auto s = changes.take();
    CHECK(s.state == client_state::disconnected);
    CHECK(s.reason == reason);
    CHECK(s.text == text);
    CHECK(s.session == session_id{});
  }

  /// It has come again, and works.
  void lives_on(client& c) {
    CHECK(changes.take().state == client_state::connecting);
    joins();
    CHECK(c.call("a.again").get<std::string>() == "fine");
  }
};

/// Where a router speaks, and how: both ways that differ.
struct way {
  std::string url;
  format encoding;
};
std::vector<way> ways(const scripted_router& r) {
  return {{r.websocket(), format::json}, {r.rawsocket(), format::msgpack}};
}

} // namespace

TEST_CASE_FIXTURE(fixture, "a router that breaks the protocol in a session is left, and told why") {
  struct row {
    const char* says; ///< upon a CALL with id 1
    std::string text;
  };
  const auto unmade = [](const char* what) { return what + " for a request that was never made"s; };
  const auto unfit = [](const char* what) { return what + " for a request of another kind"s; };
  const auto unsent = [](const char* what) {
    return what + " is not for a router to send in an established session"s;
  };
  scripted_router router;
  for (const auto& where : ways(router))
    for (const auto& r : {
             row{"[50,NEXT,{}]", unmade("RESULT")},
             row{R"([50,NEXT,{"progress":true}])", unmade("RESULT")},
             row{"[50,9007199254740992,{}]", unmade("RESULT")},
             row{"[17,NEXT,9]", unmade("PUBLISHED")},
             row{"[33,NEXT,9]", unmade("SUBSCRIBED")},
             row{"[35,NEXT]", unmade("UNSUBSCRIBED")},
             row{"[65,NEXT,9]", unmade("REGISTERED")},
             row{"[67,NEXT]", unmade("UNREGISTERED")},
             row{R"([8,48,NEXT,{},"a.error"])", unmade("ERROR")},
             row{"[17,ID,9]", unfit("PUBLISHED")},
             row{"[33,ID,9]", unfit("SUBSCRIBED")},
             row{"[35,ID]", unfit("UNSUBSCRIBED")},
             row{"[65,ID,9]", unfit("REGISTERED")},
             row{"[67,ID]", unfit("UNREGISTERED")},
             row{R"([8,16,ID,{},"a.error"])", unfit("ERROR")},
             row{R"([8,68,ID,{},"a.error"])", unfit("ERROR")},
             row{"[2,8,{}]", unsent("WELCOME")},
             row{R"([4,"ticket",{}])", unsent("CHALLENGE")},
             row{R"([1,"realm1",{}])", unsent("HELLO")},
             row{R"([5,"secret",{}])", unsent("AUTHENTICATE")},
             row{R"([48,1,{},"a.b"])", unsent("CALL")},
             row{"[49,1,{}]", unsent("CANCEL")},
             row{R"([16,1,{},"a.b"])", unsent("PUBLISH")},
             row{R"([32,1,{},"a.b"])", unsent("SUBSCRIBE")},
             row{R"([64,1,{},"a.b"])", unsent("REGISTER")},
             row{"[34,1,9]", unsent("UNSUBSCRIBE")},
             row{"[66,1,9]", unsent("UNREGISTER")},
             row{"[70,1,{}]", unsent("YIELD")},
             row{"[35,0,{}]", "a revocation must name its subscription"},
             row{"[67,0,{}]", "a revocation must name its registration"},
         }) {
      CAPTURE(where.url);
      CAPTURE(r.says);
      router.plays({{message_code::call, say(r.says)}});
      client c{system, settings(), at(where.url, where.encoding)};
      joins();
      CHECK(error_of(c.call("a.b")) == "wamp.error.canceled: "s + ended + broke + r.text);
      loses(uris::protocol_violation, broke + r.text);
      const auto told = router.hears<wamp::abort>();
      CHECK(told.reason == uris::protocol_violation);
      CHECK(*find<std::string>(told.details, "message") == r.text);
      lives_on(c);
    }
}

TEST_CASE_FIXTURE(fixture, "what may have crossed an end of ours does not matter") {
  scripted_router router;
  for (const auto& where : ways(router))
    for (const auto& says : std::vector<std::vector<std::string>>{
             {R"([50,ID,{},["fine"]])", R"([50,ID,{},["again"]])"},
             {R"([50,ID,{},["fine"]])", R"([8,48,ID,{},"a.error"])", "[17,ID,9]", "[33,ID,9]"},
             {R"([50,ID,{"progress":true},["part"]])", R"([50,ID,{},["fine"]])",
              R"([50,ID,{"progress":true},["part"]])"},
             {"[36,4711,9,{}]", R"([50,ID,{},["fine"]])"},
             {R"([36,4711,9,{"topic":"a.b"},["x"]])", R"([50,ID,{},["fine"]])"},
             {"[69,4711,{}]", R"([69,1,{"mode":"kill"}])", R"([50,ID,{},["fine"]])"},
             {R"([35,0,{"subscription":4711}])", R"([50,ID,{},["fine"]])"},
             {R"([67,0,{"registration":4711}])", R"([50,ID,{},["fine"]])"},
         }) {
      CAPTURE(where.url);
      CAPTURE(says.front());
      router.plays({{message_code::call, say(says)}});
      client c{system, settings(), at(where.url, where.encoding)};
      joins();
      CHECK(c.call("a.b").get<std::string>() == "fine");
      // Whatever came behind it has been dealt with when this comes.
      CHECK(answer_of(c.ack_publish("a.topic")).has_value());
      CHECK(changes.empty());
    }
}

TEST_CASE_FIXTURE(fixture, "an answer to another kind of request is no answer to it") {
  struct row {
    message_code asked;
    const char* says;
    std::string text;
  };
  scripted_router router;
  for (const auto& r : {
           row{message_code::publish, "[50,ID,{}]", "RESULT for a request of another kind"},
           row{message_code::subscribe, "[65,ID,9]", "REGISTERED for a request of another kind"},
           row{message_code::register_, "[33,ID,9]", "SUBSCRIBED for a request of another kind"},
           row{message_code::register_, R"([8,32,ID,{},"a.no"])",
               "ERROR for a request of another kind"},
       }) {
    CAPTURE(r.says);
    router.plays({{r.asked, say(r.says)}});
    client c{system, settings(), at(router.websocket())};
    joins();
    service s;
    if (r.asked == message_code::publish)
      CHECK(error_of(c.ack_publish("a.b")) == "wamp.error.canceled: "s + ended + broke + r.text);
    else if (r.asked == message_code::subscribe)
      s = c.subscribe("a.b", [] {});
    else
      s = c.register_("a.b", [] {});
    loses(uris::protocol_violation, broke + r.text);
    lives_on(c);
    if (r.asked != message_code::publish) // the next session's answer is the first
      CHECK(answer_of(s.confirmed()).has_value());
  }
}

TEST_CASE_FIXTURE(fixture, "invocations that nobody here serves are refused, the session goes on") {
  scripted_router router;
  for (const auto& where : ways(router)) {
    CAPTURE(where.url);
    router.plays(
        {{message_code::call,
          say({"[68,5,4711,{}]", "[68,6,4711,{}]", R"([50,ID,{},["fine"]])"})}});
    client c{system, settings(), at(where.url, where.encoding)};
    joins();
    CHECK(c.call("a.b").get<std::string>() == "fine");
    for (std::uint64_t id : {5U, 6U}) {
      const auto no = router.hears<wamp::error>();
      CHECK(no.request_type == message_code::invocation);
      CHECK(no.request == request_id{id});
      CHECK(no.uri == uris::unavailable);
    }
    CHECK(changes.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "an invocation with an id in use breaks the protocol") {
  scripted_router router;
  for (const auto& where : ways(router)) {
    CAPTURE(where.url);
    seen<responder> open;
    router.plays({{message_code::call, say({"[68,5,1000,{}]", "[68,5,1000,{}]"})}});
    client c{system, settings(), at(where.url, where.encoding)};
    joins();
    auto s = c.register_("a.hangs", [&](const invocation&, const responder& to) { open.add(to); });
    CHECK(answer_of(s.confirmed()).has_value());
    const auto text = "INVOCATION with an id that is in use"s;
    CHECK(error_of(c.call("a.b")) == "wamp.error.canceled: "s + ended + broke + text);
    loses(uris::protocol_violation, broke + text);
    lives_on(c);
    open.take().result(make_payload("late")); // of a session that is over
    CHECK(open.empty());
    CHECK(c.call("a.c").get<std::string>() == "fine");
    router.hears<wamp::abort>();
    while (!router.heard.empty())
      CHECK_FALSE(std::holds_alternative<yield>(router.heard.take()));
  }
}

TEST_CASE_FIXTURE(fixture, "ids that are given twice harm nobody") {
  scripted_router router; // it gives the same id to all registrations, and to all subscriptions
  client c{system, settings(), at(router.websocket())};
  joins();
  seen<int> heard;
  {
    auto a = c.register_("a.a", [] {});
    auto b = c.register_("a.b", [] {});
    auto d = c.subscribe("a.a", [&] { heard.add(1); });
    auto e = c.subscribe("a.b", [&] { heard.add(2); });
    CHECK(answer_of(e.confirmed()).has_value());
    router.latest()->send("[36,2000,9,{}]");
    CHECK(heard.take() == 2);
  }
  router.latest()->send(R"([67,0,{"registration":1000}])");
  router.latest()->send(R"([35,0,{"subscription":2000}])");
  router.latest()->send("[36,2000,9,{}]");
  CHECK(c.call("a.b").get<std::string>() == "fine");
  CHECK(heard.empty());
}

TEST_CASE_FIXTURE(fixture, "what is no WAMP message ends the session, and is told with its place") {
  const std::string deep =
      "[50,1,{},[" + std::string(10'000, '[') + std::string(10'000, ']') + "]]";
  struct row {
    std::string bytes;
    std::string text; ///< how it begins
  };
  scripted_router router;
  const auto meets = [&](const way& where, const row& r) {
    CAPTURE(where.url);
    CAPTURE(r.bytes.substr(0, 60));
    router.plays({{message_code::call, say_raw(r.bytes)}});
    client c{system, settings(), at(where.url, where.encoding)};
    joins();
    CHECK(error_of(c.call("a.b")).starts_with("wamp.error.canceled: "s + ended + broke + r.text));
    const auto lost = changes.take();
    CHECK(lost.state == client_state::disconnected);
    CHECK(lost.reason == uris::protocol_violation);
    CHECK(lost.text.substr(0, (broke + r.text).size()) == broke + r.text);
    CHECK(router.hears<wamp::abort>().reason == uris::protocol_violation);
    lives_on(c);
  };
  for (const auto& r : {
           row{"garbage", "expected a JSON value at byte 0"},
           row{"", "the message ends too early at byte 0"},
           row{"\0\1\2\3"s, "expected a list, the message at byte 0"},
           row{"{}", "expected a list, the message at byte 0"},
           row{"17", "expected a list, the message at byte 0"},
           row{"null", "expected a list, the message at byte 0"},
           row{"[]", "expected a message code, an integer at byte 1, in [0]"},
           row{R"(["50",1,{}])", "expected a message code, an integer at byte 1, in [0]"},
           row{"[51,1,{}]", "unknown message code at byte 1, in [0]"},
           row{"[-50,1,{}]", "unknown message code at byte 1, in [0]"},
           row{"[1024,1]", "unknown message code at byte 1, in [0]"},
           row{"[50]", "expected an id, an integer from 1 to 2^53 at byte 3, in [1]"},
           row{"[50,1]", "expected a dictionary at byte 5, in [2]"},
           row{"[50,0,{}]", "expected an id, an integer from 1 to 2^53 at byte 4, in [1]"},
           row{"[50,-1,{}]", "expected an id, an integer from 1 to 2^53 at byte 4, in [1]"},
           row{"[50,9007199254740993,{}]",
               "expected an id, an integer from 1 to 2^53 at byte 4, in [1]"},
           row{"[50,1.5,{}]", "expected an id, an integer from 1 to 2^53 at byte 4, in [1]"},
           row{R"([50,"1",{}])", "expected an id, an integer from 1 to 2^53 at byte 4, in [1]"},
           row{"[50,1,[]]", "expected a dictionary at byte 6, in [2]"},
           row{R"([50,1,{"progress":1}])", "expected a bool at byte 18, in [2].progress"},
           row{R"([50,1,{"a":1,"a":2}])", "duplicate key at byte 13, in [2].a"},
           row{"[50,1,{},{}]", "expected a list, the arguments at byte 9, in [3]"},
           row{"[50,1,{},[],[]]",
               "expected a dictionary, the keyword arguments at byte 12, in [4]"},
           row{"[50,1,{},[],{},1]", "expected the end of the message at byte 15, in [5]"},
           row{"[50,1,{},[]", "the message ends too early at byte 11, in [4]"},
           row{"[50,1,{},[]]]", "unexpected data after the message at byte 12"},
           row{"[50,1,{},[\"\xC3\x28\"]]", "invalid UTF-8 at byte 11, in [3][0]"},
           row{"[50,1,{},[\"\xED\xA0\x80\"]]", "invalid UTF-8 at byte 11, in [3][0]"},
           row{deep, "nested too deeply at byte 136, in [3]"},
       })
    meets({router.websocket(), format::json}, r);
  for (const auto& r : {
           row{"\xC1", "expected a list, the message at byte 0"},
           row{"", "the message ends too early at byte 0"},
           row{"\x93\x32\x01"s,
               "the message ends too early at byte 3, in [2]"}, // a list that is cut off
           row{"\xDD\xFF\xFF\xFF\xFF\x32"s,
               "the message ends too early at byte 6, in [1]"}, // of four thousand millions
           row{"\x94\x32\x01\x80\xDB\xFF\xFF\xFF\xFFx"s,
               "the message ends too early at byte 10, in [3]"}, // a string as long
           row{"\x94\x32\x01\x80\x91\xA2\xC3\x28"s,
               "invalid UTF-8 at byte 5, in [3][0]"}, // no UTF-8
           row{"\x94\x32\x01\x80" + std::string(10'000, '\x91'),
               "nested too deeply at byte 131, in [3]"},                   // deep
           row{"\x81\x01\x02"s, "expected a list, the message at byte 0"}, // a map
           row{R"([50,1,{}])", "expected a list, the message at byte 0"},  // JSON
       })
    meets({router.rawsocket(), format::msgpack}, r);
}

TEST_CASE_FIXTURE(fixture, "no answer to HELLO but WELCOME and ABORT is one") {
  struct row {
    const char* says;
    std::string_view reason;
    std::string text;
  };
  scripted_router router;
  const auto no = [](const char* what) { return broke + what + " is no answer to HELLO"s; };
  for (const auto& where : ways(router))
    for (const auto& r : {
             row{R"([3,{"message":"go away"},"wamp.error.no_such_realm"])", uris::no_such_realm,
                 "go away"},
             row{R"([3,{},"a.reason",["x"],{"y":1}])", "a.reason", ""},
             row{R"([6,{},"wamp.close.system_shutdown"])", uris::protocol_violation, no("GOODBYE")},
             row{"[50,1,{}]", uris::protocol_violation, no("RESULT")},
             row{"[36,1,1,{}]", uris::protocol_violation, no("EVENT")},
             row{"[68,1,1,{}]", uris::protocol_violation, no("INVOCATION")},
             row{R"([8,48,1,{},"a.error"])", uris::protocol_violation, no("ERROR")},
             row{R"([4,"wampcra",{}])", uris::protocol_violation,
                 broke + "the router asks for authentication by wampcra, which was not offered"s},
         }) {
      CAPTURE(where.url);
      CAPTURE(r.says);
      router.plays({{message_code::hello, say(r.says)}});
      client c{system, settings(), at(where.url, where.encoding)};
      loses(r.reason, r.text);
      lives_on(c);
    }
  for (const auto* says :
       {"[2,0,{}]", "[2,-1,{}]", "[2,9007199254740993,{}]", R"([2,"7",{}])", "[2,7]",
        R"([2,7,{"roles":[]}])", "[3,{}]", R"([3,{},1])", "[]", "x"}) {
    CAPTURE(says);
    router.plays({{message_code::hello, say_raw(says)}});
    client c{system, settings(), at(router.websocket())};
    const auto lost = changes.take();
    CHECK(lost.state == client_state::disconnected);
    CHECK(lost.reason == uris::protocol_violation);
    CHECK(lost.text.starts_with(broke));
    lives_on(c);
  }
}

TEST_CASE_FIXTURE(fixture, "a client that may not try again stops, and says why for ever after") {
  scripted_router router;
  router.plays({{message_code::hello, say("[50,1,{}]")}});
  auto s = settings();
  s.reconnect.enabled = false;
  client c{system, s, at(router.websocket())};
  const auto last = changes.take();
  CHECK(last.state == client_state::stopped);
  CHECK(last.reason == uris::protocol_violation);
  CHECK(last.text == broke + "RESULT is no answer to HELLO"s);
  CHECK(error_of(c.call("a.b")).starts_with("wamp.error.network_failure: "));
  // As many times as it was told to.
  for (int i = 0; i < 3; ++i)
    router.plays({{message_code::hello, vanish()}});
  s = settings();
  s.reconnect.max_attempts = 2;
  client d{system, s, at(router.rawsocket())};
  for (auto state :
       {client_state::disconnected, client_state::connecting, client_state::disconnected,
        client_state::connecting, client_state::stopped}) {
    const auto now = changes.take();
    CHECK(now.state == state);
    CHECK(now.reason == (state == client_state::connecting ? "" : uris::network_failure));
  }
}

TEST_CASE_FIXTURE(fixture, "a router may end the session at any time, and is understood") {
  struct row {
    const char* says;
    std::string_view reason;
    std::string text;
    bool answered; ///< by GOODBYE
  };
  scripted_router router;
  for (const auto& where : ways(router))
    for (const auto& r : {
             row{R"([6,{"message":"for the night"},"wamp.close.system_shutdown"])",
                 uris::system_shutdown, "for the night", true},
             row{R"([6,{},"wamp.close.killed"])", uris::killed, "", true},
             row{R"([6,{},"wamp.close.goodbye_and_out"])", uris::goodbye_and_out, "", true},
             row{R"([3,{"message":"bad"},"wamp.error.protocol_violation"])",
                 uris::protocol_violation, "bad", false},
             row{R"([3,{},"a.reason"])", "a.reason", "", false},
         }) {
      CAPTURE(where.url);
      CAPTURE(r.says);
      // With a call pending, and in the same breath as WELCOME.
      router.plays({{message_code::call, say(r.says)}});
      router.plays({{message_code::hello, say({"[2,7,{}]", r.says, "[50,1,{}]", "[2,7,{}]"})}});
      client c{system, settings(), at(where.url, where.encoding)};
      joins();
      const auto why = r.text.empty() ? std::string{r.reason} : r.text;
      CHECK(error_of(c.call("a.b")) == "wamp.error.canceled: "s + ended + why);
      loses(r.reason, r.text);
      CHECK(changes.take().state == client_state::connecting);
      joins();
      loses(r.reason, r.text);
      lives_on(c);
      if (r.answered)
        for (int i = 0; i < 2; ++i)
          while (router.hears<goodbye>().reason != uris::goodbye_and_out) {
          } // the others are of clients that are destroyed
    }
}

TEST_CASE_FIXTURE(fixture, "GOODBYE is waited for, but not for ever, and what else comes is void") {
  scripted_router router;
  for (const auto& r : {
           say_nothing(),
           say({"[50,1,{}]", R"([8,48,9,{},"a.error"])", "[2,8,{}]", "[68,1,1,{}]"}),
       }) {
    router.plays({{message_code::goodbye, r}, {message_code::call, say_nothing()}});
    auto s = settings();
    s.goodbye_timeout = 50ms;
    client c{system, s, at(router.websocket())};
    joins();
    const auto call = c.call("a.b");
    c.stop("a.reason");
    CHECK(
        error_of(call)
        == "wamp.error.network_failure: "s + ended + "the router did not answer GOODBYE in time");
    const auto last = changes.take();
    CHECK(last.state == client_state::stopped);
    CHECK(last.reason == uris::network_failure);
    CHECK(last.text == "the router did not answer GOODBYE in time");
    CHECK(router.hears<goodbye>().reason == "a.reason");
  }
  // ABORT, garbage and the end of the stream are answers enough.
  for (const auto& r : {say(R"([3,{},"a.b"])"), say_raw("x"), close_after(), vanish()}) {
    router.plays({{message_code::goodbye, r}});
    client c{system, settings(), at(router.websocket())};
    joins();
    c.stop();
    CHECK(changes.take().state == client_state::stopped);
  }
}

TEST_CASE_FIXTURE(fixture, "a router that does not answer HELLO is given up") {
  scripted_router router;
  for (const auto& where : ways(router)) {
    router.plays({{message_code::hello, say_nothing()}});
    auto s = settings();
    s.join_timeout = 50ms;
    client c{system, s, at(where.url, where.encoding)};
    CHECK(error_of(c.call("a.b")).starts_with("wamp.error.network_failure: "));
    loses(uris::network_failure, "no WELCOME came in time");
    lives_on(c);
  }
}

TEST_CASE_FIXTURE(fixture, "a call that is not answered ends when its time is over") {
  scripted_router router;
  for (const auto& where : ways(router)) {
    router.plays({{message_code::call, say_nothing()}, {message_code::publish, say("[17,ID,1]")}});
    client c{system, settings(), at(where.url, where.encoding)};
    joins();
    const auto call = c.call({"a.b", {{"timeout", 30}}});
    CHECK(error_of(call) == "wamp.error.timeout: no answer came in time");
    CHECK(router.hears<wamp::cancel>().request == request_id{1});
    // Its answer may come yet.
    router.latest()->send(
        encode(where.encoding, wamp::result{request_id{1}, {}, make_payload("late")}));
    CHECK(answer_of(c.ack_publish("a.b")).has_value());
    CHECK(changes.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "a message larger than allowed ends the connection") {
  scripted_router router;
  const auto large = R"([50,ID,{},[")" + std::string(5000, 'x') + R"("]])";
  for (const auto& where : ways(router)) {
    CAPTURE(where.url);
    // The client announces 4096 to a RawSocket router; ours would obey.
    if (where.encoding != format::json)
      continue;
    router.plays({{message_code::call, say(std::vector<std::string>{large})}});
    auto to = at(where.url, where.encoding);
    to.options.limits.max_message_size = 4096;
    client c{system, settings(), to};
    joins();
    const auto text = "too_big: the message is too big"s;
    CHECK(error_of(c.call("a.b")) == "wamp.error.network_failure: "s + ended + text);
    loses(uris::network_failure, text);
    lives_on(c);
  }
}

TEST_CASE_FIXTURE(fixture, "whoever closes with calls in flight fails them at once") {
  scripted_router router;
  for (const auto& where : ways(router))
    for (const auto& how : {close_after(), vanish()}) {
      CAPTURE(where.url);
      std::vector<outgoing_call> calls;
      router.plays(
          {{message_code::call, say_nothing()},
           {message_code::publish, how}}); // the last of what it is asked
      client c{system, settings(), at(where.url, where.encoding)};
      joins();
      for (int i = 0; i < 100; ++i)
        calls.push_back(c.call("a.b", i));
      const auto published = c.ack_publish("a.b");
      CHECK(error_of(published).starts_with("wamp.error.network_failure: "s + ended));
      for (const auto& call : calls)
        CHECK(error_of(call).starts_with("wamp.error.network_failure: "s + ended));
      const auto lost = changes.take();
      CHECK(lost.reason == uris::network_failure);
      lives_on(c);
    }
}

namespace {

/// The octets of a RawSocket router, one by one. Each step fails when it takes long.
class bare_router {
public:
  explicit bare_router(int receive_buffer = 0) {
    gate_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(gate_ >= 0);
    limit_wait(gate_);
    if (receive_buffer > 0)
      ::setsockopt(gate_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(gate_, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0);
    REQUIRE(::listen(gate_, 16) == 0);
    socklen_t size = sizeof here;
    REQUIRE(::getsockname(gate_, reinterpret_cast<sockaddr*>(&here), &size) == 0);
    port_ = ntohs(here.sin_port);
  }
  ~bare_router() {
    hang_up();
    ::close(gate_);
  }
  bare_router(const bare_router&) = delete;
  bare_router& operator=(const bare_router&) = delete;

  std::string url(const char* scheme = "tcp") const {
    return scheme + "://127.0.0.1:"s + std::to_string(port_);
  }

  void accept() {
    peer_ = ::accept4(gate_, nullptr, nullptr, SOCK_CLOEXEC);
    REQUIRE(peer_ >= 0);
    limit_wait(peer_);
  }
  std::string read(std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t have = 0;
    while (have < size) {
      const auto n = ::recv(peer_, bytes.data() + have, size - have, 0);
      REQUIRE(n > 0);
      have += static_cast<std::size_t>(n);
    }
    return bytes;
  }
  void write(std::string_view bytes) {
    REQUIRE(
        ::send(peer_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
        == static_cast<ssize_t>(bytes.size()));
  }
  void hang_up() {
    if (peer_ >= 0)
      ::close(std::exchange(peer_, -1));
  }

  static std::string frame(std::string_view payload, char type = 0) {
    const auto n = payload.size();
    std::string s{
        type, static_cast<char>(n >> 16U), static_cast<char>(n >> 8U), static_cast<char>(n)};
    return s.append(payload);
  }
  std::string read_frame() {
    const auto head = read(4);
    const auto octet = [&](std::size_t i) {
      return std::size_t{static_cast<unsigned char>(head[i])};
    };
    return read((octet(1) << 16U) | (octet(2) << 8U) | octet(3));
  }

  /// A JSON session up to WELCOME. `takes`: what it announces to take, from 2^9 up.
  void welcome(unsigned takes = 15) {
    accept();
    CHECK(read(4) == "\x7F\xF1\0\0"s);
    write(std::string{'\x7F', static_cast<char>((takes << 4U) | 1U), 0, 0});
    CHECK(read_frame().starts_with("[1,"));
    write(frame("[2,7,{}]"));
  }
  void expect(std::string_view start) { CHECK(read_frame().starts_with(start)); }

private:
  static void limit_wait(int socket) {
    const timeval patience{10, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }

  int gate_ = -1;
  int peer_ = -1;
  std::uint16_t port_ = 0;
};

} // namespace

TEST_CASE_FIXTURE(fixture, "whoever breaks the framing, or closes within a message, is left") {
  struct row {
    std::string bytes;
    std::string text;
  };
  bare_router router;
  client c{system, settings(), at(router.url())};
  const auto whole = bare_router::frame(R"([50,1,{},["x"]])");
  for (const auto& r : {
           row{whole.substr(0, 1), "peer_closed: "},
           row{whole.substr(0, 4), "peer_closed: "},
           row{whole.substr(0, 10), "peer_closed: "},
           row{"", "peer_closed: "},
           row{bare_router::frame("x", 3), "protocol_error: "},
           row{"\xFF\xFF\xFF\xFF", "protocol_error: "},
           row{"GET / HTTP/1.1\r\n\r\n", "protocol_error: "},
       }) {
    CAPTURE(r.text);
    CAPTURE(r.bytes);
    router.welcome();
    joins();
    const auto call = c.call("a.b");
    router.expect("[48,1,");
    router.write(r.bytes);
    if (r.text == "peer_closed: ")
      router.hang_up();
    CHECK(error_of(call).starts_with("wamp.error.network_failure: "s + ended + r.text));
    const auto lost = changes.take();
    CHECK(lost.state == client_state::disconnected);
    CHECK(lost.reason == uris::network_failure);
    CHECK_MESSAGE(lost.text.starts_with(r.text), lost.text);
    CHECK(changes.take().state == client_state::connecting);
    router.hang_up();
  }
  router.welcome();
  joins();
}

TEST_CASE_FIXTURE(fixture, "a RawSocket router that sends more than was announced is left") {
  bare_router router;
  auto to = at(router.url());
  to.options.limits.max_message_size = 512;
  client c{system, settings(), to};
  router.accept();
  CHECK(router.read(4) == "\x7F\x01\0\0"s);
  router.write("\x7F\xF1\0\0"s);
  router.expect("[1,");
  router.write(bare_router::frame("[2,7,{}]"));
  joins();
  router.write("\0\0\2\1"s); // 513
  const auto lost = changes.take();
  CHECK(lost.reason == uris::network_failure);
  CHECK_MESSAGE(lost.text.starts_with("too_big: "), lost.text);
}

TEST_CASE_FIXTURE(
    fixture, "a message that the router would not take is refused, and nothing else") {
  bare_router router;
  client c{system, settings(), at(router.url())};
  router.welcome(0); // 512 octets
  joins();
  const std::string large(600, 'x');
  const auto text = ": larger than what the router takes"s;
  CHECK(error_of(c.call("a.b", large)) == std::string{uris::payload_size_exceeded} + text);
  CHECK(error_of(c.ack_publish("a.b", large)) == std::string{uris::payload_size_exceeded} + text);
  auto call = c.call("a.b", "small");
  router.expect("[48,1,");
  // Neither would it take this result.
  auto s = c.register_("a.large", [&] { return large; });
  router.expect("[64,2,");
  router.write(bare_router::frame("[65,2,9]"));
  router.write(bare_router::frame("[68,1,9,{}]"));
  router.expect(R"([8,68,1,{},"wamp.error.payload_size_exceeded")");
  router.write(bare_router::frame(R"([50,1,{},["fine"]])"));
  CHECK(call.get<std::string>() == "fine");
}

TEST_CASE_FIXTURE(fixture, "whoever accepts and never shakes hands is given up") {
  for (const auto* scheme : {"tcp", "ws"}) {
    bare_router router;
    auto to = at(router.url(scheme));
    to.options.limits.handshake_timeout = 50ms;
    client c{system, settings(), to};
    router.accept();
    const auto lost = changes.take();
    CHECK(lost.state == client_state::disconnected);
    CHECK(lost.reason == uris::network_failure);
    CHECK_MESSAGE(lost.text.ends_with("no answer within 50 ms, during the handshake"), lost.text);
    CHECK(error_of(c.call("a.b")).starts_with("wamp.error.network_failure: "));
    CHECK(changes.take().state == client_state::connecting);
  }
}

TEST_CASE_FIXTURE(fixture, "a router that falls silent is found by its pings, and left") {
  bare_router router;
  auto to = at(router.url());
  to.options.limits.ping_interval = 50ms;
  to.options.limits.ping_timeout = 50ms;
  client c{system, settings(), to};
  router.welcome();
  joins();
  const auto call = c.call("a.b");
  CHECK(error_of(call).starts_with("wamp.error.network_failure: "s + ended + "timeout: "));
  const auto lost = changes.take();
  CHECK(lost.state == client_state::disconnected);
  CHECK(lost.reason == uris::network_failure);
  CHECK_MESSAGE(lost.text.starts_with("timeout: "), lost.text);
  CHECK(changes.take().state == client_state::connecting);
  router.hang_up();
  router.welcome();
  joins();
}

TEST_CASE_FIXTURE(fixture, "what a router that does not read leaves waiting is bounded") {
  bare_router router{4096};
  auto to = at(router.url());
  to.options.limits.write_queue = 1U << 20U;
  to.options.limits.ping_interval = 0ms;
  client c{system, settings(), to};
  router.welcome();
  joins();
  const std::string ballast(100'000, 'x');
  std::vector<outgoing_call> waiting;
  const auto refused = [&]() -> std::optional<std::string> {
    for (int i = 0; i < 1000; ++i) { // a hundred megabytes: no kernel takes that
      auto call = c.call("a.b", ballast);
      c.call({"a.b", {{"timeout", 0}}});          // what comes behind it
      REQUIRE(answer_of(c.joined()).has_value()); // both have been dealt with
      if (call.ready())
        return error_of(call);
      waiting.push_back(std::move(call));
    }
    return std::nullopt;
  }();
  REQUIRE(refused.has_value());
  CHECK(*refused == "wamp.error.unavailable: too much is waiting to be sent to the router");
  CHECK(changes.empty()); // the session goes on
  CHECK_FALSE(waiting.back().ready());
  router.hang_up();
  for (const auto& call : waiting)
    CHECK(error_of(call).starts_with("wamp.error.network_failure: "s + ended));
  CHECK(changes.take().state == client_state::disconnected);
}
