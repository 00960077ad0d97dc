// Clients that log in, on every way to a router; and what becomes of those that are refused.
#include <wamp/test/actors/client/client_fixture.hpp>
#include <wamp/test/actors/client/every_way.hpp>
#include <wamp/test/support/authenticators.hpp>
#include <wamp/test/support/credentials.hpp>

#include <string>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

/// Keeps who has come, for the test's thread; knows one ticket.
struct noting_authenticator : ticket_authenticator {
  seen<login_ref> logins;
  void challenge(const login_ref& who, decider<auth_step> decide) override {
    logins.add(who);
    ticket_authenticator::challenge(who, std::move(decide));
  }
};

realm_settings guarded_realm(std::shared_ptr<authenticator> by) {
  auto settings = test_realm();
  settings.authentication = by_ticket(std::move(by));
  return settings;
}

client_settings settings_of(std::shared_ptr<test_credentials> shows) {
  auto s = client_fixture::settings();
  s.authid = "joe";
  s.credentials = {std::move(shows)};
  return s;
}

} // namespace

TEST_CASE("every way: a ticket opens the door, another does not, and a slow one takes its time") {
  const auto by = std::make_shared<noting_authenticator>();
  every_way all{guarded_realm(by)};
  auto slow = test_ticket();
  slow->slow = true;
  for (auto& w : all.ways) {
    CAPTURE(w.name);
    for (const auto& shows : {test_ticket(), slow}) {
      auto c = w.make(settings_of(shows));
      const auto session = every_way::answer_of(c->joined());
      const auto who = by->logins.take();
      CHECK(who->session == session);
      CHECK(who->authid() == "joe");
      const auto told = c->call("wamp.session.get", session.value()).get<dict>();
      CHECK(*find<std::string>(told, "authid") == "joe");
      CHECK(*find<std::string>(told, "authrole") == "user");
    }
    auto refused = w.make(settings_of(test_ticket("guess")));
    CHECK(every_way::error_of(refused->joined()) == uris::authentication_denied);
    by->logins.take();
    // It does not try again: nobody else has knocked when the next does.
    auto last = w.make(settings_of(test_ticket()));
    CHECK(every_way::answer_of(last->joined()) == by->logins.take()->session);
    CHECK(by->logins.empty());
  }
}

TEST_CASE("every way: the method learns from where the peer comes") {
  const auto by = std::make_shared<noting_authenticator>();
  every_way all{guarded_realm(by)};
  for (auto& w : all.ways) {
    CAPTURE(w.name);
    auto c = w.make(settings_of(test_ticket()));
    every_way::answer_of(c->joined());
    const auto from = by->logins.take()->peer;
    CHECK_FALSE(from->channel);
    const auto url = [&](const char* scheme) { return w.name.starts_with(scheme); };
    if (url("ws:") || url("tcp:"))
      CHECK(from->address == "127.0.0.1");
    else if (url("unix"))
      CHECK(from->address == "unix:" + all.path);
    else
      CHECK(from->address.empty());
    if (url("ws:") || url("unix+ws:"))
      CHECK(from->transport == "websocket");
    else if (url("tcp:") || url("unix:"))
      CHECK(from->transport == "rawsocket");
    else
      CHECK(from->transport == (w.name == "in process" ? "local" : "node"));
  }
}

TEST_CASE_FIXTURE(client_fixture, "a client that is refused stops, and says why") {
  caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
  router = spawn_router(system, guarded_realm(std::make_shared<ticket_authenticator>()));
  seen<client_status> changes;
  auto s = settings();
  SUBCASE("for what it shows") {
    s = settings_of(test_ticket("guess"));
  }
  SUBCASE("for showing nothing") {}
  s.on_status = [&](const client_status& now) { changes.add(now); };
  client c{system, s, entrance_actor{router}};
  const auto last = changes.take();
  CHECK(last.state == client_state::stopped);
  const bool shows = !s.credentials.empty();
  CHECK(last.reason == (shows ? uris::authentication_denied : uris::no_matching_auth_method));
  CHECK(uri_of_error(c.joined()) == last.reason);
}

TEST_CASE_FIXTURE(client_fixture, "a client whose router fails to decide tries again") {
  struct failing_once : ticket_authenticator {
    std::atomic<int> asked{0};
    void challenge(const login_ref& who, decider<auth_step> decide) override {
      if (asked++ == 0)
        throw std::runtime_error{"no database"};
      ticket_authenticator::challenge(who, std::move(decide));
    }
  };
  caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
  const auto by = std::make_shared<failing_once>();
  router = spawn_router(system, guarded_realm(by));
  const auto c = join(settings_of(test_ticket()));
  CHECK(by->asked == 2);
}

TEST_CASE_FIXTURE(
    client_fixture, "a client that ends while its answer is worked out is not waited for") {
  struct held : test_credentials {
    std::shared_ptr<seen<int>> go_on = std::make_shared<seen<int>>();
    std::shared_ptr<seen<int>> began = std::make_shared<seen<int>>();
    struct attempt : client_login {
      std::shared_ptr<seen<int>> go_on;
      std::shared_ptr<seen<int>> began;
      explicit attempt(const held& h) : go_on(h.go_on), began(h.began) {}
      tl::expected<authenticate, std::string> answer(const challenge&) override {
        began->add(1);
        go_on->take();
        return authenticate{"secret", {}};
      }
    };
    std::unique_ptr<client_login>
    begin(const std::string&, const channel_bindings*) const override {
      return std::make_unique<attempt>(*this);
    }
  };
  caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
  router = spawn_router(system, guarded_realm(std::make_shared<ticket_authenticator>()));
  auto shows = std::make_shared<held>();
  shows->slow = true;
  {
    client c{system, settings_of(shows), entrance_actor{router}};
    shows->began->take();
  }
  shows->go_on->add(1); // its end did not wait for that
}
