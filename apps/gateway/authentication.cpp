#include <wamp/actors/authentication/anonymous_authenticator.hpp>
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/actors/authentication/procedure_authenticator.hpp>
#include <wamp/apps/gateway/authentication.hpp>
#include <wamp/auth/certificate.hpp>
#include <wamp/auth/cookie.hpp>
#include <wamp/auth/cookie_store.hpp>
#include <wamp/auth/cryptosign.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/ticket.hpp>
#include <wamp/auth/wampcra.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace wamp {

namespace {

/// What the realms of a gateway share.
struct shared_parts {
  std::shared_ptr<slow_lane> lane = std::make_shared<slow_lane>();
  decoys_ref made_up = std::make_shared<const decoys>();
  std::shared_ptr<cookie_store> cookies = std::make_shared<cookie_store>();
};

method_ref make_method(
    const std::string& name, const std::shared_ptr<static_users>& users,
    const shared_parts& shared) {
  const candidates known{users, shared.made_up};
  if (name == "wamp-scram")
    return std::make_shared<scram_method>(known);
  if (name == "wampcra")
    return std::make_shared<cra_method>(known);
  if (name == "ticket")
    return std::make_shared<ticket_method>(known);
  if (name == "cryptosign")
    return std::make_shared<cryptosign_method>(users);
  if (name == "tls")
    return std::make_shared<certificate_method>(users);
  return std::make_shared<cookie_method>(shared.cookies);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `procedure`: that of the realm, if there is one.
std::shared_ptr<authenticator> make_authenticator(
    const std::string& method, const realm_config& realm,
    const std::shared_ptr<procedure_authenticator>& procedure, const shared_parts& shared) {
  if (procedure && contains(realm.auth.dynamic.methods, method))
    return procedure;
  if (method == "anonymous")
    return std::make_shared<anonymous_authenticator>(realm.auth.anonymous_role);
  return std::make_shared<method_authenticator>(
      make_method(method, realm.users, shared), shared.lane);
}

realm_config* find_realm(std::vector<realm_config>& realms, const std::string& name) {
  const auto found =
      std::find_if(realms.begin(), realms.end(), [&](auto& r) { return r.name == name; });
  return found == realms.end() ? nullptr : &*found;
}

} // namespace

std::vector<config_error> open_authentication(std::vector<realm_config>& realms) {
  std::vector<config_error> problems;
  const shared_parts shared;
  for (auto& realm : realms) {
    const auto& dynamic = realm.auth.dynamic;
    std::shared_ptr<procedure_authenticator> procedure;
    if (!dynamic.procedure.empty()) {
      const auto owner = find_realm(realms, dynamic.realm.empty() ? realm.name : dynamic.realm);
      if (!owner) {
        problems.push_back(dynamic.realm_at);
        problems.back().text = "there is no realm " + dynamic.realm;
        continue;
      }
      if (!owner->caller)
        owner->caller = std::make_shared<procedure_caller>();
      procedure = std::make_shared<procedure_authenticator>(
          deciding_procedure{owner->caller, dynamic.procedure, dynamic.timeout});
    }
    realm.users = std::make_shared<static_users>();
    static_cast<void>(realm.users->replace(realm.auth.users)); // the reader has looked at them
    if (contains(realm.auth.methods, "cookie"))
      realm.cookies = shared.cookies;
    for (const auto& method : realm.auth.methods)
      realm.authentication.push_back(
          {method, make_authenticator(method, realm, procedure, shared)});
  }
  return problems;
}

void replace_users(std::vector<realm_config>& running, const std::vector<realm_config>& fresh) {
  for (auto& realm : running) {
    const auto found = std::find_if(
        fresh.begin(), fresh.end(), [&](const auto& r) { return r.name == realm.name; });
    if (found == fresh.end() || !realm.users->replace(found->auth.users))
      continue;
    if (realm.cookies)
      realm.cookies->keep_if([&](std::string_view in, const identity& who) {
        if (in != realm.name || who.authprovider != realm.users->provider())
          return true;
        const auto now = realm.users->by_authid(who.authid);
        return now && now->role == who.authrole;
      });
  }
}

} // namespace wamp
