// Uses an event store as a broker does, but waits for everything: for tests of stores.
#pragma once

#include <wamp/actors/broker/event_store.hpp>
#include <wamp/test/support/recorder.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace wamp::test {

/// Publication n came at n seconds past this.
inline const auto noon =
    std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + std::chrono::hours{12};

inline publication event_of_topic(
    std::uint64_t id, std::string topic, dict options = {}, std::optional<payload> args = {}) {
  return {
      publication_id{id},
      session_id{1},
      std::move(options),
      std::move(topic),
      {},
      args ? *args : payload::native({{id}, {}})};
}

class store_user {
public:
  explicit store_user(const event_store_maker& maker)
      : store_(maker([turn = turn_] { turn->ask(); })) {}

  event_store& store() { return *store_; }

  void open(subscription_id id, const history_topic& topic) { store_->open_history(id, topic); }

  /// Whether it was kept.
  bool keep(const publication& what, const keeping& where) {
    return wait_for<bool>([&](auto done) {
      const auto time = noon + std::chrono::seconds{what.id.value()};
      if (!store_->keep(what, where, time, done))
        done(false);
    });
  }
  bool retain(const publication& what) { return keep(what, {true}); }
  bool remember(const publication& what, std::vector<subscription_id> in) {
    return keep(what, {false, std::move(in)});
  }

  std::vector<publication> retained(
      const session_ref& who = make_session(2), std::string_view topic = "",
      match_policy match = match_policy::prefix) {
    return wait_for<std::vector<publication>>(
        [&](auto found) { store_->find_retained(match, topic, *who, found); });
  }
  past_events past(
      subscription_id of, const dict& kwargs = {},
      const session_ref& caller = make_session(9, "peter", "user")) {
    const auto query = history_query::from(kwargs);
    if (!query)
      throw std::logic_error{query.error()};
    return wait_for<past_events>(
        [&](auto found) { store_->find_past(of, *query, *caller, found); });
  }
  std::vector<std::uint64_t> past_ids(
      subscription_id of, const dict& kwargs = {},
      const session_ref& caller = make_session(9, "peter", "user")) {
    const auto found = past(of, kwargs, caller);
    if (!found)
      throw std::logic_error{"the past could not be read"};
    std::vector<std::uint64_t> result;
    for (const auto& e : *found)
      result.push_back(e.what.id.value());
    return result;
  }

private:
  class turn {
  public:
    void ask() {
      std::scoped_lock lock{mutex_};
      is_asked_for_ = true;
      changed_.notify_one();
    }
    void wait() {
      std::unique_lock lock{mutex_};
      if (!changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return is_asked_for_; }))
        throw std::logic_error{"the store does not call back"};
      is_asked_for_ = false;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_asked_for_ = false;
  };

  /// `ask(callback)`, and what the callback gets.
  template <class Answer, class Ask>
  Answer wait_for(Ask ask) {
    std::optional<Answer> answer;
    ask([&](Answer a) { answer = std::move(a); });
    while (!answer) {
      turn_->wait();
      store_->call_back();
    }
    return *std::move(answer);
  }

  std::shared_ptr<turn> turn_ = std::make_shared<turn>();
  std::unique_ptr<event_store> store_;
};

} // namespace wamp::test
