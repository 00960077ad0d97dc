// The configuration of the gateway program: built-in defaults, or a file of JSON with comments
// that changes them. Called by main, once; no shared state. The keys, their ranges and what they
// mean stand in wamp-gateway.schema.json, and all of them with their defaults in example.json.
#pragma once

#include <wamp/actors/authorization/role_permissions.hpp>
#include <wamp/actors/gateway/gateway.hpp>

#include <tl/expected.hpp>

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

/// What is wrong with a file, and where.
struct config_error {
  std::string file;
  /// Both from 1, as an editor counts them: a column is a Unicode character. 0 where there is no
  /// such place: the file cannot be read.
  unsigned line = 0;
  unsigned column = 0;
  std::string key;  ///< such as "listeners[0].listen"; empty for the file as a whole
  std::string text; ///< a phrase for the user

  /// "file:line:column: key: text", without the parts that are not known.
  std::string to_string() const;

  bool operator==(const config_error&) const = default;
};

/// Where a realm keeps its events, and how many. Opened by open_event_stores().
struct event_store_settings {
  std::string path; ///< empty: in memory
  config_error at;  ///< where the path stands; without a text
  event_store_bounds bounds;
};

/// What sessions may do: realm_settings::authorize is made of it.
struct authorization_settings {
  std::optional<std::vector<role>> roles = {}; ///< nothing: they may do everything
  std::string authorizer = {}; ///< the procedure that decides where no role does; empty: none
};

struct realm_config : realm_settings {
  event_store_settings events = {};
  authorization_settings authorization = {};
};

/// Which threads run the actors: those that serve the sockets, or CAF's own workers.
enum class actor_threads : std::uint8_t { sockets, caf };

struct gateway_config {
  /// Threads that serve sockets. One is the cheapest per message.
  unsigned threads = 1;
  actor_threads scheduler = actor_threads::sockets;
  std::vector<listener_settings> listeners;
  std::vector<realm_config> realms;
  session_timeouts timeouts;
  log_settings log;
  /// The patience of gateway::stop().
  std::chrono::milliseconds shutdown_timeout{5'000};
};

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
