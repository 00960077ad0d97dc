// Which keys a realm's "auth" may have: a part of config_layout.hpp.
#pragma once

#include <wamp/apps/gateway/auth_config.hpp>
#include <wamp/apps/gateway/config_reader.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>
#include <wamp/serialization/uri.hpp>

#include <algorithm>

namespace wamp::config_layout {

inline constexpr config_choices<std::string_view, 7> auth_methods{{
    {"anonymous", "anonymous"},
    {"cookie", "cookie"},
    {"tls", "tls"},
    {"cryptosign", "cryptosign"},
    {"wamp-scram", "wamp-scram"},
    {"wampcra", "wampcra"},
    {"ticket", "ticket"},
}};

/// Those where a procedure has something to go by.
inline constexpr config_choices<std::string_view, 3> dynamic_methods{{
    {"anonymous", "anonymous"},
    {"tls", "tls"},
    {"ticket", "ticket"},
}};

inline tl::expected<std::string, std::string> parse_name(std::string_view text) {
  if (text.empty())
    return tl::unexpected<std::string>("a name is not empty");
  return std::string{text};
}

/// A URI, or nothing.
inline tl::expected<std::string, std::string> parse_optional_uri(std::string_view text) {
  if (!text.empty() && !is_valid_uri(text, uri_rules::loose))
    return tl::unexpected<std::string>("not a URI");
  return std::string{text};
}

/// The name of a file; empty for none.
inline tl::expected<std::string, std::string> parse_file_name(std::string_view text) {
  if (text.find('\0') != text.npos)
    return tl::unexpected<std::string>("a file's name holds no U+0000");
  return std::string{text};
}

template <class Parse>
auto as_optional(Parse parse) {
  return [parse](std::string_view text) {
    return parse(text).map([](auto x) { return std::optional{std::move(x)}; });
  };
}

template <class Members>
void describe(Members& m, user& u) {
  m.required("authid").text(u.authid, parse_name);
  m.required("role").text(u.role, parse_name);
  m["ticket"].text(u.ticket, as_optional(secrets::parse_ticket));
  m["wampcra"].text(u.cra, as_optional(secrets::parse_cra));
  m["wamp-scram"].text(u.scram, as_optional(secrets::parse_scram));
  m["cryptosign"].list_or_none(u.public_keys, std::string{}, [](auto key, std::string& out) {
    key.text(out, secrets::parse_public_key);
  });
  m["tls"].list_or_none(u.certificates, std::string{}, [](auto print, std::string& out) {
    print.text(out, secrets::parse_fingerprint);
  });
  m["tls_names"].list_or_none(u.common_names, std::string{}, [](auto name, std::string& out) {
    name.text(out, parse_name);
  });
}

template <class Members>
void describe(Members& m, dynamic_auth_config& d, const std::vector<std::string>& of_realm) {
  m["procedure"].text(d.procedure, parse_optional_uri);
  auto realm = m["realm"];
  realm.text(d.realm, parse_optional_uri);
  realm.place(d.realm_at);
  m["timeout_ms"].milliseconds(d.timeout, 1, 60'000);
  m["methods"].set(
      d.methods, [](auto name, auto& out) { return name.choice(out, dynamic_methods); });
  const auto is_there = [&](const std::string& method) { return contains(of_realm, method); };
  m.rule(
      d.procedure.empty() || std::all_of(d.methods.begin(), d.methods.end(), is_there),
      {"methods", "procedure"}, "is about methods that the realm's own \"methods\" do not list");
}

/// What static_users has against them, beside what is missing.
inline std::string trouble_with(const std::vector<user>& users) {
  if (std::any_of(users.begin(), users.end(), [](const user& u) {
        return u.authid.empty() || u.role.empty();
      }))
    return {};
  const auto taken = static_users{}.replace(users);
  return taken ? std::string{} : taken.error();
}

template <class Members>
void describe(Members& m, auth_config& a) {
  m["methods"].set(a.methods, [](auto name, auto& out) { return name.choice(out, auth_methods); });
  m["anonymous_role"].text(a.anonymous_role, parse_name);
  m["users"].list_or_none(a.users, user{}, [](auto one, user& u) {
    one.object([&](auto& members) { describe(members, u); });
  });
  const auto wrong = trouble_with(a.users);
  m.rule(wrong.empty(), {"users"}, wrong);
  m["dynamic"].object([&](auto& dynamic) { describe(dynamic, a.dynamic, a.methods); });
  auto key = m["router_key"];
  key.text(a.router_key.path, parse_file_name);
  key.place(a.router_key.at);
  m["login_timeout_ms"].milliseconds(a.login_timeout, 1, 600'000);
  m["max_logins"].number(a.max_logins, 1, 1 << 20);
}

} // namespace wamp::config_layout
