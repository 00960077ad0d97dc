// A dealer with sessions around it, for the tests of what it decides.
#pragma once

#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace wamp::test {

inline payload number(int n) {
  return payload::native({{value{n}}, {}});
}

struct dealer_fixture {
  recorder out;
  dealer d;
  session_ref caller = make_session(100);

  explicit dealer_fixture(const realm_settings& settings = test_realm()) : d(settings, out, out, out) {}

  registration_id serve(const session_ref& who, dict options = {}, std::string uri = "com.add") {
    d.register_(who, {request_id{1}, std::move(options), std::move(uri)});
    return out.take<registered>(who).registration;
  }

  std::string refused(const session_ref& who, dict options, std::string uri = "com.add") {
    d.register_(who, {request_id{1}, std::move(options), std::move(uri)});
    return out.take<error>(who).uri;
  }

  void call(std::uint64_t id, dict options = {}) { call(caller, id, std::move(options)); }
  void call(const session_ref& who, std::uint64_t id, dict options = {}) {
    d.call(who, {request_id{id}, std::move(options), "com.add", number(static_cast<int>(id))});
  }

  invocation taken(const session_ref& callee) { return out.take<invocation>(callee); }

  void answer(const session_ref& callee, invocation_id id) { d.yield(callee, {id, {}, {}}); }
  void fail(const session_ref& callee, invocation_id id, std::string_view uri) {
    d.fail(
        callee,
        {message_code::invocation, request_id{id.value()}, {}, std::string{uri}, number(7)});
  }

  void expect_result(std::uint64_t id) { expect_result(caller, id); }
  void expect_result(const session_ref& who, std::uint64_t id) {
    CHECK(out.take<result>(who).request == request_id{id});
  }
  void expect_error(std::uint64_t id, std::string_view uri) { expect_error(caller, id, uri); }
  void expect_error(const session_ref& who, std::uint64_t id, std::string_view uri) {
    const auto e = out.take<error>(who);
    CHECK(e.request_type == message_code::call);
    CHECK(e.request == request_id{id});
    CHECK(e.uri == uri);
  }
};

} // namespace wamp::test
