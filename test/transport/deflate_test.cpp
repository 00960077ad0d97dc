// Compression without sockets: messages there and back, hostile ones, what two sides agree on, and
// the frames.
#include <wamp/transport/deflate.hpp>
#include <wamp/transport/framing.hpp>
#include <wamp/transport/permessage_deflate.hpp>

#include <boost/beast/zlib/deflate_stream.hpp>
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace wamp;
using namespace std::string_literals;

namespace {

/// Text with repetitions near and far.
std::string text_of(std::size_t size) {
  std::string s;
  for (unsigned i = 0; s.size() < size; ++i)
    s += "[36," + std::to_string(i * i % 977) + ",{},\"some.topic\"," + std::to_string(i) + "]";
  s.resize(size);
  return s;
}

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string s(size, '\0');
  for (auto& c : s)
    c = static_cast<char>(random());
  return s;
}

std::optional<std::string> deflated(std::string_view text, unsigned bits = most_window_bits) {
  return deflate_message({&text, 1}, bits);
}

struct outcome {
  inflate_result what{};
  std::string message;
};

outcome inflated(std::string bytes, std::size_t limit = 1U << 20U) {
  outcome o;
  o.what = inflate_message(std::move(bytes), limit, o.message);
  return o;
}

/// zlib's own, for what deflate_message() would not make: with a last block if `finish`.
std::string raw(std::string_view text, bool finish, int level = 9) {
  namespace zlib = boost::beast::zlib;
  zlib::deflate_stream stream;
  stream.reset(level, 15, 8, zlib::Strategy::normal);
  std::string out(stream.upper_bound(text.size()) + 64, '\0');
  zlib::z_params z;
  z.next_in = text.data();
  z.avail_in = text.size();
  z.next_out = out.data();
  z.avail_out = out.size();
  boost::beast::error_code ec;
  stream.write(z, finish ? zlib::Flush::finish : zlib::Flush::sync, ec);
  out.resize(out.size() - z.avail_out - (finish ? 0 : 4));
  return out;
}

/// A client's frame with a mask of zeros.
std::string frame(unsigned first, std::string_view payload) {
  std::string s(1, static_cast<char>(first));
  auto n = payload.size();
  unsigned wide = n < 126 ? 0 : n < 65536 ? 2 : 8;
  s += static_cast<char>(0x80U | (wide == 0 ? n : wide == 2 ? 126 : 127));
  for (unsigned i = wide; i-- > 0;)
    s += static_cast<char>(n >> (8 * i));
  return s.append(4, '\0').append(payload);
}

struct received_frames {
  std::vector<std::string> messages;
  received::ending end = received::ending::none;
  close_reason reason = close_reason::normal;
};

received_frames feed(std::string_view bytes, std::size_t step, std::size_t limit = 1U << 20U) {
  websocket_framing f(true, limit, true);
  received_frames all;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    received in;
    std::string part(bytes.substr(at, step));
    f.feed(part, in);
    in.finish();
    for (const auto& m : in.messages)
      all.messages.emplace_back(m.view());
    if (in.end != received::ending::none) {
      all.end = in.end;
      all.reason = in.reason;
    }
  }
  return all;
}

constexpr unsigned text_frame = 0x81, first_part = 0x01, last_part = 0x80, part = 0x00;
constexpr unsigned rsv1 = 0x40;

std::string answer_to(std::vector<std::string_view> lines) {
  auto a = answer_deflate(lines);
  return a ? a->extension : "none";
}

const std::string both = "permessage-deflate; server_no_context_takeover; "
                         "client_no_context_takeover";

} // namespace

