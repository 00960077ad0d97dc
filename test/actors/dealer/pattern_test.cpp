// Procedures that are registered by patterns: which registration a call goes to.
#include <wamp/test/actors/dealer/dealer_fixture.hpp>

#include <string>
#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

const dict prefix{{"match", "prefix"}}, wildcard{{"match", "wildcard"}};

struct fixture : dealer_fixture {
  using dealer_fixture::dealer_fixture;
  session_ref callee = make_session(1), other = make_session(2);
  std::uint64_t last_call = 0;

  void call_to(const std::string& procedure) {
    d.call(caller, {request_id{++last_call}, {}, procedure, {}});
  }
  /// The registration that gets a call to it; 0: nobody does.
  registration_id called(const std::string& procedure) {
    call_to(procedure);
    if (out.next_is<error>()) {
      expect_error(last_call, uris::no_such_procedure);
      return {};
    }
    const auto i = taken(callee);
    answer(callee, i.request);
    expect_result(last_call);
    return i.registration;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "the specification's example") {
  const auto r1 = serve(callee, {}, "a1.b2.c3.d4.e55");
  const auto r2 = serve(callee, prefix, "a1.b2.c3");
  const auto r3 = serve(callee, prefix, "a1.b2.c3.d4");
  const auto r4 = serve(callee, wildcard, "a1.b2..d4.e5");
  const auto r5 = serve(callee, wildcard, "a1.b2.c33..e5");
  const auto r6 = serve(callee, wildcard, "a1.b2..d4.e5..g7");
  const auto r7 = serve(callee, wildcard, "a1.b2..d4..f6.g7");
  CHECK(called("a1.b2.c3.d4.e55") == r1);
  CHECK(called("a1.b2.c3.d98.e74") == r2);
  CHECK(called("a1.b2.c3.d4.e325") == r3);
  CHECK(called("a1.b2.c55.d4.e5") == r4);
  CHECK(called("a1.b2.c33.d4.e5") == r2); // by characters, a1.b2.c3 is a prefix of this, too
  CHECK(called("a1.b2.c88.d4.e5.f6.g7") == r6);
  CHECK(called("a2.b2.c2.d2.e2") == registration_id{});
  (void)r5, (void)r7;
}

TEST_CASE_FIXTURE(fixture, "a callee of a pattern is told the procedure, others are not") {
  serve(callee, prefix, "com.");
  serve(callee, {}, "com.exact");
  call_to("com.any.thing");
  CHECK(taken(callee).details == dict{{"procedure", "com.any.thing"}});
  call_to("com.exact");
  CHECK(taken(callee).details.empty());
}

TEST_CASE_FIXTURE(fixture, "the same URI with another policy is another registration") {
  const auto exact = serve(callee, {}, "com.a");
  const auto as_prefix = serve(callee, prefix, "com.a");
  CHECK(exact != as_prefix);
  CHECK(refused(other, prefix, "com.a") == uris::procedure_already_exists);
  CHECK(called("com.a") == exact);
  CHECK(called("com.ab") == as_prefix);
  d.unregister(callee, {request_id{2}, exact});
  out.take<unregistered>(callee);
  CHECK(called("com.a") == as_prefix);
  d.session_left(callee->id);
  CHECK(d.registrations().size() == 0);
  CHECK(called("com.a") == registration_id{});
}

TEST_CASE_FIXTURE(fixture, "patterns are shared as procedures are, and their calls wait") {
  auto options = wildcard;
  options.set("invoke", "roundrobin");
  options.set("concurrency", 1);
  const auto id = serve(callee, options, "com..add");
  CHECK(serve(other, options, "com..add") == id);
  for (auto procedure : {"com.a.add", "com.b.add", "com.c.add"})
    call_to(procedure);
  const auto first = taken(callee);
  taken(other);
  answer(callee, first.request);
  expect_result(1);
  CHECK(taken(callee).details == dict{{"procedure", "com.c.add"}});
}

TEST_CASE_FIXTURE(fixture, "bad and reserved patterns are invalid_uri") {
  for (auto uri : {"com..a", "com a", ".a"})
    CHECK(refused(callee, prefix, uri) == uris::invalid_uri);
  for (auto uri : {"com. a", "a#."})
    CHECK(refused(callee, wildcard, uri) == uris::invalid_uri);
  for (auto uri : {"wamp", "wamp.", "wamp.session"})
    CHECK(refused(callee, prefix, uri) == uris::invalid_uri);
  CHECK(refused(callee, wildcard, "wamp..count") == uris::invalid_uri);
  CHECK(refused(callee, {{"match", "regex"}}, "com.a") == uris::invalid_argument);
  call_to("com..a");
  expect_error(last_call, uris::invalid_uri);
}

TEST_CASE_FIXTURE(fixture, "what only the router serves is out of reach for patterns") {
  serve(callee, prefix, "");
  serve(callee, prefix, "w");
  serve(callee, wildcard, "..");
  CHECK(called("wamp.nothing.here") == registration_id{});
  CHECK(called("wamp") == registration_id{});
  CHECK(called("wampum.session.count") != registration_id{});
}

TEST_CASE("whoever may not register a procedure does not get its calls by a pattern") {
  auto settings = test_realm();
  settings.authorize = authorize_by([](const session_info&, action what, std::string_view uri) {
    return what != action::register_ || !uri.starts_with("com.secret");
  });
  fixture f{settings};
  const auto id = f.serve(f.callee, prefix, "com.");
  CHECK(f.called("com.public") == id);
  CHECK(f.called("com.secret.key") == registration_id{});
  CHECK(f.refused(f.callee, prefix, "com.secret") == uris::not_authorized);
}

TEST_CASE("who may serve a procedure does, however good the patterns of those are who may not") {
  auto settings = test_realm();
  settings.authorize = authorize_by([](const session_info& who, action what, std::string_view uri) {
    return what != action::register_ || !uri.starts_with("com.secret.") || who.id.value() != 1;
  });
  fixture f{settings};
  auto& entitled = f.other;
  const auto call_goes_to = [&](const session_ref& who, registration_id pattern) {
    f.call_to("com.secret.key");
    const auto i = f.taken(who);
    CHECK(i.registration == pattern);
    f.answer(who, i.request);
    f.expect_result(f.last_call);
  };
  SUBCASE("a longer prefix") {
    f.serve(f.callee, prefix, "com.secret");
    call_goes_to(entitled, f.serve(entitled, prefix, "com."));
  }
  SUBCASE("a prefix, and then wildcards") {
    f.serve(f.callee, prefix, "com.");
    f.serve(f.callee, wildcard, ".secret.");
    call_goes_to(entitled, f.serve(entitled, wildcard, "..key"));
  }
  SUBCASE("the same pattern") {
    for (const auto* invoke : {"first", "last", "roundrobin", "random"}) {
      CAPTURE(invoke);
      const dict shared{{"match", "prefix"}, {"invoke", invoke}};
      const auto id = f.serve(f.callee, shared, "com.");
      CHECK(f.serve(entitled, shared, "com.") == id);
      for (int i = 0; i < 3; ++i)
        call_goes_to(entitled, id);
      f.d.unregister(f.callee, {request_id{2}, id});
      f.d.unregister(entitled, {request_id{2}, id});
      f.out.take<unregistered>(f.callee);
      f.out.take<unregistered>(entitled);
    }
  }
}

TEST_CASE("calls wait for those who may serve them, and for nobody else") {
  auto settings = test_realm();
  const auto authorizer_with = [](session_id secretary) {
    return authorize_by([=](const session_info& who, action what, std::string_view uri) {
      return what != action::register_ || !uri.starts_with("com.secret.") || who.id == secretary;
    });
  };
  settings.authorize = authorizer_with(session_id{2});
  fixture f{settings};
  auto& entitled = f.other;
  const dict one_each{{"match", "prefix"}, {"invoke", "roundrobin"}, {"concurrency", 1}};
  f.serve(f.callee, one_each, "com.");
  f.serve(entitled, one_each, "com.");
  f.call_to("com.secret.a");
  const auto first = f.taken(entitled);
  f.call_to("com.secret.b"); // waits, though the other has room
  f.call_to("com.public.c"); // behind it, and does not
  const auto others = f.taken(f.callee);
  CHECK(others.details == dict{{"procedure", "com.public.c"}});
  f.answer(f.callee, others.request);
  f.expect_result(3);
  CHECK(f.out.empty());
  SUBCASE("until they have room") {
    f.answer(entitled, first.request);
    f.expect_result(1);
    CHECK(f.taken(entitled).details == dict{{"procedure", "com.secret.b"}});
  }
  SUBCASE("until nobody may any more") {
    f.d.decide_by(authorizer_with(session_id{}));
    f.answer(entitled, first.request);
    f.expect_result(1);
    f.expect_error(2, uris::no_such_procedure);
  }
}

TEST_CASE_FIXTURE(fixture, "the kinds of wildcard patterns are bounded") {
  for (int bits = 0; bits < 512 && out.empty(); ++bits) {
    std::string pattern = "x";
    for (int bit = 0; bit < 9; ++bit)
      pattern += (bits >> bit) & 1 ? ".y" : ".";
    d.register_(callee, {request_id{1}, wildcard, pattern});
    if (out.next_is<registered>())
      out.clear();
  }
  CHECK(out.take<error>(callee).uri == uris::unavailable);
  serve(callee, wildcard, "com..a");
}
