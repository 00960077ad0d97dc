// What a client says that it can, and how little of it a router may take.
#include <wamp/actors/client/announcement.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/codec.hpp>
#include <wamp/test/support/fake_router.hpp>

#include <string>
#include <string_view>
#include <utility>

using namespace wamp;
using namespace wamp::test;

namespace {

/// Takes messages up to a size.
struct fixture : fake_router {
  std::size_t limit = 0;

  sent send(message&& m) override {
    if (encode(format::json, m).size() > limit)
      return sent::too_big;
    return fake_router::send(std::move(m));
  }

  dict said_to_router_of(std::size_t size) {
    limit = size;
    client.join({"realm1", {{"authid", "me"}}});
    auto said = take<hello>();
    CHECK(said.realm == "realm1");
    CHECK(*find<std::string>(said.details, "authid") == "me");
    return *find<dict>(said.details, "roles");
  }
};

bool has(const dict& roles, std::string_view role, std::string_view feature) {
  const dict details{{"roles", roles}};
  const auto features = features_of(role, details);
  return features && flag(*features, feature);
}

} // namespace

TEST_CASE_FIXTURE(fixture, "HELLO announces all that the client can") {
  const auto roles = said_to_router_of(16U << 20U);
  CHECK(roles == announced_roles(announcing::all));
  for (auto [role, feature] :
       {std::pair{"publisher", "publisher_exclusion"},
        {"subscriber", "pattern_based_subscription"},
        {"caller", "progressive_call_invocations"},
        {"callee", "shared_registration"},
        {"callee", "progressive_call_results"}}) {
    CAPTURE(feature);
    CHECK(has(roles, role, feature));
  }
}

TEST_CASE_FIXTURE(fixture, "a router that takes 512 octets hears what it must know") {
  const auto roles = said_to_router_of(512);
  CHECK(roles == announced_roles(announcing::what_routers_need));
  for (auto [role, feature] :
       {std::pair{"publisher", "payload_passthru_mode"},
        {"subscriber", "subscription_revocation"},
        {"caller", "payload_passthru_mode"},
        {"caller", "progressive_call_invocations"},
        {"callee", "call_canceling"},
        {"callee", "call_reroute"},
        {"callee", "call_timeout"},
        {"callee", "payload_passthru_mode"},
        {"callee", "progressive_call_invocations"},
        {"callee", "progressive_call_results"},
        {"callee", "registration_revocation"}}) {
    CAPTURE(feature);
    CHECK(has(roles, role, feature));
  }
}

TEST_CASE_FIXTURE(fixture, "a router that takes not even that hears of the roles alone") {
  const auto roles = said_to_router_of(160);
  CHECK(
      roles
      == dict{
          {"publisher", dict{}}, {"subscriber", dict{}}, {"caller", dict{}}, {"callee", dict{}}});
}

TEST_CASE_FIXTURE(fixture, "a router that takes nothing is no router") {
  limit = 50;
  client.join({"realm1", {}});
  check_ended(uris::network_failure);
  CHECK(to_router.empty());
}
