// What every event store must do, for those in memory and in a file.
#include <wamp/actors/broker/memory_event_store.hpp>
#include <wamp/actors/broker/sqlite_event_store.hpp>
#include <wamp/test/support/store_user.hpp>
#include <wamp/test/support/temporary_folder.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace wamp;
using namespace wamp::test;

namespace {

struct in_memory {
  static event_store_maker maker(const event_store_bounds& bounds) {
    return [bounds](const std::function<void()>&) {
      return std::make_unique<memory_event_store>(bounds);
    };
  }
};

struct in_a_file {
  temporary_folder folder;

  event_store_maker maker(const event_store_bounds& bounds) const {
    auto made = open_event_store(folder / "events", bounds);
    REQUIRE(made);
    return *std::move(made);
  }
};

template <class Where>
struct conforming : Where, store_user {
  explicit conforming(const event_store_bounds& bounds = {}) : store_user(this->maker(bounds)) {}
};

constexpr subscription_id auth{1};
constexpr subscription_id basket{2};
constexpr subscription_id all{3};
constexpr subscription_id none{4}; // without a history

template <class Where>
struct with_histories : conforming<Where> {
  explicit with_histories(const history_bounds& each = {}, const event_store_bounds& bounds = {})
      : conforming<Where>(bounds) {
    this->open(auth, {"com.auth", match_policy::exact, each});
    this->open(basket, {"com.basket", match_policy::exact, each});
    this->open(all, {"com.", match_policy::prefix, each});
  }
  void
  add(std::uint64_t id, std::vector<subscription_id> to, std::string topic = "com.topic",
      dict options = {}) {
    CHECK(this->remember(event_of_topic(id, std::move(topic), std::move(options)), std::move(to)));
  }
};

payload text_of(std::size_t size) {
  return payload::native({{std::string(size, 'x')}, {}});
}

using found = std::vector<std::uint64_t>;
using topics = std::vector<std::string>;

topics topics_of(const std::vector<publication>& events) {
  topics result;
  for (const auto& e : events)
    result.push_back(e.topic);
  std::sort(result.begin(), result.end());
  return result;
}

found ids_of(const std::vector<publication>& events) {
  found result;
  for (const auto& e : events)
    result.push_back(e.id.value());
  return result;
}

} // namespace

#define EVERY_STORE in_memory, in_a_file

// -- retained events -----------------------------------------------------------------------------

TEST_CASE_TEMPLATE("event store: a retained event comes back as it was", Where, EVERY_STORE) {
  conforming<Where> s;
  const std::vector<payload> contents{
      {},
      payload::native({{1, -5, 2.5, true, nullptr, "ä", binary{std::string{"\0\xff", 2}}}, {}}),
      payload::native({{}, {{"key", list{dict{{"deep", UINT64_MAX}}}}}}),
      payload::encoded(format::json, slice{std::string{R"([1.50,"x"],{"k":[]})"}}, 2),
      payload::encoded(format::msgpack, slice{std::string{"\x91\x01"}}, 1),
      payload::encoded(format::cbor, slice{std::string{"\x81\x01"}}, 1)};
  std::uint64_t id = 0;
  for (const auto& args : contents) {
    ++id;
    CAPTURE(id);
    auto what =
        event_of_topic(id, "com.topic", {{"exclude_me", false}, {"acknowledge", true}}, args);
    what.details = {{"publisher", 7}, {"publisher_authid", "änne"}, {"trustlevel", 3}};
    CHECK(s.retain(what));
    const auto events = s.retained();
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == what.id);
    CHECK(events[0].topic == what.topic);
    CHECK(events[0].details == what.details);
    CHECK(events[0].args.values() == args.values());
    CHECK(events[0].args.parts() == args.parts());
    // What came in some format goes out as it came.
    if (args.origin())
      CHECK(events[0].args.view(*args.origin()) == args.view(*args.origin()));
  }
}

