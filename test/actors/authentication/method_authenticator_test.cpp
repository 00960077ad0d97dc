// A method of room auth as a realm's authenticator: what it answers is passed on, and what takes
// long is not done by whoever asks.
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/test/support/authenticators.hpp>
#include <wamp/test/support/seen.hpp>

#include <functional>
#include <memory>
#include <thread>

using namespace wamp;
using namespace wamp::test;

namespace {

struct scripted_method : server_method {
  auth_answer first = auth_challenge{{"scripted", {{"salt", "s"}}}, std::make_shared<const int>(5)};
  std::function<auth_answer(const auth_challenge&, const authenticate&)> second;
  bool slow = false;
  bool has_what_it_needs = true;

  std::string_view name() const noexcept override { return "scripted"; }
  bool suits(const login&) const override { return has_what_it_needs; }
  auth_answer challenge(const login&) const override { return first; }
  auth_answer
  check(const login&, const auth_challenge& asked, const authenticate& m) const override {
    return second(asked, m);
  }
  bool is_slow() const noexcept override { return slow; }
};

using answer = decision<auth_step>;

struct fixture {
  seen<answer> decided; // outlives who decides
  std::shared_ptr<scripted_method> method = std::make_shared<scripted_method>();
  std::shared_ptr<slow_lane> lane = std::make_shared<slow_lane>(1);
  method_authenticator by{method, lane};
  login_ref who = std::make_shared<const login>();

  decider<auth_step> decider_for_test() {
    auto question = std::make_shared<open_question<auth_step>>();
    if (auto early = question->taken_or([this](answer a) { decided.add(std::move(a)); }))
      decided.add(std::move(*early));
    return decider<auth_step>{question};
  }
  answer challenge() {
    by.challenge(who, decider_for_test());
    return decided.take();
  }
  void check(const std::string& signature = "x") {
    by.check_challenge(who, {}, {signature, {}}, decider_for_test());
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "what the method answers is what is decided") {
  const auto asked = challenge();
  REQUIRE(asked);
  CHECK(std::get<auth_challenge>(*asked).memory == std::get<auth_challenge>(*method->first).memory);
  method->first = admission_of("joe");
  CHECK(std::get<admission>(*challenge()).who.authid == "joe");
  method->first = tl::unexpected(refused{"a.reason", "a text"});
  const auto no = challenge();
  REQUIRE_FALSE(no);
  CHECK(no.error().uri == "a.reason");
  CHECK(no.error().text == "a text");
}

TEST_CASE_FIXTURE(fixture, "a method that the peer has nothing for leaves it to the next") {
  method->has_what_it_needs = false;
  const auto no = challenge();
  REQUIRE_FALSE(no);
  CHECK(no.error().uri == uris::no_matching_auth_method);
}

TEST_CASE_FIXTURE(fixture, "an answer is checked with what it answers, at once or aside") {
  const auto here = std::this_thread::get_id();
  std::thread::id there;
  method->second = [&](const auth_challenge& asked, const authenticate& m) -> auth_answer {
    there = std::this_thread::get_id();
    CHECK(asked.ask.method == "scripted");
    CHECK(m.signature == "signature");
    return admission_of("joe");
  };
  for (const bool slow : {false, true}) {
    method->slow = slow;
    by.check_challenge(who, {{"scripted", {}}}, {"signature", {}}, decider_for_test());
    const auto yes = decided.take();
    REQUIRE(yes);
    CHECK(std::get<admission>(*yes).who.authid == "joe");
    CHECK((there == here) == !slow);
  }
}

TEST_CASE_FIXTURE(fixture, "when too many wait to be checked, the next is told so") {
  seen<int> begun;
  seen<int> may_end;
  method->slow = true;
  method->second = [&](const auth_challenge&, const authenticate&) -> auth_answer {
    begun.add(1);
    may_end.take();
    return denied();
  };
  check();
  begun.take();
  check();
  check(); // one is worked on, one waits
  const auto refused = decided.take();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().uri == uris::unavailable);
  may_end.add(1);
  may_end.add(1);
  CHECK(decided.take().error().uri == uris::authentication_denied);
  CHECK(decided.take().error().uri == uris::authentication_denied);
}

TEST_CASE_FIXTURE(fixture, "nothing is worked out for a login that has been given up") {
  seen<int> begun;
  seen<int> may_end;
  method->slow = true;
  method->second = [&](const auth_challenge&, const authenticate& m) -> auth_answer {
    begun.add(1);
    if (m.signature == "first")
      may_end.take();
    return denied();
  };
  check("first");
  begun.take();
  const auto given_up = std::make_shared<open_question<auth_step>>();
  by.check_challenge(who, {}, {"given up", {}}, decider<auth_step>{given_up});
  given_up->withdraw();
  check("last"); // there is room for one
  may_end.add(1);
  decided.take();
  CHECK(decided.take().error().uri == uris::authentication_denied);
  begun.take();
  CHECK(begun.empty());
}

TEST_CASE_FIXTURE(fixture, "slow work that throws decides nothing, which is told") {
  method->slow = true;
  method->second = [](const auth_challenge&, const authenticate&) -> auth_answer {
    throw std::runtime_error{"no memory"};
  };
  check();
  CHECK_FALSE(decided.take()); // open_question says why
}
