// Logins, step by step, without actors: who is asked, what the answers lead to, and who is late.
#include <wamp/actors/router/logins.hpp>
#include <wamp/auth/cookie_store.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/authenticators.hpp>
#include <wamp/test/support/posted_work.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <utility>
#include <vector>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

struct fixture : login_desk, alarm_clock {
  std::vector<std::pair<session_id, wamp::challenge>> challenges;
  std::vector<std::pair<session_id, admission>> admissions;
  std::vector<std::pair<session_id, wamp::abort>> refusals;
  time_point time;
  std::vector<time_point> alarms;
  posted_work later;
  realm_settings realm = test::test_realm();
  std::shared_ptr<asking_authenticator> first = std::make_shared<asking_authenticator>();
  std::shared_ptr<asking_authenticator> second = std::make_shared<asking_authenticator>();
  logins all{*this, *this, later.post(), realm};

  void challenge(session_id id, const wamp::challenge& ask) override {
    challenges.emplace_back(id, ask);
  }
  void admit(session_id id, admission how) override { admissions.emplace_back(id, std::move(how)); }
  void refuse(session_id id, wamp::abort why) override {
    refusals.emplace_back(id, std::move(why));
  }
  time_point now() const override { return time; }
  void set_alarm(std::chrono::milliseconds delay) override { alarms.push_back(time + delay); }

  static login login_of(std::uint64_t id, dict details = {}) {
    return {{}, "realm1", session_id{id}, std::move(details), std::make_shared<peer_facts>()};
  }
  void begin(std::uint64_t id = 7, dict details = {}) {
    all.begin(login_of(id, std::move(details)), {{"first", first}, {"second", second}});
  }
  void decide(const decider<auth_step>& decide, auth_step step) {
    decide(std::move(step));
    later.work_off();
  }
  void deny(const decider<auth_step>& decide, std::string_view uri, std::string text = {}) {
    decide.deny(std::string{uri}, std::move(text));
    later.work_off();
  }
  void wait(std::chrono::milliseconds delay) {
    time += delay;
    while (!alarms.empty() && alarms.front() <= time) {
      alarms.erase(alarms.begin());
      all.alarm();
    }
  }
  void check_refused(std::uint64_t id, std::string_view uri, std::string_view text) {
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].first == session_id{id});
    CHECK(refusals[0].second.reason == uri);
    const auto said = find<std::string>(refusals[0].second.details, "message");
    CHECK((said ? *said : std::string{}) == text);
    CHECK(all.size() == 0);
    CHECK(admissions.empty());
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "the best method is asked, and told who wants to come in") {
  begin(7, {{"authid", "joe"}, {"authextra", dict{{"nonce", "n"}}}});
  const auto q = first->next();
  CHECK(q.who->method == "first");
  CHECK(q.who->realm == "realm1");
  CHECK(q.who->session == session_id{7});
  CHECK(q.who->authid() == "joe");
  CHECK(*find<std::string>(*q.who->extra(), "nonce") == "n");
  CHECK(second->asked.empty());
  decide(q.decide, admission_of("joe"));
  REQUIRE(admissions.size() == 1);
  CHECK(admissions[0].first == session_id{7});
  CHECK(admissions[0].second.who.authid == "joe");
  CHECK(all.size() == 0);
}

