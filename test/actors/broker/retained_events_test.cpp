// What is held on to of retained events. What is found of them: see
// event_store_conformance_test.cpp.
#include <wamp/actors/broker/retained_events.hpp>
#include <wamp/test/support/store_user.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace wamp;
using namespace wamp::test;

namespace {

kept_publication
retained(std::uint64_t id, std::string topic, payload args = {}, dict options = {}) {
  return kept_publication{
      event_of_topic(id, std::move(topic), std::move(options), std::move(args))};
}

payload text_of(std::size_t size) {
  return payload::native({{std::string(size, 'x')}, {}});
}

std::vector<std::uint64_t> numbers(std::vector<publication_id> ids) {
  std::sort(ids.begin(), ids.end());
  std::vector<std::uint64_t> result;
  for (auto id : ids)
    result.push_back(id.value());
  return result;
}

using gone = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("each new event tells which are not kept any more") {
  retained_events events{{.retained_topics = 2}};
  CHECK(events.add(retained(1, "a")).empty());
  // For everybody but its publisher, who may hear the first one no more than this.
  CHECK(numbers(events.add(retained(2, "a"))) == gone{1});
  CHECK(events.add(retained(3, "a", {}, {{"eligible", list{7}}})).empty());
  CHECK(events.add(retained(4, "b")).empty());
  CHECK(numbers(events.add(retained(5, "c"))) == gone{2, 3}); // all of the oldest topic
  retained_events small{{.retained_bytes = 5000}};
  CHECK(small.add(retained(1, "a")).empty());
  CHECK(numbers(small.add(retained(2, "a", text_of(10'000)))) == gone{1, 2}); // itself, too
}

TEST_CASE("one topic that is published again and again takes the memory of a few events") {
  retained_events events{{}};
  for (unsigned n = 0; n < 1000; ++n) {
    events.add(retained(2 * n, "a", text_of(1000)));
    events.add(retained(2 * n + 1, "a", text_of(1000), {{"eligible", list{n}}}));
  }
  CHECK(events.bytes() < 2 * (retained_topic::max_restricted + 2) * 1000);
}

TEST_CASE("a retained event does not hold on to the message that it came in") {
  auto message = std::make_shared<const std::string>(std::string(1000, ' ') + R"(["text"])");
  const auto args = std::string_view{*message}.substr(1000);
  retained_events events{{}};
  events.add(retained(1, "a", payload::encoded(format::json, slice{message, args}, 1)));
  CHECK(message.use_count() == 1);
  const auto found = events.find(match_policy::exact, "a", *make_session(2));
  REQUIRE(found.size() == 1);
  CHECK(found[0].args.origin() == format::json);
  CHECK(found[0].args.view(format::json) == R"(["text"])");
  CHECK(found[0].args.values() == arguments{{"text"}, {}});
}
