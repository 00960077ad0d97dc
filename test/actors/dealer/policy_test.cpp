// A policy of the application's own beside the dealer's rules.
#include <wamp/test/actors/dealer/dealer_fixture.hpp>
#include <wamp/test/support/posted_work.hpp>

using namespace wamp;
using namespace wamp::test;

namespace {

struct choosy : dealer_policy {
  bool waits = false;
  selection wanted;
  std::optional<decider<dict>> registering;
  std::optional<decider<selection>> selecting;
  std::vector<registered_procedure> asked;
  std::vector<registered_procedure> gone;

  void register_(const wamp::register_& r, const session_ref&, decider<dict> decide) override {
    if (waits)
      registering = std::move(decide);
    else if (r.procedure == "com.secret")
      decide.deny("com.not_for_you");
    else
      decide(dict{{"speed", 5}});
  }
  void select(
      const wamp::call& what, const std::vector<registered_procedure>& all, const session_ref&,
      decider<selection> decide) override {
    asked = all;
    if (waits)
      selecting = std::move(decide);
    else if (what.args.values().args == list{value{13}})
      decide.deny("com.unlucky", "13");
    else
      decide(wanted);
  }
  void unregistered(const registered_procedure& which) override { gone.push_back(which); }
};

struct fixture {
  recorder out;
  std::shared_ptr<choosy> policy = std::make_shared<choosy>();
  posted_work posted;
  dealer d{with(policy), out, out, out, posted.post()};
  session_ref caller = make_session(100), a = make_session(1), b = make_session(2);

  static realm_settings with(std::shared_ptr<dealer_policy> policy) {
    auto settings = test_realm();
    settings.dealer = std::move(policy);
    return settings;
  }
  registration_id serve(const session_ref& who, dict options = {{"invoke", "first"}}) {
    d.register_(who, {request_id{1}, std::move(options), "com.add"});
    return out.take<registered>(who).registration;
  }
  void call(int id, dict options = {}) {
    d.call(
        caller,
        {request_id{static_cast<std::uint64_t>(id)}, std::move(options), "com.add", number(id)});
  }
  void refused(int id, std::string_view uri) {
    const auto e = out.take<error>(caller);
    CHECK(e.request_type == message_code::call);
    CHECK(e.request == request_id{static_cast<std::uint64_t>(id)});
    CHECK(e.uri == uri);
  }
  void work_off() { posted.work_off(); }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a policy refuses a registration in its own words") {
  d.register_(a, {request_id{4}, {}, "com.secret"});
  const auto e = out.take<error>(a);
  CHECK(e.request_type == message_code::register_);
  CHECK(e.uri == "com.not_for_you");
  CHECK(d.registrations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "a policy selects the callee, whatever the registration's own") {
  const auto id = serve(a);
  serve(b);
  policy->wanted = {b->id, {{"why", "it is quick"}}};
  call(1);
  REQUIRE(policy->asked.size() == 2);
  CHECK(policy->asked[0].registration == id);
  CHECK(policy->asked[0].uri == "com.add");
  CHECK(policy->asked[0].callee == a);
  CHECK(policy->asked[0].attributes == dict{{"speed", 5}});
  const auto i = out.take<invocation>(b);
  CHECK(i.details == dict{{"why", "it is quick"}});
  CHECK(i.args.values().args == list{value{1}});
  d.yield(b, {i.request, {}, number(2)});
  CHECK(out.take<result>(caller).request == request_id{1});
  policy->wanted = {};
  call(2);
  out.take<invocation>(a); // as the registration has it
}

TEST_CASE_FIXTURE(fixture, "a policy refuses a call in its own words") {
  serve(a);
  call(13);
  refused(13, "com.unlucky");
  CHECK(out.empty());
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "only callees with room are asked for; without any, the call waits") {
  serve(a, {{"invoke", "first"}, {"concurrency", 1}});
  serve(b, {{"invoke", "first"}, {"concurrency", 1}});
  call(1);
  const auto first = out.take<invocation>(a);
  policy->wanted = {b->id, {}};
  call(2);
  REQUIRE(policy->asked.size() == 1);
  CHECK(policy->asked[0].callee == b);
  out.take<invocation>(b);
  policy->wanted = {};
  call(3);
  CHECK(policy->asked.empty());
  CHECK(out.empty());
  d.yield(a, {first.request, {}, {}});
  CHECK(out.take<result>(caller).request == request_id{1});
  CHECK(out.take<invocation>(a).args.values().args == list{value{3}});
}

TEST_CASE_FIXTURE(fixture, "what is selected later may have gone by then") {
  const auto id = serve(a);
  serve(b);
  policy->waits = true;
  call(1);
  CHECK(d.is_undecided(caller->id));
  CHECK(out.empty());
  d.unregister(b, {request_id{2}, id});
  out.take<unregistered>(b);
  (*policy->selecting)(selection{b->id, {}});
  work_off();
  refused(1, uris::no_available_callee);
  call(2);
  (*policy->selecting)(selection{a->id, {}});
  work_off();
  out.take<invocation>(a);
  call(3);
  d.session_left(a->id);
  out.take<error>(caller); // of the second call
  (*policy->selecting)(selection{a->id, {}});
  work_off();
  refused(3, uris::no_such_procedure);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "of two registrations that are decided at once, the first wins") {
  policy->waits = true;
  d.register_(a, {request_id{1}, {}, "com.add"});
  auto first = std::move(*policy->registering);
  d.register_(b, {request_id{1}, {}, "com.add"});
  (*policy->registering)(dict{});
  first(dict{});
  work_off();
  out.take<registered>(b);
  CHECK(out.take<error>(a).uri == uris::procedure_already_exists);
}

TEST_CASE_FIXTURE(fixture, "a policy hears who has unregistered, left, or lost a registration") {
  const auto id = serve(a);
  serve(b);
  d.session_left(a->id);
  REQUIRE(policy->gone.size() == 1);
  CHECK(policy->gone[0].callee == a);
  CHECK(policy->gone[0].attributes == dict{{"speed", 5}});
  CHECK(d.revoke(id, "com.reason"));
  REQUIRE(policy->gone.size() == 2);
  CHECK(policy->gone[1].callee == b);
  CHECK_FALSE(d.revoke(id, "com.reason"));
}
