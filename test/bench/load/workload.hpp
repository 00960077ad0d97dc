#pragma once
// What the sessions of a run do, and what is counted while they do it. main() drives a workload
// through its life: turn() until ready(), start(), a measured while, stop(), turn() until quiet(),
// finish(). Runs on the one event loop; not thread-safe.

#include <wamp/test/bench/load/histogram.hpp>
#include <wamp/test/bench/load/session.hpp>

#include <memory>
#include <vector>

namespace wamp::bench {

struct tally {
  std::uint64_t ops = 0;        // calls answered, events delivered, or sessions joined and left
  std::uint64_t lost = 0;       // never answered, or never delivered
  std::uint64_t duplicated = 0; // answered or delivered twice
  std::uint64_t reordered = 0;  // delivered behind a later message of the same sender
  std::uint64_t refused = 0;    // answered with ERROR or ABORT
  std::uint64_t wrong = 0;      // answered or delivered with something else than was sent
};

class workload : public session_observer {
public:
  workload(event_loop& loop, const options& o) : loop_{loop}, options_{o} {}

  /// Follows each read of the loop: whatever must not happen inside an observer's method.
  virtual void turn() { open_more(); }

  /// All sessions are joined, subscribed and registered.
  virtual bool ready() const { return ready_ == sessions_.size(); }

  /// Begins the traffic.
  virtual void start() {}

  /// No new work from here on; what is under way goes to its end.
  void stop() { stopped_ = true; }

  /// Nothing is under way.
  virtual bool quiet() const { return true; }

  /// Nothing was received for half a second although something is under way.
  virtual void stalled() {}

  /// Counts what never came.
  virtual void finish() {}

  std::size_t sessions() const { return sessions_.size(); }
  const tally& counts() const { return counts_; }
  histogram& latency() { return latency_; }

  void refused(session& s, std::string_view reason) override;

protected:
  session& add_session(format f);
  void open_more();
  void session_ready();
  void count_refusal(message_reader& error);
  bool stopped() const { return stopped_; }

  event_loop& loop_;
  const options& options_;
  std::vector<std::unique_ptr<session>> sessions_;
  tally counts_;
  histogram latency_;

private:
  std::size_t opened_ = 0;
  std::size_t ready_ = 0;
  bool stopped_ = false;
};

/// The workload that the options name.
std::unique_ptr<workload> make_workload(event_loop& loop, const options& o);

std::unique_ptr<workload> make_call_workload(event_loop& loop, const options& o);
std::unique_ptr<workload> make_event_workload(event_loop& loop, const options& o);
std::unique_ptr<workload> make_idle_workload(event_loop& loop, const options& o);
std::unique_ptr<workload> make_join_workload(event_loop& loop, const options& o);

} // namespace wamp::bench
