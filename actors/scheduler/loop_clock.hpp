// CAF's timers as alarms of an io thread's loop. CAF's own clock wakes a thread of its own for
// every timer and whenever an actor ends, timers or not: as often as sessions come and go.
// Made by io_scheduler. Thread-safe.
#pragma once

#include <wamp/actors/scheduler/locked_clock.hpp>
#include <wamp/transport/io_thread.hpp>

#include <memory>

namespace wamp {

class loop_clock final : public locked_clock<caf::detail::simple_actor_clock>,
                         public std::enable_shared_from_this<loop_clock> {
public:
  /// `thread` must outlive the timers' actors.
  explicit loop_clock(io_thread& thread) : thread_(thread) {}

private:
  void changed() override {
    if (schedule().empty() || schedule().begin()->first >= alarm_)
      return;
    alarm_ = schedule().begin()->first;
    thread_.post([self = weak_from_this(), at = alarm_, &thread = thread_] {
      thread.call_at(at, [self] {
        if (auto clock = self.lock())
          clock->on_alarm();
      });
    });
  }

  void on_alarm() {
    change([&] {
      alarm_ = time_point::max();
      trigger_expired_timeouts();
    });
  }

  io_thread& thread_;
  time_point alarm_ = time_point::max(); ///< the earliest that is set
};

} // namespace wamp
