// A file of events and the thread that works with it, so that nobody else waits for a disk. It
// takes jobs up to a bound and does them in order; what has come together is one transaction.
// Retained events are in memory, too: who asks for them need not wait.
// Shared by the stores of a realm's brokers, the next of which may begin before the last one has
// ended. Thread-safe. Used by sqlite_event_store.
#pragma once

#include <wamp/actors/broker/event_tables.hpp>
#include <wamp/actors/broker/retained_events.hpp>
#include <wamp/actors/broker/store_inbox.hpp>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace wamp {

class event_database {
public:
  /// What may wait for the disk. An event that is alone may be of any size; those who ask for the
  /// past take no room from events.
  struct queue_bounds {
    std::size_t events = 65'536;
    std::size_t bytes = std::size_t{64} << 20U;
    std::size_t questions = 64;
  };

  /// Throws what is wrong with the file.
  event_database(std::string path, const event_store_bounds& bounds, queue_bounds queue);
  /// Waits until all is done that it has been given.
  ~event_database();
  event_database(const event_database&) = delete;
  event_database& operator=(const event_database&) = delete;

  /// Who is told what comes of a job.
  struct receiver {
    std::shared_ptr<store_inbox> inbox;
    std::uint64_t ticket;
  };

  // Each takes a job, or returns false: there are too many.
  bool keep(
      receiver to, kept_publication what, bool as_retained,
      std::vector<std::shared_ptr<const history_topic>> histories, event_tables::time_point time);
  bool find_past(
      receiver to, std::shared_ptr<const history_topic> in, history_query query,
      session_info caller);

  std::vector<publication>
  find_retained(match_policy match, std::string_view topic, const session_info& subscriber) const;

private:
  struct job {
    receiver to;
    bool is_writing;
    std::size_t bytes; ///< of what is written
    std::function<std::vector<past_event>(event_tables&)> work;
  };
  using jobs = std::vector<job>;

  bool has_room_for(std::size_t event_bytes) const;
  void add(job j);
  void load_retained();
  void run();
  void work_off(const jobs& batch);
  void write(jobs::const_iterator first, jobs::const_iterator last);
  void read(const job& j);
  void note(bool& is_failing, const char* failure);
  void note_refusal();

  const std::string path_;
  const queue_bounds queue_bounds_;
  event_tables tables_; ///< the thread's, once that runs
  bool writing_fails_ = false;
  bool reading_fails_ = false;

  mutable std::mutex mutex_; ///< for what follows
  std::condition_variable changed_;
  retained_events retained_;
  jobs queue_;
  // In the queue, or being done:
  std::size_t events_ = 0;
  std::size_t bytes_ = 0;
  std::size_t questions_ = 0;
  bool is_refusing_ = false;
  bool is_ending_ = false;
  std::thread thread_;
};

} // namespace wamp
