// What broker and dealer remember of who may do what, and how long they wait to be told.
#include <wamp/actors/authorization/authorization.hpp>
#include <wamp/actors/authorization/role_permissions.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/posted_work.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <map>
#include <stdexcept>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

/// Counts the questions; what it is asked it answers when the test says so.
struct scripted : authorizer {
  std::optional<permit> knows;
  std::deque<std::pair<authorization_request, decider<permit>>> asked;
  mutable int known_asked = 0;

  std::optional<permit> known(const session_info&, const attempt&) const override {
    ++known_asked;
    return knows;
  }
  void ask(authorization_request request, decider<permit> decide) override {
    asked.emplace_back(std::move(request), std::move(decide));
  }
  void answer(decision<permit> d) {
    asked.front().second(std::move(d));
    asked.pop_front();
  }
};

struct fixture {
  std::shared_ptr<scripted> decides = std::make_shared<scripted>();
  posted_work posted;
  undecided_sessions undecided{posted.post()};
  turn_clock::time_point now{1h};
  std::multimap<turn_clock::time_point, std::function<void()>> alarms;
  authorization gate{
      decides,
      10s,
      &permit_places::at_broker,
      undecided,
      {[this] { return now; },
       [this](auto delay, auto work) { alarms.emplace(now + delay, std::move(work)); }}};
  session_ref joe = make_session(1, "joe", "user"), ann = make_session(2, "ann", "user"),
              bob = make_session(3, "bob", "admin");
  std::vector<verdict> told;

  static constexpr attempt publish_a{action::publish, "com.a"};

