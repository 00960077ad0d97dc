// Whoever a login says it is: the user of that name, or, if there is none, somebody made up who
// looks and costs the same from outside. The methods that ask for a name go one way for both, and
// only at its end is it seen that nobody can answer for the one made up.
// Spec: "Salted Challenge Response Authentication" (advanced profile): the mock CHALLENGE.
#pragma once

#include <wamp/auth/crypto.hpp>
#include <wamp/auth/identity.hpp>
#include <wamp/auth/user_directory.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace wamp {

template <class Secret>
struct candidate {
  identity who; ///< but for the method
  Secret secret;
  bool is_user = false;
};

/// Makes up what the unknown have: always the same for one name, and alike for nobody who does not
/// have `key`. Routers that share it, or have it again after a restart, make up the same.
/// Immutable; any thread; one is enough for all realms.
class decoys {
public:
  explicit decoys(std::string key = crypto::random_bytes(32)) : key_(std::move(key)) {}

  /// Which user to look like.
  std::uint64_t number(std::string_view authid) const;

  // Like `example`, but another's.
  ticket_verifier alike(const ticket_verifier& example, std::string_view authid) const;
  cra_secret alike(const cra_secret& example, std::string_view authid) const;
  scram_verifier alike(const scram_verifier& example, std::string_view authid) const;

private:
  std::string bytes(std::string_view authid, char what, std::size_t count) const;

  std::string key_;
};

using decoys_ref = std::shared_ptr<const decoys>;

/// Looks candidates up. Immutable, so any thread; cheap to copy.
class candidates {
public:
  candidates(user_directory_ref users, decoys_ref made_up)
      : users_(std::move(users)), decoys_(std::move(made_up)) {}

  candidate<ticket_verifier> for_ticket(std::string_view authid) const;
  candidate<cra_secret> for_cra(std::string_view authid) const;
  candidate<scram_verifier> for_scram(std::string_view authid) const;

private:
  template <class Secret>
  candidate<Secret> find(
      std::string_view authid, credential what, std::optional<Secret> user::*secret,
      const Secret& otherwise) const;

  user_directory_ref users_;
  decoys_ref decoys_;
};

} // namespace wamp
