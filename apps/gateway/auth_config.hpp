// What a configuration says of who may come into a realm. Values; made by the config reader, and
// made true by authentication.hpp.
#pragma once

#include <wamp/apps/gateway/config_error.hpp>
#include <wamp/auth/user.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// Whether a method is one of those.
inline bool contains(const std::vector<std::string>& methods, std::string_view method) {
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

/// A procedure that decides in place of the list of users.
struct dynamic_auth_config {
  std::string procedure; ///< empty: there is none
  std::string realm;     ///< whose it is; empty: the realm itself
  config_error realm_at; ///< where that stands; without a text
  std::chrono::milliseconds timeout{5'000};
  std::vector<std::string> methods = {"ticket"};
};

/// A key of the router's own, in a file.
struct router_key_config {
  std::string path; ///< empty: there is none
  config_error at;  ///< where that stands; without a text
};

struct auth_config {
  std::vector<std::string> methods = {"anonymous"}; ///< in the router's order of preference
  std::string anonymous_role = "anonymous";
  std::vector<user> users;
  dynamic_auth_config dynamic;
  router_key_config router_key; ///< proven by "cryptosign"
  /// As in realm_settings.
  std::chrono::milliseconds login_timeout{60'000};
  std::size_t max_logins = 1024;

  bool lets_everybody_in() const { return methods.size() == 1 && methods.front() == "anonymous"; }
};

} // namespace wamp
