#include <wamp/serialization/payload.hpp>
#include <wamp/test/serialization/testing.hpp>

#include <doctest/doctest.h>

#include <array>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace wamp::testing {

namespace {

/// How many payloads were opened and made since this was constructed.
class work_since {
public:
  std::uint64_t decodes() const { return read_payload_counters().decodes - before_.decodes; }
  std::uint64_t encodes() const { return read_payload_counters().encodes - before_.encodes; }

private:
  payload_counters before_ = read_payload_counters();
};

const arguments sample{{1, "text", list{value{}, true}}, {{"key", 1.5}}};

} // namespace

TEST_CASE("no arguments are no payload") {
  for (const auto& p :
       {payload{}, payload::native({}), payload::encoded(format::json, slice{"[]"}, 0)}) {
    CHECK(p.empty());
    CHECK(p.parts() == 0);
    CHECK(p.size() == 0);
    CHECK(p.bytes(format::cbor).empty());
    CHECK(p.values() == arguments{});
  }
}

TEST_CASE("native arguments have one or two parts, in each format") {
  CHECK(payload::native({{1}, {}}).parts() == 1);
  CHECK(payload::native({{1}, {}}).bytes(format::json).view() == "[1]");
  const auto kwargs_only = payload::native({{}, {{"a", 1}}});
  CHECK(kwargs_only.parts() == 2);
  CHECK(kwargs_only.bytes(format::json).view() == "[],{\"a\":1}");
  CHECK(to_hex(kwargs_only.bytes(format::msgpack).view()) == "9081a16101");
  CHECK(to_hex(kwargs_only.bytes(format::cbor).view()) == "80a1616101");
  CHECK(kwargs_only.size() > 0);
  CHECK(
      payload::native({{std::string(1000, 'x'), binary{std::string(1000, 'y')}}, {}}).size()
      > 2000);
  CHECK(payload::native(sample).values() == sample);
}

TEST_CASE("an encoded payload opens in every format") {
  for (auto f : all_formats) {
    const auto bytes = payload::native(sample).bytes(f);
    const auto p = payload::encoded(f, bytes, 2);
    CHECK_FALSE(p.empty());
    CHECK(p.parts() == 2);
    CHECK(p.size() == bytes.size());
    CHECK(p.bytes(f).data() == bytes.data());
    CHECK(p.values() == sample);
    for (auto to : all_formats)
      CHECK(p.bytes(to).view() == payload::native(sample).bytes(to).view());
  }
}

TEST_CASE("what is passed on in its format is never opened") {
  for (auto f : all_formats) {
    const auto bytes = wire(f, {48, 1, dict{}, "a.b", sample.args, sample.kwargs});
    const work_since start;
    const auto m = decoded_as<call>(f, bytes);
    for (int i = 0; i < 100; ++i)
      encode(f, invocation{invocation_id{1}, registration_id{2}, {}, m.args});
    CHECK(start.decodes() == 0);
    CHECK(start.encodes() == 0);
  }
}

TEST_CASE("another format is made once, for all that share the payload") {
  const auto bytes = wire(format::json, {16, 1, dict{}, "a.b", sample.args, sample.kwargs});
  const work_since start;
  const auto m = decoded_as<publish>(format::json, bytes);
  std::string first;
  for (int i = 0; i < 100; ++i) {
    const auto copy = m.args;
    const auto frame =
        encode(format::msgpack, event{subscription_id{1}, publication_id{2}, {}, copy});
    CHECK(decoded_as<event>(format::msgpack, slice{frame}).args.parts() == 2);
  }
  CHECK(start.decodes() == 1);
  CHECK(start.encodes() == 1);
  CHECK(m.args.values() == sample);
  m.args.bytes(format::cbor);
  CHECK(start.decodes() == 1);
  CHECK(start.encodes() == 2);
}

TEST_CASE("native values are encoded once per format, and never decoded") {
  const auto p = payload::native(sample);
  const work_since start;
  for (int i = 0; i < 10; ++i)
    for (auto f : all_formats)
      p.bytes(f);
  p.values();
  CHECK(start.decodes() == 0);
  CHECK(start.encodes() == format_count);
}

TEST_CASE("threads may ask for any form at the same time") {
  constexpr std::size_t threads = 8;
  constexpr int rounds = 50;
  const work_since start;
  for (int round = 0; round < rounds; ++round) {
    const auto origin = all_formats[static_cast<std::size_t>(round) % format_count];
    const auto p = payload::encoded(
        origin, slice{std::string{payload::native(sample).bytes(origin).view()}}, 2);
    std::array<std::string, threads> seen;
    std::array<const arguments*, threads> opened{};
    std::latch go{threads};
    std::vector<std::jthread> all;
    for (std::size_t t = 0; t < threads; ++t)
      all.emplace_back([&, t, copy = p] {
        go.arrive_and_wait();
        for (std::size_t i = 0; i < format_count; ++i)
          seen[(t)] += copy.bytes(all_formats[(t + i) % format_count]).view();
        opened[t] = &copy.values();
      });
    all.clear();
    for (std::size_t t = 0; t < threads; ++t) {
      CHECK(seen[t] == seen[t % format_count]);
      CHECK(opened[t] == &p.values());
    }
  }
  CHECK(start.decodes() == rounds);
  CHECK(start.encodes() == rounds * format_count); // one for the origin, two for the others
}

TEST_CASE("bytes that nobody validated are a programming error") {
  CHECK_THROWS_AS(payload::encoded(format::json, slice{"[1"}, 1).values(), std::invalid_argument);
  CHECK_THROWS_AS(payload::encoded(format::json, slice{"[1]"}, 2).values(), std::invalid_argument);
  CHECK_THROWS_AS(payload::encoded(format::json, slice{"{}"}, 1).values(), std::invalid_argument);
  CHECK_THROWS_AS(
      payload::encoded(format::json, slice{"[],[]"}, 2).values(), std::invalid_argument);
  for (auto f : {format::msgpack, format::cbor}) {
    CHECK_THROWS_AS(payload::encoded(f, slice{"\x01"}, 1).values(), std::invalid_argument);
    CHECK_THROWS_AS(payload::encoded(f, slice{""}, 1).values(), std::invalid_argument);
    CHECK_THROWS_AS(payload::encoded(f, slice{"\x81\x01\x01"}, 1).values(), std::invalid_argument);
  }
}

TEST_CASE("whether a payload is one binary is seen without opening the rest of it") {
  const auto encoded = [](format f, const arguments& values) {
    const auto made = payload::native(values);
    return payload::encoded(f, made.bytes(f), made.parts());
  };
  const binary some{"\x01\x02"};
  for (auto f : all_formats) {
    CHECK(encoded(f, {{some}, {}}).is_one_binary());
    CHECK(encoded(f, {{binary{}}, {}}).is_one_binary());
    for (const auto& other : std::vector<arguments>{
             {{}, {}},
             {{1}, {}},
             {{"text"}, {}},
             {{some, some}, {}},
             {{list{some}}, {}},
             {{some}, {{"k", 1}}},
             {{}, {{"k", some}}}})
      CHECK_FALSE(encoded(f, other).is_one_binary());
    const auto huge = encoded(f, {list(100'000, value{1}), {}});
    const work_since start;
    CHECK_FALSE(huge.is_one_binary());
    CHECK(start.decodes() == 0);
  }
  CHECK(payload::native({{some}, {}}).is_one_binary());
  CHECK_FALSE(payload::native({{some, 1}, {}}).is_one_binary());
  CHECK_FALSE(payload{}.is_one_binary());
}

} // namespace wamp::testing
