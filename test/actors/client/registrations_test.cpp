// What a client serves, over sessions; the router is the test.
#include <wamp/actors/client/registrations.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/fake_router.hpp>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture : fake_router {
  registrations served{client};
  std::vector<std::string> called;
  answers<registration_id> outcomes;

  void on_joined(const welcome& m) override {
    fake_router::on_joined(m);
    served.on_joined();
  }
  void on_ended(std::string_view reason, std::string_view text) override {
    fake_router::on_ended(reason, text);
    served.on_ended();
  }
  void on_invocation(invocation m) override { served.on_invocation(m); }
  void on_revoked(registration_id id, const dict&) override { served.on_revoked(id); }

  procedure_key add(std::string procedure, dict options = {}) {
    return served.add(
        procedure, std::move(options),
        [this, procedure](const invocation&) { called.push_back(procedure); }, outcomes.keep());
  }
  wamp::register_ grant(std::uint64_t id) {
    auto m = take<wamp::register_>();
    client.receive(registered{m.request, registration_id{id}});
    return m;
  }
  void refuse_it() {
    const auto m = take<wamp::register_>();
    client.receive(error{
        message_code::register_, m.request, {}, std::string{uris::procedure_already_exists}, {}});
  }
  void invoke(std::uint64_t request, std::uint64_t id) {
    client.receive(invocation{invocation_id{request}, registration_id{id}, {}, {}});
  }
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE_FIXTURE(fixture, "an INVOCATION finds its handler") {
  join();
  add("a.b", {{"invoke", "roundrobin"}});
  add("c.d");
  CHECK(grant(41).options == dict{{"invoke", "roundrobin"}});
  grant(42);
  CHECK(outcomes.take() == registration_id{41});
  invoke(1, 42);
  invoke(2, 41);
  CHECK(called == names{"c.d", "a.b"});
}

TEST_CASE_FIXTURE(fixture, "what is not served any more may be served by others") {
  join();
  auto a = add("a.b");
  grant(41);
  CHECK(served.remove(a, outcomes.keep()));
  CHECK(take<unregister>().registration == registration_id{41});
  invoke(1, 41);
  const auto no = take<error>();
  CHECK(no.request == request_id{1});
  CHECK(no.uri == uris::unavailable);
  CHECK(called.empty());
}

TEST_CASE_FIXTURE(fixture, "an ERROR is told, and nothing stays") {
  join();
  add("a.b");
  refuse_it();
  CHECK(outcomes.take_error().uri == uris::procedure_already_exists);
  CHECK(served.size() == 0);
}

TEST_CASE_FIXTURE(fixture, "each session registers anew, with the original options") {
  add("a.b", {{"match", "prefix"}});
  CHECK(outcomes.all.empty());
  for (std::uint64_t id = 41; id < 44; ++id) {
    join();
    CHECK(grant(id).options == dict{{"match", "prefix"}});
    CHECK(outcomes.take() == registration_id{id});
    invoke(1, id);
    client.connection_lost("gone");
    to_router.clear();
  }
  CHECK(called.size() == 3);
}

TEST_CASE_FIXTURE(fixture, "what could not be registered again is tried in the next session") {
  join();
  add("a.b");
  grant(41);
  client.connection_lost("gone");
  join();
  refuse_it();
  CHECK(outcomes.take() == registration_id{41});
  CHECK(outcomes.take_error().uri == uris::procedure_already_exists);
  client.connection_lost("gone");
  join();
  grant(43);
  invoke(1, 43);
  CHECK(called.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "removed while REGISTER is under way, it is unregistered then") {
  join();
  auto a = add("a.b");
  answers<registration_id> removal;
  CHECK(served.remove(a, removal.keep()));
  CHECK_FALSE(served.remove(a, removal.keep()));
  CHECK(removal.all.empty());
  grant(41);
  const auto m = take<unregister>();
  CHECK(m.registration == registration_id{41});
  client.receive(unregistered{m.request, {}});
  CHECK(removal.take() == registration_id{41});
  CHECK(served.size() == 0);
}

TEST_CASE_FIXTURE(fixture, "what takes the place of one that is leaving waits until it has left") {
  join();
  const auto first = add("a.b");
  served.remove(first, [](const auto&) {});
  add("a.b");
  const auto given_up = add("a.b");
  served.remove(given_up, [](const auto&) {});
  SUBCASE("which it does") {
    grant(41);
    CHECK(take<wamp::unregister>().registration == registration_id{41});
  }
  SUBCASE("or it was never there") {
    refuse_it();
  }
  grant(42);
  invoke(1, 42);
  CHECK(called == names{"a.b"});
  CHECK(to_router.empty());
  CHECK(served.size() == 1);
}

TEST_CASE_FIXTURE(
    fixture, "what waits for one that is leaving comes in the next session at least") {
  join();
  const auto first = add("a.b");
  served.remove(first, [](const auto&) {});
  add("a.b");
  take<wamp::register_>();
  client.connection_lost("gone");
  join();
  grant(42);
  invoke(1, 42);
  CHECK(called == names{"a.b"});
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fixture, "removed while REGISTER is under way, and the session ends") {
  join();
  auto a = add("a.b");
  answers<registration_id> removal;
  served.remove(a, removal.keep());
  client.connection_lost("gone");
  CHECK(removal.take() == registration_id{});
  CHECK(served.size() == 0);
}

TEST_CASE_FIXTURE(fixture, "a revoked registration is gone for good") {
  join();
  add("a.b");
  grant(41);
  client.receive(unregistered{{}, {{"registration", 41}}});
  CHECK(served.size() == 0);
  client.connection_lost("gone");
  join();
  CHECK(to_router.empty());
}
