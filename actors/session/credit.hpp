// Flow control between a session and its realm's broker and dealer, so that no mailbox grows
// without bound: a session may have so much unacknowledged work; the broker and the dealer give
// credit back in batches, one message per half window. Pure, not thread-safe.
#pragma once

#include <wamp/serialization/ids.hpp>

#include <tsl/robin_map.h>

#include <cstddef>
#include <optional>
#include <utility>

namespace wamp {

struct credit {
  std::size_t messages = 0;
  std::size_t bytes = 0;

  credit& operator+=(const credit& more) noexcept {
    messages += more.messages;
    bytes += more.bytes;
    return *this;
  }
  credit& operator-=(const credit& less) noexcept {
    messages -= less.messages;
    bytes -= less.bytes;
    return *this;
  }
};

/// What a message weighs: its arguments, and a little for itself.
template <class Message>
std::size_t weight_of(const Message& m) {
  constexpr std::size_t overhead = 64;
  if constexpr (requires { m.args; })
    return m.args.size() + overhead;
  else
    return overhead;
}

/// What one session may have on its way to broker and dealer together.
inline constexpr credit credit_window{2048, std::size_t{8} << 20U};

/// The session's half: what is on its way.
class credit_account {
public:
  void spend(std::size_t bytes) noexcept {
    ++spent_.messages;
    spent_.bytes += bytes;
  }
  void refund(const credit& c) noexcept {
    spent_.messages -= c.messages;
    spent_.bytes -= c.bytes;
  }
  /// One message may always be on its way, however large.
  bool exhausted() const noexcept {
    return spent_.messages >= credit_window.messages || spent_.bytes >= credit_window.bytes;
  }

private:
  credit spent_;
};

/// The broker's or the dealer's half: what it has done for each session and not yet told it.
class credit_ledger {
public:
  /// Counts a batch as done; the credit to send now, if it has come to a quarter window.
  /// (A quarter, because broker and dealer together must not hold back a whole one.)
  std::optional<credit> done(session_id from, const credit& batch) {
    auto& owed = owed_[from];
    owed += batch;
    if (owed.messages < credit_window.messages / 4 && owed.bytes < credit_window.bytes / 4)
      return std::nullopt;
    return std::exchange(owed, credit{});
  }
  void forget(session_id id) { owed_.erase(id); }

private:
  tsl::robin_map<session_id, credit, std::hash<session_id>> owed_;
};

} // namespace wamp
