// A clock of CAF's behind a lock, whose timers are kept in the base and triggered by whoever
// derives from this. Thread-safe.
#pragma once

#include <caf/all.hpp>
#include <caf/detail/simple_actor_clock.hpp>

#include <cstdint>
#include <mutex>
#include <utility>

namespace wamp {

/// `Base`: simple_actor_clock or what derives from it.
template <class Base>
class locked_clock : public Base {
  using plain = caf::detail::simple_actor_clock;

public:
  using typename Base::time_point;

  void set_ordinary_timeout(
      time_point t, caf::abstract_actor* self, caf::atom_value type, std::uint64_t id) override {
    change([&] { plain::set_ordinary_timeout(t, self, type, id); });
  }
  void set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) override {
    change([&] { plain::set_request_timeout(t, self, id); });
  }
  void set_multi_timeout(
      time_point t, caf::abstract_actor* self, caf::atom_value type, std::uint64_t id) override {
    change([&] { plain::set_multi_timeout(t, self, type, id); });
  }
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override {
    change([&] { plain::cancel_ordinary_timeout(self, type); });
  }
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override {
    change([&] { plain::cancel_request_timeout(self, id); });
  }
  void cancel_timeouts(caf::abstract_actor* self) override {
    change([&] { plain::cancel_timeouts(self); });
  }
  void schedule_message(
      time_point t, caf::strong_actor_ptr receiver, caf::mailbox_element_ptr content) override {
    change([&] { plain::schedule_message(t, std::move(receiver), std::move(content)); });
  }
  void schedule_message(
      time_point t, caf::group target, caf::strong_actor_ptr sender,
      caf::message content) override {
    change([&] {
      plain::schedule_message(t, std::move(target), std::move(sender), std::move(content));
    });
  }
  void cancel_all() override {
    change([&] { plain::cancel_all(); });
  }

protected:
  /// After every change, under the lock.
  virtual void changed() = 0;

  template <class Change>
  void change(Change f) {
    std::lock_guard lock{mutex_};
    f();
    changed();
  }

private:
  // Recursive: with a timer, the last reference to an actor may go, and that cancels its timers.
  mutable std::recursive_mutex mutex_;
};

} // namespace wamp
