// Several messages in one WebSocket message, without sockets: put together, taken apart, and wrong
// in every way.
#include <wamp/transport/framing.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace wamp;
using namespace std::string_literals;

namespace {

constexpr std::size_t limit = 1000;

std::string member(format f, std::string_view message) {
  batch_format batch(f);
  std::array<char, batch_format::max_head> head;
  auto size = batch.write_head(head.data(), message.size());
  return std::string(head.data(), size).append(message).append(batch.tail());
}

struct outcome {
  std::vector<std::string> messages;
  received::ending end = received::ending::none;
  close_reason reason = close_reason::normal;

  bool operator==(const outcome&) const = default;
};

outcome read_of(const received& in) {
  outcome o{{}, in.end, in.end == received::ending::failed ? in.reason : close_reason::normal};
  for (const auto& m : in.messages)
    o.messages.emplace_back(m.view());
  return o;
}

outcome split(format f, std::string bytes) {
  received in;
  batch_format(f).split(slice(std::move(bytes)), limit, in);
  return read_of(in);
}

outcome broken(std::vector<std::string> before, close_reason why = close_reason::protocol_error) {
  return {std::move(before), received::ending::failed, why};
}

/// A client's frame with a mask of zeros; shorter than 126 octets.
std::string frame(unsigned first, std::string_view payload) {
  std::string s{static_cast<char>(first), static_cast<char>(0x80U | payload.size()), 0, 0, 0, 0};
  return s.append(payload);
}

} // namespace

TEST_CASE("what stands around a message of a batch") {
  CHECK(member(format::json, "[1]") == "[1]\x1E");
  for (auto f : {format::msgpack, format::cbor}) {
    CHECK(member(f, "abc") == "\0\0\0\3abc"s);
    CHECK(member(f, std::string(0x10203, 'x')).substr(0, 4) == "\0\1\2\3"s);
  }
}

TEST_CASE("a batch is taken apart into its messages, which share its memory") {
  for (auto f : all_formats) {
    CHECK(split(f, member(f, "one")) == outcome{{"one"}});
    auto longest = std::string(limit, 'x');
    CHECK(
        split(f, member(f, "a") + member(f, longest) + member(f, "bc"))
        == outcome{{"a", longest, "bc"}});
    received in;
    slice batch(member(f, "one") + member(f, "two"));
    batch_format(f).split(batch, limit, in);
    REQUIRE(in.messages.size() == 2);
    CHECK(in.messages[1].data() > batch.data());
    CHECK(in.messages[1].data() < batch.data() + batch.size());
  }
}

TEST_CASE("a batch that breaks the rules is a failure behind the messages before it") {
  for (auto f : all_formats) {
    CHECK(split(f, "") == broken({}));
    CHECK(split(f, member(f, "")) == broken({}));
    CHECK(split(f, member(f, "a") + member(f, "") + member(f, "b")) == broken({"a"}));
    auto too_long = std::string(limit + 1, 'x');
    CHECK(split(f, member(f, "a") + member(f, too_long)) == broken({"a"}, close_reason::too_big));
  }
  CHECK(split(format::json, "[1]") == broken({}));
  CHECK(split(format::json, "[1]\x1E[2]") == broken({"[1]"}));
  CHECK(split(format::cbor, "\0\0\0"s) == broken({}));
  CHECK(split(format::cbor, "\0\0\0\1a\0"s) == broken({"a"}));
  CHECK(split(format::cbor, "\0\0\0\2a"s) == broken({}));
  CHECK(split(format::cbor, "\0\0\0\1a\xFF\xFF\xFF\xFFx"s) == broken({"a"}));
}

TEST_CASE("a batch may not be made of nothing but tiny messages without end") {
  std::string many;
  for (std::size_t i = 0; i < batch_format::most_messages; ++i)
    many += "1\x1E";
  CHECK(split(format::json, many).messages.size() == batch_format::most_messages);
  auto more = split(format::json, many + "1\x1E");
  CHECK(more.messages.size() == batch_format::most_messages);
  CHECK(more.reason == close_reason::too_big);
}

TEST_CASE("batches come in frames, and a bad one ends all") {
  for (auto f : all_formats) {
    auto kind = f == format::json ? 1U : 2U;
    auto good = frame(0x80U | kind, member(f, "a") + member(f, "b"));
    auto parts = frame(kind, member(f, "cd").substr(0, 2)) + frame(0x89U, "ping")
                 + frame(0x80U, member(f, "cd").substr(2) + member(f, "e"));
    auto bad = frame(0x80U | kind, member(f, "last") + "x");
    for (std::size_t step : {1U, 7U, 1000U}) {
      auto made = framing::websocket({f, true}, limit);
      CHECK(made.is_batched());
      std::vector<std::string> messages;
      auto all = good + parts + bad + good + frame(0x88U, "");
      for (std::size_t at = 0; at < all.size(); at += step) {
        received in;
        made.feed(std::string_view(all).substr(at, step), in);
        auto got = read_of(in);
        messages.insert(messages.end(), got.messages.begin(), got.messages.end());
        if (got.end == received::ending::failed) {
          CHECK(got.reason == close_reason::protocol_error);
          messages.emplace_back("failed");
        } else {
          CHECK(got.end == received::ending::none);
        }
      }
      CHECK(messages == std::vector<std::string>{"a", "b", "cd", "e", "last", "failed"});
    }
  }
}

TEST_CASE("a closing frame behind a good batch is seen") {
  auto made = framing::websocket({format::json, true}, limit);
  received in;
  made.feed(frame(0x81U, "a\x1E") + frame(0x88U, ""), in);
  CHECK(read_of(in).messages == std::vector<std::string>{"a"});
  CHECK(in.end == received::ending::peer_closed);
}

TEST_CASE("a batch of small messages may be larger than the largest message") {
  CHECK(batch_format::limit(512) >= batch_format::usual_size);
  CHECK(batch_format::limit(1U << 24U) == (1U << 24U) + batch_format::max_head);
}
