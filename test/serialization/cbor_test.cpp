// What is particular to CBOR.
#include <wamp/test/serialization/testing.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <string_view>

namespace wamp::testing {

namespace {

constexpr auto cbor = format::cbor;

std::string judge(std::string_view hex) {
  return complaint(cbor, from_hex(hex));
}

/// [48, 1, {}, "a.b", ...: nine bytes of a message of five elements.
constexpr std::string_view head = "85 1830 01 a0 63612e62";

std::string with_head(std::string_view hex) {
  return std::string{head} + std::string{hex};
}

value argument(std::string_view hex) {
  const auto m = decoded_as<call>(cbor, slice{from_hex(with_head("81") + std::string{hex})});
  return m.args.values().args.at(0);
}

std::string written(const value& v) {
  return to_hex(payload::native({{v}, {}}).bytes(cbor).view().substr(1));
}

} // namespace

TEST_CASE("CBOR: integers of every width are integers") {
  for (auto id : {"01", "1801", "190001", "1a00000001", "1b0000000000000001"}) {
    CAPTURE(id);
    const auto bytes = from_hex("84 190030 " + std::string{id} + " a0 63612e62");
    CHECK(decoded_as<call>(cbor, slice{bytes}).request == request_id{1});
  }
  CHECK(argument("20") == value{-1});
  CHECK(argument("3863") == value{-100});
  CHECK(argument("3903e7") == value{-1000});
  CHECK(argument("3a000f423f") == value{-1000000});
  CHECK(argument("3b7fffffffffffffff") == value{INT64_MIN});
  CHECK(argument("3b8000000000000000") == value{-9223372036854775809.0});
  CHECK(argument("3bffffffffffffffff") == value{-18446744073709551616.0});
  CHECK(argument("1b7fffffffffffffff") == value{INT64_MAX});
  CHECK(argument("1bffffffffffffffff") == value{UINT64_MAX});
}

TEST_CASE("CBOR: floats of every width, and simple values") {
  CHECK(argument("f93e00") == value{1.5});
  CHECK(argument("f90001") == value{5.960464477539063e-8});
  CHECK(argument("f97c00") == value{HUGE_VAL});
  CHECK(std::isnan(*argument("f97e00").get_if<double>()));
  CHECK(argument("fa3fc00000") == value{1.5});
  CHECK(argument("fb3ff8000000000000") == value{1.5});
  CHECK(argument("f4") == value{false});
  CHECK(argument("f5") == value{true});
  for (auto nothing : {"f6", "f7", "e0", "f3", "f820", "f8ff"})
    CHECK(argument(nothing).is_null());
  CHECK(judge(with_head("81 f800")) == "invalid CBOR at byte 10, in [4][0]");
  CHECK(judge(with_head("81 f8")) == "the message ends too early at byte 11, in [4][0]");
  CHECK(judge(with_head("81 fc")) == "invalid CBOR at byte 10, in [4][0]");
  CHECK(judge(with_head("81 1c")) == "invalid CBOR at byte 10, in [4][0]");
}

TEST_CASE("CBOR: values are written compactly, and floats stay floats") {
  CHECK(written(1) == "01");
  CHECK(written(-1) == "20");
  CHECK(written(INT64_MIN) == "3b7fffffffffffffff");
  CHECK(written(UINT64_MAX) == "1bffffffffffffffff");
  CHECK(written(3.0) == "fb4008000000000000");
  CHECK(written("a") == "6161");
  CHECK(written(binary{"a"}) == "4161");
  CHECK(written(value{}) == "f6");
  CHECK(written(list{true, false}) == "82f5f4");
  CHECK(written(dict{{"a", 1}}) == "a1616101");
}

TEST_CASE("CBOR: indefinite lengths, the message's own included") {
  const auto m = decoded_as<call>(
      cbor, slice{from_hex(
                "9f 1830 01 bf 63785f79 01 ff 7f 6161 622e62 ff 9f 01 9f ff ff bf 6178 f6 ff ff")});
  CHECK(m.options == dict{{"x_y", 1}});
  CHECK(m.procedure == "a.b");
  CHECK(m.args.values() == arguments{{1, list{}}, {{"x", value{}}}});
  CHECK(to_hex(m.args.bytes(cbor).view()) == "9f019fffffbf6178f6ff");
  const auto empty =
      decoded_as<call>(cbor, slice{from_hex("9f 1830 01 bfff 63612e62 9fff bfff ff")});
  CHECK(empty.args.empty());
  CHECK(argument("7f 6161 6162 ff") == value{"ab"});
  CHECK(argument("5f 4161 40 4162 ff") == value{binary{"ab"}});
  CHECK(argument("7f ff") == value{""});
  CHECK(argument("a1 7f 6161 ff 01") == value{dict{{"a", 1}}});
}

TEST_CASE("CBOR: indefinite lengths gone wrong") {
  CHECK(judge("ff") == "an end without a begin at byte 0");
  CHECK(judge(with_head("81 ff")) == "an end without a begin at byte 10, in [4][0]");
  CHECK(judge(with_head("81 bf 6161 ff")) == "a key without a value at byte 13, in [4][0].a");
  CHECK(
      judge(with_head("81 7f 6161 4162 ff"))
      == "expected a part of the string, or its end at byte 13, in [4][0]");
  CHECK(judge(with_head("81 7f 7f ff ff")).starts_with("expected a part of the string"));
  CHECK(judge(with_head("81 5f 01 ff")).starts_with("expected a part of the string"));
  // Each part must be UTF-8 by itself.
  CHECK(judge(with_head("81 7f 61c3 61a9 ff")) == "invalid UTF-8 at byte 11, in [4][0]");
  CHECK(judge("9f 1830 01 a0 63612e62") == "the message ends too early at byte 9, in [4]");
  CHECK(judge(with_head("81 7f 6161")) == "the message ends too early at byte 13, in [4][0]");
}

TEST_CASE("CBOR: of tagged values the values are kept") {
  CHECK(argument("c1 1a514b67b0") == value{1363896240});
  CHECK(argument("c2 4101") == value{binary{"\x01"}});
  CHECK(argument("c1 c1 6161") == value{"a"});
  CHECK(argument("a1 c1 6161 c1 01") == value{dict{{"a", 1}}});
  CHECK(decode(cbor, slice{from_hex("d9d9f7 84 1830 01 a0 63612e62")}));
  const auto m =
      decoded_as<call>(cbor, slice{from_hex("86 1830 c1 01 a0 63612e62 c1 81 01 c1 a1 6161 01")});
  CHECK(m.request == request_id{1});
  CHECK(to_hex(m.args.bytes(cbor).view()) == "8101c1a1616101");
  CHECK(m.args.values() == arguments{{1}, {{"a", 1}}});
  CHECK(judge("9f 1830 01 a0 63612e62 c1 ff") == "a tag without a value at byte 10, in [4]");
  CHECK(judge(with_head("81 c1")) == "the message ends too early at byte 11, in [4][0]");
}

TEST_CASE("CBOR: claimed sizes cost nothing") {
  CHECK(judge("9bffffffffffffffff 1830") == "the message ends too early at byte 11, in [1]");
  CHECK(
      judge(with_head("9bffffffffffffffff")) == "the message ends too early at byte 18, in [4][0]");
  CHECK(
      judge(with_head("81 bbffffffffffffffff"))
      == "the message ends too early at byte 19, in [4][0]");
  CHECK(
      judge(with_head("81 7bffffffffffffffff 61"))
      == "the message ends too early at byte 20, in [4][0]");
  CHECK(
      judge(with_head("81 5bffffffffffffffff 61"))
      == "the message ends too early at byte 20, in [4][0]");
}

TEST_CASE("CBOR: what is wrong is found at its first byte") {
  CHECK(judge("a0") == "expected a list, the message at byte 0");
  CHECK(judge("f6") == "expected a list, the message at byte 0");
  CHECK(
      judge("84 1830 f93c00 a0 63612e62")
      == "expected an id, an integer from 1 to 2^53 at byte 3, in [1]");
  CHECK(judge("84 1830 01 a0 f6") == "expected a string at byte 5, in [3]");
  CHECK(judge("83 1830 01 a0") == "expected a string at byte 5, in [3]");
  CHECK(
      judge("84 10 01 a2 63785f79 01 6b61636b6e6f776c65646765 01 63612e62")
      == "expected a bool at byte 21, in [2].acknowledge");
  CHECK(
      judge("84 1830 01 a2 626161 01 626161 02 63612e62") == "duplicate key at byte 9, in [2].aa");
  CHECK(judge("84 11 01 02 80") == "expected the end of the message at byte 4, in [3]");
}

TEST_CASE("CBOR: strings are UTF-8, in arguments too") {
  CHECK(judge("84 1830 01 a0 63612eff") == "invalid UTF-8 at byte 5, in [3]");
  CHECK(judge(with_head("82 01 62c328")) == "invalid UTF-8 at byte 11, in [4][1]");
  CHECK(judge(with_head("81 a1 61ff 01")) == "invalid UTF-8 at byte 11, in [4][0]");
}

TEST_CASE("CBOR: keys that are integers become text below the arguments' own keys") {
  CHECK(argument("a2 01 182a 20 182b") == value{dict{{"1", 42}, {"-1", 43}}});
  CHECK(judge("86 1830 01 a0 63612e62 80 a1 01 182a")
            .starts_with("expected a string as key at byte 11"));
  CHECK(judge("84 1830 01 a1 01 02 63612e62").starts_with("expected a string as key at byte 5"));
  for (auto key : {"f6", "f4", "80", "a0", "4161", "f93e00", "3bffffffffffffffff", "9fff"}) {
    CAPTURE(key);
    CHECK(
        judge(with_head("81 a1 " + std::string{key} + " 01"))
        == "expected a string as key at byte 11, in [4][0]");
  }
}

TEST_CASE("CBOR: the form of a message") {
  const call m{request_id{7}, {}, "a.b", payload::native({{1}, {{"k", true}}})};
  CHECK(to_hex(encode(cbor, m)) == "86183007a063612e628101a1616bf5");
}

} // namespace wamp::testing
