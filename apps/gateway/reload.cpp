#include <wamp/actors/log.hpp>
#include <wamp/apps/gateway/authentication.hpp>
#include <wamp/apps/gateway/config_changes.hpp>
#include <wamp/apps/gateway/logging.hpp>
#include <wamp/apps/gateway/reload.hpp>
#include <wamp/apps/gateway/tls_files.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace wamp {

reloader::reloader(options given, gateway_config running, gateway& served)
    : given_(std::move(given)), running_(std::move(running)), served_(served) {}

void reloader::reload() {
  if (given_.config_file.empty())
    return logger()->info("there is no configuration file to read again");
  auto wanted = configure(given_);
  std::vector<std::string> problems;
  if (!wanted)
    problems = std::move(wanted.error());
  else
    for (auto& problem : load_tls(wanted->listeners))
      problems.push_back(problem.to_string());
  for (auto& problem : problems)
    logger()->error("{}", problem);
  if (problems.empty())
    apply(*wanted);
  else
    logger()->error("everything stays as it was");
}

/// Here stands all that can change while sessions are there.
void reloader::apply(const gateway_config& wanted) {
  // What is told here is told if it was worth a line before, or is so now.
  const auto before = std::exchange(running_.log.level, wanted.log.level);
  set_log_level(louder(before, wanted.log.level));
  logger()->info("{} was read again", given_.config_file);
  if (before != wanted.log.level)
    logger()->info("log level: {}, it was {}", wanted.log.level, before);
  tell_what_must_wait(wanted);
  apply_tls(wanted);
  apply_users(wanted);
  apply_roles(wanted);
  set_log_level(wanted.log.level);
}

void reloader::apply_tls(const gateway_config& wanted) {
  for (std::size_t i = 0; i < running_.listeners.size(); ++i) {
    if (!keeps_tls(i, wanted))
      continue;
    served_.use_tls(i, wanted.listeners[i].options.tls);
    logger()->info(
        "new connections to {} meet the certificate in {}, as it is now",
        running_.listeners[i].address.to_string(), wanted.listeners[i].tls.files.certificate_file);
  }
}

void reloader::apply_users(const gateway_config& wanted) {
  replace_users(running_.realms, wanted.realms);
  for (const auto& realm : wanted.realms)
    if (!realm.auth.users.empty())
      logger()->info(
          "realm {}: {} users may come in; who is in already stays", realm.name,
          realm.auth.users.size());
}

void reloader::apply_roles(const gateway_config& wanted) {
  for (auto& realm : running_.realms) {
    const auto found = find_realm(wanted.realms, realm.name);
    if (!found || found->authorization == realm.authorization)
      continue;
    realm.authorization = found->authorization;
    served_.set_authorizer(
        realm.name, authorizer_of(realm.authorization, realm.caller, realm.authorization_timeout));
    logger()->info("realm {}: what its sessions may do has changed", realm.name);
  }
}

void reloader::tell_what_must_wait(const gateway_config& wanted) const {
  for (const auto& key : changed_keys(running_.file, wanted.file))
    if (!takes_effect(key, wanted))
      logger()->warn("{} has changed, which takes effect when the gateway is started anew", key);
}

/// `running_.file` stays what was read first: what must wait is told each time.
bool reloader::takes_effect(std::string_view key, const gateway_config& wanted) const {
  if (key == "log.level" || key == "$schema" || is_about_people(key, wanted))
    return true;
  for (std::size_t i = 0; i < running_.listeners.size(); ++i) {
    const auto tls = element_path("listeners", i) + ".tls";
    if (keeps_tls(i, wanted) && (key == tls || key.starts_with(tls + '.')))
      return true;
  }
  return false;
}

/// Who may come in, and what they may do, in a realm that is there now and then.
bool reloader::is_about_people(std::string_view key, const gateway_config& wanted) const {
  static constexpr std::array members{".auth.users", ".roles", ".authorizer"};
  for (std::size_t i = 0; i < running_.realms.size() && i < wanted.realms.size(); ++i) {
    if (running_.realms[i].name != wanted.realms[i].name)
      continue;
    const auto realm = element_path("realms", i);
    if (std::any_of(members.begin(), members.end(), [&](auto member) {
          return key == realm + member || key.starts_with(realm + member + '[');
        }))
      return true;
  }
  return false;
}

/// The same listener speaks TLS now and then.
bool reloader::keeps_tls(std::size_t listener, const gateway_config& wanted) const {
  return listener < wanted.listeners.size() && running_.listeners[listener].options.tls
         && wanted.listeners[listener].options.tls
         && wanted.listeners[listener].address == running_.listeners[listener].address;
}

} // namespace wamp
