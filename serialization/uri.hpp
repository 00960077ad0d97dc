// Which strings are URIs. Spec: "URIs" (basic profile, building blocks).
// Pure functions; any thread.
#pragma once

#include <optional>
#include <string_view>

namespace wamp {

/// `loose`: no whitespace, no '#', no empty part. `strict`: parts of [0-9a-z_] only.
enum class uri_rules { loose, strict };

/// How a SUBSCRIBE or REGISTER matches: `Options.match`.
enum class match_policy { exact, prefix, wildcard };

/// "exact", "prefix" or "wildcard".
std::string_view name_of(match_policy m) noexcept;
/// The other way round; nothing for any other word.
std::optional<match_policy> match_policy_named(std::string_view name) noexcept;

/// A concrete topic, procedure, error or realm.
bool is_valid_uri(std::string_view uri, uri_rules rules) noexcept;

/// What may be subscribed or registered under `match`: exact needs a valid URI, prefix allows an
/// empty last part, and the empty string; wildcard allows empty parts anywhere.
bool is_valid_pattern(std::string_view uri, match_policy match, uri_rules rules) noexcept;

/// True for "wamp" and everything below "wamp.": only the router speaks there.
bool is_reserved_uri(std::string_view uri) noexcept;

} // namespace wamp
