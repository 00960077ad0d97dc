// Does what takes long, such as the derivation of keys, one after the other on a thread of its own,
// so that no actor has to wait for it. Shared by the authenticators of a program. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace wamp {

class slow_lane {
public:
  /// More than `most` are refused while they wait: whoever is behind so many would give up before
  /// his turn comes.
  explicit slow_lane(std::size_t most = 128) : most_(most) {}
  /// Waits for what is being done, unless that is what ends the lane. What still waits is
  /// destroyed.
  ~slow_lane();
  slow_lane(const slow_lane&) = delete;
  slow_lane& operator=(const slow_lane&) = delete;

  /// `is_wanted` is asked from any thread, until it says no: then the work takes no turn and no
  /// place. False: too much is waiting, and `work` is destroyed. What it throws is logged.
  bool run(
      std::function<void()> work, std::function<bool()> is_wanted = [] { return true; });

private:
  struct job {
    std::function<void()> work;
    std::function<bool()> is_wanted;
  };
  /// What the thread needs, also when it has outlived the lane.
  struct line {
    std::mutex guard;
    std::condition_variable changed;
    std::deque<job> waiting;
    bool ends = false;
  };
  static void serve(line& l);

  const std::size_t most_;
  std::shared_ptr<line> line_ = std::make_shared<line>();
  std::thread thread_; ///< from the first work on
};

} // namespace wamp
