#include <wamp/actors/router/admission.hpp>
#include <wamp/actors/router/entrance_actor.hpp>
#include <wamp/actors/string_map.hpp>

namespace wamp {

namespace {

entrance_actor::behavior_type
entrance_behavior(entrance_actor::pointer self, const string_map<router_actor>& realms) {
  return {[=](const join_request& m) {
    auto found = realms.find(m.request.realm);
    if (found == realms.end())
      caf::unsafe_send_as(self, m.session, rejected{no_such_realm(m.request.realm)});
    else
      caf::unsafe_send_as(self, found->second, m);
  }};
}

} // namespace

entrance_actor spawn_entrance(
    caf::actor_system& system, std::vector<std::pair<std::string, router_actor>> realms) {
  string_map<router_actor> by_name;
  for (auto& [name, router] : realms)
    by_name[name] = router;
  return system.spawn(entrance_behavior, std::move(by_name));
}

} // namespace wamp
