// The signals that a service gets. Made before any thread, waited for by the main thread.
#pragma once

#include <csignal>
#include <string_view>

namespace wamp {

class signal_waiter {
public:
  /// Blocks SIGTERM, SIGINT and SIGHUP in this thread and all that it starts from here on.
  signal_waiter() {
    sigemptyset(&set_);
    for (auto s : {SIGTERM, SIGINT, SIGHUP})
      sigaddset(&set_, s);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  /// Returns the name of the first SIGTERM or SIGINT; until then, each SIGHUP has `reload` called.
  template <class F>
  std::string_view wait_for_end(F reload) const {
    for (;;) {
      int signal = 0;
      sigwait(&set_, &signal);
      if (signal == SIGTERM)
        return "SIGTERM";
      if (signal == SIGINT)
        return "SIGINT";
      if (signal == SIGHUP)
        reload();
    }
  }

private:
  sigset_t set_{};
};

} // namespace wamp
