#include <wamp/actors/client/announcement.hpp>
#include <wamp/actors/session/session_info.hpp>

#include <string_view>
#include <utility>

namespace wamp {

namespace {

struct feature {
  const char* role;
  const char* name;
  bool routers_need = false;
};

constexpr feature features[]{
    {"publisher", "payload_passthru_mode", true},
    {"publisher", "publisher_exclusion"},
    {"publisher", "publisher_identification"},
    {"publisher", "subscriber_blackwhite_listing"},
    {"subscriber", "pattern_based_subscription"},
    {"subscriber", "payload_passthru_mode"},
    {"subscriber", "publication_trustlevels"},
    {"subscriber", "publisher_identification"},
    {"subscriber", "subscription_revocation", true},
    {"caller", "call_canceling"},
    {"caller", "call_timeout"},
    {"caller", "caller_identification"},
    {"caller", "payload_passthru_mode", true},
    {"caller", "progressive_call_invocations", true},
    {"caller", "progressive_call_results"},
    {"callee", "call_canceling", true},
    {"callee", "call_reroute", true},
    {"callee", "call_timeout", true},
    {"callee", "call_trustlevels"},
    {"callee", "caller_identification"},
    {"callee", "pattern_based_registration"},
    {"callee", "payload_passthru_mode", true},
    {"callee", "progressive_call_invocations", true},
    {"callee", "progressive_call_results", true},
    {"callee", "registration_revocation", true},
    {"callee", "shared_registration"},
};

bool is_announced(const feature& f, announcing how_much) {
  return how_much == announcing::all
         || (how_much == announcing::what_routers_need && f.routers_need);
}

} // namespace

dict announced_roles(announcing how_much) {
  dict roles;
  for (const auto* role : {"publisher", "subscriber", "caller", "callee"}) {
    dict those;
    for (const auto& f : features)
      if (std::string_view{f.role} == role && is_announced(f, how_much))
        those.set(f.name, true);
    roles.set(role, those.empty() ? dict{} : dict{{"features", std::move(those)}});
  }
  return roles;
}

router_features router_features::from(const dict& welcome_details) {
  router_features result;
  if (const auto broker = features_of("broker", welcome_details))
    result.broker_payload_passthru = flag(*broker, "payload_passthru_mode");
  if (const auto dealer = features_of("dealer", welcome_details)) {
    result.dealer_payload_passthru = flag(*dealer, "payload_passthru_mode");
    result.progressive_call_invocations = flag(*dealer, "progressive_call_invocations");
  }
  return result;
}

} // namespace wamp
