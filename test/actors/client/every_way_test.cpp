// What a client does must not depend on its way to the router: one suite for all of them, within
// the process, through every kind of socket in every format, and across CAF nodes.
#include <wamp/actors/subscriber/subscriber_actor.hpp>
#include <wamp/test/actors/client/every_way.hpp>
#include <wamp/test/support/seen.hpp>

using namespace wamp;
using namespace std::chrono_literals;
using wamp::test::seen;

TEST_CASE_FIXTURE(test::every_way, "every way: procedures answer with values, errors, and later") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<responder> open;
    auto callee = join(w);
    auto caller = join(w);
    auto add = callee->register_("a.add", [](int a, int b) { return a + b; });
    auto fails = callee->register_("a.fails", [](int n) {
      throw wamp_error{"a.failure", {n}, {{"more", "text"}}};
    });
    auto later =
        callee->register_("a.later", [&](const invocation&, responder to) { open.add(to); });
    auto all = callee->register_("a.echo", [](const arguments& in) { return in; });
    answer_of(all.confirmed());
    CHECK(caller->call("a.add", 1, 2).get<int>() == 3);
    const auto failed = caller->call("a.fails", 7).await();
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().uri == "a.failure");
    CHECK(failed.error().args.values() == arguments{{7}, {{"more", "text"}}});
    auto waits = caller->call("a.later");
    open.take().result(make_payload("done"));
    CHECK(waits.get<std::string>() == "done");
    CHECK(error_of(caller->call("a.nothing")) == uris::no_such_procedure);
    CHECK(error_of(caller->call("a.add", "x")) == uris::invalid_argument);
    const arguments rich{
        {1, -1.5, "text", true, nullptr, list{1, list{}}, dict{{"k", list{"v"}}}}, {{"kw", 1}}};
    CHECK(
        caller
            ->call(
                "a.echo", 1, -1.5, "text", true, nullptr, list{1, list{}}, dict{{"k", list{"v"}}},
                kwargs{{"kw", 1}})
            .get<arguments>()
        == rich);
    const std::string large(2U << 20U, 'x');
    CHECK(caller->call("a.echo", large).get<std::string>() == large);
  }
}

TEST_CASE_FIXTURE(test::every_way, "every way: many calls at once keep their answers apart") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    auto c = join(w);
    auto square = c->register_("a.square", [](int n) { return n * n; });
    answer_of(square.confirmed());
    std::vector<outgoing_call> calls;
    for (int n = 0; n < 500; ++n)
      calls.push_back(c->call("a.square", n));
    for (int n = 0; n < 500; ++n)
      CHECK(calls[static_cast<std::size_t>(n)].get<int>() == n * n);
  }
}

TEST_CASE_FIXTURE(test::every_way, "every way: a call is canceled, and its callee told") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<responder> open;
    auto c = join(w);
    auto s = c->register_("a.slow", [&](const invocation&, responder to) { open.add(to); });
    answer_of(s.confirmed());
    auto call = c->call("a.slow");
    auto to = open.take();
    call.cancel(cancel_mode::kill);
    auto echo = c->register_("a.echo", [] {});
    answer_of(echo.confirmed());
    answer_of<result>(c->call("a.echo")); // the INTERRUPT has come before it
    CHECK(to.interrupted());
    to.fail("a.stopped");
    CHECK(error_of(call) == "a.stopped");
    auto gone = c->call("a.slow");
    gone.cancel(cancel_mode::killnowait);
    CHECK(error_of(gone) == uris::canceled);
    auto timed = c->call({"a.slow", {{"timeout", 1}}});
    CHECK(error_of(timed) == uris::timeout);
  }
}

TEST_CASE_FIXTURE(
    test::every_way, "every way: arguments come in parts, results before the last of them") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    auto callee = join(w);
    auto caller = join(w);
    auto s = callee->register_(
        "a.total", [](invocation_stream parts, responder to) -> pending<std::string> {
          int total = 0;
          while (auto n = as<int>(co_await parts.next()))
            to.progress(make_payload(total += *n));
          co_return "end";
        });
    answer_of(s.confirmed());
    auto [parts, totals] = caller->stream_in_parts("a.total", 1);
    for (int n = 2; n <= 100; ++n)
      CHECK(parts.send(n));
    int total = 0;
    for (int n = 1; n <= 100; ++n)
      CHECK(as<int>(*answer_of(totals.next())) == (total += n));
    parts.finish();
    CHECK(as<std::string>(*answer_of(totals.next())) == "end");
    CHECK_FALSE(answer_of(totals.next()));
    const auto abandoned = caller->call_in_parts("a.total", 1).second;
    CHECK(error_of(abandoned) == uris::canceled);
    CHECK(error_of(caller->call("a.total", "x")) == uris::invalid_argument);
  }
}

