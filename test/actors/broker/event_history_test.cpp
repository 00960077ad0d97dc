// What is found of the past of a subscription, and by whom.
#include <wamp/actors/broker/event_history.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

constexpr subscription_id auth{1};
constexpr subscription_id basket{2};
constexpr subscription_id all{3};
constexpr subscription_id none{4}; // without a history

/// Publication n came at n seconds past noon.
const auto noon = std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + 12h;

struct fixture {
  event_history history;

  fixture() {
    for (auto id : {auth, basket, all})
      history.open(id);
  }
  void
  add(std::uint64_t id, std::vector<subscription_id> to, std::string topic = "com.topic",
      dict options = {}) {
    const publication what{
        publication_id{id},         session_id{1}, std::move(options), std::move(topic), {},
        payload::native({{id}, {}})};
    history.add(what, noon + std::chrono::seconds{id}, to);
  }
  std::vector<std::uint64_t>
  ids(subscription_id of, const dict& kwargs = {},
      const session_ref& caller = make_session(9, "peter", "user")) const {
    const auto query = history_query::from(kwargs);
    REQUIRE(query);
    std::vector<std::uint64_t> result;
    for (auto& e : history.find(of, *query, *caller)) {
      const auto id = e.what.id.value();
      CHECK(e.time == noon + std::chrono::seconds{id});
      CHECK(e.what.args.values() == arguments{{id}, {}});
      result.push_back(id);
    }
    return result;
  }
};

using found = std::vector<std::uint64_t>;

} // namespace

TEST_CASE_FIXTURE(fixture, "each subscription has the history of its own events, in their order") {
  add(1, {auth, all, none});
  for (auto id : {2U, 3U, 4U})
    add(id, {basket, all});
  add(5, {all});
  CHECK(ids(auth) == found{1});
  CHECK(ids(basket) == found{2, 3, 4});
  CHECK(ids(all) == found{1, 2, 3, 4, 5});
  CHECK(ids(none).empty());
  history.close(basket);
  CHECK(ids(basket).empty());
}

TEST_CASE_FIXTURE(fixture, "filters, each alone and together") {
  for (auto id : {1U, 2U, 3U, 4U, 5U})
    add(id, {all}, id % 2 == 0 ? "com.even" : "com.odd");
  CHECK(ids(all, {{"reverse", true}}) == found{5, 4, 3, 2, 1});
  CHECK(ids(all, {{"limit", 2}}) == found{1, 2});
  CHECK(ids(all, {{"limit", 2}, {"reverse", true}}) == found{5, 4});
  CHECK(ids(all, {{"from_time", "2026-06-01T12:00:03Z"}}) == found{3, 4, 5});
  CHECK(ids(all, {{"after_time", "2026-06-01T12:00:03Z"}}) == found{4, 5});
  CHECK(ids(all, {{"before_time", "2026-06-01T14:00:03+02:00"}}) == found{1, 2});
  CHECK(ids(all, {{"until_time", "2026-06-01T12:00:03Z"}}) == found{1, 2, 3});
  CHECK(ids(all, {{"from_time", "2026-06-01T12:00:02.001Z"}}) == found{3, 4, 5});
  CHECK(ids(all, {{"topic", "com.even"}}) == found{2, 4});
  CHECK(ids(all, {{"topic", "com"}}).empty());
  CHECK(ids(all, {{"from_publication", 3}}) == found{3, 4, 5});
  CHECK(ids(all, {{"after_publication", 3}}) == found{4, 5});
  CHECK(ids(all, {{"before_publication", 3}}) == found{1, 2});
  CHECK(ids(all, {{"until_publication", 3}}) == found{1, 2, 3});
  CHECK(ids(all, {{"after_publication", 5}}).empty());
  CHECK(ids(all, {{"before_publication", 1}}).empty());
  CHECK(
      ids(all, {{"after_publication", 1}, {"before_publication", 5}, {"topic", "com.odd"}})
      == found{3});
  CHECK(ids(all, {{"after_publication", 4}, {"before_publication", 2}}).empty());
  CHECK(ids(all, {{"before_publication", 5}, {"reverse", true}, {"limit", 2}}) == found{4, 3});
  CHECK(ids(all, {{"limit", 1}, {"topic", "com.even"}, {"reverse", true}}) == found{4});
}

TEST_CASE_FIXTURE(fixture, "counted from a publication that is not there, nothing is found") {
  add(1, {all});
  add(2, {auth});
  for (auto key :
       {"from_publication", "after_publication", "before_publication", "until_publication"})
    CHECK(ids(all, {{key, 2}}).empty());
}

TEST_CASE_FIXTURE(fixture, "who may not receive an event does not find it either") {
  add(1, {all}, "com.t", {{"eligible_authrole", list{"admin"}}});
  add(2, {all}, "com.t", {{"exclude_authid", list{"peter"}}});
  add(3, {all}, "com.t", {{"eligible_authid", list{"peter"}}, {"exclude_authrole", list{"admin"}}});
  CHECK(ids(all) == found{3});
  CHECK(ids(all, {}, make_session(9, "anna", "admin")) == found{1, 2});
  CHECK(ids(all, {{"limit", 1}}, make_session(9, "anna", "admin")) == found{1});
}

TEST_CASE_FIXTURE(fixture, "session ids are of the past: such events are not kept, nor excluded") {
  add(1, {all}, "com.t", {{"exclude", list{5}}});
  add(2, {all}, "com.t", {{"eligible", list{9}}});
  add(3, {all}, "com.t", {{"eligible", list{}}});
  add(4, {all}, "com.t");
  CHECK(ids(all) == found{4});
  CHECK(ids(all, {}, make_session(1)) == found{4}); // the publisher
}

TEST_CASE("a history is bounded in events and in bytes, the oldest go") {
  fixture f;
  f.history = event_history{{3, 1U << 20U}};
  f.history.open(all);
  for (auto id : {1U, 2U, 3U, 4U, 5U})
    f.add(id, {all});
  CHECK(f.ids(all) == found{3, 4, 5});
  f.history = event_history{{1000, 2000}};
  f.history.open(all);
  for (auto id : {1U, 2U, 3U, 4U, 5U})
    f.add(id, {all}, std::string(500, 'x'));
  CHECK(f.ids(all).back() == 5);
  CHECK(f.ids(all).size() < 4);
  f.add(6, {all}, std::string(5000, 'x')); // more than there may be
  CHECK(f.ids(all).empty());
}

TEST_CASE("conditions of the wrong type are told by name") {
  for (auto& [key, wrong] : std::vector<std::pair<const char*, value>>{
           {"reverse", 1},
           {"limit", 0},
           {"limit", -1},
           {"limit", "5"},
           {"limit", 1.5},
           {"from_time", "yesterday"},
           {"after_time", 5},
           {"before_time", ""},
           {"until_time", true},
           {"topic", 7},
           {"from_publication", 0},
           {"after_publication", "1"},
           {"before_publication", -1},
           {"until_publication", list{}}}) {
    CAPTURE(key);
    const auto query = history_query::from({{key, wrong}});
    REQUIRE_FALSE(query);
    CHECK(query.error().starts_with(key));
  }
  CHECK(history_query::from({{"limit", value{}}, {"x_own", 1}}));
}
