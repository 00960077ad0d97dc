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
#include <fstream>
#include <optional>
#include <utility>

namespace wamp {

namespace {

using router_key = std::optional<crypto::ed25519_key>;

/// What the realms of a gateway share.
struct shared_parts {
  explicit shared_parts(const gateway_config& config)
      : cookies(std::make_shared<cookie_store>(
          cookie_store::limits{.time_to_live = longest_max_age(config.listeners)})) {}

  std::shared_ptr<slow_lane> lane = std::make_shared<slow_lane>();
  decoys_ref made_up = std::make_shared<const decoys>();
  std::shared_ptr<cookie_store> cookies;

private:
  /// When the last browser has forgotten its cookie.
  static std::chrono::seconds longest_max_age(const std::vector<listener_config>& listeners) {
    std::chrono::seconds longest{0};
    for (const auto& l : listeners)
      longest = std::max(longest, l.options.cookie.max_age);
    return longest;
  }
};

tl::expected<router_key, std::string> read_key(const std::string& path) {
  if (path.empty())
    return std::nullopt;
  std::ifstream file{path, std::ios::binary};
  std::string text(4096, '\0'); // enough for a key file with all its remarks
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad())
    return tl::unexpected("can not read " + path);
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse_private_key(text).map_error([&](const std::string& e) { return path + ": " + e; });
}

/// By its key a router makes up the same users after a restart, and as another that has it too.
decoys_ref decoys_by(const router_key& key, const shared_parts& shared) {
  if (!key)
    return shared.made_up;
  return std::make_shared<const decoys>(crypto::hmac_sha256(key->seed(), "who is not there"));
}

method_ref make_method(
    const std::string& name, const realm_config& realm, const router_key& key,
    const shared_parts& shared) {
  const auto& users = realm.users;
  const candidates known{users, decoys_by(key, shared)};
  if (name == "wamp-scram")
    return std::make_shared<scram_method>(known);
  if (name == "wampcra")
    return std::make_shared<cra_method>(known);
  if (name == "ticket")
    return std::make_shared<ticket_method>(known);
  if (name == "cryptosign")
    return std::make_shared<cryptosign_method>(users, key);
  if (name == "tls")
    return std::make_shared<certificate_method>(users);
  return std::make_shared<cookie_method>(shared.cookies, users);
}

/// `procedure`: that of the realm, if there is one.
std::shared_ptr<authenticator> make_authenticator(
    const std::string& method, const realm_config& realm, const router_key& key,
    const std::shared_ptr<procedure_authenticator>& procedure, const shared_parts& shared) {
  if (procedure && contains(realm.auth.dynamic.methods, method))
    return procedure;
  if (method == "anonymous")
    return std::make_shared<anonymous_authenticator>(realm.auth.anonymous_role);
  return std::make_shared<method_authenticator>(
      make_method(method, realm, key, shared), shared.lane);
}

/// With all that he has to show: what was replaced may have been stolen.
bool is_the_same_in(
    const std::vector<user>& before, const std::vector<user>& now, const std::string& authid) {
  const auto has = [&](const user& u) { return u.authid == authid; };
  const auto old = std::find_if(before.begin(), before.end(), has);
  const auto kept = std::find_if(now.begin(), now.end(), has);
  return old != before.end() && kept != now.end() && *old == *kept;
}

} // namespace

std::vector<config_error> open_authentication(gateway_config& config) {
  auto& realms = config.realms;
  std::vector<config_error> problems;
  const shared_parts shared{config};
  for (auto& realm : realms) {
    auto key = read_key(realm.auth.router_key.path);
    if (!key) {
      problems.push_back(realm.auth.router_key.at);
      problems.back().text = key.error();
      continue;
    }
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
          {method, make_authenticator(method, realm, *key, procedure, shared)});
    realm.public_key = *key ? std::string{(*key)->public_key()} : std::string{};
    realm.login_timeout = realm.auth.login_timeout;
    realm.max_logins = realm.auth.max_logins;
  }
  return problems;
}

void replace_users(std::vector<realm_config>& running, const std::vector<realm_config>& fresh) {
  for (auto& realm : running) {
    const auto found = find_realm(fresh, realm.name);
    if (!found || !realm.users->replace(found->auth.users))
      continue;
    const auto before = std::exchange(realm.auth.users, found->auth.users);
    if (realm.cookies)
      realm.cookies->keep_if([&](std::string_view in, const identity& who) {
        return in != realm.name || who.authprovider != realm.users->provider()
               || is_the_same_in(before, realm.auth.users, who.authid);
      });
  }
}

} // namespace wamp