TEST_CASE_TEMPLATE("event store: the newest retained event that is for them", Where, EVERY_STORE) {
  conforming<Where> s;
  const auto anna = make_session(2, "anna", "admin");
  const auto peter = make_session(3, "peter", "user");
  const auto publisher = make_session(1, "paul", "user");
  s.retain(event_of_topic(1, "com.topic"));
  s.retain(event_of_topic(2, "com.topic", {{"eligible_authrole", list{"admin"}}}));
  s.retain(event_of_topic(3, "com.topic", {{"exclude_authid", list{"anna", "paul"}}}));
  CHECK(ids_of(s.retained(anna)) == found{2});
  CHECK(ids_of(s.retained(peter)) == found{3});
  CHECK(s.retained(publisher).empty());
  s.retain(event_of_topic(4, "com.topic"));
  CHECK(ids_of(s.retained(anna)) == found{4});
  CHECK(ids_of(s.retained(peter)) == found{4});
  s.retain(event_of_topic(5, "com.topic", {{"exclude_me", false}}));
  CHECK(ids_of(s.retained(publisher)) == found{5});
}

TEST_CASE_TEMPLATE("event store: retained events by patterns", Where, EVERY_STORE) {
  conforming<Where> s;
  std::uint64_t id = 0;
  for (auto topic : {"com.a.x", "com.a.y", "com.ab", "com.b.x", "org.a.x"})
    s.retain(event_of_topic(++id, topic));
  const auto heard = [&](const char* pattern, match_policy match) {
    return topics_of(s.retained(make_session(2), pattern, match));
  };
  CHECK(heard("com.ab", match_policy::exact) == topics{"com.ab"});
  CHECK(heard("com.a", match_policy::exact).empty());
  CHECK(heard("com.a", match_policy::prefix) == topics{"com.a.x", "com.a.y", "com.ab"});
  CHECK(heard("..x", match_policy::wildcard) == topics{"com.a.x", "com.b.x", "org.a.x"});
}

TEST_CASE_TEMPLATE("event store: with too many topics, those without news go", Where, EVERY_STORE) {
  conforming<Where> s{{.retained_topics = 3}};
  std::uint64_t id = 0;
  for (auto topic : {"a", "b", "c", "a", "d"})
    s.retain(event_of_topic(++id, topic));
  CHECK(topics_of(s.retained()) == topics{"a", "c", "d"});
}

