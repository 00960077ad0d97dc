#include <wamp/actors/broker/event_database.hpp>
#include <wamp/actors/broker/sqlite_event_store.hpp>

#include <unordered_map>
#include <variant>

namespace wamp {

namespace {

class sqlite_event_store final : public event_store {
public:
  sqlite_event_store(std::shared_ptr<event_database> database, std::function<void()> ask_for_turn)
      : database_(std::move(database)),
        inbox_(std::make_shared<store_inbox>(std::move(ask_for_turn))) {}
  ~sqlite_event_store() override { inbox_->close(); }
  sqlite_event_store(const sqlite_event_store&) = delete;
  sqlite_event_store& operator=(const sqlite_event_store&) = delete;

  void open_history(subscription_id id, const history_topic& topic) override {
    histories_.emplace(id, std::make_shared<const history_topic>(topic));
  }

  bool keep(
      const publication& what, const keeping& where, std::chrono::system_clock::time_point now,
      std::function<void(bool)> done) override {
    std::vector<std::shared_ptr<const history_topic>> histories;
    for (auto id : where.histories)
      if (const auto h = histories_.find(id); h != histories_.end())
        histories.push_back(h->second);
    const bool is_taken = database_->keep(
        {inbox_, ++last_ticket_}, kept_publication{what}, where.as_retained, std::move(histories),
        std::chrono::floor<std::chrono::milliseconds>(now));
    if (is_taken)
      waiting_.emplace(last_ticket_, [done = std::move(done)](const past_events& outcome) {
        done(outcome.has_value());
      });
    return is_taken;
  }

  void find_retained(
      match_policy match, std::string_view topic, const session_info& subscriber,
      std::function<void(std::vector<publication>)> found) override {
    found(database_->find_retained(match, topic, subscriber));
  }

  void find_past(
      subscription_id id, const history_query& query, const session_info& caller,
      std::function<void(past_events)> found) override {
    const auto history = histories_.find(id);
    if (history == histories_.end())
      found(std::vector<past_event>{});
    else if (database_->find_past({inbox_, ++last_ticket_}, history->second, query, caller))
      waiting_.emplace(last_ticket_, std::move(found));
    else
      found(std::nullopt);
  }

  void call_back() override {
    for (auto& outcome : inbox_->take())
      if (const auto waits = waiting_.extract(outcome.ticket))
        waits.mapped()(std::move(outcome.found));
  }

private:
  std::shared_ptr<event_database> database_;
  std::shared_ptr<store_inbox> inbox_;
  std::unordered_map<subscription_id, std::shared_ptr<const history_topic>> histories_;
  /// Never leaves the broker's thread, whatever it holds on to.
  std::unordered_map<std::uint64_t, std::function<void(past_events)>> waiting_;
  std::uint64_t last_ticket_ = 0;
};

} // namespace

tl::expected<event_store_maker, std::string>
open_event_store(const std::string& path, const event_store_bounds& bounds) {
  try {
    auto database = std::make_shared<event_database>(path, bounds, event_database::queue_bounds{});
    return [database = std::move(database)](std::function<void()> ask_for_turn) {
      return std::make_unique<sqlite_event_store>(database, std::move(ask_for_turn));
    };
  } catch (const std::exception& e) {
    return tl::unexpected{std::string{e.what()}};
  }
}

} // namespace wamp
