// What is particular to JSON.
#include <wamp/test/serialization/testing.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace wamp::testing {

namespace {

constexpr auto json = format::json;

std::string judge(std::string_view text, const decode_limits& limits = {}) {
  return complaint(json, text, limits);
}

/// The one argument of a call with this text.
value argument(const std::string& text) {
  const auto m = decoded_as<call>(json, slice{"[48,1,{},\"a.b\",[" + text + "]]"});
  return m.args.values().args.at(0);
}

std::string written(const value& v) {
  const auto bytes = payload::native({{v}, {}}).bytes(json);
  return std::string{bytes.view().substr(1, bytes.size() - 2)};
}

} // namespace

TEST_CASE("JSON: white space is free") {
  const auto m = decoded_as<call>(
      json, slice{" [ 48 ,\n7 ,\t{ \"timeout\" : 5 } ,\r\"a.b\" , [ 1 , 2 ] , { \"a\" : [ ] } ] "});
  CHECK(m.request == request_id{7});
  CHECK(m.options == dict{{"timeout", 5}});
  CHECK(m.args.bytes(json).view() == "[ 1 , 2 ] , { \"a\" : [ ] }");
  CHECK(m.args.values() == arguments{{1, 2}, {{"a", list{}}}});
}

TEST_CASE("JSON: syntax errors, to the byte") {
  CHECK(judge("") == "the message ends too early at byte 0");
  CHECK(judge("  ") == "the message ends too early at byte 2");
  CHECK(judge("[48,1,{},\"a.b\",]") == "expected a JSON value at byte 15, in [4]");
  CHECK(judge("[48 1]") == "expected ',' or ']' at byte 4, in [1]");
  CHECK(judge("[48,1,{a:1},\"a.b\"]") == "expected a string as key at byte 7, in [2]");
  CHECK(judge("[48,1,{\"a\" 1},\"a.b\"]") == "expected ':' at byte 11, in [2].a");
  CHECK(judge("[48,1,{\"a\":1 2},\"a.b\"]") == "expected ',' or '}' at byte 13, in [2]");
  CHECK(judge("[48,1,{},\"a.b\"] x") == "unexpected data after the message at byte 16");
  CHECK(judge("[48,1,{},\"a.b\"][]") == "unexpected data after the message at byte 15");
  CHECK(judge("[48,1,{},\"a.b\",[nul]]") == "expected a JSON value at byte 19, in [4][0]");
  CHECK(judge("[48,1,{},\"a.b\",[0,1.]]").starts_with("expected digits after the decimal point"));
  CHECK(judge("[48,1,{},\"a.b\",[1e]]").starts_with("expected digits in the exponent"));
  for (auto text : {"NaN", "Infinity", "-Infinity", "+1", ".5", "0x10", "'a'", "01", "-", "True"})
    CHECK_FALSE(decode(json, slice{"[48,1,{},\"a.b\",[" + std::string{text} + "]]"}));
  CHECK_FALSE(decode(json, slice{"[48,1,{},\"a.b\"]// no"}));
  CHECK_FALSE(decode(json, slice{"\xef\xbb\xbf[48,1,{},\"a.b\"]"}));
}

TEST_CASE("JSON: NUL and other control characters are refused wherever they are") {
  using namespace std::string_literals;
  CHECK(judge("[48,1,{},\"a.b\"]\0"s) == "unexpected data after the message at byte 15");
  CHECK(judge("[48,1,{}\0,\"a.b\"]"s) == "expected ',' or ']' at byte 8, in [3]");
  CHECK(judge("\0[48,1,{},\"a.b\"]"s).ends_with("at byte 0"));
  CHECK(judge("[48,1,{},\"a\0b\"]"s).ends_with("at byte 11, in [3]"));
  // RapidJSON's SSE2 code knows no controls from 0x1a on.
  for (int c = 1; c < 0x20; ++c) {
    CAPTURE(c);
    const auto text =
        "[48,1,{},\"a.b\",[\"a string longer than 16 "s + static_cast<char>(c) + "\"]]";
    CHECK(judge(text) == "invalid escape or control character at byte 41, in [4][0]");
  }
}