TEST_CASE_TEMPLATE("event store: with too many bytes, the oldest topics go", Where, EVERY_STORE) {
  conforming<Where> s{{.retained_bytes = 10'000}};
  std::uint64_t id = 0;
  for (auto topic : {"a", "b", "c", "d"})
    s.retain(event_of_topic(++id, topic, {}, text_of(3000)));
  CHECK(topics_of(s.retained()) == topics{"b", "c", "d"});
  // The lists that say whom an event is for take memory as well.
  s.retain(event_of_topic(++id, "e", {{"exclude", list(100, value{7})}}));
  CHECK(topics_of(s.retained()) == topics{"d", "e"});
  // An event larger than the store is not kept, nor what it replaces.
  s.retain(event_of_topic(++id, "e", {}, text_of(20'000)));
  CHECK(topics_of(s.retained()) == topics{"d"});
}

TEST_CASE_TEMPLATE(
    "event store: a pattern of too many topics brings those with the newest events", Where,
    EVERY_STORE) {
  conforming<Where> s{{.found = 2}};
  std::uint64_t id = 0;
  for (auto topic : {"a", "b", "c", "a"})
    s.retain(event_of_topic(++id, topic));
  CHECK(topics_of(s.retained()) == topics{"a", "c"});
}

// -- histories -----------------------------------------------------------------------------------

TEST_CASE_TEMPLATE("event store: each history has its own events, in order", Where, EVERY_STORE) {
  with_histories<Where> s;
  s.add(1, {auth, all, none});
  for (auto id : {2U, 3U, 4U})
    s.add(id, {basket, all});
  s.add(5, {all});
  CHECK(s.past_ids(auth) == found{1});
  CHECK(s.past_ids(basket) == found{2, 3, 4});
  CHECK(s.past_ids(all) == found{1, 2, 3, 4, 5});
  CHECK(s.past_ids(none).empty());
  CHECK(s.retained().empty());
}

TEST_CASE_TEMPLATE("event store: an event of the past comes back as it was", Where, EVERY_STORE) {
  with_histories<Where> s;
  auto what = event_of_topic(
      7, "com.topic", {},
      payload::encoded(format::json, slice{std::string{R"(["ä",1.5],{"k":null})"}}, 2));
  what.details = {{"publisher", 7}};
  CHECK(s.remember(what, {all}));
  const auto events = s.past(all);
  REQUIRE(events);
  REQUIRE(events->size() == 1);
  CHECK(events->front().time == noon + std::chrono::seconds{7});
  CHECK(events->front().what.id == what.id);
  CHECK(events->front().what.topic == what.topic);
  CHECK(events->front().what.details == what.details);
  CHECK(events->front().what.args.values() == what.args.values());
}

TEST_CASE_TEMPLATE("event store: filters, each alone and together", Where, EVERY_STORE) {
  with_histories<Where> s;
  for (auto id : {1U, 2U, 3U, 4U, 5U})
    s.add(id, {all}, id % 2 == 0 ? "com.even" : "com.odd");
  const auto ids = [&](const dict& kwargs) { return s.past_ids(all, kwargs); };
  CHECK(ids({{"reverse", true}}) == found{5, 4, 3, 2, 1});
  CHECK(ids({{"limit", 2}}) == found{1, 2});
  CHECK(ids({{"limit", 2}, {"reverse", true}}) == found{5, 4});
  CHECK(ids({{"from_time", "2026-06-01T12:00:03Z"}}) == found{3, 4, 5});
  CHECK(ids({{"after_time", "2026-06-01T12:00:03Z"}}) == found{4, 5});
  CHECK(ids({{"before_time", "2026-06-01T14:00:03+02:00"}}) == found{1, 2});
  CHECK(ids({{"until_time", "2026-06-01T12:00:03Z"}}) == found{1, 2, 3});
  CHECK(ids({{"from_time", "2026-06-01T12:00:02.001Z"}}) == found{3, 4, 5});
  CHECK(ids({{"topic", "com.even"}}) == found{2, 4});
  CHECK(ids({{"topic", "com"}}).empty());
  CHECK(ids({{"from_publication", 3}}) == found{3, 4, 5});
  CHECK(ids({{"after_publication", 3}}) == found{4, 5});
  CHECK(ids({{"before_publication", 3}}) == found{1, 2});
  CHECK(ids({{"until_publication", 3}}) == found{1, 2, 3});
  CHECK(ids({{"after_publication", 5}}).empty());
  CHECK(ids({{"before_publication", 1}}).empty());
  CHECK(
      ids({{"after_publication", 1}, {"before_publication", 5}, {"topic", "com.odd"}}) == found{3});
  CHECK(ids({{"after_publication", 4}, {"before_publication", 2}}).empty());
  CHECK(ids({{"before_publication", 5}, {"reverse", true}, {"limit", 2}}) == found{4, 3});
  CHECK(ids({{"limit", 1}, {"topic", "com.even"}, {"reverse", true}}) == found{4});
}

TEST_CASE_TEMPLATE("event store: counted from what is not there, nothing is", Where, EVERY_STORE) {
  with_histories<Where> s;
  s.add(1, {all});
  s.add(2, {auth});
  for (auto key :
       {"from_publication", "after_publication", "before_publication", "until_publication"})
    CHECK(s.past_ids(all, {{key, 2}}).empty());
}

TEST_CASE_TEMPLATE("event store: the past is for those it was for", Where, EVERY_STORE) {
  with_histories<Where> s;
  s.add(1, {all}, "com.t", {{"eligible_authrole", list{"admin"}}});
  s.add(2, {all}, "com.t", {{"exclude_authid", list{"peter"}}});
  s.add(
      3, {all}, "com.t", {{"eligible_authid", list{"peter"}}, {"exclude_authrole", list{"admin"}}});
  CHECK(s.past_ids(all) == found{3});
  CHECK(s.past_ids(all, {}, make_session(9, "anna", "admin")) == found{1, 2});
  CHECK(s.past_ids(all, {{"limit", 1}}, make_session(9, "anna", "admin")) == found{1});
  CHECK(s.past_ids(all, {}, make_session(1, "peter")) == found{3}); // the publisher
}

TEST_CASE_TEMPLATE("event store: a history is bounded in events", Where, EVERY_STORE) {
  with_histories<Where> s{{3, 1U << 20U}};
  s.add(1, {auth});
  for (auto id : {2U, 3U, 4U, 5U, 6U})
    s.add(id, {all});
  CHECK(s.past_ids(all) == found{4, 5, 6});
  CHECK(s.past_ids(auth) == found{1});
}

TEST_CASE_TEMPLATE("event store: a history is bounded in bytes", Where, EVERY_STORE) {
  with_histories<Where> s{{1000, 3000}};
  for (auto id : {1U, 2U, 3U, 4U, 5U})
    s.add(id, {all}, std::string(500, 'x'));
  CHECK(s.past_ids(all).back() == 5);
  CHECK(s.past_ids(all).size() < 5);
  CHECK(s.past_ids(all).size() > 1);
  s.add(6, {all}, std::string(5000, 'x')); // more than there may be
  CHECK(s.past_ids(all).empty());
}

TEST_CASE_TEMPLATE("event store: all histories are bounded together", Where, EVERY_STORE) {
  with_histories<Where> s{{}, {.history_bytes = 5500}};
  s.add(1, {auth}, std::string(1000, 'x'));
  s.add(2, {basket}, std::string(1000, 'x'));
  s.add(3, {auth}, std::string(1000, 'x'));
  CHECK(s.past_ids(auth) == found{1, 3});
  s.add(4, {all, basket}, std::string(1000, 'x')); // counts for both
  CHECK(s.past_ids(auth) == found{3});
  CHECK(s.past_ids(basket) == found{2, 4});
  CHECK(s.past_ids(all) == found{4});
}

TEST_CASE_TEMPLATE(
    "event store: an answer has room for so much, and one event", Where, EVERY_STORE) {
  with_histories<Where> s;
  CHECK(s.remember(event_of_topic(1, "com.t", {}, text_of(largest_answer.bytes + 1)), {all}));
  for (auto id : {2U, 3U, 4U})
    CHECK(s.remember(event_of_topic(id, "com.t", {}, text_of(largest_answer.bytes / 3)), {all}));
  CHECK(s.past_ids(all) == found{1});
  CHECK(s.past_ids(all, {{"after_publication", 1}}) == found{2, 3});
  CHECK(s.past_ids(all, {{"after_publication", 3}}) == found{4});
  CHECK(s.past_ids(all, {{"reverse", true}}) == found{4, 3});
}

TEST_CASE_TEMPLATE("event store: one event retained and in two histories", Where, EVERY_STORE) {
  with_histories<Where> s;
  CHECK(s.keep(event_of_topic(5, "com.auth"), {true, {auth, all}}));
  CHECK(ids_of(s.retained()) == found{5});
  CHECK(s.past_ids(auth) == found{5});
  CHECK(s.past_ids(all) == found{5});
}

TEST_CASE_TEMPLATE("event store: gone before it has called back, it does not", Where, EVERY_STORE) {
  Where where;
  auto maker = where.maker({});
  auto called = std::make_shared<bool>(false);
  {
    auto store = maker([] {});
    store->open_history(all, {"com.", match_policy::prefix, {}});
    store->keep(
        event_of_topic(1, "com.t"), {true, {all}}, noon, [called](bool) { *called = true; });
    *called = false;
  }
  maker = nullptr; // all work is done
  CHECK_FALSE(*called);
  CHECK(called.use_count() == 1);
}
