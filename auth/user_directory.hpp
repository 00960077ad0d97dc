// Where the methods of authentication look users up. Thread-safe, and nothing of it blocks.
#pragma once

#include <wamp/auth/peer_facts.hpp>
#include <wamp/auth/user.hpp>

#include <atomic>
#include <cstdint>
#include <string_view>

namespace wamp {

/// What a user may have for the methods that ask for a name first.
enum class credential { ticket, cra, scram };

class user_directory {
public:
  user_directory() = default;
  virtual ~user_directory() = default;
  user_directory(const user_directory&) = delete;
  user_directory& operator=(const user_directory&) = delete;

  /// As WELCOME.Details.authprovider.
  virtual std::string_view provider() const noexcept = 0;

  // Each gives nullptr when nobody is found.
  user_ref by_authid(std::string_view authid) const {
    ++look_ups_;
    return find_authid(authid);
  }
  user_ref by_public_key(std::string_view octets) const {
    ++look_ups_;
    return find_public_key(octets);
  }
  user_ref by_certificate(const peer_certificate& shown) const {
    ++look_ups_;
    return find_certificate(shown);
  }

  /// One of those who have `what`, the same for the same `number` while they are the same: whoever
  /// is not there is asked as that one would be.
  user_ref example(credential what, std::uint64_t number) const {
    ++look_ups_;
    return find_example(what, number);
  }

  /// How often anybody was looked for: it must not depend on whether he was found.
  std::uint64_t look_ups() const noexcept { return look_ups_; }

private:
  virtual user_ref find_authid(std::string_view authid) const = 0;
  virtual user_ref find_public_key(std::string_view octets) const = 0;
  virtual user_ref find_certificate(const peer_certificate& shown) const = 0;
  virtual user_ref find_example(credential what, std::uint64_t number) const = 0;

  mutable std::atomic<std::uint64_t> look_ups_{0};
};

using user_directory_ref = std::shared_ptr<const user_directory>;

} // namespace wamp