TEST_CASE("JSON: what is wrong is found at its first byte") {
  CHECK(
      judge(R"([48, 1.0, {}, "a.b"])")
      == "expected an id, an integer from 1 to 2^53 at byte 5, in [1]");
  CHECK(judge(R"([48,1,  null,"a.b"])") == "expected a dictionary at byte 8, in [2]");
  CHECK(judge(R"([48,1,false,"a.b"])") == "expected a dictionary at byte 6, in [2]");
  CHECK(judge(R"([48,1,"x","a.b"])") == "expected a dictionary at byte 6, in [2]");
  CHECK(judge(R"([48,1,[],"a.b"])") == "expected a dictionary at byte 6, in [2]");
  CHECK(judge(R"([48,1,{} ])") == "expected a string at byte 9, in [3]");
  CHECK(judge(R"([17,1,2,{"a":1}])") == "expected the end of the message at byte 8, in [3]");
  CHECK(
      judge(R"([16,1,{"exclude_me":true,"acknowledge": 1},"a.b",[1]])")
      == "expected a bool at byte 40, in [2].acknowledge");
  CHECK(
      judge(R"([16,1,{"exclude":[1,"x"]},"a.b"])")
      == "expected an id, an integer from 1 to 2^53 at byte 20, in [2].exclude[1]");
  CHECK(
      judge(R"([1,"r",{"roles":{"caller":{"features":{"a":true,"b":[]}}}}])")
      == "expected a bool at byte 52, in [2].roles.caller.features.b");
  CHECK(judge(R"([48,1,{"aa":1,"aa":2},"a.b"])") == "duplicate key at byte 14, in [2].aa");
  CHECK(
      judge(R"([48,1,{},"a.b",[1,{"k":[0,{]}]])")
      == "expected a string as key at byte 27, in [4][1].k[1]");
  CHECK(
      judge("[48,1,{},\"a.b\",[],{\"x\":[" + std::string(200, '[') + "]}]")
      == "nested too deeply at byte 149, in [5].x" + [] {
           std::string path;
           for (int i = 0; i < 126; ++i)
             path += "[0]";
           return path;
         }());
}

TEST_CASE("JSON: bytes that are not UTF-8 close a text connection") {
  const auto bad = [](std::string_view text) {
    const auto e = error_of(json, slice{std::string{text}});
    CHECK(e.invalid_utf8);
    return e.to_string();
  };
  CHECK(bad("[48,1,{},\"a.b\",[\"\xc3(\"]]") == "invalid UTF-8 at byte 17, in [4][0]");
  CHECK(bad("[48,1,{},\"a.b\",[\"ok \xed\xa0\x80\"]]") == "invalid UTF-8 at byte 20, in [4][0]");
  CHECK(bad("[48,1,{\"\xff\":1},\"a.b\"]") == "invalid UTF-8 at byte 8, in [2]");
  CHECK(bad("[48,1,{},\"a.\xc0\xaf\"]") == "invalid UTF-8 at byte 12, in [3]");
  CHECK(bad("\xff").ends_with("at byte 0"));
  // Another error comes first, but the frame is still to be refused as text.
  CHECK(bad("[48,0,{},\"a.\xc0\xaf\"]").ends_with("at byte 4, in [1]"));
  CHECK_FALSE(error_of(json, slice{"[48,1,{},\"a.b\",[\"\\udc00\"]]"}).invalid_utf8);
  CHECK_FALSE(error_of(json, slice{"[48]"}).invalid_utf8);
}

TEST_CASE("JSON: escapes") {
  CHECK(argument(R"("\u0061\"\\\/\b\f\n\r\t\u20ac")") == value{"a\"\\/\b\f\n\r\t\xe2\x82\xac"});
  CHECK(argument(R"("\ud83d\ude00")") == value{"\xf0\x9f\x98\x80"});
  CHECK(
      decoded_as<call>(json, slice{R"([48,1,{"x\u005fy":1},"a.\u0062"])"}).options
      == dict{{"x_y", 1}});
  const std::string head = R"([48,1,{},"a.b",[")";
  CHECK(judge(head + R"(\x"]])") == "invalid escape or control character at byte 17, in [4][0]");
  CHECK(judge(head + R"(a\u00g0"]])") == "expected four hexadecimal digits at byte 18, in [4][0]");
  CHECK(
      judge(head + R"(\ud800x"]])") == "a lone surrogate is not a character at byte 17, in [4][0]");
  CHECK(judge(head + R"(\ud800\u0041"]])").starts_with("a lone surrogate"));
  CHECK(
      judge(head + R"(\udc00"]])") == "a lone surrogate is not a character at byte 16, in [4][0]");
  CHECK(judge(R"([48,1,{},"a.b",[],{"\udfff":1}])").starts_with("a lone surrogate"));
  CHECK(judge(R"([48,1,{"x_\udc00":1},"a.b"])").starts_with("a lone surrogate"));
}

TEST_CASE("JSON: integers are exact, and doubles the nearest") {
  CHECK(argument("0") == value{0});
  CHECK(argument("-0") == value{0});
  CHECK(argument("9223372036854775807") == value{INT64_MAX});
  CHECK(argument("-9223372036854775808") == value{INT64_MIN});
  CHECK(argument("9223372036854775808") == value{std::uint64_t{1} << 63});
  CHECK(argument("18446744073709551615") == value{UINT64_MAX});
  CHECK(argument("18446744073709551616") == value{18446744073709551616.0});
  CHECK(argument("-9223372036854775809") == value{-9223372036854775808.0});
  CHECK(argument("0.1") == value{0.1});
  CHECK(argument("1e2") == value{100.0});
  CHECK(argument("3.0") == value{3.0});
  CHECK(argument("2.2250738585072011e-308") == value{2.2250738585072011e-308});
  CHECK(argument("5e-324") == value{5e-324});
  CHECK(argument("1e-400") == value{0.0});
  CHECK(argument("1.7976931348623157e308") == value{std::numeric_limits<double>::max()});
  CHECK(argument("1.8e308") == value{HUGE_VAL});
  CHECK(argument("-0.5e309") == value{-HUGE_VAL});
  CHECK(judge(R"([48,1,{},"a.b",[1e400]])") == "the number is too large at byte 16, in [4][0]");
}

