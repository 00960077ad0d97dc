// The write queue without sockets: bytes come out in order however they are taken, control
// frames pass, old events go, and the account is always right.
#include <wamp/transport/write_queue.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace wamp;
using namespace std::string_literals;

namespace {

std::string joined(std::span<const iovec> parts) {
  std::string s;
  for (const auto& p : parts)
    s.append(static_cast<const char*>(p.iov_base), p.iov_len);
  return s;
}

/// Takes everything out, at most `step` bytes at a time.
std::string drain(write_queue& q, std::size_t step, write_queue::taken* sum = nullptr) {
  auto area = std::make_unique<gather_area>();
  std::string all;
  while (!q.empty()) {
    auto part = joined(q.gather(*area));
    REQUIRE(!part.empty());
    part.resize(std::min(part.size(), step));
    all += part;
    auto taken = q.consume(part.size());
    if (sum) {
      sum->messages += taken.messages;
      sum->cost += taken.cost;
    }
  }
  return all;
}

slice body(std::size_t size, char c) {
  return slice(std::string(size, c));
}

} // namespace

TEST_CASE("a queue gives back what was put in, however much is taken at a time") {
  for (std::size_t step : {1U, 3U, 100U, 5000U, 100'000'000U}) {
    write_queue q;
    std::string expected;
    std::size_t cost = 0;
    std::size_t count = step < 1000 ? 8 : 60;
    for (std::size_t i = 0; i < count; ++i) {
      // Small ones that are copied and large ones that are referred to, and the border.
      std::size_t size = i % 3 == 0 ? gather_area::small - 2 + i % 5 : i;
      auto b = body(size, static_cast<char>('a' + i % 26));
      q.push("HD", b, i % 2 == 0);
      expected += "HD" + std::string(b.view());
      cost += queue_budget::cost_of(size + 2);
    }
    write_queue::taken sum;
    CHECK(drain(q, step, &sum) == expected);
    CHECK(sum.messages == count);
    CHECK(sum.cost == cost);
    CHECK(q.empty());
  }
}

