// The rules of messages that hold in every format alike; what is particular to one format is in
// json_test.cpp, msgpack_test.cpp and cbor_test.cpp.
#include <wamp/test/serialization/testing.hpp>

#include <doctest/doctest.h>

#include <string>

namespace wamp::testing {

namespace {

constexpr auto top_id = std::int64_t{1} << 53;

/// Text and path of the error, which are the same in every format.
std::string judge(format f, const list& elements, const decode_limits& limits = {}) {
  const auto m = decode(f, wire(f, elements), limits);
  return m ? "" : m.error().text + " in " + m.error().path;
}

void check_all(
    const list& elements, const std::string& expected, const decode_limits& limits = {}) {
  for (auto f : all_formats) {
    CAPTURE(name_of(f));
    CHECK(judge(f, elements, limits) == expected);
  }
}

void check_good(const list& elements, const decode_limits& limits = {}) {
  check_all(elements, "", limits);
}

} // namespace

TEST_CASE("a message is a list that begins with a known code") {
  check_all({}, "expected a message code, an integer in [0]");
  check_all({"48", 1, dict{}, "a.b"}, "expected a message code, an integer in [0]");
  check_all({48.0, 1, dict{}, "a.b"}, "expected a message code, an integer in [0]");
  check_all({true, 1, dict{}, "a.b"}, "expected a message code, an integer in [0]");
  check_all({list{48}, 1}, "expected a message code, an integer in [0]");
  check_all({dict{}, 1}, "expected a message code, an integer in [0]");
  check_all({value{}, 1}, "expected a message code, an integer in [0]");
  check_all({7, 1}, "unknown message code in [0]");
  check_all({337, 1}, "unknown message code in [0]");
  check_all({-48, 1}, "unknown message code in [0]");
  check_all({65536 + 48, 1, dict{}, "a.b"}, "unknown message code in [0]");
  check_all({UINT64_MAX, 1, dict{}, "a.b"}, "unknown message code in [0]");
}

TEST_CASE("what is no list is no message") {
  for (auto f : all_formats)
    for (value v : {value{dict{{"a", 1}}}, value{"text"}, value{48}, value{}, value{true}}) {
      // The bytes of one value: those of a list of one, without its head.
      auto bytes = std::string{wire(f, {v}).view()};
      bytes = f == format::json ? bytes.substr(1, bytes.size() - 2) : bytes.substr(1);
      CHECK(complaint(f, bytes) == "expected a list, the message at byte 0");
    }
}

TEST_CASE("ids are integers from 1 to 2^53") {
  const std::string expected = "expected an id, an integer from 1 to 2^53 in [1]";
  check_good({48, 1, dict{}, "a.b"});
  check_good({48, top_id, dict{}, "a.b"});
  for (value id :
       {value{0}, value{-1}, value{top_id + 1}, value{INT64_MAX}, value{UINT64_MAX}, value{"1"},
        value{true}, value{}, value{1.0}, value{1.5}, value{list{1}}, value{dict{}},
        value{binary{"1"}}})
    check_all({48, id, dict{}, "a.b"}, expected);
  check_all({17, 1, 0}, "expected an id, an integer from 1 to 2^53 in [2]");
  check_all({33, 1, true}, "expected an id, an integer from 1 to 2^53 in [2]");
}

TEST_CASE("whole floats are integers for peers that are allowed to send them") {
  const decode_limits lenient{.accept_integral_floats = true};
  for (auto f : all_formats) {
    const auto m = decoded_as<call>(
        f, wire(f, {48.0, 7.0, dict{{"timeout", 5.0}}, "a.b", list{1.0}}), lenient);
    CHECK(m.request == request_id{7});
    CHECK(m.options == dict{{"timeout", 5}});
    CHECK(m.args.values().args == list{1.0});
  }
  const std::string expected = "expected an id, an integer from 1 to 2^53 in [1]";
  for (double id : {1.5, -1.0, 0.0, 1e300})
    check_all({48, id, dict{}, "a.b"}, expected, lenient);
}

TEST_CASE("each element has its type") {
  check_all({48, 1, list{}, "a.b"}, "expected a dictionary in [2]");
  check_all({48, 1, "{}", "a.b"}, "expected a dictionary in [2]");
  check_all({48, 1, value{}, "a.b"}, "expected a dictionary in [2]");
  check_all({48, 1, dict{}, 7}, "expected a string in [3]");
  check_all({48, 1, dict{}, value{}}, "expected a string in [3]");
  for (auto f : {format::msgpack, format::cbor}) // in JSON, bytes are a string
    CHECK(judge(f, {48, 1, dict{}, binary{"a.b"}}) == "expected a string in [3]");
  check_all({48, 1, dict{}, list{"a.b"}}, "expected a string in [3]");
  check_all({48, 1, dict{}, dict{}}, "expected a string in [3]");
  check_all({48, 1, dict{}, "a.b", dict{}}, "expected a list, the arguments in [4]");
  check_all({48, 1, dict{}, "a.b", "x"}, "expected a list, the arguments in [4]");
  check_all({48, 1, dict{}, "a.b", value{}}, "expected a list, the arguments in [4]");
  const std::string kwargs = "expected a dictionary, the keyword arguments in [5]";
  check_all({48, 1, dict{}, "a.b", list{}, list{}}, kwargs);
  check_all({48, 1, dict{}, "a.b", list{}, value{}}, kwargs);
  check_all({48, 1, dict{}, "a.b", list{}, 7}, kwargs);
  check_all({1, 7, dict{}}, "expected a string in [1]");
}

TEST_CASE("nothing may be missing, and nothing may follow") {
  check_all({48}, "expected an id, an integer from 1 to 2^53 in [1]");
  check_all({48, 1}, "expected a dictionary in [2]");
  check_all({48, 1, dict{}}, "expected a string in [3]");
  check_all({8, 48, 1, dict{}}, "expected a string in [4]");
  check_all({17, 1}, "expected an id, an integer from 1 to 2^53 in [2]");
  check_all({3, dict{}}, "expected a string in [2]");
  check_all({17, 1, 2, 3}, "expected the end of the message in [3]");
  check_all({17, 1, 2, list{}}, "expected the end of the message in [3]");
  check_all({6, dict{}, "a.b", list{}}, "expected the end of the message in [3]");
  check_all({49, 1, dict{}, dict{}}, "expected the end of the message in [3]");
  for (value surplus : {value{1}, value{"x"}, value{}, value{list{}}, value{dict{}}})
    check_all(
        {48, 1, dict{}, "a.b", list{}, dict{}, surplus}, "expected the end of the message in [6]");
}

TEST_CASE("ABORT may carry arguments") {
  check_good({3, dict{}, "a.b"});
  check_good({3, dict{}, "a.b", list{1}});
  check_good({3, dict{}, "a.b", list{1}, dict{{"x", 1}}});
  check_all({3, dict{}, "a.b", list{}, dict{}, 1}, "expected the end of the message in [5]");
}

TEST_CASE("ERROR answers a request") {
  for (int type : {16, 32, 34, 48, 49, 64, 66, 68})
    check_good({8, type, 1, dict{}, "a.b"});
  const std::string expected = "expected the code of a request, an integer in [1]";
  for (value type :
       {value{0}, value{8}, value{17}, value{337}, value{65536 + 48}, value{"48"}, value{48.0},
        value{dict{}}, value{list{}}, value{true}})
    check_all({8, type, 1, dict{}, "a.b"}, expected);
}

TEST_CASE("revocations have the id 0 and details; nothing else has either") {
  for (int code : {35, 67}) {
    check_good({code, 1});
    check_good({code, 0, dict{{"reason", "gone"}}});
    check_all({code, 0}, "expected a dictionary in [2]");
    check_all({code, 0, 1}, "expected a dictionary in [2]");
    check_all({code, 1, dict{}}, "expected the end of the message in [2]");
    check_all({code, 0, dict{}, dict{}}, "expected the end of the message in [3]");
    check_all({code, 0, dict{{"reason", 1}}}, "expected a string in [2].reason");
  }
  for (auto f : all_formats) {
    const auto m = decoded_as<unsubscribed>(f, wire(f, {35, 0, dict{{"subscription", 7}}}));
    CHECK_FALSE(m.request);
    CHECK(m.details == dict{{"subscription", 7}});
    CHECK(decoded_as<unsubscribed>(f, slice{encode(f, m)}).details == m.details);
    CHECK(encode(f, unsubscribed{request_id{5}, {}}) == wire(f, {35, 5}).view());
  }
}

TEST_CASE("every known option is checked, in every format") {
  check_all({16, 1, dict{{"acknowledge", 1}}, "a.b"}, "expected a bool in [2].acknowledge");
  check_all(
      {16, 1, dict{{"retain", true}, {"eligible", list{1, "x"}}}, "a.b", list{}},
      "expected an id, an integer from 1 to 2^53 in [2].eligible[1]");
  check_all(
      {1, "realm", dict{{"roles", dict{{"caller", dict{{"features", dict{{"a", 1}}}}}}}}},
      "expected a bool in [2].roles.caller.features.a");
  check_all({70, 1, dict{{"progress", "yes"}}}, "expected a bool in [2].progress");
  check_all({6, dict{{"message", 1}}, "a.b"}, "expected a string in [1].message");
  check_all({8, 48, 1, dict{{"ppt_scheme", 1}}, "a.b"}, "expected a string in [3].ppt_scheme");
  check_good({1, "realm", dict{}});
}

TEST_CASE("duplicate keys in a message's dictionary are refused, however large it is") {
  const std::string pairs_json = R"("a_b":1,"c_d":{"x":1,"x":2})";
  CHECK(
      complaint(format::json, R"([48,1,{)" + pairs_json + R"(},"a.b"])")
      == "duplicate key at byte 28, in [2].c_d.x");
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "\"key_" + std::to_string(i) + "\":1,";
  CHECK(
      error_of(format::json, slice{"[48,1,{" + many + "\"key_3\":2},\"a.b\"]"}).text
      == "duplicate key");
  CHECK(decode(format::json, slice{"[48,1,{" + many + "\"key_100\":2},\"a.b\"]"}));
}

TEST_CASE("unknown options are kept, of any type") {
  const dict options{
      {"x_null", value{}},
      {"x_list", list{1, "a", dict{{"b", list{}}}}},
      {"x_bytes", binary{"\x01\x02"}},
      {"x_real", 1.5},
      {"x_large", UINT64_MAX},
      {"acknowledge", true}};
  for (auto f : all_formats)
    CHECK(decoded_as<publish>(f, wire(f, {16, 1, options, "a.b"})).options == options);
}

TEST_CASE("empty arguments are dropped") {
  for (auto f : all_formats) {
    CAPTURE(name_of(f));
    const auto parts = [f](list tail) {
      list elements{48, 1, dict{}, "a.b"};
      elements.insert(elements.end(), tail.begin(), tail.end());
      const auto m = decoded_as<call>(f, wire(f, elements));
      CHECK(m.args.parts() == (m.args.empty() ? 0 : m.args.values().kwargs.empty() ? 1 : 2));
      return m.args.parts();
    };
    CHECK(parts({}) == 0);
    CHECK(parts({list{}}) == 0);
    CHECK(parts({list{}, dict{}}) == 0);
    CHECK(parts({list{1}}) == 1);
    CHECK(parts({list{list{}}}) == 1);
    CHECK(parts({list{1}, dict{}}) == 1);
    CHECK(parts({list{}, dict{{"a", 1}}}) == 2);
    CHECK(parts({list{1}, dict{{"a", dict{}}}}) == 2);
  }
}

TEST_CASE("a payload shares the message's bytes and is spliced unchanged") {
  for (auto f : all_formats) {
    CAPTURE(name_of(f));
    const list args{1, "text", list{}, binary{"\xff"}};
    const dict kwargs{{"key", 1.5}};
    const auto bytes = wire(f, {48, 1, dict{}, "a.b", args, kwargs});
    const auto m = decoded_as<call>(f, bytes);
    const auto part = m.args.bytes(f);
    CHECK(part.data() >= bytes.data());
    CHECK(part.data() + part.size() <= bytes.data() + bytes.size());
    CHECK(m.args.size() == part.size());
    const invocation forwarded{invocation_id{2}, registration_id{3}, {}, m.args};
    CHECK(encode(f, forwarded) == wire(f, {68, 2, 3, dict{}, args, kwargs}).view());
    std::string around = "before";
    auto tail = encode_around_args(around, f, forwarded);
    around.insert(around.size() - tail, forwarded.args.view(f));
    CHECK(around == "before" + encode(f, forwarded));
  }
}

TEST_CASE("nesting is bounded, the message's own list included") {
  const auto nested = [](std::size_t depth) {
    value v;
    for (std::size_t i = 0; i < depth; ++i)
      v = i % 2 ? value{list{std::move(v)}} : value{dict{{"x_k", std::move(v)}}};
    return v;
  };
  for (auto f : all_formats) {
    CAPTURE(name_of(f));
    // The message and the arguments are two levels themselves.
    CHECK(decode(f, wire(f, {48, 1, dict{}, "a.b", list{nested(126)}})));
    CHECK(
        error_of(f, wire(f, {48, 1, dict{}, "a.b", list{nested(127)}})).text
        == "nested too deeply");
    CHECK(decode(f, wire(f, {48, 1, dict{{"x_y", nested(126)}}, "a.b"})));
    CHECK(
        error_of(f, wire(f, {48, 1, dict{{"x_y", nested(127)}}, "a.b"})).text
        == "nested too deeply");
    CHECK(decode(f, wire(f, {48, 1, dict{}, "a.b", list{}}), {.max_depth = 2}));
    CHECK_FALSE(decode(f, wire(f, {48, 1, dict{}, "a.b", list{list{}}}), {.max_depth = 2}));
    CHECK_FALSE(decode(f, wire(f, {48, 1, dict{}, "a.b"}), {.max_depth = 1}));
    // Whatever is configured, recursion ends somewhere.
    const decode_limits boundless{.max_depth = SIZE_MAX};
    const auto deepest = wire(f, {48, 1, dict{}, "a.b", list{nested(depth_ceiling - 2)}});
    CHECK(decoded_as<call>(f, deepest, boundless).args.values().args.size() == 1);
    CHECK_FALSE(
        decode(f, wire(f, {48, 1, dict{}, "a.b", list{nested(depth_ceiling - 1)}}), boundless));
  }
}

TEST_CASE("the values of a dictionary are counted, those of arguments are not") {
  const list many(100, value{1});
  for (auto f : all_formats) {
    const auto bytes = wire(f, {16, 1, dict{{"exclude", many}}, "a.b", many});
    CHECK(decode(f, bytes, {.max_values = 102})); // the dictionary, the list, its items
    const auto e = error_of(f, bytes, {.max_values = 101});
    CHECK(e.text == "too many values in a dictionary of the message");
    CHECK(e.path == "[2].exclude[99]");
    CHECK(decode(f, wire(f, {16, 1, dict{}, "a.b", list(100'000, value{1})})));
  }
}

TEST_CASE("a bare payload is taken behind its switch") {
  const decode_limits limits{.accept_bare_payload = true};
  const value bytes{binary{"\x10\x01"}};
  for (auto f : all_formats) {
    CAPTURE(name_of(f));
    for (list head : {list{48, 1, dict{}, "a.b"}, list{50, 1, dict{}}, list{36, 1, 2, dict{}}}) {
      head.push_back(bytes);
      CHECK(error_of(f, wire(f, head)).text == "expected a list, the arguments");
      const auto m = decoded(f, wire(f, head), limits);
      std::visit(
          []<class M>(const M& typed) {
            if constexpr (has_payload<M>)
              CHECK(typed.args.values() == arguments{{binary{"\x10\x01"}}, {}});
            else
              FAIL("no payload");
          },
          m);
      head.push_back(dict{});
      CHECK(error_of(f, wire(f, head), limits).text == "expected the end of the message");
    }
    CHECK_FALSE(decode(f, wire(f, {48, 1, bytes, "a.b"}), limits));
    if (f != format::json) // where bytes are a string
      CHECK_FALSE(decode(f, wire(f, {48, 1, dict{}, bytes}), limits));
    CHECK_FALSE(decode(f, wire(f, {49, 1, dict{}, bytes}), limits));
    CHECK_FALSE(decode(f, wire(f, {48, 1, dict{}, "a.b", list{}, bytes}), limits));
  }
}

TEST_CASE("a message cut short anywhere is an error at its end, and none reads beyond") {
  for (auto f : all_formats) {
    CAPTURE(name_of(f));
    const auto whole = wire(
        f, {48, 1000, dict{{"timeout", 100000}, {"x_y", list{1.5, "ab"}}}, "com.myapp",
            list{1, "text", true, value{}}, dict{{"key", list{dict{}}}}});
    REQUIRE(decode(f, whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      const auto e = error_of(f, slice{std::string{whole.view().substr(0, size)}});
      CHECK(e.text == "the message ends too early");
      CHECK(e.offset == size);
    }
    CHECK(
        error_of(f, slice{std::string{whole.view()} + "0"}).to_string()
        == "unexpected data after the message at byte " + std::to_string(whole.size()));
  }
}

TEST_CASE("strings that are not UTF-8 are repaired before they reach a peer") {
  for (auto f : all_formats) {
    const publish m{
        request_id{1}, dict{{"x_\xff", "\xfe"}}, "a.\xff", payload::native({{"\xc3"}, {}})};
    const auto bytes = encode(f, m);
    const auto back = decoded_as<publish>(f, slice{bytes});
    CHECK(back.topic == "a.\xef\xbf\xbd");
    CHECK(back.options == dict{{"x_\xef\xbf\xbd", "\xef\xbf\xbd"}});
    CHECK(back.args.values().args == list{"\xef\xbf\xbd"});
  }
}

TEST_CASE("an error tells where it is") {
  const decode_error e{"expected a bool", 17, "[2].acknowledge", false};
  CHECK(e.to_string() == "expected a bool at byte 17, in [2].acknowledge");
  CHECK(decode_error{"x", 0, "", false}.to_string() == "x at byte 0");
}

} // namespace wamp::testing
