// What the store of retained events holds on to, and that it is bounded.
#include <wamp/actors/broker/memory_event_store.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace wamp;
using namespace wamp::test;

namespace {

publication retained(std::string topic, payload args = {}, dict options = {}) {
  return {publication_id{1}, session_id{1}, std::move(options), std::move(topic), {},
          std::move(args)};
}

std::vector<std::string> topics_in(memory_event_store& store) {
  std::vector<std::string> result;
  store.find_retained(
      match_policy::prefix, "", *make_session(2), [&](const std::vector<publication>& found) {
        for (auto& p : found)
          result.push_back(p.topic);
      });
  return result;
}

void add(memory_event_store& store, const publication& what) {
  bool is_done = false;
  store.retain(what, [&] { is_done = true; });
  CHECK(is_done);
}

payload text_of(std::size_t size) {
  return payload::native({{std::string(size, 'x')}, {}});
}

} // namespace

TEST_CASE("with too many topics, those without news go first") {
  memory_event_store store{{3, 1U << 20U}};
  for (auto topic : {"a", "b", "c", "a", "d"})
    add(store, retained(topic));
  CHECK(topics_in(store) == std::vector<std::string>{"a", "c", "d"});
}

TEST_CASE("a pattern that matches too many topics brings those with the newest events") {
  memory_event_store store{{100, 1U << 20U, 2}};
  for (auto topic : {"a", "b", "c", "a"})
    add(store, retained(topic));
  auto found = topics_in(store);
  std::sort(found.begin(), found.end());
  CHECK(found == std::vector<std::string>{"a", "c"});
}

TEST_CASE("with too many bytes, the oldest topics go") {
  memory_event_store store{{100, 10'000}};
  for (auto topic : {"a", "b", "c", "d"})
    add(store, retained(topic, text_of(3000)));
  CHECK(topics_in(store) == std::vector<std::string>{"b", "c", "d"});
  CHECK(store.bytes() <= 10'000);
  // The lists that say whom an event is for take memory as well.
  add(store, retained("e", {}, {{"exclude", list(100, value{7})}}));
  CHECK(topics_in(store) == std::vector<std::string>{"d", "e"});
  // An event larger than the store is not kept, nor what it replaces.
  add(store, retained("e", text_of(20'000)));
  CHECK(topics_in(store) == std::vector<std::string>{"d"});
  CHECK(store.bytes() < 4000);
}

TEST_CASE("one topic that is published again and again takes the memory of a few events") {
  memory_event_store store;
  for (int n = 0; n < 1000; ++n) {
    add(store, retained("a", text_of(1000)));
    add(store, retained("a", text_of(1000), {{"eligible", list{n}}}));
  }
  CHECK(store.bytes() < 2 * (retained_topic::max_restricted + 2) * 1000);
}

TEST_CASE("a stored event does not hold on to the message that it came in") {
  auto message = std::make_shared<const std::string>(std::string(1000, ' ') + R"(["text"])");
  const auto args = std::string_view{*message}.substr(1000);
  memory_event_store store;
  add(store, retained("a", payload::encoded(format::json, slice{message, args}, 1)));
  CHECK(message.use_count() == 1);
  store.find_retained(
      match_policy::exact, "a", *make_session(2), [&](const std::vector<publication>& found) {
        REQUIRE(found.size() == 1);
        CHECK(found[0].args.origin() == format::json);
        CHECK(found[0].args.view(format::json) == R"(["text"])");
        CHECK(found[0].args.values() == arguments{{"text"}, {}});
      });
}
