// CAF's timers as alarms of an io thread's loop. CAF's own clock wakes a thread of its own for
// every timer and whenever an actor ends, timers or not: as often as sessions come and go.
// Made by io_scheduler. Thread-safe.
#pragma once

#include <wamp/transport/io_thread.hpp>

#include <caf/all.hpp>
#include <caf/detail/simple_actor_clock.hpp>

#include <memory>
#include <mutex>
#include <utility>

namespace wamp {

class loop_clock final : public caf::detail::simple_actor_clock,
                         public std::enable_shared_from_this<loop_clock> {
public:
  /// `thread` must outlive the timers' actors.
  explicit loop_clock(io_thread& thread) : thread_(thread) {}

  void set_ordinary_timeout(
      time_point t, caf::abstract_actor* self, caf::atom_value type, std::uint64_t id) override {
    change([&] { simple_actor_clock::set_ordinary_timeout(t, self, type, id); });
  }
  void set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) override {
    change([&] { simple_actor_clock::set_request_timeout(t, self, id); });
  }
  void set_multi_timeout(
      time_point t, caf::abstract_actor* self, caf::atom_value type, std::uint64_t id) override {
    change([&] { simple_actor_clock::set_multi_timeout(t, self, type, id); });
  }
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override {
    change([&] { simple_actor_clock::cancel_ordinary_timeout(self, type); });
  }
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override {
    change([&] { simple_actor_clock::cancel_request_timeout(self, id); });
  }
  void cancel_timeouts(caf::abstract_actor* self) override {
    change([&] { simple_actor_clock::cancel_timeouts(self); });
  }
  void schedule_message(
      time_point t, caf::strong_actor_ptr receiver, caf::mailbox_element_ptr content) override {
    change(
        [&] { simple_actor_clock::schedule_message(t, std::move(receiver), std::move(content)); });
  }
  void schedule_message(
      time_point t, caf::group target, caf::strong_actor_ptr sender,
      caf::message content) override {
    change([&] {
      simple_actor_clock::schedule_message(
          t, std::move(target), std::move(sender), std::move(content));
    });
  }
  void cancel_all() override {
    change([&] { simple_actor_clock::cancel_all(); });
  }

private:
  template <class Change>
  void change(Change f) {
    std::lock_guard lock{mutex_};
    f();
    set_alarm();
  }

  void set_alarm() {
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
    std::lock_guard lock{mutex_};
    alarm_ = time_point::max();
    trigger_expired_timeouts();
    set_alarm();
  }

  io_thread& thread_;
  // Recursive: with a timer, the last reference to an actor may go, and that cancels its timers.
  std::recursive_mutex mutex_;
  time_point alarm_ = time_point::max(); ///< the earliest that is set
};

} // namespace wamp