TEST_CASE("messages come back from every window") {
  for (unsigned bits = least_window_bits + 1; bits <= most_window_bits; ++bits)
    for (std::size_t size : {256U, 1000U, 5000U, 70'000U, 1'000'000U}) {
      auto text = text_of(size);
      auto small = deflated(text, bits);
      REQUIRE(small.has_value());
      CHECK(small->size() < size);
      auto back = inflated(*small);
      CHECK(back.what == inflate_result::done);
      CHECK(back.message == text);
    }
}

TEST_CASE("a message in parts is compressed as one, and each message for itself") {
  auto text = text_of(10'000);
  std::string_view t = text;
  std::vector<std::string_view> parts{t.substr(0, 1), "", t.substr(1, 5000), t.substr(5001), ""};
  auto small = deflate_message(parts, most_window_bits);
  REQUIRE(small.has_value());
  CHECK(inflated(*small).message == text);
  CHECK(deflated(text) == deflated(text));
}

TEST_CASE("what does not become smaller is left as it is") {
  CHECK(!deflated("").has_value());
  CHECK(!deflated("abc").has_value());
  for (std::size_t size : {300U, 70'000U, 1'000'000U})
    CHECK(!deflated(noise(size)).has_value());
}

TEST_CASE("what others compress is inflated: noise, nothing, stored and last blocks") {
  for (auto& text : {text_of(5000), noise(100'000), "x"s, ""s})
    for (int level : {0, 1, 9})
      for (bool finish : {false, true}) {
        auto got = inflated(raw(text, finish, level));
        CHECK(got.what == inflate_result::done);
        CHECK(got.message == text);
      }
  // The examples of RFC 7692, section 7.2.3.
  CHECK(inflated("\xF2\x48\xCD\xC9\xC9\x07\x00"s).message == "Hello");
  CHECK(inflated("\x00\x05\x00\xFA\xFF\x48\x65\x6C\x6C\x6F\x00"s).message == "Hello");
  CHECK(inflated("\xF3\x48\xCD\xC9\xC9\x07\x00\x00"s).message == "Hello");
  CHECK(inflated("\xF2\x48\x05\x00\x00\x00\xFF\xFF\xCA\xC9\xC9\x07\x00"s).message == "Hello");
}

TEST_CASE("inflating stops at the limit") {
  auto small = raw(std::string(1'000'000, 'x'), false);
  CHECK(small.size() < 2000);
  CHECK(inflated(small, 1'000'000).what == inflate_result::done);
  CHECK(inflated(small, 999'999).what == inflate_result::too_big);
  auto early = inflated(small, 1000);
  CHECK(early.what == inflate_result::too_big);
  CHECK(early.message.capacity() < 3000);
  CHECK(inflated(raw("x", false), 0).what == inflate_result::too_big);
  CHECK(inflated(raw("", false), 0).what == inflate_result::done);
}

TEST_CASE("what is kept of a message is not much larger than the message") {
  auto got = inflated(raw(noise(50'000), false));
  CHECK(got.message.size() == 50'000);
  CHECK(got.message.capacity() <= 100'000);
}

TEST_CASE("torn and corrupt messages are told from whole ones") {
  auto whole = raw(text_of(3000), false);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(inflated(whole.substr(0, size)).what == inflate_result::corrupt);
  CHECK(inflated("\xFF\xFF\xFF"s).what == inflate_result::corrupt);
  CHECK(inflated(raw(text_of(300), true) + "more than padding").what == inflate_result::corrupt);
  // A reference to before the message: there is no context.
  CHECK(inflated("\x4A\x03\x21\x00"s + whole).what != inflate_result::too_big);
  std::mt19937 random(11);
  for (int i = 0; i < 3000; ++i) {
    auto bytes = i % 2 == 0 ? whole : noise(random() % 100);
    for (unsigned k = random() % 4 + 1; k > 0 && !bytes.empty(); --k)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    auto got = inflated(bytes, 5000);
    CHECK(got.message.size() <= 5001);
  }
}

TEST_CASE("the first offer that can be met is taken, without contexts") {
  CHECK(answer_to({"permessage-deflate"}) == both);
  CHECK(answer_to({"Permessage-Deflate"}) == both);
  CHECK(answer_to({"permessage-deflate; client_max_window_bits"}) == both);
  CHECK(answer_to({"permessage-deflate; client_max_window_bits=8"}) == both);
  CHECK(
      answer_to({"permessage-deflate; server_no_context_takeover; client_no_context_takeover"})
      == both);
  CHECK(
      answer_to({"permessage-deflate; server_max_window_bits=10; client_max_window_bits=9"})
      == both + "; server_max_window_bits=10");
  CHECK(
      answer_to({"permessage-deflate; server_max_window_bits=\"15\""})
      == both + "; server_max_window_bits=15");
  CHECK(answer_deflate({"permessage-deflate; server_max_window_bits=9"})->terms.window_bits == 9);
  CHECK(answer_deflate({"permessage-deflate"})->terms.window_bits == 15);
  CHECK(answer_to({"x-other; a=b, permessage-deflate"}) == both);
  CHECK(answer_to({"x-other", "permessage-deflate"}) == both);
  // zlib has no window of 256 octets, so the next is taken.
  CHECK(
      answer_to({"permessage-deflate; server_max_window_bits=8, permessage-deflate; "
                 "server_max_window_bits=11"})
      == both + "; server_max_window_bits=11");
}

TEST_CASE("offers that break the rules are declined") {
  CHECK(answer_to({}) == "none");
  CHECK(answer_to({"x-webkit-deflate-frame"}) == "none");
  for (std::string_view wrong :
       {"server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16",
        "server_max_window_bits=8", "server_max_window_bits=010", "server_max_window_bits=x",
        "server_max_window_bits=1x", "client_max_window_bits=7", "client_max_window_bits=16",
        "client_max_window_bits=99999999999999999999", "server_no_context_takeover=1",
        "client_no_context_takeover=true", "unknown", "unknown=1",
        "client_max_window_bits; client_max_window_bits",
        "server_no_context_takeover; server_no_context_takeover"}) {
    CAPTURE(wrong);
    auto offer = "permessage-deflate; " + std::string(wrong);
    CHECK(answer_to({offer}) == "none");
    CHECK(answer_to({offer + ", permessage-deflate"}) == both);
    CHECK(answer_to({offer, "permessage-deflate"}) == both);
  }
  CHECK(answer_to({"permessage-deflate;;;=, ,"}) == "none");
}

TEST_CASE("the answer to our offer must be one") {
  auto bits = [](std::string_view line) {
    auto terms = read_deflate_answer(line);
    return terms ? terms->window_bits : 0;
  };
  CHECK(answer_to({deflate_offer}) == both);
  CHECK(bits(both) == 15);
  CHECK(bits("permessage-deflate; server_no_context_takeover") == 15);
  CHECK(bits(both + "; client_max_window_bits=9; server_max_window_bits=10") == 9);
  CHECK(bits(both + "; client_max_window_bits=8") == 8);
  CHECK(bits("permessage-deflate") == 0); // the router would keep a context
  CHECK(bits("x-other") == 0);
  CHECK(bits("") == 0);
  CHECK(bits(both + ", permessage-deflate") == 0);
  for (std::string_view wrong :
       {"client_max_window_bits", "server_max_window_bits", "server_max_window_bits=7", "unknown",
        "server_no_context_takeover", "client_max_window_bits=16"}) {
    CAPTURE(wrong);
    CHECK(bits(both + "; " + std::string(wrong)) == 0);
  }
}

TEST_CASE("compressed messages, whole and in fragments, among others, cut in every way") {
  auto text = text_of(5000);
  auto small = raw(text, false);
  auto all = frame(text_frame, "plain") + frame(text_frame | rsv1, small)
             + frame(first_part | rsv1, small.substr(0, 1)) + frame(0x89, "ping") + frame(part, "")
             + frame(part, small.substr(1, 300)) + frame(last_part, small.substr(301))
             + frame(first_part, "pl") + frame(last_part, "ain")
             + frame(text_frame | rsv1, raw("", false)) + frame(text_frame, "");
  for (std::size_t step : {1U, 2U, 7U, 100U, 1'000'000U}) {
    auto got = feed(all, step);
    CHECK(got.messages == std::vector<std::string>{"plain", text, text, "plain", "", ""});
    CHECK(got.end == received::ending::none);
  }
}

TEST_CASE("the bit that marks compressed messages stands where they begin, and nowhere else") {
  auto small = raw("Hello", false);
  for (const auto& bytes :
       {frame(0x89 | rsv1, ""), frame(0x88 | rsv1, ""), frame(0x8A | rsv1, "x"),
        frame(first_part, "x") + frame(last_part | rsv1, small),
        frame(first_part | rsv1, small) + frame(last_part | rsv1, ""),
        frame(text_frame | rsv1 | 0x20U, small), frame(text_frame | 0x10U, small),
        frame(0x83 | rsv1, small)})
    for (std::size_t step : {1U, 1000U}) {
      auto got = feed(bytes, step);
      CHECK(got.messages.empty());
      CHECK(got.end == received::ending::failed);
      CHECK(got.reason == close_reason::protocol_error);
    }
  websocket_framing without(true, 1000);
  received in;
  without.feed(frame(text_frame | rsv1, small), in);
  CHECK(in.reason == close_reason::protocol_error);
}

TEST_CASE("bombs and corrupt messages end the connection, with their codes") {
  auto bomb = raw(std::string(1'000'000, 'x'), false);
  auto after = frame(text_frame, "after");
  for (std::size_t step : {1U, 100U, 1'000'000U}) {
    auto big = feed(frame(text_frame | rsv1, bomb) + after, step, 10'000);
    CHECK(big.messages.empty());
    CHECK(big.reason == close_reason::too_big);
    auto parts = frame(first_part | rsv1, bomb.substr(0, 10)) + frame(last_part, bomb.substr(10));
    auto in_parts = feed(parts + after, step, 10'000);
    CHECK(in_parts.messages.empty());
    CHECK(in_parts.reason == close_reason::too_big);
    auto torn = feed(frame(text_frame | rsv1, bomb.substr(0, 100)) + after, step);
    CHECK(torn.messages.empty());
    CHECK(torn.reason == close_reason::corrupt_data);
  }
  CHECK(websocket_framing::code_of(close_reason::corrupt_data) == 1007);
  // Noise may be a little larger than what it was, not much.
  auto most = noise(10'000);
  CHECK(feed(frame(text_frame | rsv1, raw(most, false)), 1000, 10'000).messages.size() == 1);
  auto endless = std::string(most_deflated(10'000) + 1, '\0');
  auto over = feed(frame(text_frame | rsv1, endless).substr(0, 20), 1, 10'000);
  CHECK(over.reason == close_reason::too_big);
}

TEST_CASE("frames that are made: compressed where that is worth it, masked for a client") {
  for (bool batched : {false, true}) {
    subprotocol p{format::json, batched};
    auto server = framing::websocket(p, 1U << 20U, deflate_terms{});
    auto client = framing::websocket_client(p, 1U << 20U, deflate_terms{});
    CHECK(server.makes_frames());
    CHECK(!framing::websocket(p, 1000).makes_frames());
    for (auto [from, to] : {std::pair(&server, &client), std::pair(&client, &server)})
      for (std::size_t size : {10U, 255U, 256U, 5000U, 500'000U}) {
        auto text = text_of(size);
        auto sent = text + (batched ? "\x1E" : "");
        std::vector<std::string_view> parts{
            std::string_view(sent).substr(0, 5), std::string_view(sent).substr(5)};
        auto made = from->make_frame(parts);
        bool marked = (made.data()[0] & 0x40) != 0;
        CHECK(marked == (sent.size() >= worth_deflating));
        CHECK((made.size() < size) == marked);
        received in;
        to->feed(made.view(), in);
        REQUIRE(in.messages.size() == 1);
        CHECK(in.messages[0].view() == text);
      }
  }
  // A window that can not be had: nothing is compressed, which is always allowed.
  auto narrow = framing::websocket_client({format::json}, 1000, deflate_terms{8});
  auto text = text_of(900);
  std::string_view whole = text;
  auto made = narrow.make_frame({&whole, 1});
  CHECK((made.data()[0] & 0x40) == 0);
}
