#include <wamp/actors/broker/memory_event_store.hpp>
#include <wamp/actors/broker/sqlite_event_store.hpp>
#include <wamp/apps/gateway/event_stores.hpp>

namespace wamp {

std::vector<config_error> open_event_stores(std::vector<realm_config>& realms) {
  std::vector<config_error> problems;
  for (auto& realm : realms) {
    const auto& events = realm.events;
    if (events.path.empty()) {
      realm.make_event_store = [bounds = events.bounds](const std::function<void()>&) {
        return std::make_unique<memory_event_store>(bounds);
      };
    } else if (auto opened = open_event_store(events.path, events.bounds)) {
      realm.make_event_store = *std::move(opened);
    } else {
      auto problem = events.at;
      problem.text = events.path + " cannot be opened: " + opened.error();
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

} // namespace wamp
