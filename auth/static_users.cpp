#include <wamp/auth/saslprep.hpp>
#include <wamp/auth/static_users.hpp>

#include <array>
#include <functional>
#include <map>
#include <utility>

namespace wamp {

namespace {

using index = std::map<std::string, user_ref, std::less<>>;

user_ref found(const index& where, std::string_view what) {
  const auto it = where.find(what);
  return it == where.end() ? nullptr : it->second;
}

} // namespace

struct static_users::tables {
  index authids;
  index public_keys;
  index certificates;
  index common_names;
  std::array<std::vector<user_ref>, 3> examples; ///< by credential

  tl::expected<void, std::string> add(user added);
};

tl::expected<void, std::string> static_users::tables::add(user added) {
  const auto who = std::make_shared<const user>(std::move(added));
  const auto wrong = [&who](const std::string& how) {
    return tl::unexpected("user \"" + who->authid + "\": " + how);
  };
  if (who->authid.empty() || who->role.empty())
    return wrong("authid and role are needed");
  // SCRAM looks up what SASLprep makes of a name.
  if (who->scram && saslprep(who->authid) != who->authid)
    return wrong("the authid is not in the form of SASLprep, which SCRAM needs");
  if (!authids.emplace(who->authid, who).second)
    return wrong("the authid is there twice");
  for (const auto& key : who->public_keys) {
    if (key.size() != 32)
      return wrong("a public key has not 32 octets");
    if (!public_keys.emplace(key, who).second)
      return wrong("a public key is there twice");
  }
  for (const auto& fingerprint : who->certificates)
    if (!certificates.emplace(fingerprint, who).second)
      return wrong("the certificate " + fingerprint + " is there twice");
  for (const auto& name : who->common_names)
    if (name.empty() || !common_names.emplace(name, who).second)
      return wrong("the common name \"" + name + "\" is empty, or there twice");
  const auto list = [this, &who](credential what, bool has) {
    if (has)
      examples[static_cast<std::size_t>(what)].push_back(who);
  };
  list(credential::ticket, who->ticket.has_value());
  list(credential::cra, who->cra.has_value());
  list(credential::scram, who->scram.has_value());
  return {};
}

static_users::static_users() : tables_(std::make_shared<const tables>()) {}
static_users::~static_users() = default;

tl::expected<void, std::string> static_users::replace(std::vector<user> users) {
  auto next = std::make_shared<tables>();
  for (auto& u : users)
    if (auto added = next->add(std::move(u)); !added)
      return added;
  const std::lock_guard lock{guard_};
  tables_ = std::move(next);
  return {};
}

std::shared_ptr<const static_users::tables> static_users::current() const {
  const std::lock_guard lock{guard_};
  return tables_;
}

user_ref static_users::find_authid(std::string_view authid) const {
  return found(current()->authids, authid);
}

user_ref static_users::find_public_key(std::string_view octets) const {
  return found(current()->public_keys, octets);
}

user_ref static_users::find_certificate(const peer_certificate& shown) const {
  const auto now = current();
  const auto who = found(now->certificates, shown.sha256);
  return who || shown.common_name.empty() ? who : found(now->common_names, shown.common_name);
}

user_ref static_users::find_example(credential what, std::uint64_t number) const {
  const auto now = current();
  const auto& some = now->examples[static_cast<std::size_t>(what)];
  return some.empty() ? nullptr : some[number % some.size()];
}

} // namespace wamp
