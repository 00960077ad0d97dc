// What waits for a client that has not asked, and what becomes of it when there is too much.
#include <wamp/transport/long_poll_queue.hpp>
#include <wamp/transport/write_queue.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace wamp;

namespace {

slice text(std::string_view s) {
  return slice(std::string(s));
}

/// Room for so many messages of one octet.
constexpr std::size_t room_for(std::size_t n) {
  return n * queue_budget::cost_of(1);
}

std::string drain(long_poll_queue& q) {
  std::string all;
  while (!q.empty())
    all += q.take().view();
  CHECK(q.used() == 0);
  return all;
}

} // namespace

TEST_CASE("long-poll queue: first in, first out") {
  long_poll_queue q(1000, overflow_policy::drop_newest_event);
  CHECK(q.push(text("a")) == send_result::queued);
  CHECK(q.push_event(text("b")) == send_result::queued);
  CHECK(q.push(text("c")) == send_result::queued);
  CHECK(q.used() == room_for(3));
  CHECK(drain(q) == "abc");
}

TEST_CASE("long-poll queue: a message that is alone may be larger than the bound") {
  long_poll_queue q(10, overflow_policy::drop_newest_event);
  CHECK(q.push(text("a")) == send_result::queued);
  CHECK(q.push(text("b")) == send_result::overflow);
  CHECK(q.push_event(text("c")) == send_result::dropped);
  CHECK(q.dropped() == 1);
  CHECK(drain(q) == "a");
}

TEST_CASE("long-poll queue: old events make room, messages do not") {
  long_poll_queue q(room_for(3), overflow_policy::drop_oldest_event);
  q.push_event(text("a"));
  q.push(text("b"));
  q.push_event(text("c"));
  CHECK(q.push_event(text("d")) == send_result::queued);
  CHECK(q.dropped() == 1);
  CHECK(q.push(text("e")) == send_result::overflow);
  CHECK(q.push_event(text("f")) == send_result::queued);
  CHECK(drain(q) == "bdf");
  q.push(text("g"));
  q.push(text("h"));
  q.push(text("i"));
  CHECK(q.push_event(text("j")) == send_result::dropped);
  CHECK(drain(q) == "ghi");
}

TEST_CASE("long-poll queue: an event that was taken is not dropped") {
  long_poll_queue q(room_for(2), overflow_policy::drop_oldest_event);
  q.push_event(text("a"));
  CHECK(q.take().view() == "a");
  q.push_event(text("b"));
  q.push_event(text("c"));
  q.push_event(text("d"));
  CHECK(q.dropped() == 1);
  CHECK(drain(q) == "cd");
}

TEST_CASE("long-poll queue: batches of the usual size, or of one message") {
  const batch_format how(format::json);
  long_poll_queue q(10'000'000, overflow_policy::drop_newest_event);
  const std::string half(batch_format::usual_size / 2 - 10, 'x');
  const std::string large(2 * batch_format::usual_size, 'y');
  q.push(text("a"));
  q.push(text("b"));
  CHECK(
      q.take_batch(how).view()
      == "a\x1E"
         "b\x1E");
  for (const auto& m : {half, half, half, large, std::string("c")})
    q.push(text(m));
  CHECK(q.take_batch(how).view() == half + "\x1E" + half + "\x1E");
  CHECK(q.take_batch(how).view() == half + "\x1E");
  CHECK(q.take_batch(how).view() == large + "\x1E");
  CHECK(q.take_batch(how).view() == "c\x1E");
  CHECK(q.empty());
}

TEST_CASE("long-poll queue: who shall be cut off") {
  long_poll_queue q(room_for(1), overflow_policy::disconnect);
  q.push_event(text("a"));
  CHECK(q.push_event(text("b")) == send_result::overflow);
  CHECK(q.dropped() == 0);
  q.clear();
  CHECK(q.empty());
  CHECK(q.used() == 0);
}
