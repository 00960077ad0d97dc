// How often a payload is opened on its way through a router: never in its own format, once for
// each other, however many subscribers there are.
#include <wamp/actors/broker/shared_event.hpp>
#include <wamp/serialization/codec.hpp>

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace wamp;

namespace {

/// A PUBLISH as it arrived from a JSON client.
publish from_json() {
  auto decoded =
      decode(format::json, slice{R"([16,1,{},"com.topic",["news",{"n":[1,2,3]}],{"k":true}])"});
  REQUIRE(decoded);
  return std::get<publish>(std::move(*decoded));
}

event_ref event_of(const publish& p) {
  return std::make_shared<const shared_event>(
      event{subscription_id{7}, publication_id{8}, {}, p.args});
}

} // namespace

TEST_CASE("100 subscribers of the publisher's format: nothing is opened, all share the bytes") {
  auto e = event_of(from_json());
  auto before = read_payload_counters();
  auto first = e->encoded(format::json).data();
  for (int n = 0; n < 100; ++n)
    CHECK(e->encoded(format::json).data() == first);
  CHECK(e->encoded(format::json).view() == R"([36,7,8,{},["news",{"n":[1,2,3]}],{"k":true}])");
  auto after = read_payload_counters();
  CHECK(after.decodes == before.decodes);
  CHECK(after.encodes == before.encodes);
}

TEST_CASE("100 subscribers of each other format: opened once, encoded once for each") {
  auto e = event_of(from_json());
  auto before = read_payload_counters();
  for (int n = 0; n < 100; ++n)
    for (auto f : {format::msgpack, format::cbor})
      CHECK(decode(f, e->encoded(f)));
  auto after = read_payload_counters();
  CHECK(after.decodes == before.decodes + 1);
  CHECK(after.encodes == before.encodes + 2);
}

TEST_CASE("a call that stays in its format is not opened, from CALL to RESULT") {
  auto before = read_payload_counters();
  for (auto f : all_formats) {
    auto question =
        slice{encode(f, call{request_id{1}, {}, "com.add", payload::native({{1, 2}, {}})})};
    auto opened = read_payload_counters();
    auto arrived = std::get<call>(decode(f, question).value());
    auto passed_on =
        slice{encode(f, invocation{invocation_id{1}, registration_id{1}, {}, arrived.args})};
    CHECK(std::get<invocation>(decode(f, passed_on).value()).args.parts() == 1);
    CHECK(read_payload_counters().decodes == opened.decodes);
    CHECK(read_payload_counters().encodes == opened.encodes);
  }
  CHECK(read_payload_counters().encodes == before.encodes + format_count);
}

TEST_CASE("sessions on several threads may ask at once") {
  auto e = event_of(from_json());
  auto before = read_payload_counters();
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([&] {
      for (auto f : all_formats)
        CHECK_FALSE(e->encoded(f).empty());
    });
  for (auto& t : threads)
    t.join();
  CHECK(read_payload_counters().decodes == before.decodes + 1);
}
