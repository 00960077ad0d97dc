// Events in a file: that they outlive the store, what is said of files that are none, and what
// becomes of events when the disk does not take them.
#include <wamp/actors/broker/event_database.hpp>
#include <wamp/actors/broker/sqlite_event_store.hpp>
#include <wamp/test/support/store_user.hpp>
#include <wamp/test/support/temporary_folder.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <future>
#include <sys/resource.h>

using namespace wamp;
using namespace wamp::test;

namespace {

constexpr subscription_id all{3};
const history_topic all_topics{"com.", match_policy::prefix};

event_store_maker opened(const std::string& path, const event_store_bounds& bounds = {}) {
  auto made = open_event_store(path, bounds);
  INFO((made ? std::string{} : made.error()));
  REQUIRE(made);
  return *std::move(made);
}

std::string why_not(const std::string& path) {
  const auto made = open_event_store(path);
  return made ? "" : made.error();
}

using found = std::vector<std::uint64_t>;

found ids_of(const std::vector<publication>& events) {
  found result;
  for (const auto& e : events)
    result.push_back(e.id.value());
  return result;
}

payload text_of(std::size_t size) {
  return payload::native({{std::string(size, 'x')}, {}});
}

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// As long as it is there, no file may grow beyond this size.
class file_size_limit {
public:
  explicit file_size_limit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~file_size_limit() { setrlimit(RLIMIT_FSIZE, &before_); }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

private:
  rlimit before_{};
};

} // namespace

TEST_CASE("a file of events has them when it is opened again") {
  temporary_folder folder;
  const auto path = folder / "events";
  {
    store_user s{opened(path)};
    s.open(all, all_topics);
    CHECK(s.retain(event_of_topic(1, "com.a", {{"eligible_authid", list{"peter"}}})));
    CHECK(s.retain(event_of_topic(2, "com.b")));
    CHECK(s.retain(event_of_topic(3, "com.b")));
    CHECK(s.remember(event_of_topic(4, "com.c"), {all}));
    CHECK(s.remember(event_of_topic(5, "com.d"), {all}));
  }
  for (int round = 0; round < 2; ++round) {
    store_user s{opened(path)};
    s.open(subscription_id{77}, all_topics); // the same, whatever its id is now
    CHECK(ids_of(s.retained(make_session(9, "peter"))) == found{1, 3});
    CHECK(ids_of(s.retained(make_session(9, "anna"))) == found{3});
    CHECK(s.past_ids(subscription_id{77}) == found{4, 5});
    CHECK(s.past_ids(subscription_id{77}, {{"after_publication", 4}}) == found{5});
    s.open(subscription_id{1}, {"com.", match_policy::wildcard}); // another one
    CHECK(s.past_ids(subscription_id{1}).empty());
  }
  store_user s{opened(path)};
  s.open(all, all_topics);
  CHECK(s.remember(event_of_topic(6, "com.e"), {all}));
  CHECK(s.past_ids(all) == found{4, 5, 6});
}

TEST_CASE("a file of events is there for the next store before the last one has ended") {
  temporary_folder folder;
  const auto maker = opened(folder / "events");
  store_user first{maker};
  first.open(all, all_topics);
  CHECK(first.keep(event_of_topic(1, "com.a"), {true, {all}}));
  store_user second{maker};
  second.open(all, all_topics);
  CHECK(ids_of(second.retained()) == found{1});
  CHECK(second.past_ids(all) == found{1});
  CHECK(first.keep(event_of_topic(2, "com.a"), {true, {all}}));
  CHECK(ids_of(second.retained()) == found{2});
  CHECK(second.past_ids(all) == found{1, 2});
}

TEST_CASE("a file of events that is opened with less room keeps what has room") {
  temporary_folder folder;
  const auto path = folder / "events";
  {
    store_user s{opened(path)};
    s.open(all, all_topics);
    for (auto [id, topic] : {std::pair{1U, "com.a"}, {2U, "com.b"}, {3U, "com.c"}})
      CHECK(s.keep(event_of_topic(id, topic), {true, {all}}));
  }
  {
    store_user s{opened(path, {.retained_topics = 2})};
    CHECK(ids_of(s.retained()) == found{2, 3});
    s.open(all, {"com.", match_policy::prefix, {2, 1U << 20U}});
    CHECK(s.remember(event_of_topic(4, "com.a"), {all}));
    CHECK(s.past_ids(all) == found{3, 4});
  }
  store_user s{opened(path)};
  CHECK(ids_of(s.retained()) == found{2, 3});
}

