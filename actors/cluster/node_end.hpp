// One end of what connects a client to its session on another CAF node: collects what one turn has
// for the other end, bounds what that has not handled yet, and notices when it has fallen silent.
// Pure: held by node_way and by the bridge, who send and receive. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace wamp {

struct node_link_settings {
  /// Bytes on their way to the other node, or waiting there: more are refused. Each end has its
  /// own for what it sends.
  std::size_t window = std::size_t{16} << 20U;
  /// A sign of life is due so often; an end that gives none for three of them is given up. The
  /// client decides for both ends.
  std::chrono::milliseconds beat{5'000};
};

class node_end {
public:
  explicit node_end(const node_link_settings& settings) : window_(settings.window) {}

  /// Whether a message would be refused. One may always be on its way, however large.
  bool is_full() const noexcept { return sent_ - confirmed_ >= window_; }

  void add(std::string bytes) {
    sent_ += bytes.size();
    batch_.push_back(std::move(bytes));
  }

  /// Whether something is to be sent: messages, or the news that many were handled.
  bool has_news() const noexcept { return !batch_.empty() || handled_ - told_ >= window_ / 4; }

  std::vector<std::string> take_batch() { return std::exchange(batch_, {}); }
  /// For node_frames::handled.
  std::uint64_t handled() noexcept { return told_ = handled_; }

  /// The other end has sent messages of so many bytes, which are handled before anything is sent,
  /// and has itself handled as much as it says. False if that cannot be.
  bool receive(std::size_t bytes, std::uint64_t confirmed) noexcept {
    silent_beats_ = 0;
    handled_ += bytes;
    if (confirmed < confirmed_ || confirmed > sent_)
      return false;
    confirmed_ = confirmed;
    return true;
  }

  /// A beat is over. False if the other end has been silent for too long.
  bool on_beat() noexcept { return ++silent_beats_ <= 3; }

private:
  std::size_t window_;
  std::vector<std::string> batch_;
  std::uint64_t sent_ = 0;
  std::uint64_t confirmed_ = 0; ///< of what was sent
  std::uint64_t handled_ = 0;   ///< of what came
  std::uint64_t told_ = 0;      ///< of that
  int silent_beats_ = 0;
};

} // namespace wamp
