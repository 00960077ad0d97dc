// RFC 6455 frames, without sockets: cut in every way, wrong in every way, and against Beast.
#include <wamp/transport/listener.hpp>
#include <wamp/transport/transport_handshake.hpp>
#include <wamp/transport/websocket_framing.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace wamp;
using namespace std::string_literals;

namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

constexpr std::size_t limit = 100'000;
constexpr mask_key key{'\x37', '\xFA', '\x21', '\x3D'};

/// A client's frame. `length` overrides what the header says.
std::string frame(unsigned first, std::string_view payload, mask_key k = key) {
  std::string s(1, static_cast<char>(first));
  auto n = payload.size();
  if (n < 126) {
    s += static_cast<char>(0x80U | n);
  } else {
    unsigned wide = n < 65536 ? 2 : 8;
    s += static_cast<char>(wide == 2 ? 0xFE : 0xFF);
    for (unsigned i = wide; i-- > 0;)
      s += static_cast<char>(n >> (8 * i));
  }
  s.append(k.data(), k.size());
  for (std::size_t i = 0; i < n; ++i)
    s += static_cast<char>(payload[i] ^ k[i % 4]);
  return s;
}

constexpr unsigned fin = 0x80;
constexpr unsigned continuation = 0, text = 1, binary = 2, close_ = 8, ping = 9, pong = 10;

std::string pattern(std::size_t size) {
  std::string s(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    s[i] = static_cast<char>(i * 31 + i / 255);
  return s;
}

struct outcome {
  std::vector<std::string> messages;
  std::string replies;
  received::ending end = received::ending::none;
  close_reason reason = close_reason::normal;
  std::uint16_t close_code = 0;
};

/// Feeds `bytes` in parts of `step`.
template <class Framing>
outcome feed_into(Framing f, std::string_view bytes, std::size_t step) {
  received in;
  outcome all;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    // A copy of exactly this part, so that a sanitizer sees a read beyond it.
    std::string part(bytes.substr(at, step));
    std::vector<char> exact(part.begin(), part.end());
    in.clear();
    f.feed({exact.data(), exact.size()}, in);
    in.finish();
    for (const auto& m : in.messages)
      all.messages.emplace_back(m.view());
    all.replies += in.replies;
    if (in.end != received::ending::none) {
      all.end = in.end;
      all.reason = in.reason;
      all.close_code = in.close_code;
    }
  }
  return all;
}

outcome
feed(std::string_view bytes, std::size_t step, bool is_text = false, std::size_t max = limit) {
  return feed_into(websocket_framing(is_text, max), bytes, step);
}

const std::vector<std::size_t> steps{1, 2, 3, 5, 7, 13, 64, 1000, 10'000'000};

} // namespace

TEST_CASE("masks apply at every length and phase") {
  for (std::size_t size = 0; size < 40; ++size)
    for (std::size_t phase = 0; phase < 8; ++phase) {
      auto bytes = pattern(size);
      auto expected = bytes;
      for (std::size_t i = 0; i < size; ++i)
        expected[i] = static_cast<char>(expected[i] ^ key[(i + phase) % 4]);
      apply_mask(bytes.data(), bytes.size(), key, phase);
      CHECK(bytes == expected);
    }
}

TEST_CASE("messages of every form of length, cut in every way") {
  std::string all;
  std::vector<std::string> sent;
  for (std::size_t size :
       {0U, 1U, 2U, 124U, 125U, 126U, 127U, 255U, 256U, 65535U, 65536U, 65537U}) {
    sent.push_back(pattern(size));
    all += frame(fin | binary, sent.back());
  }
  all += frame(fin | binary, "unmasked in effect", mask_key{});
  sent.emplace_back("unmasked in effect");
  for (auto step : steps) {
    CAPTURE(step);
    auto got = feed(all, step);
    CHECK(got.messages == sent);
    CHECK(got.end == received::ending::none);
    CHECK(got.replies.empty());
  }
}