TEST_CASE("files that cannot be opened, with the reason") {
  temporary_folder folder;
  CHECK(why_not(folder / "no/such/folder") == "unable to open database file");
  CHECK(why_not("/") == "unable to open database file");
  const auto text = folder / "text";
  std::ofstream{text} << std::string(10'000, 'x');
  CHECK(why_not(text) == "file is not a database");
  CHECK(content_of(text) == std::string(10'000, 'x'));

  const auto path = folder / "events";
  {
    const auto held = opened(path);
    CHECK(why_not(path) == "database is locked");
  }
  {
    sqlite_connection other{folder / "other"};
    other.run("CREATE TABLE songs (title TEXT)");
  }
  CHECK(why_not(folder / "other") == "it is a database of something else");
  {
    sqlite_connection newer{path};
    newer.run("PRAGMA user_version = 2");
  }
  CHECK(why_not(path) == "it was made by another version of this program");
}

TEST_CASE("a damaged file of events is not taken for a sound one") {
  temporary_folder folder;
  const auto path = folder / "events";
  {
    store_user s{opened(path)};
    s.open(all, all_topics);
    for (auto id = 1U; id <= 100; ++id)
      s.remember(event_of_topic(id, "com.a", {}, text_of(2000)), {all});
  }
  auto content = content_of(path);
  REQUIRE(content.size() > 100'000);
  content.replace(content.size() / 2, 20'000, 20'000, 'x');
  std::ofstream{path, std::ios::binary} << content;
  CHECK(why_not(path) == "database disk image is malformed");

  // Its pages are sound, what stands in them is not.
  const auto foreign = folder / "foreign";
  {
    store_user s{opened(foreign)};
    s.retain(event_of_topic(1, "com.a"));
  }
  {
    sqlite_connection db{foreign};
    db.run("UPDATE retained SET args = x'ff'");
  }
  CHECK(why_not(foreign) != "");
}

TEST_CASE("what the disk does not take is not kept, and what it takes later is") {
  temporary_folder folder;
  const auto path = folder / "events";
  {
    store_user s{opened(path)};
    s.open(all, all_topics);
    CHECK(s.keep(event_of_topic(1, "com.a"), {true, {all}}));
    {
      file_size_limit full{64U << 10U};
      CHECK_FALSE(s.keep(event_of_topic(2, "com.a", {}, text_of(200'000)), {true, {all}}));
      CHECK_FALSE(s.remember(event_of_topic(3, "com.a", {}, text_of(200'000)), {all}));
    }
    CHECK(s.past_ids(all) == found{1});
    CHECK(s.remember(event_of_topic(4, "com.a"), {all}));
    CHECK(s.past_ids(all) == found{1, 4});
  }
  store_user s{opened(path)};
  s.open(all, all_topics);
  CHECK(ids_of(s.retained()) == found{1});
  CHECK(s.past_ids(all) == found{1, 4});
}

TEST_CASE("a past that cannot be read is no past without events") {
  temporary_folder folder;
  const auto path = folder / "events";
  {
    store_user s{opened(path)};
    s.open(all, all_topics);
    s.remember(event_of_topic(1, "com.a"), {all});
  }
  {
    sqlite_connection db{path};
    db.run("UPDATE past SET args = x'ff'");
  }
  store_user s{opened(path)};
  s.open(all, all_topics);
  CHECK_FALSE(s.past(all));
}

TEST_CASE("so much may wait for the disk, and no more") {
  temporary_folder folder;
  // The thread stands still when its first work is done: nothing is over before that goes on.
  std::promise<void> go_on;
  std::promise<void> stands_still;
  auto inbox = std::make_shared<store_inbox>([&] {
    stands_still.set_value();
    go_on.get_future().wait();
  });
  event_database database{folder / "events", {}, {.events = 3, .bytes = 10'000, .questions = 2}};
  const auto keep = [&](std::uint64_t id, std::size_t size) {
    return database.keep(
        {inbox, id}, kept_publication{event_of_topic(id, "com.a", {}, text_of(size))}, true, {},
        {});
  };
  const auto retained = [&] {
    return ids_of(database.find_retained(match_policy::exact, "com.a", *make_session(2)));
  };
  SUBCASE("in bytes, but for one that is alone") {
    CHECK(keep(1, 20'000));
    stands_still.get_future().wait();
    CHECK_FALSE(keep(2, 10));
    CHECK(retained() == found{1}); // what was refused is not there
  }
  SUBCASE("in number") {
    CHECK(keep(1, 10));
    stands_still.get_future().wait();
    CHECK(keep(2, 10));
    CHECK(keep(3, 10));
    CHECK_FALSE(keep(4, 10));
    CHECK(retained() == found{3});
  }
  SUBCASE("in questions, which take no room from events") {
    CHECK(keep(1, 10));
    stands_still.get_future().wait();
    const auto ask = [&] {
      const auto topic = std::make_shared<const history_topic>(all_topics);
      return database.find_past({inbox, 5}, topic, {}, *make_session(2));
    };
    CHECK(ask());
    CHECK(ask());
    CHECK_FALSE(ask());
    CHECK(keep(2, 10));
  }
  go_on.set_value();
}