TEST_CASE_FIXTURE(fixture, "a decision at once needs no later turn, and no alarm") {
  all.begin(login_of(7), by_ticket());
  CHECK(later.empty());
  REQUIRE(challenges.size() == 1);
  CHECK(challenges[0].second.method == "ticket");
  all.answer(session_id{7}, authenticate{"secret", {}});
  CHECK(later.empty());
  REQUIRE(admissions.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "who gives no name of the method has that of the login") {
  begin();
  auto how = admission_of("joe");
  how.who.authmethod = "";
  decide(first->next().decide, how);
  CHECK(admissions.at(0).second.who.authmethod == "first");
}

TEST_CASE_FIXTURE(fixture, "the answer comes with the challenge and what was remembered of it") {
  begin();
  const auto memory = std::make_shared<const int>(5);
  decide(first->next().decide, auth_challenge{{"first", {{"challenge", "c"}}}, memory});
  REQUIRE(challenges.size() == 1);
  CHECK(challenges[0].first == session_id{7});
  CHECK(*find<std::string>(challenges[0].second.extra, "challenge") == "c");
  all.answer(session_id{7}, authenticate{"signature", {{"nonce", "n"}}});
  const auto q = first->next();
  CHECK(q.who->session == session_id{7});
  CHECK(q.asked.memory == memory);
  CHECK(q.response.signature == "signature");
  decide(q.decide, admission_of("joe"));
  CHECK(admissions.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "a second CHALLENGE is a second factor") {
  begin();
  decide(first->next().decide, auth_challenge{{"first", {}}});
  all.answer(session_id{7}, authenticate{"one", {}});
  decide(first->next().decide, auth_challenge{{"code", {}}});
  REQUIRE(challenges.size() == 2);
  CHECK(challenges[1].second.method == "code");
  CHECK(admissions.empty());
  all.answer(session_id{7}, authenticate{"two", {}});
  const auto q = first->next();
  CHECK(q.asked.ask.method == "code");
  CHECK(q.response.signature == "two");
  decide(q.decide, admission_of("joe"));
  CHECK(admissions.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "one answer to one CHALLENGE: more of them are void") {
  begin();
  all.answer(session_id{7}, authenticate{"before it was asked", {}});
  CHECK(first->asked.size() == 1);
  decide(first->next().decide, auth_challenge{{"first", {}}});
  all.answer(session_id{7}, authenticate{"one", {}});
  all.answer(session_id{7}, authenticate{"again", {}});
  CHECK(first->asked.size() == 1);
  all.answer(session_id{8}, authenticate{"of nobody", {}});
  CHECK(first->asked.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "a denial is the ABORT's, and says no more than it was given") {
  SUBCASE("nothing") {
    begin();
    deny(first->next().decide, uris::authentication_denied);
    check_refused(7, uris::authentication_denied, "");
    CHECK(refusals[0].second.details.empty());
  }
  SUBCASE("in the second step, with a text") {
    begin();
    decide(first->next().decide, auth_challenge{{"first", {}}});
    all.answer(session_id{7}, authenticate{"wrong", {}});
    deny(first->next().decide, uris::no_such_role, "no role for you");
    check_refused(7, uris::no_such_role, "no role for you");
  }
  CHECK(second->asked.empty());
}

TEST_CASE_FIXTURE(fixture, "a method with nothing to go by leaves it to the next that is offered") {
  begin();
  deny(first->next().decide, uris::no_matching_auth_method, "no cookie");
  CHECK(refusals.empty());
  const auto q = second->next();
  CHECK(q.who->method == "second");
  CHECK(q.who->session == session_id{7});
  SUBCASE("which lets the peer in") {
    decide(q.decide, admission_of("joe"));
    CHECK(admissions.size() == 1);
  }
  SUBCASE("and the last one's word counts") {
    deny(q.decide, uris::no_matching_auth_method, "no certificate");
    check_refused(7, uris::no_matching_auth_method, "no certificate");
  }
  SUBCASE("but not after it has asked") {
    decide(q.decide, auth_challenge{{"second", {}}});
    all.answer(session_id{7}, authenticate{"x", {}});
    deny(second->next().decide, uris::no_matching_auth_method);
    check_refused(7, uris::no_matching_auth_method, "");
  }
}

TEST_CASE_FIXTURE(fixture, "an authenticator that throws has failed, and is not told of") {
  all.begin(login_of(7), by_ticket(std::make_shared<throwing_authenticator>()));
  later.work_off();
  check_refused(7, uris::authentication_failed, "nobody has decided about this login");
}

TEST_CASE_FIXTURE(fixture, "an authenticator without a second step refuses what it has asked for") {
  struct only_asks : authenticator {
    void challenge(const login_ref&, decider<auth_step> decide) override {
      decide(auth_step{auth_challenge{{"first", {}}}});
    }
  };
  all.begin(login_of(7), by_ticket(std::make_shared<only_asks>()));
  all.answer(session_id{7}, authenticate{"x", {}});
  check_refused(7, uris::authentication_failed, "this method asks nothing");
}

TEST_CASE_FIXTURE(fixture, "a decision that nobody can take any more has failed") {
  begin();
  first->asked.clear();
  later.work_off();
  check_refused(7, uris::authentication_failed, "nobody has decided about this login");
}

TEST_CASE_FIXTURE(fixture, "what is decided about a peer that has gone is void") {
  begin();
  const auto q = first->next();
  SUBCASE("before") {
    all.forget(session_id{7});
    decide(q.decide, admission_of("joe"));
  }
  SUBCASE("between the decision and the router's turn") {
    q.decide(auth_step{admission_of("joe")});
    all.forget(session_id{7});
    later.work_off();
  }
  SUBCASE("while another has the same id") {
    all.forget(session_id{7});
    begin(7);
    decide(q.decide, admission_of("joe"));
    CHECK(all.size() == 1);
  }
  CHECK(admissions.empty());
  CHECK(refusals.empty());
}

TEST_CASE_FIXTURE(fixture, "who decides can see that nobody waits for it any more") {
  realm.login_timeout = 1000ms;
  begin();
  const auto q = first->next();
  CHECK(q.decide.is_awaited());
  SUBCASE("the peer has gone") {
    all.forget(session_id{7});
  }
  SUBCASE("it took too long") {
    wait(1000ms);
  }
  SUBCASE("it is decided") {
    q.decide.deny("no");
  }
  CHECK_FALSE(q.decide.is_awaited());
}

TEST_CASE_FIXTURE(fixture, "logins wait for their own authenticator only") {
  begin(7);
  begin(8);
  const auto slow = first->next();
  decide(first->next().decide, admission_of("quick"));
  REQUIRE(admissions.size() == 1);
  CHECK(admissions[0].first == session_id{8});
  decide(slow.decide, admission_of("slow"));
  CHECK(admissions.at(1).first == session_id{7});
}

TEST_CASE_FIXTURE(fixture, "a browser that was let in is remembered, if it has shown something") {
  realm.cookies = std::make_shared<cookie_store>();
  const auto come = [&](const std::string& method, const std::string& cookie) {
    auto peer = std::make_shared<peer_facts>();
    peer->cookie = cookie;
    auto who = login_of(7);
    who.peer = peer;
    all.begin(std::move(who), {{method, first}});
    decide(first->next().decide, admission_of("joe"));
    return realm.cookies && realm.cookies->find("realm1", cookie);
  };
  REQUIRE(come("ticket", "one"));
  CHECK(realm.cookies->find("realm1", "one")->authid == "joe");
  CHECK_FALSE(come("anonymous", "two"));
  CHECK_FALSE(come("cookie", "three")); // or it would stand for ever
  CHECK_FALSE(come("ticket", ""));
  realm.cookies = nullptr;
  come("ticket", "one");
  CHECK(admissions.size() == 5);
}

TEST_CASE_FIXTURE(fixture, "so many may log in at once") {
  realm.max_logins = 2;
  begin(7);
  begin(8);
  begin(9);
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].first == session_id{9});
  CHECK(refusals[0].second.reason == uris::unavailable);
  all.forget(session_id{7});
  begin(10);
  CHECK(refusals.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "a login may take so long, whoever is late") {
  realm.login_timeout = 1000ms;
  begin(7); // its authenticator
  wait(400ms);
  begin(8); // the peer
  const auto late = first->next();
  decide(first->next().decide, auth_challenge{{"first", {}}});
  CHECK(alarms.size() == 1); // one for all
  wait(599ms);
  CHECK(refusals.empty());
  wait(1ms);
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].first == session_id{7});
  CHECK(refusals[0].second.reason == uris::authentication_failed);
  wait(399ms);
  CHECK(refusals.size() == 1);
  wait(1ms);
  REQUIRE(refusals.size() == 2);
  CHECK(refusals[1].first == session_id{8});
  CHECK(alarms.empty());
  decide(late.decide, admission_of("late"));
  CHECK(admissions.empty());
  begin(9);
  CHECK(alarms.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "who is in, or has gone, is never late") {
  realm.login_timeout = 1000ms;
  begin(7);
  begin(8);
  decide(first->next().decide, admission_of("joe"));
  all.forget(session_id{8});
  wait(5000ms);
  CHECK(refusals.empty());
  CHECK(alarms.empty());
}
