// Arguments that are sent in parts, and procedures that read them so.
// Spec: "Progressive Call Invocations" (advanced profile).
#include <wamp/test/actors/client/client_fixture.hpp>

#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

pending<int> sum_of(invocation_stream parts) {
  int sum = 0;
  while (auto n = as<int>(co_await parts.next()))
    sum += *n;
  co_return sum;
}

/// Answers each part as it comes.
pending<std::string> echo(invocation_stream parts, responder to) {
  while (auto text = as<std::string>(co_await parts.next()))
    to.progress(make_payload(*text));
  co_return "end";
}

struct fixture : client_fixture {
  seen<std::string> ended;
  seen<invocation_stream> taken;
  seen<responder> responders;
  std::unique_ptr<client> callee = join();
  std::unique_ptr<client> caller = join();

  fixture() {
    callee->procedure("a.sum", sum_of);
    callee->procedure("a.echo", echo);
    callee->procedure("a.whole", [](int n) { return n; });
    callee->procedure("a.raw", [](const invocation&, const responder& to) { to.result(); });
    callee->procedure("a.kept", [this](const invocation_stream& parts, const responder& to) {
      taken.add(parts);
      responders.add(to);
    });
    callee->procedure("a.watched", [this](invocation_stream parts) -> pending<bool> {
      for (;;) {
        const auto part = co_await parts.next();
        if (part && *part)
          continue;
        ended.add(part ? "last" : part.error().uri);
        co_return part.has_value();
      }
    });
    answer_of(callee->declared());
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "arguments are sent in parts, and read one after the other") {
  auto [parts, sum] = caller->call_in_parts("a.sum", 1);
  CHECK(parts.send(2));
  CHECK_FALSE(sum.ready());
  CHECK(parts.finish(3));
  CHECK(sum.get<int>() == 6);
  CHECK_FALSE(parts.send(4)); // it is over
  CHECK_FALSE(parts.finish());
}

TEST_CASE_FIXTURE(fixture, "what has no arguments only says whether more will come") {
  auto [parts, sum] = caller->call_in_parts("a.sum");
  for (int i = 1; i <= 100; ++i)
    CHECK(parts.send(i));
  CHECK(parts.send());
  CHECK(parts.finish());
  CHECK(sum.get<int>() == 5050);
  CHECK(caller->call("a.sum").get<int>() == 0); // all at once is one part, or none
  CHECK(caller->call("a.sum", 7).get<int>() == 7);
  CHECK(uri_of_error(caller->call("a.sum", "x")) == uris::invalid_argument);
}

TEST_CASE_FIXTURE(fixture, "both ways at once: each part is answered before the next is sent") {
  auto [parts, results] = caller->stream_in_parts("a.echo", "first");
  for (int i = 0; i < 100; ++i) {
    const auto text = answer_of(results.next());
    REQUIRE(text->has_value());
    CHECK(as<std::string>(**text) == (i == 0 ? "first" : std::to_string(i)));
    CHECK(parts.send(std::to_string(i + 1)));
  }
  CHECK(as<std::string>(**answer_of(results.next())) == "100");
  parts.finish();
  CHECK(as<std::string>(**answer_of(results.next())) == "end");
  CHECK_FALSE(answer_of(results.next())->has_value());
}

TEST_CASE_FIXTURE(fixture, "several threads may send parts of one call") {
  auto [parts, sum] = caller->call_in_parts("a.sum");
  {
    std::vector<std::jthread> senders;
    for (int t = 0; t < 4; ++t)
      senders.emplace_back([parts = parts] {
        for (int i = 0; i < 100; ++i)
          parts.send(1);
      });
  }
  parts.finish();
  CHECK(sum.get<int>() == 400);
}

TEST_CASE_FIXTURE(fixture, "a handler that takes its arguments at once says so") {
  for (const auto* procedure : {"a.whole", "a.raw"}) {
    auto [parts, answer] = caller->call_in_parts(procedure, 1);
    CHECK(uri_of_error(answer) == uris::feature_not_supported);
    CHECK_FALSE(parts.send(2));
  }
  caf::scoped_actor self{system};
  const auto server = system.spawn([](procedure_actor::pointer) {
    return procedure_actor::behavior_type{[](const invocation&) { return arguments{}; }};
  });
  self->request(callee->actor(), 10s, attach_procedure{"a.actor", server})
      .receive([](const registered&) {}, [](const caf::error& e) { FAIL(describe(e)); });
  CHECK(uri_of_error(caller->call_in_parts("a.actor", 1).second) == uris::feature_not_supported);
  CHECK(answer_of(caller->call("a.actor", 1)).has_value());
  caf::anon_send_exit(server, caf::exit_reason::user_shutdown);
}

TEST_CASE_FIXTURE(fixture, "a stream that goes before its last part cancels the call") {
  std::optional<outgoing_call> call;
  {
    auto [parts, answer] = caller->call_in_parts("a.watched", 1);
    parts.send(2);
    call = answer;
  }
  CHECK(uri_of_error(*call) == uris::canceled);
  CHECK(ended.take() == uris::canceled);
  // Not one that was finished, nor one that has its answer.
  {
    auto [parts, answer] = caller->call_in_parts("a.watched", 1);
    parts.finish(2);
    call = answer;
  }
  CHECK(call->get<bool>());
  CHECK(ended.take() == "last");
}

TEST_CASE_FIXTURE(fixture, "INTERRUPT ends the parts, and what they were for") {
  auto [parts, answer] = caller->call_in_parts("a.watched", 1);
  answer.cancel(cancel_mode::kill);
  CHECK(ended.take() == uris::canceled);
  CHECK_FALSE(answer.get<bool>()); // with `kill` the callee has the last word
  auto [others, sum] = caller->call_in_parts("a.sum", 1);
  sum.cancel(cancel_mode::kill);
  CHECK(uri_of_error(sum) == uris::canceled); // what the coroutine threw
}

TEST_CASE_FIXTURE(fixture, "an answer may come before the last part, which is then discarded") {
  auto [parts, answer] = caller->call_in_parts("a.kept", 1);
  const auto to = responders.take();
  to.result(make_payload("enough"));
  CHECK(answer.get<std::string>() == "enough");
  CHECK_FALSE(parts.finish(2));
  CHECK(caller->call("a.whole", 5).get<int>() == 5);
}

TEST_CASE_FIXTURE(fixture, "a call goes on when its procedure is not served any more") {
  seen<bool> begun;
  auto served = callee->register_("a.leaving", [&](invocation_stream parts) -> pending<int> {
    begun.add(true);
    return sum_of(std::move(parts));
  });
  answer_of(served.confirmed());
  auto [parts, sum] = caller->call_in_parts("a.leaving", 1);
  parts.send(2);
  begun.take();
  served.end();
  while (uri_of_error(caller->call("a.leaving", "x")) != uris::no_such_procedure)
    std::this_thread::yield();
  parts.finish(3);
  CHECK(sum.get<int>() == 6);
}

TEST_CASE_FIXTURE(fixture, "the end of the caller, or of the callee, ends the parts") {
  {
    auto other = join();
    auto [parts, answer] = other->call_in_parts("a.watched", 1);
    other.reset();
    CHECK(uri_of_error(answer) == uris::canceled);
    CHECK_FALSE(parts.send(2));
    CHECK(ended.take() == uris::canceled);
  }
  auto [parts, answer] = caller->call_in_parts("a.watched", 1);
  auto [kept, unread] = caller->call_in_parts("a.kept", 1);
  const auto stream = taken.take();
  const auto to = responders.take();
  CHECK(answer_of(stream.next())->has_value());
  const auto next = stream.next();
  callee.reset();
  CHECK(ended.take() == uris::canceled);
  CHECK(uri_of_error(next) == uris::canceled);
  CHECK(uri_of_error(answer) == uris::canceled);
}

TEST_CASE_FIXTURE(fixture, "parts that nobody reads fail the call in the end") {
  auto [parts, answer] = caller->call_in_parts("a.kept", 0);
  const auto stream = taken.take();
  const auto to = responders.take();
  for (int i = 1; i < 40 && parts.send(std::string(std::size_t{1} << 20U, 'x')); ++i)
    answer_of(caller->call("a.whole", 1)); // not all at once: who lags is not waited for
  // A part that was refused by the callee; the router may have its own word before that.
  CHECK(uri_of_error(answer) == uris::no_available_callee);
  int read = 0;
  auto part = answer_of(stream.next());
  for (; part && *part; part = answer_of(stream.next()))
    ++read;
  CHECK(read > 10);
  CHECK(read < 20);
  REQUIRE_FALSE(part.has_value());
  CHECK(part.error().uri == uris::canceled);
}