TEST_CASE("JSON: numbers are written so that they come back the same") {
  CHECK(written(0.1) == "0.1");
  CHECK(written(3.0) == "3.0");
  CHECK(written(-1) == "-1");
  CHECK(written(INT64_MIN) == "-9223372036854775808");
  CHECK(written(UINT64_MAX) == "18446744073709551615");
  CHECK(written(HUGE_VAL) == "null");
  CHECK(written(std::nan("")) == "null");
  for (double d : {1e21, 1e-7, 5e-324, 1.7976931348623157e308, -2.5, 123456789.125})
    CHECK(argument(written(d)) == value{d});
}

TEST_CASE("JSON: text is escaped where it must be") {
  using namespace std::string_literals;
  CHECK(written("plain \xe2\x82\xac / ' ") == "\"plain \xe2\x82\xac / ' \"");
  CHECK(written("\"\\\b\f\n\r\t\x01\x7f") == "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f\"");
  CHECK(written(dict{{"a\nb", 1}}) == "{\"a\\nb\":1}");
  CHECK(argument(written("a\x1f\x1a\0b"s)) == value{"a\x1f\x1a\0b"s});
}

TEST_CASE("JSON: bytes are text of U+0000 and base64") {
  using namespace std::string_literals;
  CHECK(written(binary{"\x10\x00\x01"s}) == R"("\u0000EAAB")");
  CHECK(argument(R"("\u0000EAAB")") == value{binary{"\x10\x00\x01"s}});
  CHECK(argument(R"("\u0000")") == value{binary{}});
  CHECK(argument(R"({"k":"\u0000EAAB"})") == value{dict{{"k", binary{"\x10\x00\x01"s}}}});
  CHECK(
      decoded_as<call>(json, slice{R"([48,1,{"x_y":"\u0000EAAB"},"a.b"])"}).options
      == dict{{"x_y", binary{"\x10\x00\x01"s}}});
  // What is no base64 stays the text that it is.
  CHECK(argument(R"("\u0000EAA")") == value{"\0EAA"s});
  CHECK(argument(R"("\u0000 EAAB")") == value{"\0 EAAB"s});
  CHECK(argument(R"("x\u0000EAAB")") == value{"x\0EAAB"s});
  CHECK(decoded_as<call>(json, slice{R"([48,1,{},"\u0000EAAB"])"}).procedure == "\0EAAB"s);
}

TEST_CASE("JSON: of duplicate keys in arguments the last one counts") {
  const auto m =
      decoded_as<call>(json, slice{R"([48,1,{},"a.b",[{"x":1,"y":2,"x":3}],{"k":1,"k":2}])"});
  CHECK(m.args.values() == arguments{{dict{{"x", 3}, {"y", 2}}}, {{"k", 2}}});

  std::string many;
  dict expected;
  for (int i = 0; i < 100; ++i) {
    many += "\"key_" + std::to_string(i % 40) + "\":" + std::to_string(i) + ",";
    expected.set("key_" + std::to_string(i % 40), i);
  }
  const auto large = argument("{" + many + "\"last\":1}");
  expected.set("last", 1);
  CHECK(large == value{expected});
  CHECK(large.get_if<dict>()->begin()->key == "key_0");
}

TEST_CASE("JSON: the compact form of a message") {
  const call m{
      request_id{7},
      {{"timeout", 5}},
      "a.b",
      payload::native({{1, "x"}, {{"k", list{value{}, true}}}})};
  CHECK(encode(json, m) == R"([48,7,{"timeout":5},"a.b",[1,"x"],{"k":[null,true]}])");
  CHECK(encode(json, call{request_id{7}, {}, "a.b", {}}) == R"([48,7,{},"a.b"])");
  CHECK(
      encode(json, call{request_id{7}, {}, "a.b", payload::native({{}, {{"k", 1}}})})
      == R"([48,7,{},"a.b",[],{"k":1}])");
  CHECK(encode(json, message{published{request_id{1}, publication_id{2}}}) == "[17,1,2]");
}

TEST_CASE("JSON: large messages do not keep the thread's memory in the way") {
  const std::string text(3'000'000, 'x');
  const auto bytes = encode(json, call{request_id{1}, {}, "a.b", payload::native({{text}, {}})});
  for (int i = 0; i < 2; ++i)
    CHECK(decoded_as<call>(json, slice{bytes}).args.values().args == list{text});
  CHECK(decode(json, slice{"[48,1,{},\"a.b\"]"}));
}

} // namespace wamp::testing
