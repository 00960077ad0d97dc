// Decisions that come at once, later, twice or never; and what waits for them.
#include <wamp/actors/policy/held_requests.hpp>
#include <wamp/actors/policy/undecided_sessions.hpp>
#include <wamp/test/support/posted_work.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <thread>
#include <variant>
#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  posted_work posted;
  undecided_sessions sessions{posted.post()};
  session_id one{1};
  std::vector<int> values;
  std::vector<std::string> errors;

  void work_off() { posted.work_off(); }

  template <class Put>
  void ask(Put put) {
    sessions.ask<int>(one, put, [this](decision<int> d) {
      if (d)
        values.push_back(*d);
      else
        errors.push_back(d.error().uri);
    });
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "what is decided at once is gone on with at once") {
  ask([](const decider<int>& decide) { decide(7); });
  CHECK(values == std::vector{7});
  CHECK_FALSE(sessions.contains(one));
  CHECK(posted.empty());
}

TEST_CASE_FIXTURE(fixture, "what is decided later is gone on with in the turn of who asked") {
  std::optional<decider<int>> kept;
  ask([&](auto decide) { kept = std::move(decide); });
  CHECK(sessions.contains(one));
  CHECK_FALSE(sessions.contains(session_id{2}));
  std::thread{[&] { (*kept)(7); }}.join();
  CHECK(values.empty());
  CHECK(sessions.contains(one));
  work_off();
  CHECK(values == std::vector{7});
  CHECK_FALSE(sessions.contains(one));
}

TEST_CASE_FIXTURE(fixture, "the first decision counts") {
  std::optional<decider<int>> kept;
  ask([&](auto decide) {
    decide(1);
    kept = std::move(decide);
  });
  (*kept)(2);
  kept.reset();
  work_off();
  CHECK(values == std::vector{1});
  ask([&](auto decide) { kept = std::move(decide); });
  kept->deny("com.no");
  (*kept)(3);
  work_off();
  CHECK(values == std::vector{1});
  CHECK(errors == std::vector<std::string>{"com.no"});
}

TEST_CASE_FIXTURE(fixture, "who forgets to decide refuses") {
  ask([](const auto&) {});
  work_off();
  CHECK(errors == std::vector<std::string>{"wamp.error.authorization_failed"});
  std::optional<decider<int>> kept;
  ask([&](auto decide) { kept = std::move(decide); });
  work_off();
  CHECK(errors.size() == 1);
  kept.reset();
  work_off();
  CHECK(errors.size() == 2);
  CHECK_FALSE(sessions.contains(one));
}

TEST_CASE("what was asked can be withdrawn") {
  const auto question = std::make_shared<open_question<int>>();
  const decider<int> decide{question};
  int told = 0;
  const auto asker = std::make_shared<int>(0);
  CHECK_FALSE(question->taken_or([&told, asker](const decision<int>&) { ++told; }));
  CHECK(decide.is_awaited());
  question->withdraw();
  CHECK_FALSE(decide.is_awaited());
  CHECK(asker.use_count() == 1);
  decide(7);
  CHECK(told == 0);
}

TEST_CASE("what a session asks for meanwhile waits in its order") {
  held_requests<std::variant<int, std::string>> held;
  const auto alice = make_session(1), bob = make_session(2);
  held.hold(alice, 1);
  held.hold(bob, 10);
  held.hold(alice, std::string{"two"});
  held.hold(alice, 3);
  held.hold_leaving(alice->id);
  std::vector<std::string> seen;
  int undecided_at = 2;
  const auto handle = [&](const session_ref& who, const auto& request) {
    CHECK(who == alice);
    if constexpr (std::is_same_v<std::decay_t<decltype(request)>, int>)
      seen.push_back(std::to_string(request));
    else
      seen.push_back(request);
  };
  const auto waits = [&] { return static_cast<int>(seen.size()) == undecided_at; };
  auto first = held.release(alice->id, handle, waits);
  CHECK(seen == std::vector<std::string>{"1", "two"});
  CHECK(first.from == alice);
  CHECK(first.done.messages == 2);
  CHECK_FALSE(first.leaves);
  undecided_at = 3;
  CHECK_FALSE(held.release(alice->id, handle, waits).leaves); // the last one is undecided, too
  undecided_at = -1;
  CHECK(held.release(alice->id, handle, waits).leaves);
  CHECK(seen.size() == 3);
  CHECK_FALSE(held.release(alice->id, handle, waits).leaves);
}
