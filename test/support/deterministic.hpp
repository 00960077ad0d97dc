// An actor system without threads: nothing runs until the test says so, and then in an order that
// the test can choose.
#pragma once

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <algorithm>
#include <vector>

namespace wamp::test {

class deterministic_system {
public:
  deterministic_system() : system_(config_) {}

  operator caf::actor_system&() { return system_; }
  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  /// Until nobody has anything to do.
  void run() { scheduler().run(); }

  /// Lets the `index`th of the actors that have a message handle one.
  void step(std::size_t index) {
    auto& jobs = scheduler().jobs;
    auto chosen = jobs.begin() + static_cast<std::ptrdiff_t>(index);
    std::rotate(jobs.begin(), chosen, chosen + 1);
    scheduler().run_once();
  }
  std::size_t waiting() { return scheduler().jobs.size(); }

private:
  struct testing_config : caf::actor_system_config {
    testing_config() { set("scheduler.policy", caf::atom("testing")); }
  };
  testing_config config_;
  caf::actor_system system_;
};

/// Which of the waiting actors goes next, step by step; enumerates all orders, one per round.
class order {
public:
  /// Runs the system to its end in this round's order.
  void run(deterministic_system& system) {
    for (std::size_t step = 0; system.waiting() > 0; ++step) {
      if (step == choices_.size())
        choices_.push_back({0, 0});
      choices_[step].among = system.waiting();
      system.step(choices_[step].taken);
    }
  }

  /// False when every order has been seen.
  bool next() {
    while (!choices_.empty() && choices_.back().taken + 1 >= choices_.back().among)
      choices_.pop_back();
    if (choices_.empty())
      return false;
    ++choices_.back().taken;
    return true;
  }

private:
  struct choice {
    std::size_t taken;
    std::size_t among;
  };
  std::vector<choice> choices_;
};

/// Calls `scenario(order&)` once for each order in which its actors can run.
template <class Scenario>
std::size_t in_every_order(Scenario scenario) {
  order o;
  std::size_t rounds = 0;
  do {
    scenario(o);
    ++rounds;
  } while (o.next());
  return rounds;
}

} // namespace wamp::test
