// What a file of events holds, as tables of SQLite: retained events, and the past of topics.
// Every function may throw what went wrong; after that the transaction must be rolled back.
// Used by event_database. One thread at a time; waits for the disk.
// Spec: "Event Retention", "Event History" (advanced profile).
#pragma once

#include <wamp/actors/broker/event_store.hpp>
#include <wamp/actors/broker/kept_publication.hpp>
#include <wamp/actors/broker/sqlite_connection.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace wamp {

class event_tables {
public:
  using time_point = std::chrono::sys_time<std::chrono::milliseconds>;

  /// Opens the file, or makes it. Nobody else can have it open at the same time.
  event_tables(const std::string& path, std::size_t max_history_bytes);
  ~event_tables();
  event_tables(const event_tables&) = delete;
  event_tables& operator=(const event_tables&) = delete;

  /// What is done between these is there as a whole, safe on the disk, or not at all.
  void begin();
  void commit();
  void roll_back() noexcept;

  // -- retained events: which are kept is decided elsewhere (see retained_events) --

  /// In the order in which they came.
  std::vector<kept_publication> retained();
  void retain(const kept_publication& what);
  void release(const std::vector<publication_id>& gone);

  // -- the past: each history knows its own bounds --

  void remember(const history_topic& in, time_point time, const kept_publication& what);
  std::vector<past_event>
  find(const history_topic& in, const history_query& query, const session_info& caller);

private:
  struct history {
    std::int64_t id = 0;
    std::size_t events = 0;
    std::size_t bytes = 0;
  };
  /// The first to the last number of events.
  struct range {
    std::int64_t first;
    std::int64_t last;
  };

  void prepare_file();
  void make_or_check_tables();
  void learn_histories();
  history& history_of(const history_topic& topic);
  void forget(sqlite_rows&& dropped);
  range range_of(const history& in, const history_query& query);

  std::size_t max_history_bytes_;
  sqlite_connection connection_;

  struct statements;
  std::unique_ptr<statements> sql_;

  /// By match policy and URI: what the tables hold, so that nobody counts rows. Learnt anew after
  /// a roll-back.
  std::map<std::pair<match_policy, std::string>, history> histories_;
  std::size_t history_bytes_ = 0;
  bool has_learnt_ = false;
};

} // namespace wamp
