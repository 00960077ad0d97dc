// An event store that does its work when the test says so, and fails when the test says so: for
// tests of what a broker makes of that. What it finds is all that it was ever given.
#pragma once

#include <wamp/actors/broker/event_store.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace wamp::test {

class scripted_store {
public:
  event_store_maker maker() const {
    return [script = script_](const std::function<void()>&) {
      return std::make_unique<store>(script);
    };
  }

  /// Does all that it was asked for, or fails.
  void finish(bool succeeds = true) {
    for (auto& step : std::exchange(script_->todo, {}))
      step(succeeds);
  }
  /// Whether it takes events.
  void is_full(bool so) { script_->is_full = so; }

private:
  struct script {
    bool is_full = false;
    std::vector<publication> kept;
    std::vector<std::function<void(bool)>> todo;
  };

  class store : public event_store {
  public:
    explicit store(std::shared_ptr<script> s) : script_(std::move(s)) {}

    void open_history(subscription_id, const history_topic&) override {}
    bool keep(
        const publication& what, const keeping&, std::chrono::system_clock::time_point,
        std::function<void(bool)> done) override {
      if (script_->is_full)
        return false;
      script_->kept.push_back(what);
      script_->todo.push_back(std::move(done));
      return true;
    }
    void find_retained(
        match_policy, std::string_view, const session_info&,
        std::function<void(std::vector<publication>)> found) override {
      script_->todo.push_back([found, all = script_->kept](bool) { found(all); });
    }
    void find_past(
        subscription_id, const history_query&, const session_info&,
        std::function<void(past_events)> found) override {
      script_->todo.push_back([found, s = script_](bool succeeds) {
        if (!succeeds)
          return found(std::nullopt);
        std::vector<past_event> all;
        for (const auto& p : s->kept)
          all.push_back({{}, p});
        found(std::move(all));
      });
    }

  private:
    std::shared_ptr<script> script_;
  };

  std::shared_ptr<script> script_ = std::make_shared<script>();
};

} // namespace wamp::test
