// wamp.registration.* and what the meta topics tell of registrations, by a dealer without actors.
#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

using ids = std::vector<std::uint64_t>;
using topics = std::vector<std::string>;
using maybe_id = std::optional<std::uint64_t>;

struct fixture {
  recorder out;
  dealer d{settings(), out, out, out};
  session_ref one = make_session(1);
  session_ref two = make_session(2);
  session_ref asking = make_session(9);

  static realm_settings settings() {
    auto s = test_realm();
    s.wall_clock = [] {
      return std::chrono::system_clock::time_point{std::chrono::milliseconds{1'700'000'000'123}};
    };
    return s;
  }
  registration_id serve(const session_ref& who, std::string uri, dict options = {}) {
    d.register_(who, {request_id{1}, std::move(options), std::move(uri)});
    return out.take<registered>(who).registration;
  }
  template <class... Args>
  void ask(const std::string& procedure, Args&&... args) {
    auto in = make_payload(std::forward<Args>(args)...);
    d.call(asking, call{request_id{5}, {}, "wamp.registration." + procedure, std::move(in)});
  }
  template <class T, class... Args>
  T result_of(const std::string& procedure, Args&&... args) {
    ask(procedure, std::forward<Args>(args)...);
    auto values = arguments_as<T>(out.take<result>(asking).args.values());
    REQUIRE(values);
    return std::get<0>(*values);
  }
  template <class... Args>
  std::string error_of(const std::string& procedure, Args&&... args) {
    ask(procedure, std::forward<Args>(args)...);
    return out.take<error>(asking).uri;
  }
  topics told() {
    topics all;
    for (auto& e : std::exchange(out.told, {}))
      all.emplace_back(e.topic.substr(std::string{"wamp.registration."}.size()));
    return all;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "registrations are listed by policy, looked up and matched") {
  const auto exact = serve(one, "a.b.c").value();
  const auto prefix = serve(one, "a.b", {{"match", "prefix"}}).value();
  const auto wildcard = serve(one, "a..c", {{"match", "wildcard"}}).value();
  CHECK(
      result_of<dict>("list")
      == dict{{"exact", list{exact}}, {"prefix", list{prefix}}, {"wildcard", list{wildcard}}});
  CHECK(result_of<maybe_id>("lookup", "a.b.c") == exact);
  CHECK(result_of<maybe_id>("lookup", "a.b", dict{{"match", "prefix"}}) == prefix);
  CHECK(result_of<maybe_id>("lookup", "a..c", dict{{"match", "wildcard"}}) == wildcard);
  CHECK(result_of<maybe_id>("lookup", "a.b") == maybe_id{});
  CHECK(result_of<maybe_id>("match", "a.b.c") == exact);
  CHECK(result_of<maybe_id>("match", "a.b.d") == prefix);
  CHECK(result_of<maybe_id>("match", "a.x.c") == wildcard);
  CHECK(result_of<maybe_id>("match", "x") == maybe_id{});
  CHECK(error_of("lookup", "a.b", dict{{"match", "fuzzy"}}) == uris::invalid_argument);
  CHECK(error_of("lookup") == uris::invalid_argument);
  CHECK(error_of("fly") == uris::no_such_procedure);
}

TEST_CASE_FIXTURE(fixture, "get and the callees of a registration") {
  const auto id = serve(one, "a.b", {{"invoke", "roundrobin"}}).value();
  serve(two, "a.b", {{"invoke", "roundrobin"}});
  CHECK(
      result_of<dict>("get", id)
      == dict{
          {"id", id},
          {"created", "2023-11-14T22:13:20.123Z"},
          {"uri", "a.b"},
          {"match", "exact"},
          {"invoke", "roundrobin"}});
  CHECK(result_of<ids>("list_callees", id) == ids{1, 2});
  CHECK(result_of<int>("count_callees", id) == 2);
  for (auto procedure : {"get", "list_callees", "count_callees"}) {
    CHECK(error_of(procedure, id + 1) == uris::no_such_registration);
    CHECK(error_of(procedure, "x") == uris::invalid_argument);
  }
}

TEST_CASE_FIXTURE(fixture, "on_create comes before on_register, on_unregister before on_delete") {
  const dict shared{{"invoke", "first"}};
  const auto id = serve(one, "a.b", shared);
  REQUIRE(out.told.size() == 2);
  CHECK(out.told[0].topic == meta_topics::registration_created);
  CHECK(out.told[0].args.args[0] == value{1});
  CHECK(*find<std::string>(*out.told[0].args.args[1].get_if<dict>(), "uri") == "a.b");
  CHECK(out.told[1].topic == meta_topics::registered);
  CHECK(out.told[1].args == make_arguments(1, id.value()));
  told();
  serve(two, "a.b", shared);
  CHECK(told() == topics{"on_register"});
  d.unregister(one, {request_id{2}, id});
  CHECK(out.told[0].args == make_arguments(1, id.value()));
  CHECK(told() == topics{"on_unregister"});
  d.session_left(two->id);
  CHECK(told() == topics{"on_unregister", "on_delete"});
}

TEST_CASE_FIXTURE(fixture, "a revoked registration is told of, too") {
  const auto id = serve(one, "a.b");
  told();
  d.revoke(id, "a.reason");
  CHECK(told() == topics{"on_unregister", "on_delete"});
}

TEST_CASE_FIXTURE(fixture, "what others know is passed on to them") {
  for (auto [procedure, owner] :
       {std::pair{"wamp.session.count", meta_owner::router},
        {"wamp.session.add_testament", meta_owner::broker},
        {"wamp.session.flush_testaments", meta_owner::broker},
        {"wamp.subscription.list", meta_owner::broker}}) {
    d.call(asking, call{request_id{1}, {}, procedure, {}});
    REQUIRE(out.passed_on.size() == 1);
    CHECK(out.passed_on[0].first == owner);
    CHECK(out.passed_on[0].second.procedure == procedure);
    out.passed_on.clear();
  }
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "no pattern of a client's takes what only the router serves") {
  serve(one, "w", {{"match", "prefix"}});
  d.call(asking, call{request_id{1}, {}, "wamp.registration.list", {}});
  out.take<result>(asking);
  d.call(asking, call{request_id{2}, {}, "wamp.nothing.here", {}});
  CHECK(out.take<error>(asking).uri == uris::no_such_procedure);
}
