// Which keys a config file may have, with their ranges: one line for each. `describe` is called
// with a config_reader, to read a file, and by the tests with one that lists the keys, to
// compare them with wamp-gateway.schema.json.
#pragma once

#include <wamp/actors/trust_rules.hpp>
#include <wamp/apps/gateway/auth_layout.hpp>
#include <wamp/apps/gateway/config.hpp>
#include <wamp/apps/gateway/config_reader.hpp>
#include <wamp/serialization/format.hpp>
#include <wamp/serialization/uri.hpp>
#include <wamp/transport/origin.hpp>

#include <map>
#include <optional>
#include <set>
#include <stdexcept>

namespace wamp::config_layout {

inline constexpr config_choices<overflow_policy, 3> overflow_policies{{
    {"drop_newest_event", overflow_policy::drop_newest_event},
    {"drop_oldest_event", overflow_policy::drop_oldest_event},
    {"disconnect", overflow_policy::disconnect},
}};
inline constexpr config_choices<uri_rules, 2> uri_rule_names{{
    {"loose", uri_rules::loose},
    {"strict", uri_rules::strict},
}};
inline constexpr config_choices<request_id_rules, 2> request_id_rule_names{{
    {"strict", request_id_rules::strict},
    {"lenient", request_id_rules::lenient},
}};
inline constexpr config_choices<disclosure, 3> disclosures{{
    {"on_request", disclosure::on_request},
    {"always", disclosure::always},
    {"never", disclosure::never},
}};
inline constexpr config_choices<match_policy, 3> match_policies{{
    {"exact", match_policy::exact},
    {"prefix", match_policy::prefix},
    {"wildcard", match_policy::wildcard},
}};
inline constexpr config_choices<action, 4> actions{{
    {name_of(action::call), action::call},
    {name_of(action::register_), action::register_},
    {name_of(action::publish), action::publish},
    {name_of(action::subscribe), action::subscribe},
}};
/// Of whoever does it: a caller or a publisher.
inline constexpr config_choices<action, 2> disclosed_parties{{
    {"caller", action::call},
    {"publisher", action::publish},
}};
inline constexpr config_choices<format, 3> formats{{
    {name_of(format::json), format::json},
    {name_of(format::msgpack), format::msgpack},
    {name_of(format::cbor), format::cbor},
}};
inline constexpr config_choices<std::string_view, 6> log_levels{{
    {"trace", "trace"},
    {"debug", "debug"},
    {"info", "info"},
    {"warn", "warn"},
    {"error", "error"},
    {"off", "off"},
}};
inline constexpr config_choices<actor_threads, 2> schedulers{{
    {"sockets", actor_threads::sockets},
    {"caf", actor_threads::caf},
}};
inline constexpr config_choices<client_certificates, 3> client_certificate_names{{
    {"none", client_certificates::none},
    {"optional", client_certificates::optional},
    {"required", client_certificates::required},
}};
inline constexpr config_choices<tls_version, 2> tls_versions{{
    {"1.2", tls_version::tls_1_2},
    {"1.3", tls_version::tls_1_3},
}};
inline constexpr config_choices<log_format, 2> log_formats{{
    {"text", log_format::text},
    {"json", log_format::json},
}};

/// Nobody who says nothing may hold a socket for longer than this.
inline constexpr std::uint64_t longest_silence = 15'000;

/// A dead peer is found out within this time.
inline constexpr std::chrono::milliseconds longest_ping_time{30'000};

template <class Members>
void describe(Members& m, connection_limits& l) {
  m["max_message_bytes"].number(l.max_message_size, 512, 16U << 20U);
  m["write_queue_bytes"].number(l.write_queue, 1, 1U << 30U);
  m["on_overflow"].choice(l.on_overflow, overflow_policies);
  m["handshake_timeout_ms"].milliseconds(l.handshake_timeout, 1, longest_silence);
  m["ping_interval_ms"].milliseconds(l.ping_interval, 0, 30'000);
  m["ping_timeout_ms"].milliseconds(l.ping_timeout, 1, 30'000);
  m["close_timeout_ms"].milliseconds(l.close_timeout, 1, 60'000);
  m["max_http_header_bytes"].number(l.max_http_header, 256, 1U << 20U);
  const bool pings = l.ping_interval != std::chrono::milliseconds::zero();
  m.rule(
      !pings || l.ping_interval + l.ping_timeout <= longest_ping_time,
      {"ping_timeout_ms", "ping_interval_ms"},
      "ping_interval_ms and ping_timeout_ms together may be at most "
          + std::to_string(longest_ping_time.count()) + ", they are "
          + std::to_string((l.ping_interval + l.ping_timeout).count()));
}

template <class Members>
void describe(Members& m, session_timeouts& t) {
  m["hello_timeout_ms"].milliseconds(t.hello, 1, longest_silence);
  m["authenticate_timeout_ms"].milliseconds(t.authenticate, 1, 60'000);
  m["goodbye_timeout_ms"].milliseconds(t.goodbye, 1, 60'000);
}

/// The target of a request: what a browser sends of "ws://host/path?query" is "/path".
inline tl::expected<std::string, std::string> parse_path(std::string_view text) {
  if (!text.starts_with('/'))
    return tl::unexpected<std::string>("a path begins with '/'");
  if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; }))
    return tl::unexpected<std::string>("a path is of ASCII characters without spaces");
  if (text.find_first_of("?#") != text.npos)
    return tl::unexpected<std::string>("a path has no query and no fragment");
  return std::string{text};
}

/// What the targets of the long-poll transport begin with, or nothing: it is not served.
inline tl::expected<std::string, std::string> parse_base_path(std::string_view text) {
  if (text.empty())
    return std::string{};
  if (text.ends_with('/'))
    return tl::unexpected<std::string>("a path that others stand below does not end with '/'");
  return parse_path(text);
}

inline constexpr std::uint64_t longest_max_age =
    std::uint64_t{400} * 24 * 3600; // browsers keep nothing longer

inline tl::expected<std::string, std::string> parse_origin(std::string_view text) {
  if (!is_origin(text))
    return tl::unexpected<std::string>("an origin is \"scheme://host\" or \"scheme://host:port\" "
                                       "without a path, or \"*\" for all");
  return std::string{text};
}

inline tl::expected<std::string, std::string> parse_cookie_name(std::string_view text) {
  if (!text.empty() && !is_cookie_name(text))
    return tl::unexpected<std::string>("a cookie's name is of letters, digits, '-' and '_'");
  return std::string{text};
}

template <class Members>
void describe(Members& m, tls_settings& t) {
  auto& files = t.files;
  const auto file = [&](std::string_view key, std::string& name, config_error& at) {
    auto value = m[key];
    value.text(name, parse_file_name);
    value.place(at);
  };
  file("certificate", files.certificate_file, t.certificate_at);
  file("key", files.key_file, t.key_at);
  file("client_ca", files.client_ca_file, t.client_ca_at);
  m["client_certificate"].choice(files.clients, client_certificate_names);
  m["minimum_version"].choice(files.minimum, tls_versions);
  const bool asks = files.clients != client_certificates::none;
  m.rule(
      !files.certificate_file.empty() || (files.key_file.empty() && !asks),
      {"key", "client_certificate"}, "there is no certificate, so no TLS");
  m.rule(
      !asks || !files.client_ca_file.empty(), {"client_certificate"},
      "client_ca must say whose clients' certificates are good");
}

template <class Members>
void describe(Members& m, cookie_options& c) {
  m["name"].text(c.name, parse_cookie_name);
  auto seconds = c.max_age.count();
  m["max_age_s"].number(seconds, 1, longest_max_age);
  c.max_age = std::chrono::seconds{seconds};
}

template <class Members, class ParseAddress>
void describe(Members& m, listener_config& s, ParseAddress parse_address) {
  auto& o = s.options;
  m.required("listen").text(s.address, parse_address);
  m["paths"].set(o.paths, [](auto path, auto& out) { return path.text(out, parse_path); });
  m["websocket"].boolean(o.websocket);
  m["rawsocket"].boolean(o.rawsocket);
  m["long_poll"].text(o.long_poll_path, parse_base_path);
  m["deflate"].boolean(o.deflate);
  m["formats"].set(o.formats, [](auto name, auto& out) { return name.choice(out, formats); });
  m["max_connections"].number(o.max_connections, 1, 1U << 20U);
  m["max_connections_per_address"].number(o.max_connections_per_address, 0, 1U << 20U);
  m["max_new_connections_per_second"].number(o.max_new_connections_per_second, 0, 1U << 20U);
  m["allowed_origins"].list_or_none(o.allowed_origins, std::string{}, [](auto origin, auto& out) {
    origin.text(out, parse_origin);
  });
  m["tls"].object([&](auto& tls) { describe(tls, s.tls); });
  m["cookie"].object([&](auto& cookie) { describe(cookie, o.cookie); });
  m["backlog"].number(o.backlog, 1, 65'535);
  m["limits"].object([&](auto& limits) { describe(limits, o.limits); });
  m.rule(
      o.websocket || o.rawsocket, {"rawsocket", "websocket"},
      "a listener needs websocket, rawsocket or both");
}

inline constexpr std::uint64_t most_event_bytes = std::uint64_t{1} << 40U;

/// Any text: what is wrong with it depends on other keys.
inline tl::expected<std::string, std::string> parse_text(std::string_view text) {
  return std::string{text};
}

/// A topic or a procedure, or a pattern of them.
template <class Members>
void describe_pattern(Members& m, std::string& uri, match_policy& match, uri_rules rules) {
  m.required("uri").text(uri, parse_text);
  m["match"].choice(match, match_policies);
  m.rule(
      is_valid_pattern(uri, match, rules), {"uri"},
      "not a URI that \"" + std::string{name_of(match)} + "\" can match in this realm");
}

template <class Members>
void describe(
    Members& m, history_topic& t, const std::vector<history_topic>& before, uri_rules rules) {
  describe_pattern(m, t.uri, t.match, rules);
  m["max_events"].number(t.bounds.events, 1, 10'000'000);
  m["max_bytes"].number(t.bounds.bytes, 1024, most_event_bytes);
  const bool is_new = std::none_of(before.begin(), before.end(), [&](const history_topic& b) {
    return b.uri == t.uri && b.match == t.match;
  });
  m.rule(is_new, {"uri"}, "stands in this list twice");
}

template <class Members, class ParsePath>
void describe(Members& m, event_store_settings& e, ParsePath parse_path) {
  auto path = m["path"];
  path.text(e.path, parse_path);
  path.place(e.at);
  m["max_retained_topics"].number(e.bounds.retained_topics, 1, 10'000'000);
  m["max_retained_bytes"].number(e.bounds.retained_bytes, 1024, most_event_bytes);
  m["max_history_bytes"].number(e.bounds.history_bytes, 1024, most_event_bytes);
}

template <class Members>
void describe(Members& m, trust_rule& r, uri_rules rules) {
  const auto parse = [](std::string_view text) {
    return tl::expected<std::optional<std::string>, std::string>{std::string{text}};
  };
  m["authid"].text(r.authid, parse);
  m["authrole"].text(r.authrole, parse);
  describe_pattern(m, r.uri, r.match, rules);
  m["level"].number(r.level, 0, 2'147'483'647);
}

/// A list of words, each of which stands for a choice.
template <class Reader, class T, std::size_t N>
std::set<T> read_words(Reader reader, const config_choices<T, N>& words) {
  std::vector<std::optional<T>> found;
  reader.list_or_none(
      found, {}, [&](auto word, std::optional<T>& out) { word.choice(out, words); });
  std::set<T> all;
  for (const auto& one : found)
    if (one)
      all.insert(*one);
  return all;
}

/// `are_new`: false from the first that is there twice.
template <class Members>
void describe(
    Members& m, permission& p, const std::vector<permission>& before, uri_rules rules,
    bool& are_new) {
  describe_pattern(m, p.uri, p.match, rules);
  const auto allowed = read_words(m["allow"], actions);
  p.call = allowed.contains(action::call);
  p.register_ = allowed.contains(action::register_);
  p.publish = allowed.contains(action::publish);
  p.subscribe = allowed.contains(action::subscribe);
  const auto disclosed = read_words(m["disclose"], disclosed_parties);
  p.disclose_caller = disclosed.contains(action::call);
  p.disclose_publisher = disclosed.contains(action::publish);
  m["cache"].boolean(p.cache);
  const bool is_new = std::none_of(before.begin(), before.end(), [&](const permission& b) {
    return b.uri == p.uri && b.match == p.match;
  });
  m.rule(is_new, {"uri"}, "stands in this list twice");
  are_new = are_new && is_new;
}

template <class Members>
void describe(
    Members& m, role& r, const std::vector<role>& before, uri_rules rules, bool& are_new) {
  m.required("name").text(r.name, parse_text);
  const bool is_new =
      std::none_of(before.begin(), before.end(), [&](const role& b) { return b.name == r.name; });
  m.rule(is_new, {"name"}, "stands in this list twice");
  are_new = are_new && is_new;
  m["permissions"].list_or_none(r.permissions, permission{}, [&](auto rule, permission& p) {
    rule.object([&](auto& members) { describe(members, p, r.permissions, rules, are_new); });
  });
}

inline tl::expected<std::string, std::string>
parse_procedure(std::string_view text, uri_rules rules) {
  if (!text.empty() && !is_valid_uri(text, rules))
    return tl::unexpected<std::string>("not a URI that a procedure of this realm can have");
  return std::string{text};
}

/// Why nobody can decide by these settings; empty if somebody can.
inline std::string trouble_with(const authorization_settings& a) try {
  const auto decides = authorize_by_roles(*a.roles);
  const auto may_serve = [&](const role& r) {
    const session_info who{session_id{1}, {{}, r.name, {}, {}}, {}};
    return decides->known(who, {action::register_, a.authorizer})->allow;
  };
  if (a.authorizer.empty() || std::any_of(a.roles->begin(), a.roles->end(), may_serve))
    return {};
  return "none of the roles may register the authorizer";
} catch (const std::invalid_argument& e) {
  return e.what();
}

template <class Members>
void describe(Members& m, authorization_settings& a, uri_rules uris) {
  std::vector<role> roles;
  bool are_new = true;
  if (m["roles"].list_or_none(roles, role{}, [&](auto entry, role& r) {
        entry.object([&](auto& members) { describe(members, r, roles, uris, are_new); });
      }))
    a.roles = std::move(roles);
  m["authorizer"].text(
      a.authorizer, [&](std::string_view text) { return parse_procedure(text, uris); });
  m.rule(
      a.authorizer.empty() || a.roles, {"authorizer"}, "needs roles, one of which may register it");
  if (!a.roles || !are_new)
    return;
  const auto trouble = trouble_with(a);
  m.rule(trouble.empty(), {"authorizer", "roles"}, trouble);
}

/// `has_cookie`: whether any listener knows browsers by one.
template <class Members, class ParseName, class ParsePath>
void describe(
    Members& m, realm_config& r, bool has_cookie, ParseName parse_name, ParsePath parse_path) {
  m.required("name").text(r.name, parse_name);
  m["auth"].object([&](auto& members) { describe(members, r.auth); });
  m["uris"].choice(r.uris, uri_rule_names);
  m["request_ids"].choice(r.request_ids, request_id_rule_names);
  m["disclose_publishers"].choice(r.disclose_publishers, disclosures);
  m["max_pending_calls"].number(r.max_pending_calls, 1, 1U << 24U);
  m["max_waiting_calls"].number(r.max_waiting_calls, 0, 1U << 20U);
  m["disclose_callers"].choice(r.disclose_callers, disclosures);
  m["event_history"].list_or_none(
      r.event_history, history_topic{}, [&](auto topic, history_topic& t) {
        topic.object([&](auto& members) { describe(members, t, r.event_history, r.uris); });
      });
  m["event_store"].object([&](auto& members) { describe(members, r.events, parse_path); });
  std::vector<trust_rule> rules;
  m["trust_levels"].list_or_none(rules, trust_rule{}, [&](auto rule, trust_rule& t) {
    rule.object([&](auto& members) { describe(members, t, r.uris); });
  });
  if (!rules.empty())
    r.trustlevel = trust_by(std::move(rules));
  describe(m, r.authorization, r.uris);
  m.rule(
      r.auth.lets_everybody_in() || r.authorization.roles, {"auth"},
      "needs roles: what those who come in may do");
  m.rule(
      has_cookie || !contains(r.auth.methods, "cookie"), {"auth"},
      "its method \"cookie\" needs a listener with a cookie");
}

template <class Members>
void describe(Members& m, log_settings& l) {
  m["level"].choice(l.level, log_levels);
  m["format"].choice(l.format, log_formats);
}

/// Names that elements of a list have, and which element that is.
using taken_names = std::map<std::string, std::size_t>;

/// `value`, unless an element before `index` has that name.
template <class T>
tl::expected<T, std::string> claim(
    taken_names& taken, std::string_view list, std::size_t index, const std::string& name,
    T value) {
  const auto [first, is_new] = taken.emplace(name, index);
  if (!is_new)
    return tl::unexpected("taken by " + element_path(list, first->second) + " already");
  return value;
}

inline tl::expected<listen_address, std::string>
parse_address(std::string_view text, std::size_t index, taken_names& taken) {
  auto address = listen_address::parse(text);
  // Port 0 is another one every time.
  if (!address || (address->type == listen_address::kind::tcp && address->port == 0))
    return address;
  return claim(taken, "listeners", index, address->to_string(), *address);
}

inline tl::expected<std::string, std::string>
parse_realm_name(std::string_view text, std::size_t index, taken_names& taken) {
  if (!is_valid_uri(text, uri_rules::loose))
    return tl::unexpected<std::string>(
        "not a URI: no part between dots may be empty or hold white space or '#'");
  const std::string name{text};
  return claim(taken, "realms", index, name, name);
}

/// The name of a file of events, which one realm has for itself; empty for none.
inline tl::expected<std::string, std::string>
parse_store_path(std::string_view text, std::size_t index, taken_names& taken) {
  const std::string path{text};
  if (path.find('\0') != path.npos)
    return tl::unexpected<std::string>("a file's name holds no U+0000");
  return path.empty() ? path : claim(taken, "realms", index, path, path);
}

/// The whole file. `c` holds the defaults.
template <class Members>
void describe(Members& m, gateway_config& c) {
  m["threads"].number(c.threads, 1, 256);
  m["scheduler"].choice(c.scheduler, schedulers);
  std::string schema; // for editors
  m["$schema"].text(
      schema, [](std::string_view text) { return tl::expected<std::string, std::string>{text}; });

  listener_config usual;
  m["limits"].object([&](auto& limits) {
    describe(limits, usual.options.limits);
    describe(limits, c.timeouts);
  });
  // The limits of all also hold for the listeners that the file does not mention.
  for (auto& l : c.listeners)
    l.options.limits = usual.options.limits;
  taken_names addresses;
  m["listeners"].list(c.listeners, usual, [&](auto listener, auto& settings) {
    const auto parse = [&](std::string_view text) {
      return parse_address(text, c.listeners.size(), addresses);
    };
    listener.object([&](auto& members) { describe(members, settings, parse); });
  });
  taken_names names;
  taken_names stores;
  const bool has_cookie =
      std::any_of(c.listeners.begin(), c.listeners.end(), [](const listener_config& l) {
        return !l.options.cookie.name.empty();
      });
  const realm_config usual_realm; // g++ 12 fails over a realm_config{} here
  m["realms"].list(c.realms, usual_realm, [&](auto realm, realm_config& settings) {
    const auto parse_name = [&](std::string_view text) {
      return parse_realm_name(text, c.realms.size(), names);
    };
    const auto parse_path = [&](std::string_view text) {
      return parse_store_path(text, c.realms.size(), stores);
    };
    realm.object(
        [&](auto& members) { describe(members, settings, has_cookie, parse_name, parse_path); });
  });
  m["log"].object([&](auto& log) { describe(log, c.log); });
  m["shutdown_timeout_ms"].milliseconds(c.shutdown_timeout, 0, 600'000);
}

} // namespace wamp::config_layout