TEST_CASE_FIXTURE(
    test::every_way, "every way: payloads are passed through, with what describes them") {
  const dict ppt{{"ppt_scheme", "x_mine"}, {"ppt_keyid", "1"}};
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<event> heard;
    auto receiver = join(w);
    auto sender = join(w);
    auto s = receiver->register_("a.echo", [&](const invocation& m, const responder& to) {
      CHECK(m.details == ppt);
      to.result(m.args, ppt);
    });
    auto t = receiver->subscribe("a.topic", [&](const event& e) { heard.add(e); });
    answer_of(s.confirmed());
    answer_of(t.confirmed());
    const binary secret{std::string("\0\xFF\x80", 3)};
    const auto back = answer_of<result>(sender->call({"a.echo", ppt}, secret));
    CHECK(back.details == ppt);
    CHECK(as<binary>(back) == secret);
    answer_of(sender->ack_publish({"a.topic", ppt}, secret));
    const auto e = heard.take();
    CHECK(e.details == ppt);
    CHECK(as<binary>(e) == secret);
  }
}

TEST_CASE_FIXTURE(
    test::every_way, "every way: events come in order, to everybody but their publisher") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<int> heard;
    seen<int> own;
    auto subscriber = join(w);
    auto publisher = join(w);
    auto a = subscriber->subscribe("a.topic", [&](int n) { heard.add(n); });
    auto b = publisher->subscribe("a.topic", [&](int n) { own.add(n); });
    answer_of(a.confirmed());
    answer_of(b.confirmed());
    for (int n = 0; n < 300; ++n)
      publisher->publish("a.topic", n);
    CHECK(
        answer_of(publisher->ack_publish({"a.topic", {{"exclude_me", false}}}, 300))
            .publication.value()
        > 0);
    for (int n = 0; n <= 300; ++n)
      CHECK(heard.take() == n);
    CHECK(own.take() == 300);
    CHECK(error_of(publisher->ack_publish("not..a topic", 1)) == uris::invalid_uri);
    a.end();
    answer_of(subscriber->ack_publish("a.nobody"));
    answer_of(publisher->ack_publish("a.topic", 301));
    CHECK(heard.empty());
  }
}

TEST_CASE_FIXTURE(test::every_way, "every way: actors subscribe, serve and call through a client") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<int> heard;
    auto c = join(w);
    auto& home = c->actor()->home_system();
    auto s = spawn_subscriber(home, c->actor(), "a.topic", [&](int n) { heard.add(n); });
    while (heard.empty())
      answer_of(c->ack_publish({"a.topic", {{"exclude_me", false}}}, 5));
    CHECK(heard.take() == 5);
    caf::scoped_actor self{home};
    std::string error_uri;
    self->request(c->actor(), 20s, call{{}, {}, "a.nothing", {}})
        .receive(
            [](const result&) {},
            [&](const caf::error& e) {
              if (auto ours = wamp_error_of(e))
                error_uri = ours->uri;
            });
    CHECK(error_uri == uris::no_such_procedure);
    caf::anon_send_exit(s.actor, caf::exit_reason::user_shutdown);
  }
}

TEST_CASE_FIXTURE(
    test::every_way, "every way: an unknown realm, and the end of the router, are told") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<client_status> changes;
    auto s = settings();
    s.realm = "nowhere";
    s.reconnect.first = 1h;
    s.on_status = [&](const client_status& now) { changes.add(now); };
    auto c = w.make(s);
    const auto failed = changes.take();
    CHECK(failed.state == client_state::disconnected);
    CHECK(failed.reason == uris::no_such_realm);
  }
  std::vector<std::unique_ptr<client>> all;
  std::vector<std::unique_ptr<seen<client_status>>> changes;
  for (auto& w : ways) {
    changes.push_back(std::make_unique<seen<client_status>>());
    auto s = settings();
    s.reconnect.first = 1h;
    s.on_status = [to = changes.back().get()](const client_status& now) { to->add(now); };
    all.push_back(w.make(s));
    CHECK(changes.back()->take().state == client_state::joined);
  }
  router->stop(2s);
  for (std::size_t i = 0; i < ways.size(); ++i) {
    CAPTURE(ways[i].name);
    const auto over = changes[i]->take();
    CHECK(over.state == client_state::disconnected);
    CHECK(over.reason == uris::system_shutdown);
    CHECK(error_of(all[i]->call("a.b")) == uris::network_failure);
  }
}
