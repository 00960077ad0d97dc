// wamp.session.*, decided without any actor: every procedure, its answers and its errors.
#include <wamp/actors/meta/session_meta.hpp>
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  realm_members all;
  std::vector<std::pair<session_id, killing>> killed;
  session_meta meta{
      all, [this](session_id id, const killing& how) { killed.emplace_back(id, how); }};
  session_ref caller = add(1, "ann", "admin");

  session_ref add(std::uint64_t id, std::string authid, std::string authrole) {
    auto s = make_session(id, std::move(authid), std::move(authrole));
    all.emplace(s->id, realm_member{s});
    return s;
  }
  template <class... Args>
  outgoing ask(const std::string& procedure, Args&&... args) {
    auto in = make_payload(std::forward<Args>(args)...);
    return meta.answer(
        *caller, call{request_id{7}, {}, "wamp.session." + procedure, std::move(in)});
  }
  template <class T, class... Args>
  T result_of(const std::string& procedure, Args&&... args) {
    auto answer = ask(procedure, std::forward<Args>(args)...);
    REQUIRE(std::holds_alternative<result>(answer));
    CHECK(std::get<result>(answer).request == request_id{7});
    auto values = arguments_as<T>(std::get<result>(answer).args.values());
    REQUIRE(values);
    return std::get<0>(*values);
  }
  template <class... Args>
  std::string error_of(const std::string& procedure, Args&&... args) {
    auto answer = ask(procedure, std::forward<Args>(args)...);
    REQUIRE(std::holds_alternative<error>(answer));
    CHECK(std::get<error>(answer).request_type == message_code::call);
    CHECK(std::get<error>(answer).request == request_id{7});
    return std::get<error>(answer).uri;
  }
  std::vector<std::uint64_t> killed_ids() const {
    std::vector<std::uint64_t> ids;
    for (auto& [id, how] : killed)
      ids.push_back(id.value());
    std::sort(ids.begin(), ids.end());
    return ids;
  }
};

using ids = std::vector<std::uint64_t>;
using roles = std::vector<std::string>;

ids sorted(ids x) {
  std::sort(x.begin(), x.end());
  return x;
}

} // namespace

TEST_CASE_FIXTURE(fixture, "sessions are counted and listed, all or those with some roles") {
  add(2, "bob", "user");
  add(3, "eve", "guest");
  CHECK(result_of<int>("count") == 3);
  CHECK(result_of<int>("count", roles{"user", "guest", "nobody"}) == 2);
  CHECK(result_of<int>("count", roles{}) == 0);
  CHECK(sorted(result_of<ids>("list")) == ids{1, 2, 3});
  CHECK(sorted(result_of<ids>("list", roles{"admin", "user"})) == ids{1, 2});
  CHECK(error_of("count", 5) == uris::invalid_argument);
}

TEST_CASE_FIXTURE(fixture, "a session that is on its way out is not there any more") {
  add(2, "bob", "user");
  all.find(session_id{2}).value().is_leaving = true;
  CHECK(result_of<ids>("list") == ids{1});
  CHECK(error_of("get", 2) == uris::no_such_session);
  CHECK(error_of("kill", 2) == uris::no_such_session);
}

TEST_CASE_FIXTURE(fixture, "get tells who a session is") {
  add(2, "bob", "user");
  CHECK(
      result_of<dict>("get", 2)
      == dict{
          {"session", 2},
          {"authid", "bob"},
          {"authrole", "user"},
          {"authmethod", "anonymous"},
          {"authprovider", "static"}});
  CHECK(error_of("get", 3) == uris::no_such_session);
  CHECK(error_of("get") == uris::invalid_argument);
  CHECK(error_of("get", "two") == uris::invalid_argument);
}

TEST_CASE_FIXTURE(fixture, "kill ends one session, with a reason and a message") {
  add(2, "bob", "user");
  auto answer = ask("kill", 2);
  REQUIRE(std::holds_alternative<result>(answer));
  CHECK(std::get<result>(answer).args.empty());
  REQUIRE(killed.size() == 1);
  CHECK(killed[0].first == session_id{2});
  CHECK(killed[0].second.reason == uris::killed);
  CHECK(killed[0].second.is_told);
  ask("kill", 2, kwargs{{"reason", "com.why"}, {"message", "so"}});
  CHECK(killed[1].second.reason == "com.why");
  CHECK(killed[1].second.message == "so");
}

TEST_CASE_FIXTURE(fixture, "nobody kills itself, or for a reason that is none") {
  add(2, "bob", "user");
  CHECK(error_of("kill", 1) == uris::no_such_session);
  CHECK(error_of("kill", 3) == uris::no_such_session);
  for (auto reason : {"", "not a uri", "a..b", "a#b"}) {
    CAPTURE(reason);
    CHECK(error_of("kill", 2, kwargs{{"reason", reason}}) == uris::invalid_uri);
    CHECK(error_of("kill_by_authid", "bob", kwargs{{"reason", reason}}) == uris::invalid_uri);
    CHECK(error_of("kill_by_authrole", "user", kwargs{{"reason", reason}}) == uris::invalid_uri);
    CHECK(error_of("kill_all", kwargs{{"reason", reason}}) == uris::invalid_uri);
  }
  CHECK(error_of("kill", 2, kwargs{{"reason", 5}}) == uris::invalid_uri);
  CHECK(killed.empty());
}

TEST_CASE_FIXTURE(fixture, "kill_by_authid gives ids, kill_by_authrole a count; the caller stays") {
  add(2, "ann", "admin");
  add(3, "ann", "user");
  add(4, "bob", "admin");
  CHECK(sorted(result_of<ids>("kill_by_authid", "ann")) == ids{2, 3});
  CHECK(killed_ids() == ids{2, 3});
  killed.clear();
  CHECK(result_of<int>("kill_by_authrole", "admin") == 2);
  CHECK(killed_ids() == ids{2, 4});
  CHECK(result_of<ids>("kill_by_authid", "nobody").empty());
  CHECK(result_of<int>("kill_by_authrole", "nobody") == 0);
}

TEST_CASE_FIXTURE(fixture, "kill_all spares the caller, and nobody is told") {
  add(2, "ann", "admin");
  add(3, "bob", "user");
  CHECK(result_of<int>("kill_all") == 2);
  CHECK(killed_ids() == ids{2, 3});
  for (auto& [id, how] : killed)
    CHECK_FALSE(how.is_told);
}

TEST_CASE_FIXTURE(fixture, "what is no procedure of it is no_such_procedure") {
  CHECK(error_of("fly") == uris::no_such_procedure);
}