TEST_CASE("copied and shared messages keep their order and their account, however they mix") {
  for (std::size_t step : {1U, 7U, 100U, 100'000U}) {
    write_queue q;
    std::string expected;
    std::size_t cost = 0;
    std::size_t messages = 0;
    // From runs of copies only, over runs of each, to shared ones only; with larger steps, more
    // than one run is full.
    std::size_t third = step < 100 ? 50 : 1500;
    for (std::size_t i = 0; i < 3 * third; ++i) {
      std::string b(i % 50, static_cast<char>('a' + i % 26));
      bool copied = i < third || (i < 2 * third && i % 7 < 4);
      if (copied)
        q.push_copy("HD", b);
      else
        q.push("HD", slice(b), false);
      bool other = i % 40 == 30;
      if (other)
        q.push_last("LAST");
      expected += "HD" + b + (other ? "LAST" : "");
      cost += queue_budget::cost_of(b.size() + 2) + (other ? queue_budget::cost_of(4) : 0);
      ++messages;
    }
    write_queue::taken sum;
    CHECK(drain(q, step, &sum) == expected);
    CHECK(sum.messages == messages);
    CHECK(sum.cost == cost);
  }
}

TEST_CASE("copied messages are no events: dropping the oldest leaves them") {
  write_queue q;
  q.push("", body(10, 'e'), true);
  q.push_copy("", "rpc1");
  q.push("", body(10, 'f'), true);
  q.push_copy("", "rpc2");
  CHECK(q.drop_oldest(100'000).messages == 2);
  CHECK(drain(q, 3) == "rpc1rpc2");
  q.push_copy("", "rpc3");
  auto dropped = q.drop_unbegun();
  CHECK(dropped.cost == queue_budget::cost_of(4));
  CHECK(q.empty());
}

TEST_CASE("a control frame passes copied messages that were not begun") {
  write_queue q;
  q.push_copy("", "begun");
  auto area = std::make_unique<gather_area>();
  CHECK(joined(q.gather(*area)) == "begun");
  q.consume(2);
  q.push_copy("", "next");
  q.push_control("PONG");
  CHECK(drain(q, 2) == "gunPONGnext");
}

TEST_CASE("a message in parts is one message: nothing comes between, and none of it is dropped") {
  auto large = std::string(20'000, 'L');
  for (std::size_t step : {1U, 6U, 20'000U, 100'000U}) {
    write_queue q;
    q.push_copy("", "before");
    q.push_parts("HD", "[1,", slice(large), "]");
    q.push_copy("", "after");
    auto area = std::make_unique<gather_area>();
    q.gather(*area);
    write_queue::taken sum = q.consume(6 + step % 20'000); // into the message, or just before it
    q.push_control("PING");
    auto whole = "HD[1," + large + "]";
    auto written = step % 20'000;
    auto rest = written == 0 ? "PING" + whole + "after" : whole.substr(written) + "PINGafter";
    write_queue::taken more;
    CHECK(drain(q, step, &more) == rest);
    CHECK(sum.messages + more.messages == 3);
    CHECK(
        sum.cost + more.cost
        == queue_budget::cost_of(6) + queue_budget::cost_of(whole.size()) + queue_budget::cost_of(5)
               + 4);
  }
  // Begun, whether in its first part or behind it: it stays whole, the next one goes.
  for (std::size_t written : {1U, 5U, 6U, 20'005U}) {
    write_queue q;
    q.push_parts("HD", "[1,", slice(large), "]");
    q.push_parts("HD", "[2,", slice(large), "]");
    q.consume(written);
    q.drop_unbegun();
    CHECK(drain(q, 100'000) == ("HD[1," + large + "]").substr(written));
  }
}

TEST_CASE("small messages leave in one part, large ones without being copied") {
  write_queue q;
  auto area = std::make_unique<gather_area>();
  for (int i = 0; i < 100; ++i)
    q.push("H", body(50, 'x'), false);
  CHECK(q.gather(*area).size() == 1);
  CHECK(q.gather(*area)[0].iov_len == 5100);
  auto large = body(gather_area::small, 'y');
  q.push("H", large, false);
  q.push("H", large, false);
  auto parts = q.gather(*area);
  REQUIRE(parts.size() == 4);
  CHECK(parts[1].iov_base == large.data());
  CHECK(parts[3].iov_base == large.data());
}

TEST_CASE("control frames pass what was not begun, in their own order") {
  write_queue q;
  q.push("", body(10, 'a'), false);
  q.push("", body(10, 'b'), false);
  q.push_control("P1");
  q.push_control("P2");
  CHECK(q.control_bytes() == 4);
  q.consume(3); // P1 and half of P2
  CHECK(q.control_bytes() == 1);
  q.push_control("P3");
  CHECK(drain(q, 1) == "2P3" + std::string(10, 'a') + std::string(10, 'b'));
  q.push("", body(10, 'a'), false);
  q.push("", body(10, 'b'), false);
  q.consume(4);
  q.push_control("P4");
  q.push_last("end");
  CHECK(drain(q, 7) == std::string(6, 'a') + "P4" + std::string(10, 'b') + "end");
}

TEST_CASE("control frames larger than the copying area") {
  write_queue q;
  std::string big(300'000, 'p');
  q.push("", body(5, 'a'), false);
  q.push_control(big);
  write_queue::taken sum;
  CHECK(drain(q, 70'000, &sum) == big + "aaaaa");
  CHECK(sum.cost == big.size() + queue_budget::cost_of(5));
}

TEST_CASE("the oldest events are dropped, but no others and none that was begun") {
  write_queue q;
  auto cost = queue_budget::cost_of(10);
  for (char c : {'a', 'b', 'c', 'd', 'e'})
    q.push("", body(10, c), c != 'c');
  q.consume(2);
  auto dropped = q.drop_oldest(cost + 1);
  CHECK(dropped.messages == 2);
  CHECK(dropped.cost == 2 * cost);
  dropped = q.drop_oldest(1000);
  CHECK(dropped.messages == 1);
  CHECK(q.drop_oldest(1000).messages == 0);
  q.push("", body(10, 'f'), true);
  CHECK(q.drop_oldest(1).messages == 1);
  write_queue::taken sum;
  CHECK(drain(q, 6, &sum) == std::string(8, 'a') + std::string(10, 'c'));
  CHECK(sum.messages == 2);
  CHECK(sum.cost == 2 * cost);
}

TEST_CASE("a queue full of events that turns over for long stays in order") {
  write_queue q;
  q.push("", body(10, '!'), false);
  q.consume(1); // begun, and the peer takes no more
  for (int i = 0; i < 200'000; ++i) {
    q.push("", slice(std::to_string(1'000'000 + i)), true);
    if (i % 1000 == 999)
      q.push("", slice("rpc" + std::to_string(i)), false);
    if (i >= 10)
      CHECK(q.drop_oldest(1).messages == 1);
  }
  auto all = drain(q, 1000);
  CHECK(all.starts_with("!!!!!!!!!rpc999rpc1999"));
  CHECK(all.ends_with("11999981199999rpc199999"));
}

TEST_CASE("what was not begun can be dropped, and all of it") {
  write_queue q;
  auto cost = queue_budget::cost_of(10);
  for (char c : {'a', 'b', 'c'})
    q.push("", body(10, c), false);
  q.consume(1);
  q.push_control("PP");
  CHECK(q.drop_unbegun().cost == 2 * cost + 2);
  q.push_last("end");
  CHECK(drain(q, 100) == std::string(9, 'a') + "end");

  for (char c : {'a', 'b', 'c'})
    q.push("", body(10, c), c == 'b');
  q.push_control("PP");
  q.drop_oldest(1);
  CHECK(q.clear().cost == 2 * cost + 2);
  CHECK(q.empty());
  q.push_last("");
  CHECK(q.empty());
}

TEST_CASE("the budget keeps its bound, and an empty queue takes anything") {
  queue_budget b;
  CHECK(b.try_reserve(1000, 100));
  CHECK(!b.try_reserve(1, 100));
  b.release(1000);
  CHECK(b.try_reserve(60, 100));
  CHECK(b.try_reserve(40, 100));
  CHECK(!b.try_reserve(1, 100));
  CHECK(b.used() == 100);
}

namespace {

/// Takes everything out in batches of `most` octets, each shown in brackets; `whole` makes frames
/// of them as a client does. Checks the account.
std::string
drain_batches(write_queue& q, std::size_t most, std::size_t step, bool whole, std::size_t cost) {
  auto area = std::make_unique<gather_area>();
  std::string all;
  while (!q.empty()) {
    if (q.begin_batch(most) > 0) {
      if (whole) {
        std::string frame = "[";
        for (auto part : q.batch())
          frame += part;
        auto gone = q.replace_batch(slice(frame));
        cost += queue_budget::cost_of(frame.size(), gone.messages);
        cost -= gone.cost;
      } else {
        q.put_before_batch("[");
        cost += queue_budget::cost_of(1);
      }
    }
    auto part = joined(q.gather(*area));
    REQUIRE(!part.empty());
    part.resize(std::min(part.size(), step));
    all += part;
    cost -= q.consume(part.size()).cost;
  }
  CHECK(cost == 0);
  return all;
}

} // namespace

TEST_CASE("messages become batches, however much is written at a time") {
  for (bool whole : {false, true})
    for (std::size_t step : {1U, 2U, 5U, 1000U}) {
      CAPTURE(whole);
      CAPTURE(step);
      write_queue q;
      q.push_last("HELLO");
      q.push("H", body(3, 'a'), true, ";");
      q.push_copy("", "bbb", ";");
      q.push_copy("", "ccc", ";");
      q.push_parts("H", "(", body(30, 'd'), ");");
      q.push("", body(3, 'e'), false, ";");
      q.push_last("BYE");
      auto of = [](std::size_t size, std::size_t n = 1) { return queue_budget::cost_of(size, n); };
      auto cost = of(5) + of(5) + of(8, 2) + of(34) + of(4) + of(3);
      // One by one, only the run of copies stays together, and a large message is alone anyway.
      auto d = std::string(30, 'd');
      auto few = "HELLO[Haaa;[bbb;ccc;[H(" + d + ");[eee;BYE";
      auto some = "HELLO[Haaa;bbb;ccc;[H(" + d + ");[eee;BYE";
      auto most = "HELLO[Haaa;bbb;ccc;H(" + d + ");eee;BYE";
      auto copy_of = [&] {
        write_queue r;
        r.push_last("HELLO");
        r.push("H", body(3, 'a'), true, ";");
        r.push_copy("", "bbb", ";");
        r.push_copy("", "ccc", ";");
        r.push_parts("H", "(", body(30, 'd'), ");");
        r.push("", body(3, 'e'), false, ";");
        r.push_last("BYE");
        return r;
      };
      CHECK(drain_batches(q, 1, step, whole, cost) == few);
      q = copy_of();
      CHECK(drain_batches(q, 20, step, whole, cost) == some);
      q = copy_of();
      CHECK(drain_batches(q, 1000, step, whole, cost) == most);
    }
}

TEST_CASE("a batch that has begun is not torn apart: drops and control frames wait for its end") {
  auto area = std::make_unique<gather_area>();
  for (bool whole : {false, true}) {
    CAPTURE(whole);
    write_queue q;
    q.push("", body(2, 'a'), true, ";");
    q.push("", body(2, 'b'), true, ";");
    q.push("", body(2, 'c'), true, ";");
    // Dropped before it: no part of it.
    CHECK(q.drop_oldest(1).messages == 1);
    CHECK(q.begin_batch(6) == 6);
    if (whole) {
      auto gone = q.replace_batch(slice("[bb;cc;"s));
      CHECK(gone.messages == 2);
      CHECK(gone.cost == 2 * queue_budget::cost_of(3));
    } else {
      q.put_before_batch("[");
    }
    q.push("", body(2, 'd'), true, ";");
    q.push_copy("", "ee", ";");
    CHECK(q.drop_oldest(100'000).messages == 1);
    q.push("", body(2, 'f'), true, ";");
    q.push_control("PING");
    // Nothing beyond the batch, but for the control frame.
    CHECK(joined(q.gather(*area)) == "[bb;cc;PING");
    auto taken = q.consume(3);
    CHECK(q.begin_batch(100) == 0);
    CHECK(joined(q.gather(*area)) == ";cc;PING");
    taken.messages += q.consume(8).messages;
    CHECK(taken.messages == 2);
    CHECK(q.begin_batch(100) == 6);
    q.put_before_batch("[");
    CHECK(joined(q.gather(*area)) == "[ee;ff;");
    q.consume(1);
    q.push("", body(2, 'g'), false, ";");
    CHECK(q.drop_unbegun().messages == 1);
    CHECK(drain(q, 100) == "ee;ff;");
  }
}

TEST_CASE("batches of a queue that is never empty, with drops between them") {
  write_queue q;
  auto area = std::make_unique<gather_area>();
  std::string all;
  std::size_t dropped = 0;
  for (int i = 0; i < 2000; ++i) {
    auto c = static_cast<char>('a' + i % 26);
    q.push("", body(2, c), i % 3 == 0, ";");
    q.push_copy("", std::string(1, c), ";");
    if (i % 50 == 49)
      dropped += q.drop_oldest(500).messages;
    if (q.begin_batch(10) > 0)
      q.put_before_batch("[");
    auto part = joined(q.gather(*area)).substr(0, 3);
    all += part;
    q.consume(part.size());
  }
  while (!q.empty()) {
    if (q.begin_batch(10) > 0)
      q.put_before_batch("[");
    auto part = joined(q.gather(*area));
    all += part;
    q.consume(part.size());
  }
  CHECK(dropped > 100);
  auto messages = static_cast<std::size_t>(std::count(all.begin(), all.end(), ';'));
  CHECK(messages == 4000 - dropped);
  CHECK(all.starts_with('['));
  CHECK(all.ends_with(';'));
  CHECK(all.find("[[") == std::string::npos);
  // Headers stand between messages, never within one.
  for (std::size_t at = 1; (at = all.find('[', at)) != std::string::npos; ++at)
    CHECK(all[at - 1] == ';');
}
