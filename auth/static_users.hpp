// The users of a configuration, all of whom can be replaced while logins go on.
// Thread-safe: whoever looks up sees all of the old ones or all of the new.
#pragma once

#include <wamp/auth/user_directory.hpp>

#include <tl/expected.hpp>

#include <mutex>
#include <string>
#include <vector>

namespace wamp {

class static_users final : public user_directory {
public:
  static_users();
  ~static_users() override;

  /// The error says which user is wrong, and how; then those from before stay. No two may have the
  /// same authid, public key, certificate or common name.
  tl::expected<void, std::string> replace(std::vector<user> users);

  std::string_view provider() const noexcept override { return "static"; }

private:
  struct tables;

  user_ref find_authid(std::string_view authid) const override;
  user_ref find_public_key(std::string_view octets) const override;
  user_ref find_certificate(const peer_certificate& shown) const override;
  user_ref find_example(credential what, std::uint64_t number) const override;

  std::shared_ptr<const tables> current() const;

  mutable std::mutex guard_;
  std::shared_ptr<const tables> tables_;
};

} // namespace wamp
