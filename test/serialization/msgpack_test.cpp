// What is particular to MessagePack.
#include <wamp/test/serialization/testing.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <string_view>

namespace wamp::testing {

namespace {

constexpr auto msgpack = format::msgpack;

std::string judge(std::string_view hex) {
  return complaint(msgpack, from_hex(hex));
}

/// [48, 1, {}, "a.b", ...: ten bytes of a message of five elements.
constexpr std::string_view head = "95 30 01 80 a3612e62";

std::string with_head(std::string_view hex) {
  return std::string{head} + std::string{hex};
}

value argument(std::string_view hex) {
  const auto m = decoded_as<call>(msgpack, slice{from_hex(with_head("91") + std::string{hex})});
  return m.args.values().args.at(0);
}

std::string written(const value& v) {
  return to_hex(payload::native({{v}, {}}).bytes(msgpack).view().substr(1));
}

} // namespace

TEST_CASE("MessagePack: integers of every width are integers") {
  for (auto id :
       {"01", "cc01", "cd0001", "ce00000001", "cf0000000000000001", "d001", "d10001", "d200000001",
        "d30000000000000001"}) {
    CAPTURE(id);
    const auto bytes = from_hex("94 cd0030 " + std::string{id} + " 80 a3612e62");
    CHECK(decoded_as<call>(msgpack, slice{bytes}).request == request_id{1});
  }
  CHECK(argument("ff") == value{-1});
  CHECK(argument("d38000000000000000") == value{INT64_MIN});
  CHECK(argument("cf7fffffffffffffff") == value{INT64_MAX});
  CHECK(argument("cfffffffffffffffff") == value{UINT64_MAX});
  CHECK(argument("ca3fc00000") == value{1.5});
  CHECK(argument("cb3ff8000000000000") == value{1.5});
  CHECK(argument("ca7f800000") == value{HUGE_VAL});
}

TEST_CASE("MessagePack: values are written compactly, and floats stay floats") {
  CHECK(written(1) == "01");
  CHECK(written(-33) == "d0df");
  CHECK(written(UINT64_MAX) == "cfffffffffffffffff");
  CHECK(written(3.0) == "cb4008000000000000");
  CHECK(written(-0.5) == "cbbfe0000000000000");
  CHECK(written("a") == "a161");
  CHECK(written(binary{"a"}) == "c40161");
  CHECK(written(value{}) == "c0");
  CHECK(written(list{true, false}) == "92c3c2");
  CHECK(written(dict{{"a", 1}}) == "81a16101");
}

TEST_CASE("MessagePack: strings and lists of every head") {
  CHECK(argument("a0") == value{""});
  CHECK(argument("d90161") == value{"a"});
  CHECK(argument("da000161") == value{"a"});
  CHECK(argument("db0000000161") == value{"a"});
  CHECK(argument("c400") == value{binary{}});
  CHECK(argument("c5000161") == value{binary{"a"}});
  CHECK(argument("c60000000161") == value{binary{"a"}});
  CHECK(argument("dc000101") == value{list{1}});
  CHECK(argument("dd0000000101") == value{list{1}});
  CHECK(argument("de0001a16101") == value{dict{{"a", 1}}});
  CHECK(argument("df00000001a16101") == value{dict{{"a", 1}}});
  CHECK(decode(msgpack, slice{from_hex("dc0004 30 01 80 a3612e62")}));
  CHECK(decode(msgpack, slice{from_hex("dd00000004 30 01 80 a3612e62")}));
}

TEST_CASE("MessagePack: of extensions the data is kept") {
  CHECK(argument("d40501") == value{binary{"\x01"}});
  CHECK(argument("c70305616263") == value{binary{"abc"}});
  CHECK(argument("c70005") == value{binary{}});
  CHECK(argument("d6ff01020304") == value{binary{"\x01\x02\x03\x04"}});
}

TEST_CASE("MessagePack: claimed sizes cost nothing") {
  CHECK(judge("ddffffffff 30") == "the message ends too early at byte 6, in [1]");
  CHECK(judge(with_head("ddffffffff")) == "the message ends too early at byte 13, in [4][0]");
  CHECK(judge(with_head("91 dfffffffff")) == "the message ends too early at byte 14, in [4][0]");
  CHECK(judge(with_head("91 dbffffffff61")) == "the message ends too early at byte 15, in [4][0]");
  CHECK(judge(with_head("91 c6ffffffff61")) == "the message ends too early at byte 15, in [4][0]");
  CHECK(
      judge(with_head("91 c9ffffffff0561")) == "the message ends too early at byte 16, in [4][0]");
}

TEST_CASE("MessagePack: what is wrong is found at its first byte") {
  CHECK(judge("80") == "expected a list, the message at byte 0");
  CHECK(judge("c1") == "expected a list, the message at byte 0");
  CHECK(judge(with_head("91 c1")) == "0xc1 is no MessagePack type at byte 9, in [4][0]");
  CHECK(
      judge("94 30 cb3ff0000000000000 80 a3612e62")
      == "expected an id, an integer from 1 to 2^53 at byte 2, in [1]");
  CHECK(judge("94 30 01 80 c0") == "expected a string at byte 4, in [3]");
  CHECK(judge("93 30 01 80") == "expected a string at byte 4, in [3]");
  CHECK(
      judge("94 10 01 82 a3785f79 01 ab61636b6e6f776c65646765 01 a3612e62")
      == "expected a bool at byte 21, in [2].acknowledge");
  CHECK(
      judge("94 10 01 81 a76578636c756465 92 01 a178 a3612e62")
      == "expected an id, an integer from 1 to 2^53 at byte 14, in [2].exclude[1]");
  CHECK(judge("94 30 01 82 a26161 01 a26161 02 a3612e62") == "duplicate key at byte 8, in [2].aa");
  CHECK(judge("95 11 01 02 90 91 01") == "expected the end of the message at byte 4, in [3]");
}

TEST_CASE("MessagePack: strings are UTF-8, in arguments too") {
  CHECK(judge("94 30 01 80 a3612eff") == "invalid UTF-8 at byte 4, in [3]");
  CHECK(judge(with_head("92 01 a2c328")) == "invalid UTF-8 at byte 10, in [4][1]");
  CHECK(judge(with_head("91 81 a1ff 01")).starts_with("invalid UTF-8 at byte 10"));
  const auto e = error_of(msgpack, slice{from_hex(with_head("91 a1ff"))});
  CHECK_FALSE(e.invalid_utf8); // a binary frame is answered with ABORT
}

TEST_CASE("MessagePack: keys that are integers become text below the arguments' own keys") {
  CHECK(argument("82 01 2a ff 2b") == value{dict{{"1", 42}, {"-1", 43}}});
  CHECK(argument("82 01 2a a131 2b") == value{dict{{"1", 43}}});
  CHECK(argument("81 cfffffffffffffffff 01") == value{dict{{"18446744073709551615", 1}}});
  CHECK(
      judge("96 30 01 80 a3612e62 90 81 01 2a") == "expected a string as key at byte 10, in [5].1");
  CHECK(judge("94 30 01 81 01 2a a3612e62").starts_with("expected a string as key at byte 4"));
  CHECK(judge("94 30 01 81 a3785f79 81 01 2a a3612e62").starts_with("expected a string as key"));
  for (auto key : {"c0", "c2", "90", "80", "c40161", "ca3fc00000", "d40501"}) {
    CAPTURE(key);
    CHECK(
        judge(with_head("91 81 " + std::string{key} + " 01"))
        == "expected a string as key at byte 10, in [4][0]");
  }
}

TEST_CASE("MessagePack: the form of a message") {
  const call m{request_id{7}, {}, "a.b", payload::native({{1}, {{"k", true}}})};
  CHECK(to_hex(encode(msgpack, m)) == "96300780a3612e62910181a16bc3");
}

} // namespace wamp::testing
