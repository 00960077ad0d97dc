// The configuration of the gateway program: built-in defaults, or a file of JSON with comments
// that changes them. Called by main, once; no shared state. The keys, their ranges and what they
// mean stand in wamp-gateway.schema.json, and all of them with their defaults in example.json.
#pragma once

#include <wamp/actors/authorization/role_permissions.hpp>
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/apps/gateway/auth_config.hpp>
#include <wamp/apps/gateway/config_error.hpp>
#include <wamp/apps/gateway/config_tree.hpp>
#include <wamp/auth/static_users.hpp>

#include <tl/expected.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

enum class log_format : std::uint8_t { text, json };

struct log_settings {
  std::string level = "info"; ///< trace, debug, info, warn, error or off
  log_format format = log_format::text;
};

/// Where a realm keeps its events, and how many. Opened by open_event_stores().
struct event_store_settings {
  std::string path; ///< empty: in memory
  config_error at;  ///< where the path stands; without a text
  event_store_bounds bounds;
};

/// What a listener shows in TLS. Read by load_tls().
struct tls_settings {
  tls_server_options files; ///< no certificate: no TLS
  // Where their names stand; without a text.
  config_error certificate_at;
  config_error key_at;
  config_error client_ca_at;
};

struct listener_config : listener_settings {
  tls_settings tls = {};
};

/// What sessions may do: realm_settings::authorize is made of it.
struct authorization_settings {
  std::optional<std::vector<role>> roles = {}; ///< nothing: they may do everything
  std::string authorizer = {}; ///< the procedure that decides where no role does; empty: none

  bool operator==(const authorization_settings&) const = default;
};

struct realm_config : realm_settings {
  event_store_settings events = {};
  auth_config auth = {};
  std::shared_ptr<static_users> users = {}; ///< those of `auth`, once it is opened
  std::string public_key = {}; ///< of the router's own key, then; 32 octets, empty: it has none
  authorization_settings authorization = {};
};

/// Which threads run the actors: those that serve the sockets, or CAF's own workers.
enum class actor_threads : std::uint8_t { sockets, caf };

struct gateway_config {
  /// Threads that serve sockets. One is the cheapest per message.
  unsigned threads = 1;
  actor_threads scheduler = actor_threads::sockets;
  std::vector<listener_config> listeners;
  std::vector<realm_config> realms;
  session_timeouts timeouts;
  log_settings log;
  /// The patience of gateway::stop().
  std::chrono::milliseconds shutdown_timeout{5'000};
  /// What the file says, to tell later what has changed in it; null without a file.
  config_node file;
};

/// nullptr: there is none of that name. `realms`: const, or not.
auto find_realm(auto& realms, std::string_view name) -> decltype(realms.data()) {
  const auto found =
      std::find_if(realms.begin(), realms.end(), [&](auto& r) { return r.name == name; });
  return found == realms.end() ? nullptr : &*found;
}

/// Who decides in a realm, by these settings; nullptr: everything is allowed.
std::shared_ptr<authorizer> authorizer_of(
    const authorization_settings& settings, const std::shared_ptr<procedure_caller>& caller,
    std::chrono::milliseconds timeout);

/// The configuration of a gateway that was started without a file: the realm "realm1" at
/// 127.0.0.1:8080.
gateway_config default_config();

/// Reads a file of at most 1 MiB. What it does not mention is as in default_config(). The
/// errors, at least one, are all that were found, in the order of the file; a syntax error ends
/// the search, and is the only one then.
tl::expected<gateway_config, std::vector<config_error>> read_config(const std::string& path);

/// The same from memory; `file_name` is for the errors.
tl::expected<gateway_config, std::vector<config_error>>
parse_config(std::string_view text, std::string_view file_name);

} // namespace wamp
