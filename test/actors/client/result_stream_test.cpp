// Results that are asked for one after the other.
#include <wamp/test/actors/client/client_fixture.hpp>

#include <string>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(client_fixture, "results are read as a stream, each once and in order") {
  auto callee = join();
  auto caller = join();
  seen<responder> asked;
  auto count = callee->register_("a.count", [](const responder& to, int n) {
    for (int i = 0; i < n; ++i)
      to.progress(make_payload(i));
    return "done";
  });
  auto slow = callee->register_("a.slow", [&](const invocation&, responder to) { asked.add(to); });
  answer_of(slow.confirmed());
  const auto parts = caller->stream("a.count", 100);
  for (int i = 0; i < 100; ++i) {
    const auto part = parts.next().get();
    REQUIRE(part);
    CHECK(as<int>(*part) == i);
  }
  CHECK(as<std::string>(*parts.next().get()) == "done");
  CHECK_FALSE(parts.next().get());
  CHECK_FALSE(parts.next().get());

  const auto later = caller->stream("a.slow");
  const auto first = later.next();
  const auto second = later.next(); // asked for before it is there
  const auto third = later.next();
  auto to = asked.take();
  CHECK_FALSE(first.ready());
  to.progress(make_payload(1));
  CHECK(as<int>(**answer_of(first)) == 1);
  to.fail("a.b");
  CHECK(answer_of(second).error().uri == "a.b");
  CHECK(answer_of(third).error().uri == "a.b");
}

TEST_CASE_FIXTURE(client_fixture, "a stream is cancelled, or cancels itself when nobody reads it") {
  auto callee = join();
  auto caller = join();
  seen<responder> asked;
  auto slow = callee->register_("a.slow", [&](const invocation&, responder to) { asked.add(to); });
  answer_of(slow.confirmed());
  const auto stopped = caller->stream("a.slow");
  stopped.cancel();
  CHECK(answer_of(stopped.next()).error().uri == uris::canceled);
  asked.take();

  const auto unread = caller->stream("a.slow");
  auto to = asked.take();
  for (int i = 0; i < 40; ++i) {
    to.progress(make_payload(std::string(std::size_t{1} << 20U, 'x')));
    answer_of(caller->call("a.nobody")); // not all at once: a caller that lags loses its session
  }
  int read = 0;
  for (auto part = answer_of(unread.next()); part; part = answer_of(unread.next()))
    ++read;
  CHECK(read > 10);
  CHECK(read < 20);
  CHECK(answer_of(unread.next()).error().uri == uris::canceled);
  while (!to.interrupted())
    answer_of(caller->call("a.nobody"));
}
