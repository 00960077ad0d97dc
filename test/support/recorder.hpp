// Stands in for the sessions of a realm in tests of the pure broker and dealer: remembers, in
// order, what each one would have received.
#pragma once

#include <wamp/actors/broker/broker.hpp>
#include <wamp/actors/dealer/dealer.hpp>

#include <deque>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace wamp::test {

inline session_ref make_session(
    std::uint64_t id, std::string authid = "anybody", std::string authrole = "anonymous",
    bool cancels = false, bool progresses = false) {
  auto info = std::make_shared<session_info>();
  info->id = session_id{id};
  info->identity = {std::move(authid), std::move(authrole), "anonymous", "static"};
  info->features.callee_call_canceling = cancels;
  info->features.callee_progressive_call_results = progresses;
  return info;
}

inline session_ref make_session(std::uint64_t id, const client_features& features) {
  auto info = std::make_shared<session_info>(*make_session(id));
  info->features = features;
  return info;
}

/// A source that counts 1, 2, 3, ...: random ids become predictable.
inline std::function<random_source()> counting_source() {
  return [] { return [n = std::uint64_t{0}]() mutable { return n++; }; };
}

inline realm_settings test_realm(std::string name = "realm1") {
  realm_settings settings;
  settings.name = std::move(name);
  settings.random = counting_source();
  return settings;
}

/// Also the clock, which is as late as it is told.
class recorder : public outbox, public alarm_clock, public meta_link {
public:
  struct sent {
    session_id to;
    message what;
  };

  void deliver(const session_ref& to, outgoing m) override {
    std::visit([&](auto& x) { add(to, std::move(x)); }, m);
  }
  void deliver(const session_ref& to, const event_ref& e) override { add(to, e->event()); }

  void publish(meta_event e) override { told.push_back(std::move(e)); }
  void pass_on(meta_owner to, const session_ref& from, call&& request) override {
    static_cast<void>(from);
    passed_on.emplace_back(to, std::move(request));
  }

  /// What a dealer has for others of its realm.
  std::vector<meta_event> told;
  std::vector<std::pair<meta_owner, call>> passed_on;

  time_point now() const override { return now_; }
  void set_alarm(std::chrono::milliseconds delay) override { alarms_.insert(now_ + delay); }

  /// Lets time pass, and calls `alarm` at each alarm that was set.
  template <class Alarm>
  void wait(std::chrono::milliseconds time, Alarm alarm) {
    const auto until = now_ + time;
    while (!alarms_.empty() && *alarms_.begin() <= until) {
      now_ = *alarms_.begin();
      alarms_.erase(alarms_.begin());
      alarm();
    }
    now_ = until;
  }
  std::size_t alarms() const { return alarms_.size(); }

  /// Takes the oldest message, which must be a Message for `to`.
  template <class Message>
  Message take(const session_ref& to) {
    if (sent_.empty())
      throw std::logic_error{"nothing was sent"};
    auto first = std::move(sent_.front());
    sent_.pop_front();
    if (first.to != to->id)
      throw std::logic_error{"sent to session " + std::to_string(first.to.value())};
    if (auto m = std::get_if<Message>(&first.what))
      return std::move(*m);
    throw std::logic_error{"it was a " + std::string{name_of(code_of(first.what))}};
  }

  template <class Message>
  bool next_is() const {
    return !sent_.empty() && std::holds_alternative<Message>(sent_.front().what);
  }

  bool empty() const { return sent_.empty(); }
  void clear() { sent_.clear(); }

private:
  void add(const session_ref& to, message m) { sent_.push_back({to->id, std::move(m)}); }

  std::deque<sent> sent_;
  time_point now_{};
  std::multiset<time_point> alarms_;
};

} // namespace wamp::test
