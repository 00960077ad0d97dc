#include <wamp/actors/router/router_actor.hpp>
#include <wamp/actors/scheduler/locked_clock.hpp>
#include <wamp/actors/testing/test_realm.hpp>

#include <caf/all.hpp>
#include <caf/policy/work_sharing.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <utility>

namespace wamp {

namespace {

class turnable_clock final : public locked_clock<caf::detail::thread_safe_actor_clock> {
public:
  time_point now() const noexcept override { return time_point{now_.load()}; }

  void advance(std::chrono::nanoseconds by) {
    change([&] {
      now_ = now_.load() + by;
      trigger_expired_timeouts();
    });
  }

private:
  void changed() override {}

  std::atomic<time_point::duration> now_{std::chrono::steady_clock::now().time_since_epoch()};
};

using sharing = caf::scheduler::coordinator<caf::policy::work_sharing>;

/// CAF's own scheduler (the one whose threads sleep while there is nothing to do), by our clock.
class turnable_scheduler final : public sharing {
public:
  turnable_scheduler(caf::actor_system& system, turnable_clock& clock)
      : sharing(system), clock_(clock) {}

  turnable_clock& clock() noexcept override { return clock_; }

private:
  turnable_clock& clock_;
};

struct config : caf::actor_system_config {
  explicit config(turnable_clock& clock) {
    module_factories.emplace_back([&clock](caf::actor_system& s) -> caf::actor_system::module* {
      return new turnable_scheduler(s, clock);
    });
  }
};

realm_settings named(std::string name) {
  realm_settings settings;
  settings.name = std::move(name);
  return settings;
}

} // namespace

struct test_realm::parts {
  turnable_clock clock;
  config cfg{clock};
  caf::actor_system system{cfg};
  std::string name;
  router_actor router;

  explicit parts(realm_settings settings)
      : name(settings.name), router(spawn_router(system, std::move(settings))) {}
};

test_realm::test_realm(std::string name) : test_realm(named(std::move(name))) {}

test_realm::test_realm(realm_settings settings)
    : parts_(std::make_unique<parts>(std::move(settings))) {}

test_realm::~test_realm() {
  caf::anon_send_exit(parts_->router, caf::exit_reason::user_shutdown);
}

caf::actor_system& test_realm::system() {
  return parts_->system;
}

const router_actor& test_realm::router() const {
  return parts_->router;
}

client_settings test_realm::settings() const {
  client_settings s;
  s.realm = parts_->name;
  return s;
}

void test_realm::advance(std::chrono::nanoseconds by) {
  parts_->clock.advance(by);
}

} // namespace wamp