  bool may(const session_ref& who, const attempt& what = publish_a) {
    const auto known = gate.find(*who, what);
    REQUIRE(known);
    return *known && (*known)->allow;
  }
  void ask(const session_ref& who, const attempt& what = publish_a) {
    gate.ask(
        who, what, wamp::publish{request_id{1}, {{"retain", true}}, std::string{what.uri}},
        [this](const session_ref&, wamp::publish& request, const verdict& d) {
          CHECK(request.request == request_id{1});
          told.push_back(d);
        });
  }
  /// As broker and dealer do it.
  void find_or_ask(const session_ref& who, const attempt& what = publish_a) {
    if (auto known = gate.find(*who, what))
      told.push_back(std::move(known));
    else
      ask(who, what);
  }
  void wait(std::chrono::milliseconds time) {
    const auto until = now + time;
    while (!alarms.empty() && alarms.begin()->first <= until) {
      now = alarms.begin()->first;
      auto due = alarms.extract(alarms.begin());
      due.mapped()();
    }
    now = until;
    posted.work_off();
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "without an authorizer everything is allowed") {
  gate.decide_by(nullptr);
  CHECK(may(joe));
  CHECK(decides->known_asked == 0);
}

TEST_CASE_FIXTURE(fixture, "the router itself may do everything") {
  decides->knows = permit{false};
  CHECK(may(make_session(0)));
  CHECK_FALSE(may(joe));
}

TEST_CASE_FIXTURE(fixture, "what a role may do is remembered for all its sessions") {
  decides->knows = permit{true, false, permit::for_good};
  CHECK(may(joe));
  CHECK(may(joe));
  CHECK(decides->known_asked == 1);
  CHECK(may(ann)); // finds out that it has the role
  CHECK(may(ann, {action::publish, "com.a"}));
  CHECK(decides->known_asked == 2);
  CHECK(may(ann, {action::subscribe, "com.a"}));
  CHECK(may(ann, {action::publish, "com.b"}));
  CHECK(decides->known_asked == 4);
  decides->knows = permit{false, false, permit::for_good};
  CHECK_FALSE(may(bob)); // another role
  CHECK_FALSE(may(bob));
  CHECK(decides->known_asked == 5);
  CHECK(may(joe));
}

TEST_CASE_FIXTURE(fixture, "what is not valid for a while is asked for each time") {
  decides->knows = permit{true};
  CHECK(may(joe));
  CHECK(may(joe));
  CHECK(decides->known_asked == 2);
}

TEST_CASE_FIXTURE(fixture, "what is decided about a pattern is not for the topic of that name") {
  decides->knows = permit{true, false, permit::for_good};
  CHECK(may(joe, {action::subscribe, "com.a", match_policy::prefix}));
  decides->knows = permit{false, false, permit::for_good};
  CHECK_FALSE(may(joe, {action::subscribe, "com.a"}));
  CHECK_FALSE(may(joe, {action::subscribe, "com.a", match_policy::prefix}));
}

TEST_CASE_FIXTURE(fixture, "broker and dealer remember for themselves") {
  decides->knows = permit{true, false, permit::for_good};
  authorization other{decides, 10s, &permit_places::at_dealer, undecided, {}};
  may(joe);
  CHECK(other.find(*joe, publish_a));
  CHECK(decides->known_asked == 2);
}

TEST_CASE_FIXTURE(fixture, "with another authorizer nothing holds that was decided before") {
  decides->knows = permit{true, false, permit::for_good};
  may(joe);
  const auto strict = std::make_shared<scripted>();
  strict->knows = permit{false};
  gate.decide_by(strict);
  CHECK_FALSE(may(joe));
  gate.decide_by(decides);
  CHECK(may(joe));
  CHECK(decides->known_asked == 2);
}

TEST_CASE_FIXTURE(fixture, "what is not known is asked, with all that is known of the request") {
  CHECK_FALSE(gate.find(*joe, publish_a));
  ask(joe);
  CHECK(undecided.contains(joe->id));
  CHECK_FALSE(undecided.contains(ann->id));
  CHECK(told.empty());
  REQUIRE(decides->asked.size() == 1);
  const auto& asked = decides->asked.front().first;
  CHECK(asked.who == joe);
  CHECK(asked.what == action::publish);
  CHECK(asked.uri == "com.a");
  CHECK(asked.options == dict{{"retain", true}});
  decides->answer(permit{true});
  CHECK(told.empty()); // not in the broker's turn yet
  posted.work_off();
  REQUIRE(told.size() == 1);
  CHECK((**told[0]).allow);
  CHECK_FALSE(gate.find(*joe, publish_a)); // it was for once
}

TEST_CASE_FIXTURE(fixture, "what was decided for a session is remembered for that alone") {
  for (bool allow : {true, false}) {
    const attempt what{action::call, allow ? "com.yes" : "com.no"};
    ask(joe, what);
    decides->answer(permit{allow, allow, permit::for_good});
    posted.work_off();
    REQUIRE(gate.find(*joe, what));
    CHECK(may(joe, what) == allow);
    CHECK((**gate.find(*joe, what)).disclose == allow);
    CHECK_FALSE(gate.find(*ann, what));
  }
}

TEST_CASE_FIXTURE(fixture, "it is remembered for as long as the decision says") {
  ask(joe);
  decides->answer(permit{true, false, 60s});
  posted.work_off();
  wait(59s);
  CHECK(may(joe));
  wait(1s);
  CHECK_FALSE(gate.find(*joe, publish_a));
  ask(joe);
  decides->answer(permit{true, false, permit::duration::max() / 2}); // more than a clock counts
  posted.work_off();
  wait(1h);
  CHECK(may(joe));
}

TEST_CASE_FIXTURE(fixture, "what the one before decides is void") {
  ask(joe);
  auto late = std::move(decides->asked.front().second);
  const auto next = std::make_shared<scripted>();
  gate.decide_by(next);
  late(permit{true, false, permit::for_good});
  posted.work_off();
  REQUIRE(told.size() == 1);
  CHECK_FALSE(told[0]);
  CHECK_FALSE(gate.find(*joe, publish_a));
}

TEST_CASE_FIXTURE(fixture, "a denial in words of its own, and none") {
  ask(joe);
  decides->asked.front().second.deny("com.closed", "come tomorrow");
  ask(ann);
  decides->asked.back().second(permit{false});
  posted.work_off();
  REQUIRE(told.size() == 2);
  auto no = authorization::refusal_of(publish_a, *told[0]);
  REQUIRE(no);
  CHECK(no->uri == "com.closed");
  CHECK(no->text == "come tomorrow");
  no = authorization::refusal_of(publish_a, *told[1]);
  REQUIRE(no);
  CHECK(no->uri == uris::not_authorized);
  CHECK(no->text == "may not publish to com.a");
  CHECK_FALSE(authorization::refusal_of(publish_a, permit{true}));
}

TEST_CASE_FIXTURE(fixture, "who is asked and gone has failed") {
  ask(joe);
  decides->asked.clear();
  posted.work_off();
  REQUIRE(told.size() == 1);
  CHECK((*told[0]).error().uri == uris::authorization_failed);
}

TEST_CASE_FIXTURE(fixture, "who does not decide in time has failed, too late is too late") {
  ask(joe);
  wait(5s);
  ask(ann);
  wait(4999ms);
  CHECK(told.empty());
  wait(1ms);
  REQUIRE(told.size() == 1);
  CHECK((*told[0]).error().uri == uris::authorization_failed);
  CHECK_FALSE(undecided.contains(joe->id));
  CHECK(undecided.contains(ann->id));
  decides->answer(permit{true, false, permit::for_good}); // joe's
  posted.work_off();
  CHECK(told.size() == 1);
  CHECK_FALSE(gate.find(*joe, publish_a));
  decides->answer(permit{true}); // ann's
  posted.work_off();
  CHECK(told.size() == 2);
  wait(1h);
  CHECK(told.size() == 2);
  CHECK(alarms.empty());
}

TEST_CASE_FIXTURE(fixture, "many questions make one alarm wait") {
  for (int n = 0; n < 1000; ++n) {
    ask(joe);
    decides->answer(permit{true});
    posted.work_off();
  }
  CHECK(alarms.size() == 1);
}

TEST_CASE("an authorizer that throws has failed") {
  struct : authorizer {
    std::optional<permit> known(const session_info& who, const attempt&) const override {
      if (who.identity.authid == "joe")
        throw std::runtime_error{"at once"};
      return std::nullopt;
    }
    void ask(authorization_request, decider<permit>) override { throw 7; }
  } broken;
  fixture f;
  f.gate.decide_by(std::shared_ptr<authorizer>{&broken, [](auto*) {}});
  f.find_or_ask(f.joe);
  f.find_or_ask(f.ann);
  f.posted.work_off();
  REQUIRE(f.told.size() == 2);
  for (const auto& d : f.told)
    CHECK((*d).error().uri == uris::authorization_failed);
  CHECK_FALSE(f.gate.may(*f.joe, f.publish_a, true));
  CHECK(f.gate.may(*f.ann, f.publish_a, true));
  CHECK_FALSE(f.gate.may(*f.ann, f.publish_a, false));
}

TEST_CASE("what is remembered is bounded") {
  const auto now = [] { return permit_cache::time_point{1h}; };
  const permit yes{true, false, permit::for_good};
  permit_cache cache{1};
  const std::string longest(permit_cache::max_length, 'a');
  cache.add(action::call, longest, yes, now);
  cache.add(action::call, longest + 'a', yes, now);
  CHECK(cache.find(action::call, longest, now));
  CHECK_FALSE(cache.find(action::publish, longest, now));
  CHECK_FALSE(cache.find(action::call, longest + 'a', now));
  for (std::size_t n = 0; n < permit_cache::max_uris; ++n)
    cache.add(action::call, "com." + std::to_string(n), yes, now);
  CHECK_FALSE(cache.find(action::call, longest, now)); // begun anew
  CHECK(cache.find(action::call, "com." + std::to_string(permit_cache::max_uris - 1), now));
}
