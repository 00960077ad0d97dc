// The options of REGISTER, CALL, PUBLISH and SUBSCRIBE: each is given by its name in the protocol,
// and does what it says there.
#include <wamp/test/actors/client/client_fixture.hpp>
#include <wamp/test/support/scripted_router.hpp>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

struct fixture : client_fixture {
  std::unique_ptr<client> ann = join();
  std::unique_ptr<client> bob = join();
  std::unique_ptr<client> cat = join();
  seen<dict> details;
  seen<responder> waiting;

  std::uint64_t id_of(const client& c) { return answer_of(c.joined())->value(); }
  std::string authid_of(client& c) {
    const auto who = c.call("wamp.session.get", id_of(c)).get<dict>();
    return *find<std::string>(who, "authid");
  }
  auto show_details() {
    return [this](const list&, const dict&, const dict& d) { details.add(d); };
  }
  auto keep_waiting() {
    return [this](const invocation&, const responder& to) { waiting.add(to); };
  }
};

} // namespace

// -- REGISTER ------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(fixture, "REGISTER match: many procedures, and the handler learns which") {
  ann->procedure({"a.files", {{"match", "prefix"}}}, show_details());
  ann->procedure({"a..list", {{"match", "wildcard"}}}, show_details());
  ann->procedure({"a.files.exact", {{"match", "exact"}}}, show_details());
  answer_of(ann->declared());
  for (const auto* procedure : {"a.files.read", "a.users.list"}) {
    bob->call(procedure).get();
    CHECK(*find<std::string>(details.take(), "procedure") == procedure);
  }
  bob->call("a.files.exact").get();
  CHECK_FALSE(details.take().contains("procedure"));
}

TEST_CASE_FIXTURE(fixture, "REGISTER invoke: which of several is called") {
  const auto serve = [&](client& c, const char* name, const char* invoke) {
    c.procedure(
        {"a." + std::string{invoke}, {{"invoke", invoke}}}, [name] { return std::string{name}; });
    answer_of(c.declared());
  };
  for (const auto* invoke : {"roundrobin", "random", "first", "last", "single"}) {
    serve(*ann, "ann", invoke);
    if (std::string{invoke} != "single")
      serve(*bob, "bob", invoke);
  }
  const auto called = [&](const std::string& invoke) {
    return cat->call("a." + invoke).get<std::string>();
  };
  CHECK(called("first") == "ann");
  CHECK(called("last") == "bob");
  CHECK(called("single") == "ann");
  const auto one = called("roundrobin");
  CHECK(called("roundrobin") != one);
  CHECK(called("roundrobin") == one);
  called("random");
}

TEST_CASE_FIXTURE(fixture, "REGISTER concurrency: who has enough to do is not called") {
  ann->procedure({"a.slow", {{"concurrency", 1}}}, keep_waiting());
  answer_of(ann->declared());
  const auto first = bob->call("a.slow");
  const auto second = bob->call("a.slow");
  waiting.take().result(make_payload(1));
  CHECK(first.get<int>() == 1);
  waiting.take().result(make_payload(2));
  CHECK(second.get<int>() == 2);
  CHECK(waiting.empty());
}

TEST_CASE_FIXTURE(fixture, "REGISTER force_reregister: another takes the place") {
  auto old = ann->register_("a.b", [] { return "old"; });
  answer_of(old.confirmed());
  auto next = bob->register_({"a.b", {{"force_reregister", true}}}, [] { return "new"; });
  answer_of(next.confirmed());
  CHECK(cat->call("a.b").get<std::string>() == "new");
}

TEST_CASE_FIXTURE(fixture, "REGISTER disclose_caller, CALL disclose_me: who has called") {
  ann->procedure({"a.curious", {{"disclose_caller", true}}}, show_details());
  ann->procedure("a.discreet", show_details());
  answer_of(ann->declared());
  bob->call("a.curious").get();
  CHECK(*details.take().find("caller") == value{id_of(*bob)});
  bob->call("a.discreet").get();
  CHECK(details.take().empty());
  bob->call({"a.discreet", {{"disclose_me", true}}}).get();
  const auto told = details.take();
  CHECK(*told.find("caller") == value{id_of(*bob)});
  CHECK(*told.find("caller_authid") == value{authid_of(*bob)});
  CHECK(*told.find("caller_authrole") == value{"anonymous"});
}