TEST_CASE("fragments, with control frames between them") {
  auto body = pattern(70'000);
  auto bytes = frame(binary, std::string_view(body).substr(0, 3)) + frame(fin | ping, "p1")
               + frame(continuation, "") + frame(fin | pong, "unasked")
               + frame(continuation, std::string_view(body).substr(3, 66'000))
               + frame(fin | ping, std::string(125, 'q'))
               + frame(fin | continuation, std::string_view(body).substr(66'003))
               + frame(fin | binary, "next") + frame(binary, "") + frame(fin | continuation, "");
  auto pongs = "\x8A\x02p1"s + "\x8A\x7D"s + std::string(125, 'q');
  for (auto step : steps) {
    CAPTURE(step);
    auto got = feed(bytes, step);
    CHECK(got.messages == std::vector<std::string>{body, "next", ""});
    CHECK(got.replies == pongs);
    CHECK(got.end == received::ending::none);
  }
}

TEST_CASE("every violation of the frame rules is a protocol error") {
  auto broken = [](std::string bytes) {
    bytes = frame(fin | text, "before") + bytes + frame(fin | text, "after");
    for (auto step : steps) {
      CAPTURE(step);
      auto got = feed(bytes, step, true);
      CHECK(got.messages == std::vector<std::string>{"before"});
      CHECK(got.end == received::ending::failed);
      CHECK(got.reason == close_reason::protocol_error);
    }
  };
  SUBCASE("reserved bits") {
    for (unsigned bit : {0x40U, 0x20U, 0x10U})
      broken(frame(fin | bit | text, "x"));
  }
  SUBCASE("reserved opcodes") {
    for (unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U})
      broken(frame(fin | opcode, "x"));
  }
  SUBCASE("an unmasked frame") {
    broken("\x81\x01x"s);
  }
  SUBCASE("a fragmented control frame") {
    for (unsigned opcode : {close_, ping, pong})
      broken(frame(opcode, "x"));
  }
  SUBCASE("a long control frame") {
    for (unsigned opcode : {close_, ping, pong})
      broken(frame(fin | opcode, std::string(126, 'x')));
  }
  SUBCASE("a continuation of nothing") {
    broken(frame(fin | continuation, "x"));
    broken(frame(continuation, "x"));
  }
  SUBCASE("a new message within a fragmented one") {
    broken(frame(text, "x") + frame(fin | text, "y"));
    broken(frame(text, "x") + frame(binary, "y"));
  }
  SUBCASE("lengths that are not in the shortest form") {
    broken("\x81\xFE\x00\x7D"s + "abcd" + std::string(125, 'x'));
    broken("\x81\xFF\x00\x00\x00\x00\x00\x00\xFF\xFF"s + "abcd" + std::string(65535, 'x'));
  }
  SUBCASE("a length of 2^63") {
    broken("\x81\xFF\x80\x00\x00\x00\x00\x00\x00\x00"s + "abcd");
  }
  SUBCASE("a close frame with half a code") {
    broken(frame(fin | close_, "\x03"));
  }
  SUBCASE("a close code that may not be sent") {
    for (unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2999U, 5000U, 65535U})
      broken(frame(
          fin | close_,
          std::string{static_cast<char>(code >> 8U), static_cast<char>(code & 255U)}));
  }
  SUBCASE("the other type") {
    broken(frame(fin | binary, "x"));
    broken(frame(binary, "x"));
  }
}

TEST_CASE("text is not taken where binary was agreed") {
  auto got = feed(frame(fin | text, "x"), 1);
  CHECK(got.end == received::ending::failed);
  CHECK(got.reason == close_reason::protocol_error);
}

TEST_CASE("the limit of a message holds for frames and for fragments, before they come") {
  auto whole = feed(frame(fin | binary, std::string(1000, 'x')), 64, false, 1000);
  CHECK(whole.messages.size() == 1);
  auto header_only = frame(fin | binary, std::string(1001, 'x')).substr(0, 8);
  auto over = feed(header_only, 64, false, 1000);
  CHECK(over.end == received::ending::failed);
  CHECK(over.reason == close_reason::too_big);
  auto parts =
      frame(binary, std::string(600, 'x')) + frame(fin | continuation, std::string(400, 'x'));
  CHECK(feed(parts, 64, false, 1000).messages.size() == 1);
  auto too_many = feed(parts, 64, false, 999);
  CHECK(too_many.messages.empty());
  CHECK(too_many.reason == close_reason::too_big);
  auto huge = feed("\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s + "abcd", 1);
  CHECK(huge.reason == close_reason::too_big);
}

TEST_CASE("memory grows with what came, not with what was announced") {
  std::string collected;
  append_announced(collected, std::string(1000, 'x'), 16'000'000);
  CHECK(collected.capacity() < 2500);
  append_announced(collected, std::string(1000, 'x'), 15'999'000);
  append_announced(collected, std::string(1000, 'x'), 15'998'000);
  CHECK(collected.capacity() < 10'000);
  std::string exact;
  append_announced(exact, std::string(6000, 'x'), 10'000);
  append_announced(exact, std::string(4000, 'x'), 4'000);
  CHECK(exact.capacity() == 10'000);
}

TEST_CASE("close frames") {
  for (auto step : steps) {
    CAPTURE(step);
    auto none = feed(frame(fin | close_, "") + frame(fin | binary, "late"), step);
    CHECK(none.end == received::ending::peer_closed);
    CHECK(none.close_code == 1005);
    CHECK(none.messages.empty());
    for (unsigned code : {1000U, 1003U, 1007U, 1011U, 1014U, 3000U, 4999U}) {
      std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 255U)};
      auto got = feed(frame(fin | binary, "x") + frame(fin | close_, payload + "Grüße €𐍈"), step);
      CHECK(got.messages.size() == 1);
      CHECK(got.end == received::ending::peer_closed);
      CHECK(got.close_code == code);
    }
  }
}

TEST_CASE("a close reason must be UTF-8") {
  for (auto bad :
       {"\x80"s, "\xC0\x80"s, "\xC1\xBF"s, "\xE0\x9F\xBF"s, "\xED\xA0\x80"s, "\xF0\x8F\xBF\xBF"s,
        "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xE2\x82"s, "a\xFF"s, "\xE2\x28\xA1"s}) {
    auto got = feed(frame(fin | close_, "\x03\xE8"s + bad), 3);
    CHECK(got.end == received::ending::failed);
    CHECK(got.reason == close_reason::invalid_utf8);
  }
  for (auto good :
       {"\x7F"s, "\xC2\x80"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s, "\xEE\x80\x80"s,
        "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s})
    CHECK(feed(frame(fin | close_, "\x03\xE8"s + good), 3).end == received::ending::peer_closed);
}

TEST_CASE("messages of one read share one allocation of exactly their size") {
  auto bytes =
      frame(fin | binary, "first") + frame(fin | binary, "second") + frame(fin | binary, "third");
  websocket_framing f(false, limit);
  received in;
  f.feed(bytes, in);
  in.finish();
  REQUIRE(in.messages.size() == 3);
  CHECK(in.messages[1].data() == in.messages[0].data() + 5);
  CHECK(in.messages[2].data() == in.messages[1].data() + 6);
}

namespace {

/// A Beast client whose handshake is answered by ours.
struct beast_client {
  boost::asio::io_context context;
  beast::test::stream server_end{context};
  websocket::stream<beast::test::stream> ws{context};

  explicit beast_client(format f) {
    ws.next_layer().connect(server_end);
    ws.set_option(websocket::stream_base::decorator([f](websocket::request_type& r) {
      r.set(beast::http::field::sec_websocket_protocol, std::string(subprotocol_of(f)));
    }));
    bool done = false;
    beast::error_code error;
    ws.async_handshake("localhost", "/ws", [&](beast::error_code e) {
      done = true;
      error = e;
    });
    context.poll();
    listener_options options;
    transport_handshake handshake(options, context);
    auto result = handshake.feed(take(), false);
    REQUIRE(result.what == handshake_result::outcome::established);
    put(result.reply);
    context.restart();
    context.poll();
    REQUIRE(done);
    REQUIRE_MESSAGE(!error, error.message());
    ws.text(f == format::json);
    ws.auto_fragment(false);
  }

  std::string take() {
    std::string s(server_end.str());
    server_end.clear();
    return s;
  }

  void put(std::string_view bytes) {
    boost::asio::write(server_end, boost::asio::buffer(bytes.data(), bytes.size()));
  }
};

} // namespace

TEST_CASE("what Beast's client sends is read, whole or fragmented") {
  for (auto f : {format::json, format::cbor}) {
    beast_client c(f);
    for (std::size_t size : {0U, 5U, 125U, 126U, 65535U, 65536U, 90'000U}) {
      auto message = std::string(size, 'm');
      c.ws.auto_fragment(size == 90'000);
      c.ws.write(boost::asio::buffer(message));
      auto bytes = c.take();
      for (std::size_t step : {std::size_t{1}, std::size_t{1000}, bytes.size()}) {
        auto got = feed(bytes, step, f == format::json);
        CHECK(got.messages == std::vector<std::string>{message});
      }
    }
    c.ws.ping("hi");
    CHECK(feed(c.take(), 1).replies == "\x8A\x02hi");
  }
}

TEST_CASE("what we send is read by Beast's client") {
  for (bool is_text : {true, false}) {
    beast_client c(is_text ? format::json : format::msgpack);
    websocket_framing f(is_text, limit);
    std::string controls;
    c.ws.control_callback([&](websocket::frame_type kind, beast::string_view payload) {
      controls += (kind == websocket::frame_type::ping ? "ping" : "pong") + std::string(payload);
    });
    for (std::size_t size : {0U, 1U, 125U, 126U, 65535U, 65536U, 90'000U}) {
      char header[websocket_framing::max_header];
      auto n = f.write_header(header, size);
      c.put(websocket_framing::ping() + std::string(header, n) + std::string(size, 'z'));
      beast::flat_buffer buffer;
      c.ws.read(buffer);
      CHECK(beast::buffers_to_string(buffer.data()) == std::string(size, 'z'));
      CHECK(c.ws.got_text() == is_text);
      CHECK(controls == "ping");
      controls.clear();
    }
    c.put(websocket_framing::close(1009));
    beast::flat_buffer buffer;
    beast::error_code error;
    c.ws.read(buffer, error);
    CHECK(error == websocket::error::closed);
    CHECK(c.ws.reason().code == 1009);
  }
}

TEST_CASE("our headers are those of Beast's server, byte for byte") {
  for (bool is_text : {true, false}) {
    boost::asio::io_context context;
    beast::test::stream client(context);
    websocket::stream<beast::test::stream> ws(context);
    ws.next_layer().connect(client);
    std::string_view request = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    boost::asio::write(client, boost::asio::buffer(request.data(), request.size()));
    ws.accept();
    client.clear();
    ws.text(is_text);
    ws.auto_fragment(false);
    websocket_framing f(is_text, limit);
    for (std::size_t size : {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 70'000U}) {
      auto message = std::string(size, 'z');
      ws.write(boost::asio::buffer(message));
      char header[websocket_framing::max_header];
      auto n = f.write_header(header, size);
      CHECK(std::string(client.str()) == std::string(header, n) + message);
      client.clear();
    }
    ws.ping({});
    CHECK(std::string(client.str()) == websocket_framing::ping());
    client.clear();
  }
}

TEST_CASE("headers go up to lengths that no test can send") {
  websocket_framing f(false, limit);
  char header[websocket_framing::max_header];
  CHECK(f.write_header(header, 0x0102030405060708U) == 10);
  CHECK(std::string(header, 10) == "\x82\x7F\x01\x02\x03\x04\x05\x06\x07\x08");
}

namespace {

/// A server's frame: not masked.
std::string plain_frame(unsigned first, std::string_view payload) {
  std::string s(1, static_cast<char>(first));
  auto n = payload.size();
  unsigned wide = n < 126 ? 0 : n < 65536 ? 2 : 8;
  s += static_cast<char>(wide == 0 ? n : wide == 2 ? 126 : 127);
  for (unsigned i = wide; i-- > 0;)
    s += static_cast<char>(n >> (8 * i));
  return s.append(payload);
}

outcome feed_client(
    std::string_view bytes, std::size_t step, bool is_text = false, std::size_t max = limit) {
  return feed_into(websocket_client_framing(is_text, max), bytes, step);
}

/// One of our client's frames.
std::string
client_frame(const websocket_client_framing& f, std::initializer_list<std::string_view> message) {
  std::size_t size = 0;
  for (auto part : message)
    size += part.size();
  std::string s(websocket_client_framing::max_masked_header + size, '\0');
  s.resize(f.write_frame(s.data(), message));
  return s;
}

/// Of a frame of ours with less than 126 octets.
std::string key_of(std::string_view f) {
  return std::string(f.substr(2, 4));
}

} // namespace

TEST_CASE("a client takes plain frames of every length, cut in every way") {
  std::string all;
  std::vector<std::string> sent;
  for (std::size_t size : {0U, 1U, 2U, 124U, 125U, 126U, 127U, 65535U, 65536U, 65537U}) {
    sent.push_back(pattern(size));
    all += plain_frame(fin | binary, sent.back());
  }
  auto body = pattern(70'000);
  all += plain_frame(binary, body.substr(0, 3)) + plain_frame(fin | ping, "p1")
         + plain_frame(continuation, "") + plain_frame(fin | pong, "unasked")
         + plain_frame(continuation, body.substr(3, 66'000)) + plain_frame(fin | ping, "")
         + plain_frame(fin | continuation, body.substr(66'003));
  sent.push_back(body);
  for (auto step : steps) {
    CAPTURE(step);
    auto got = feed_client(all, step);
    CHECK(got.messages == sent);
    CHECK(got.end == received::ending::none);
    // The answers are masked: a server reads them.
    auto answers = feed(got.replies, 1);
    CHECK(answers.end == received::ending::none);
    REQUIRE(got.replies.size() == 2 + 4 + 2 + 2 + 4);
    CHECK(got.replies.substr(0, 2) == "\x8A\x82");
    CHECK((got.replies[6] ^ got.replies[2]) == 'p');
    CHECK((got.replies[7] ^ got.replies[3]) == '1');
    CHECK(got.replies.substr(8, 2) == "\x8A\x80");
    auto closed = feed_client(plain_frame(fin | close_, "\x03\xE9gone"), step);
    CHECK(closed.end == received::ending::peer_closed);
    CHECK(closed.close_code == 1001);
  }
}

TEST_CASE("a client takes no masked frame, and otherwise the rules are the server's") {
  auto broken = [](const std::string& bytes) {
    for (auto step : steps) {
      CAPTURE(step);
      auto got = feed_client(
          plain_frame(fin | text, "before") + bytes + plain_frame(fin | text, "after"), step, true);
      CHECK(got.messages == std::vector<std::string>{"before"});
      CHECK(got.end == received::ending::failed);
      CHECK(got.reason == close_reason::protocol_error);
    }
  };
  for (unsigned opcode : {text, ping, pong, close_}) {
    broken(frame(fin | opcode, ""));
    broken(frame(fin | opcode, "masked"));
  }
  broken(frame(fin | text, "mask of zeros", mask_key{}));
  broken(plain_frame(fin | 0x40U | text, "x"));
  broken(plain_frame(fin | 3U, "x"));
  broken(plain_frame(ping, "x"));
  broken(plain_frame(fin | continuation, "x"));
  broken(plain_frame(fin | binary, "x"));
  broken("\x81\x7E\x00\x7D"s + std::string(125, 'x'));
  broken(plain_frame(fin | close_, "\x03"));
  auto over = feed_client(plain_frame(fin | binary, std::string(1001, 'x')), 64, false, 1000);
  CHECK(over.reason == close_reason::too_big);
}

TEST_CASE("a client's frames have a key each, which is not the same again") {
  websocket_client_framing f(false, limit);
  std::set<std::string> keys;
  constexpr std::size_t count = 1000;
  for (std::size_t i = 0; i < count; ++i)
    keys.insert(key_of(client_frame(f, {"x"})));
  for (std::size_t i = 0; i < count; ++i)
    keys.insert(key_of(websocket_client_framing::ping()));
  for (std::size_t i = 0; i < count; ++i)
    keys.insert(key_of(websocket_client_framing::close(1000)));
  // Of three thousand out of 2^32, two are the same once in a thousand runs; ten never.
  CHECK(keys.size() > 3 * count - 10);
}

TEST_CASE("a client's message may be given in parts") {
  websocket_client_framing f(false, limit);
  auto body = pattern(70'000);
  auto bytes =
      client_frame(f, {"", body.substr(0, 1), body.substr(1, 50'001), "", body.substr(50'002)});
  CHECK(feed(bytes, 1000).messages == std::vector<std::string>{body});
}

namespace {

/// A Beast server behind its handshake.
struct beast_server {
  boost::asio::io_context context;
  beast::test::stream client_end{context};
  websocket::stream<beast::test::stream> ws{context};

  explicit beast_server(bool is_text) {
    ws.next_layer().connect(client_end);
    put("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    ws.accept();
    client_end.clear();
    ws.text(is_text);
    ws.auto_fragment(false);
  }

  std::string take() {
    std::string s(client_end.str());
    client_end.clear();
    return s;
  }

  void put(std::string_view bytes) {
    boost::asio::write(client_end, boost::asio::buffer(bytes.data(), bytes.size()));
  }
};

} // namespace

TEST_CASE("what our client sends is read by Beast's server, and what that sends by our client") {
  for (bool is_text : {true, false}) {
    beast_server s(is_text);
    websocket_client_framing f(is_text, limit);
    std::string controls;
    s.ws.control_callback([&](websocket::frame_type kind, beast::string_view payload) {
      controls += (kind == websocket::frame_type::ping ? "ping" : "pong") + std::string(payload);
    });
    for (std::size_t size : {0U, 1U, 3U, 125U, 126U, 127U, 65535U, 65536U, 90'000U}) {
      auto message = std::string(size, 'z');
      auto pong_of_ours = feed_client(plain_frame(fin | ping, "hi"), 1).replies;
      s.put(websocket_client_framing::ping() + pong_of_ours + client_frame(f, {message}));
      beast::flat_buffer buffer;
      s.ws.read(buffer);
      CHECK(beast::buffers_to_string(buffer.data()) == message);
      CHECK(s.ws.got_text() == is_text);
      CHECK(controls == "pingponghi");
      controls.clear();
      s.take(); // the answer to the ping
      s.ws.auto_fragment(size == 90'000);
      s.ws.write(boost::asio::buffer(message));
      auto bytes = s.take();
      for (std::size_t step : {std::size_t{1}, std::size_t{1000}, bytes.size()})
        CHECK(feed_client(bytes, step, is_text).messages == std::vector<std::string>{message});
    }
    s.put(websocket_client_framing::close(1009));
    beast::flat_buffer buffer;
    beast::error_code error;
    s.ws.read(buffer, error);
    CHECK(error == websocket::error::closed);
    CHECK(s.ws.reason().code == 1009);
  }
}

TEST_CASE("our client's frames are those of Beast's client, byte for byte but for the key") {
  for (auto f : {format::json, format::cbor}) {
    beast_client c(f);
    websocket_client_framing ours(f == format::json, limit);
    // Beast's frame, its key and mask replaced by ours.
    auto same = [](std::string theirs, std::string_view our_frame, std::size_t payload) {
      REQUIRE(theirs.size() == our_frame.size());
      auto header = theirs.size() - payload - 4;
      auto unmask = [&](std::string s) {
        mask_key k;
        std::copy_n(s.data() + header, 4, k.begin());
        apply_mask(s.data() + header + 4, payload, k, 0);
        return s.erase(header, 4);
      };
      CHECK(unmask(std::move(theirs)) == unmask(std::string(our_frame)));
    };
    for (std::size_t size : {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 70'000U}) {
      auto message = pattern(size);
      c.ws.write(boost::asio::buffer(message));
      same(c.take(), client_frame(ours, {message}), size);
    }
    c.ws.ping({});
    same(c.take(), websocket_client_framing::ping(), 0);
  }
}
