// Several callees of one procedure: who is called, and who may be one of them.
#include <wamp/test/actors/dealer/dealer_fixture.hpp>

#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture : dealer_fixture {
  session_ref a = make_session(1), b = make_session(2), c = make_session(3);
  std::uint64_t last_call = 0;

  /// Who of the callees gets the next call; answers it.
  std::uint64_t called() {
    call(++last_call);
    for (const auto& callee : {a, b, c}) {
      auto copy = out;
      try {
        const auto i = copy.take<invocation>(callee);
        out.clear();
        answer(callee, i.request);
        expect_result(last_call);
        return callee->id.value();
      } catch (const std::logic_error&) {
      }
    }
    return 0;
  }
  std::vector<std::uint64_t> called(int times) {
    std::vector<std::uint64_t> all;
    while (--times >= 0)
      all.push_back(called());
    return all;
  }
  registration_id serve_all(std::string_view policy) {
    const auto id = serve(a, {{"invoke", policy}});
    CHECK(serve(b, {{"invoke", policy}}) == id);
    CHECK(serve(c, {{"invoke", policy}}) == id);
    return id;
  }
  void unserve(const session_ref& who, registration_id id) {
    d.unregister(who, {request_id{9}, id});
    out.take<unregistered>(who);
  }
};

using ids = std::vector<std::uint64_t>;

} // namespace

TEST_CASE_FIXTURE(fixture, "first and last: the next in line follows one that goes") {
  SUBCASE("first") {
    const auto id = serve_all("first");
    CHECK(called(2) == ids{1, 1});
    unserve(a, id);
    CHECK(called(2) == ids{2, 2});
    d.session_left(b->id);
    CHECK(called() == 3);
    serve(a, {{"invoke", "first"}});
    CHECK(called() == 3);
  }
  SUBCASE("last") {
    const auto id = serve_all("last");
    CHECK(called(2) == ids{3, 3});
    unserve(c, id);
    CHECK(called(2) == ids{2, 2});
    serve(c, {{"invoke", "last"}});
    CHECK(called() == 3);
  }
}

TEST_CASE_FIXTURE(fixture, "roundrobin goes by the order of registration, whoever goes or comes") {
  const auto id = serve_all("roundrobin");
  CHECK(called(4) == ids{1, 2, 3, 1});
  SUBCASE("the one whose turn it is goes") {
    unserve(b, id);
    CHECK(called(3) == ids{3, 1, 3});
  }
  SUBCASE("one that had its turn goes") {
    unserve(a, id);
    CHECK(called(3) == ids{2, 3, 2});
  }
  SUBCASE("the last in the order goes") {
    CHECK(called() == 2);
    unserve(c, id);
    CHECK(called(3) == ids{1, 2, 1});
  }
  SUBCASE("one comes back, behind the others") {
    unserve(a, id);
    serve(a, {{"invoke", "roundrobin"}});
    CHECK(called(4) == ids{2, 3, 1, 2});
  }
}

TEST_CASE_FIXTURE(fixture, "random calls whom the source of randomness says") {
  serve_all("random"); // the source counts: 0, 1, 2, ...
  CHECK(called(6) == ids{1, 2, 3, 1, 2, 3});
}

TEST_CASE_FIXTURE(fixture, "the first callee decides how a procedure is shared") {
  for (auto policy : {"single", "first", "last", "roundrobin", "random"}) {
    CAPTURE(policy);
    const auto id = serve(a, {{"invoke", policy}});
    for (auto other : {"single", "first", "last", "roundrobin", "random"})
      if (other != std::string_view{policy})
        CHECK(refused(b, {{"invoke", other}}) == uris::procedure_already_exists);
    if (policy != std::string_view{"single"})
      CHECK(refused(b, {}) == uris::procedure_already_exists); // single is the default
    // Twice by the same session: an UNREGISTER could not say which.
    CHECK(refused(a, {{"invoke", policy}}) == uris::procedure_already_exists);
    CHECK(called() == 1);
    unserve(a, id);
  }
  // With the last callee its decision goes, and the id.
  serve(b, {{"invoke", "last"}});
}

TEST_CASE_FIXTURE(fixture, "what an in-process peer gets wrong is invalid_argument") {
  CHECK(refused(a, {{"invoke", "whoever"}}) == uris::invalid_argument);
  CHECK(refused(a, {{"concurrency", 0}}) == uris::invalid_argument);
}

TEST_CASE_FIXTURE(fixture, "a registration is gone with its last callee") {
  const auto id = serve_all("first");
  for (const auto& who : {a, b, c}) {
    CHECK(d.registrations().size() == 1);
    unserve(who, id);
  }
  CHECK(d.registrations().size() == 0);
  call(++last_call);
  expect_error(last_call, uris::no_such_procedure);
  d.unregister(a, {request_id{9}, id});
  CHECK(out.take<error>(a).uri == uris::no_such_registration);
}

TEST_CASE_FIXTURE(fixture, "force_reregister evicts who is there; their calls go on") {
  client_features hears;
  hears.callee_registration_revocation = true;
  b = make_session(2, hears);
  const auto old = serve(a, {{"invoke", "first"}});
  serve(b, {{"invoke", "first"}});
  call(1);
  const auto pending = taken(a);
  d.register_(c, {request_id{1}, {{"force_reregister", true}}, "com.add"});
  const auto notice = out.take<unregistered>(b); // a did not announce that it understands it
  CHECK(notice.request == request_id{});
  CHECK(*notice.details.find("registration") == value{old.value()});
  CHECK(notice.details.contains("reason"));
  CHECK(out.take<registered>(c).registration != old);
  answer(a, pending.request);
  expect_result(1);
  CHECK(refused(a, {{"invoke", "first"}}) == uris::procedure_already_exists);
  call(2);
  taken(c);
}

TEST_CASE("who may not register may not evict either") {
  auto settings = test_realm();
  settings.authorize = authorize_by([](const session_info& who, action what, std::string_view) {
    return what != action::register_ || who.id == session_id{1};
  });
  dealer_fixture f{settings};
  const auto callee = make_session(1);
  const auto intruder = make_session(2);
  f.serve(callee);
  CHECK(f.refused(intruder, {{"force_reregister", true}}) == uris::not_authorized);
  f.call(1);
  f.taken(callee);
}

TEST_CASE_FIXTURE(fixture, "revoke takes a procedure from all its callees") {
  CHECK_FALSE(d.revoke(registration_id{1}, "no reason"));
  client_features hears;
  hears.callee_registration_revocation = true;
  a = make_session(1, hears);
  const auto id = serve(a);
  CHECK(d.revoke(id, "it is over"));
  CHECK(
      out.take<unregistered>(a).details
      == dict{{"registration", value{id.value()}}, {"reason", "it is over"}});
  CHECK(called() == 0);
  CHECK(out.take<error>(caller).uri == uris::no_such_procedure);
}
