// Broker, dealer, session and router, each killed by an exception under load: their realm's
// sessions get GOODBYE, the realm serves again, another realm loses nothing.
#include <wamp/actors/gateway/gateway_actor.hpp>
#include <wamp/actors/session/actor_link.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/deterministic.hpp>
#include <wamp/test/support/peer.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <list>

using namespace wamp;
using namespace wamp::test;

namespace {

/// Makes one actor of a realm throw in the middle of its work: the router when it draws a session
/// id, broker and dealer when they ask how far a request is to be trusted.
class saboteur {
public:
  enum class target { nobody, router, broker, dealer };

  void strike(target t) { *target_ = t; }
  bool has_struck() const { return *target_ == target::nobody; }

  realm_settings settings(std::string name) const {
    auto result = test_realm(std::move(name));
    result.trustlevel = [aim = target_](const session_info&, action what, std::string_view) {
      fail_if(*aim, what == action::publish ? target::broker : target::dealer);
      return std::nullopt;
    };
    result.random = [aim = target_] {
      return [aim, n = std::uint64_t{0}]() mutable {
        fail_if(*aim, target::router);
        return n++;
      };
    };
    return result;
  }

private:
  static void fail_if(std::atomic<target>& aim, target who) {
    if (aim.compare_exchange_strong(who, target::nobody))
      throw std::runtime_error{"sabotage"};
  }

  std::shared_ptr<std::atomic<target>> target_ =
      std::make_shared<std::atomic<target>>(target::nobody);
};

/// A peer whose link throws when an event is to be sent: the session dies at work.
class cursed_link : public actor_link {
public:
  using actor_link::actor_link;
  using actor_link::send;
  void send(const event_ref&) override { throw std::runtime_error{"sabotage"}; }
};

/// Two realms behind one gateway, each with a subscriber, a callee and a caller at work.
struct fixture {
  saboteur sabotage;
  deterministic_system system;
  gateway_actor gateway;
  std::list<client> clients;

  struct party {
    client& worker;
    client& boss;
    std::uint64_t requests = 0;
  };

  fixture() {
    gateway = spawn_gateway(system, {sabotage.settings("fragile"), test_realm("sturdy")}, {});
  }
  ~fixture() {
    clients.clear();
    caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
    gateway = nullptr;
    system.run();
  }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;

  client& join(const std::string& realm) {
    auto& c = clients.emplace_back(system, gateway);
    c.hello_to(realm);
    system.run();
    c.take<welcome>();
    return c;
  }

  party at_work(const std::string& realm) {
    auto& worker = join(realm);
    worker.send(register_{request_id{1}, {}, "com.work"});
    worker.send(subscribe{request_id{2}, {}, "com.news"});
    system.run();
    worker.take<registered>();
    worker.take<subscribed>();
    return {worker, join(realm)};
  }

  static void load(party& p) {
    for (int n = 0; n < 20; ++n) {
      p.boss.send(call{request_id{++p.requests}, {}, "com.work", {}});
      p.boss.send(publish{request_id{++p.requests}, {}, "com.news", {}});
    }
  }

  static void expect_all_work(party& p) {
    CHECK(p.worker.received().count<invocation>() == 20);
    CHECK(p.worker.received().count<event>() == 20);
    CHECK(p.boss.silent());
  }

  static void expect_only_goodbye(client& c) {
    while (!c.silent() && c.received().count<goodbye>() > 0) {
      if (c.received().count<goodbye>() == c.received().size()) {
        CHECK(c.take<goodbye>().reason == uris::close_realm);
        CHECK(c.silent());
        return;
      }
      c.received().drop_first();
    }
    FAIL("no GOODBYE came");
  }

  void expect_serves(const std::string& realm) {
    auto p = at_work(realm);
    load(p);
    system.run();
    expect_all_work(p);
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a broker or a dealer that fails") {
  auto hit = at_work("fragile");
  auto other = at_work("sturdy");
  load(hit);
  load(other);
  SUBCASE("broker") {
    sabotage.strike(saboteur::target::broker);
  }
  SUBCASE("dealer") {
    sabotage.strike(saboteur::target::dealer);
  }
  system.run();
  CHECK(sabotage.has_struck());
  expect_only_goodbye(hit.boss);
  expect_only_goodbye(hit.worker);
  expect_all_work(other);
  expect_serves("fragile");
  // The same transport carries the next session.
  hit.boss.send(goodbye{{}, "wamp.close.goodbye_and_out"});
  hit.boss.hello_to("fragile");
  system.run();
  hit.boss.take<welcome>();
}

TEST_CASE_FIXTURE(fixture, "a router that fails") {
  auto hit = at_work("fragile");
  auto other = at_work("sturdy");
  load(hit);
  load(other);
  system.run();
  expect_all_work(hit);
  sabotage.strike(saboteur::target::router);
  auto& unlucky = clients.emplace_back(system, gateway);
  unlucky.hello_to("fragile");
  load(other);
  system.run();
  CHECK(sabotage.has_struck());
  expect_only_goodbye(hit.boss);
  expect_only_goodbye(hit.worker);
  CHECK(other.worker.received().count<event>() == 40);
  CHECK(other.worker.received().count<invocation>() == 40);
  CHECK(other.boss.silent());
  expect_serves("fragile");
}

TEST_CASE_FIXTURE(fixture, "a session that fails: its peer gets GOODBYE, nobody else notices") {
  auto others = at_work("fragile");
  auto received = std::make_shared<inbox>();
  caf::actor_system& actors = system;
  auto peer = actors.spawn(recording_peer, received);
  auto cursed = spawn_session(system, gateway, [=](const session_actor& session) {
    return std::make_unique<cursed_link>(session, peer);
  });
  caf::anon_send(cursed, batch_of(hello{"fragile", {{"roles", dict{{"callee", dict{}}}}}}));
  system.run();
  received->take<welcome>();
  caf::anon_send(cursed, batch_of(subscribe{request_id{1}, {}, "com.news"}));
  caf::anon_send(cursed, batch_of(register_{request_id{2}, {}, "com.cursed"}));
  system.run();
  received->take<subscribed>();
  received->take<registered>();
  others.boss.send(call{request_id{++others.requests}, {}, "com.cursed", {}});
  system.run();
  received->take<invocation>();
  load(others);
  system.run();
  CHECK(received->take<goodbye>().reason == uris::killed);
  auto lost = others.boss.take<error>();
  CHECK(lost.request == request_id{1});
  CHECK(lost.uri == uris::canceled);
  expect_all_work(others);
  caf::anon_send_exit(peer, caf::exit_reason::user_shutdown);
}