TEST_CASE_FIXTURE(fixture, "REGISTER forward_timeout: the callee knows the time, and keeps it") {
  ann->procedure({"a.timed", {{"forward_timeout", true}}}, keep_waiting());
  ann->procedure("a.untimed", keep_waiting());
  answer_of(ann->declared());
  const auto timed = bob->call({"a.timed", {{"timeout", 30'000}}});
  CHECK(waiting.take().timeout() == 30s);
  const auto untimed = bob->call({"a.untimed", {{"timeout", 30'000}}});
  CHECK(waiting.take().timeout() == 0s); // the router's affair
  const auto short_timed = bob->call({"a.timed", {{"timeout", 1}}});
  const auto to = waiting.take();
  CHECK(uri_of_error(short_timed) == uris::timeout);
  while (!to.interrupted())
    answer_of(bob->call("a.nothing"));
}

// -- CALL ----------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(fixture, "CALL timeout, receive_progress") {
  ann->procedure("a.slow", keep_waiting());
  answer_of(ann->declared());
  CHECK(uri_of_error(bob->call({"a.slow", {{"timeout", 1}}})) == uris::timeout);
  CHECK_FALSE(waiting.take().wants_progress());
  const auto call = bob->call({"a.slow", {{"receive_progress", true}}});
  const auto to = waiting.take();
  CHECK(to.wants_progress());
  to.progress(make_payload(1)); // nobody looks at it
  to.result(make_payload(2));
  CHECK(call.get<int>() == 2);
}

// -- PUBLISH -------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(fixture, "PUBLISH: who receives an event") {
  using names = std::set<std::string>;
  seen<std::string> heard;
  std::vector<service> all;
  for (auto [c, name] : {std::pair{ann.get(), "ann"}, {bob.get(), "bob"}, {cat.get(), "cat"}}) {
    all.push_back(c->subscribe("a.topic", [&heard, name] { heard.add(name); }));
    answer_of(all.back().confirmed());
  }
  const auto reaches = [&](dict options) {
    answer_of(ann->ack_publish({"a.topic", std::move(options)}));
    for (auto* c : {ann.get(), bob.get(), cat.get()})
      answer_of(c->ack_publish("a.nobody")); // its answer comes behind the event
    names all_names;
    while (!heard.empty())
      all_names.insert(heard.take());
    return all_names;
  };
  const auto id = id_of(*bob);
  const auto authid = authid_of(*bob);
  CHECK(reaches({}) == names{"bob", "cat"});
  CHECK(reaches({{"exclude_me", false}}) == names{"ann", "bob", "cat"});
  CHECK(reaches({{"eligible", list{id}}}) == names{"bob"});
  CHECK(reaches({{"exclude", list{id}}}) == names{"cat"});
  CHECK(reaches({{"eligible_authid", list{authid}}}) == names{"bob"});
  CHECK(reaches({{"exclude_authid", list{authid}}}) == names{"cat"});
  CHECK(reaches({{"eligible_authrole", list{"anonymous"}}}) == names{"bob", "cat"});
  CHECK(reaches({{"eligible_authrole", list{"admin"}}}) == names{});
  CHECK(reaches({{"exclude_authrole", list{"anonymous"}}}) == names{});
  CHECK(reaches({{"eligible", list{}}}) == names{});
}

TEST_CASE_FIXTURE(fixture, "PUBLISH disclose_me, retain; SUBSCRIBE get_retained, match") {
  answer_of(ann->ack_publish({"a.one", {{"retain", true}, {"disclose_me", true}}}, 1));
  answer_of(ann->ack_publish({"a.two", {{"retain", true}}}, 2));
  seen<std::pair<int, dict>> heard;
  const auto hear = [&](const event& e) { heard.add({as<int>(e), e.details}); };
  auto one = bob->subscribe({"a.one", {{"get_retained", true}}}, hear);
  auto [n, told] = heard.take();
  CHECK(n == 1);
  CHECK(flag(told, "retained"));
  CHECK(*told.find("publisher") == value{id_of(*ann)});
  auto both = cat->subscribe({"a", {{"match", "prefix"}, {"get_retained", true}}}, hear);
  std::string topics;
  for (int i = 0; i < 2; ++i)
    topics += *find<std::string>(heard.take().second, "topic") + " ";
  CHECK((topics == "a.one a.two " || topics == "a.two a.one "));
  answer_of(ann->ack_publish("a.three", 3));
  const auto [last, as_usual] = heard.take();
  CHECK(last == 3);
  CHECK_FALSE(as_usual.contains("retained"));
}

// -- all of them ---------------------------------------------------------------------------------

TEST_CASE("options of the protocol go to the router as they are, and so again in each session") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  io_thread sockets;
  sockets.run();
  scripted_router router;
  remote_router at;
  at.thread = &sockets;
  at.urls.push_back(*router_url::parse(router.websocket()));
  auto s = client_fixture::settings();
  client c{system, s, at};
  const dict for_register{{"match", "wildcard"},     {"invoke", "last"},
                          {"disclose_caller", true}, {"forward_timeout", true},
                          {"concurrency", 3},        {"force_reregister", true}};
  const dict for_subscribe{{"match", "prefix"}, {"get_retained", true}, {"nkey", "n"}};
  c.procedure({"a..b", for_register}, [] {});
  c.channel({"a", for_subscribe}, [] {});
  for (int session = 0; session < 2; ++session) {
    CHECK(router.hears<wamp::register_>().options == for_register);
    CHECK(router.hears<wamp::subscribe>().options == for_subscribe);
    if (session == 0)
      router.latest()->abort();
  }
  client_fixture::answer_of(c.joined());
  const dict for_call{
      {"timeout", 60'000}, {"disclose_me", true}, {"rkey", "r"}, {"runmode", "partition"}};
  client_fixture::answer_of(c.call({"a.b", for_call}));
  CHECK(router.hears<wamp::call>().options == for_call);
  const dict for_publish{
      {"acknowledge", true},
      {"exclude_me", false},
      {"disclose_me", true},
      {"retain", true},
      {"rkey", "r"},
      {"exclude", list{1}},
      {"exclude_authid", list{"x"}},
      {"exclude_authrole", list{"y"}},
      {"eligible", list{2}},
      {"eligible_authid", list{"z"}},
      {"eligible_authrole", list{}}};
  client_fixture::answer_of(c.ack_publish({"a.b", for_publish}));
  CHECK(router.hears<wamp::publish>().options == for_publish);
}
