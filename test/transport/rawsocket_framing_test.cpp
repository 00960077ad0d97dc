// RawSocket without sockets: the handshake's table, and frames cut in every way.
#include <wamp/transport/rawsocket_framing.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace wamp;
using namespace std::string_literals;

namespace {

std::string frame(unsigned first, std::string_view payload) {
  auto n = payload.size();
  std::string s{
      static_cast<char>(first), static_cast<char>(n >> 16U), static_cast<char>(n >> 8U),
      static_cast<char>(n)};
  return s.append(payload);
}

std::string pattern(std::size_t size) {
  std::string s(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    s[i] = static_cast<char>(i * 31 + i / 255);
  return s;
}

struct outcome {
  std::vector<std::string> messages;
  std::string replies;
  bool failed = false;
  close_reason reason = close_reason::normal;
};

outcome feed(std::string_view bytes, std::size_t step, std::size_t max = 1U << 24U) {
  rawsocket_framing f(max);
  received in;
  outcome all;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    auto part = bytes.substr(at, step);
    std::vector<char> exact(part.begin(), part.end());
    in.clear();
    f.feed({exact.data(), exact.size()}, in);
    in.finish();
    for (const auto& m : in.messages)
      all.messages.emplace_back(m.view());
    all.replies += in.replies;
    if (in.end == received::ending::failed) {
      all.failed = true;
      all.reason = in.reason;
    }
  }
  return all;
}

const std::vector<std::size_t> steps{1, 2, 3, 4, 5, 7, 64, 1000, 100'000'000};

} // namespace

TEST_CASE("limits are powers of two from 512 to 2^24") {
  CHECK(rawsocket_limit(0) == 512);
  CHECK(rawsocket_limit(512) == 512);
  CHECK(rawsocket_limit(1023) == 512);
  CHECK(rawsocket_limit(1024) == 1024);
  CHECK(rawsocket_limit((1U << 24U) - 1) == 1U << 23U);
  CHECK(rawsocket_limit(1U << 24U) == 1U << 24U);
  CHECK(rawsocket_limit(1U << 30U) == 1U << 24U);
}

TEST_CASE("every handshake has its answer") {
  for (unsigned length = 0; length < 16; ++length)
    for (unsigned serializer = 0; serializer < 16; ++serializer)
      for (unsigned our_log = 9; our_log <= 24; ++our_log) {
        std::string hello{'\x7F', static_cast<char>((length << 4U) | serializer), 0, 0};
        auto answer = answer_rawsocket(hello, all_formats, std::size_t{1} << our_log);
        if (serializer < 1 || serializer > 3) {
          CHECK(answer.error == rawsocket_error::serializer_unsupported);
          CHECK(answer.reply == "\x7F\x10\0\0"s);
          continue;
        }
        CHECK(answer.error == rawsocket_error::none);
        CHECK(rawsocket_number_of(answer.chosen) == serializer);
        CHECK(answer.send_limit == std::size_t{512} << length);
        std::string expected{'\x7F', static_cast<char>(((our_log - 9) << 4U) | serializer), 0, 0};
        CHECK(answer.reply == expected);
      }
}

TEST_CASE("a serializer that is not offered, and reserved octets, are refused") {
  std::vector<format> only_cbor{format::cbor};
  CHECK(answer_rawsocket("\x7F\xF1\0\0"s, only_cbor, 512).reply == "\x7F\x10\0\0"s);
  CHECK(answer_rawsocket("\x7F\xF3\0\0"s, only_cbor, 512).reply == "\x7F\x03\0\0"s);
  CHECK(answer_rawsocket("\x7F\xF1\1\0"s, all_formats, 512).reply == "\x7F\x30\0\0"s);
  CHECK(answer_rawsocket("\x7F\xF1\0\x80"s, all_formats, 512).reply == "\x7F\x30\0\0"s);
  CHECK(rawsocket_refusal(rawsocket_error::length_unacceptable) == "\x7F\x20\0\0"s);
  CHECK(rawsocket_refusal(rawsocket_error::too_many_connections) == "\x7F\x40\0\0"s);
}

TEST_CASE("frames cut in every way") {
  std::string all;
  std::vector<std::string> sent;
  for (std::size_t size : {0U, 1U, 3U, 255U, 256U, 257U, 65535U, 65536U}) {
    sent.push_back(pattern(size));
    all += frame(0, sent.back());
  }
  all += frame(1, "ping") + frame(2, "unasked") + frame(1, "") + frame(1, pattern(300));
  sent.emplace_back("last");
  all += frame(0, "last");
  auto pongs = frame(2, "ping") + frame(2, "") + frame(2, pattern(300));
  for (auto step : steps) {
    CAPTURE(step);
    auto got = feed(all, step);
    CHECK(got.messages == sent);
    CHECK(got.replies == pongs);
    CHECK(!got.failed);
  }
}

TEST_CASE("exactly 2^24 octets are announced by the X bit") {
  auto body = pattern(1U << 24U);
  for (std::size_t step : {std::size_t{1021}, std::size_t{100'003}, std::size_t{1} << 25U}) {
    auto got = feed("\x08\0\0\0"s + body + frame(0, "next"), step);
    REQUIRE(got.messages.size() == 2);
    CHECK(got.messages[0] == body);
    CHECK(got.messages[1] == "next");
  }
  auto pong = feed("\x09\0\0\0"s + body, 1U << 20U).replies;
  CHECK(pong == "\x0A\0\0\0"s + body);
  char header[4];
  CHECK(rawsocket_framing::write_header(header, 1U << 24U) == 4);
  CHECK(std::string(header, 4) == "\x08\0\0\0"s);
  rawsocket_framing::write_header(header, (1U << 24U) - 1);
  CHECK(std::string(header, 4) == "\0\xFF\xFF\xFF"s);
  rawsocket_framing::write_header(header, 0x010203);
  CHECK(std::string(header, 4) == "\0\1\2\3"s);
  CHECK(rawsocket_framing::ping() == "\1\0\0\0"s);
}

TEST_CASE("what breaks the rules ends the connection") {
  auto broken = [](const std::string& bytes, close_reason reason, std::size_t max = 1U << 24U) {
    for (auto step : steps) {
      CAPTURE(step);
      auto got = feed(frame(0, "before") + bytes + frame(0, "after"), step, max);
      CHECK(got.failed);
      CHECK(got.reason == reason);
      CHECK(got.messages == std::vector<std::string>{"before"});
    }
  };
  for (unsigned type = 3; type < 8; ++type)
    broken(frame(type, "x"), close_reason::protocol_error);
  for (unsigned bit : {0x10U, 0x20U, 0x40U, 0x80U})
    broken(frame(bit, "x"), close_reason::protocol_error);
  broken("\x08\0\0\1"s, close_reason::protocol_error);
  broken("\0\0\2\1"s, close_reason::too_big, 512);
  broken("\1\0\2\1"s, close_reason::too_big, 512);
  broken("\x08\0\0\0"s, close_reason::too_big, 1U << 23U);
  CHECK(!feed(frame(0, pattern(512)), 1, 512).failed);
}
