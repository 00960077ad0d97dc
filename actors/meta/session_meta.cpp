#include <wamp/actors/meta/session_meta.hpp>
#include <wamp/serialization/uri.hpp>

#include <algorithm>

namespace wamp {

namespace {

refusal no_such_session() {
  return {uris::no_such_session, "there is no such session"};
}

meta_result<killing> killing_from(const kwargs& how, bool is_told) {
  killing k{std::string{uris::killed}, {}, is_told};
  if (const auto reason = find<std::string>(how.values, "reason"))
    k.reason = *reason;
  else if (how.values.contains("reason"))
    return tl::unexpected(refusal{uris::invalid_uri, "the reason must be a URI"});
  if (!is_valid_uri(k.reason, uri_rules::loose))
    return tl::unexpected(refusal{uris::invalid_uri, "not a valid reason: " + k.reason});
  if (const auto message = find<std::string>(how.values, "message"))
    k.message = *message;
  return k;
}

} // namespace

dict description_of(const session_info& who) {
  return {
      {"session", who.id.value()},
      {"authid", who.identity.authid},
      {"authrole", who.identity.authrole},
      {"authmethod", who.identity.authmethod},
      {"authprovider", who.identity.authprovider},
  };
}

session_meta::session_meta(
    const realm_members& all, std::function<void(session_id, const killing&)> kill)
    : members_(all), kill_(std::move(kill)) {
  procedures_.add("wamp.session.count", [this](const roles& among) { return list(among).size(); });
  procedures_.add("wamp.session.list", [this](const roles& among) { return list(among); });
  procedures_.add("wamp.session.get", [this](std::uint64_t id) -> meta_result<dict> {
    const auto found = members_.find(session_id{id});
    if (found == members_.end() || !found->second.is_there())
      return tl::unexpected(no_such_session());
    return description_of(*found->second.session);
  });
  procedures_.add(
      "wamp.session.kill",
      [this](std::uint64_t id, const kwargs& how) -> meta_result<std::tuple<>> {
        auto killed = kill_if(how, true, [=](const auto& s) { return s.id.value() == id; });
        if (killed && killed->empty())
          return tl::unexpected(no_such_session());
        return killed.map([](const auto&) { return std::tuple<>{}; });
      });
  procedures_.add(
      "wamp.session.kill_by_authid", [this](const std::string& authid, const kwargs& how) {
        return kill_if(how, true, [&](const auto& s) { return s.identity.authid == authid; });
      });
  const auto count = [](const auto& ids) { return ids.size(); };
  procedures_.add(
      "wamp.session.kill_by_authrole",
      [this, count](const std::string& authrole, const kwargs& how) {
        return kill_if(how, true, [&](const auto& s) { return s.identity.authrole == authrole; })
            .map(count);
      });
  procedures_.add("wamp.session.kill_all", [this, count](const kwargs& how) {
    return kill_if(how, false, [](const auto&) { return true; }).map(count);
  });
}

outgoing session_meta::answer(const session_info& caller, const call& request) {
  caller_ = caller.id;
  return procedures_.answer(request);
}

std::vector<std::uint64_t> session_meta::list(const roles& among) const {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, m] : members_) {
    const auto& role = m.session->identity.authrole;
    if (m.is_there() && (!among || std::find(among->begin(), among->end(), role) != among->end()))
      ids.push_back(id.value());
  }
  return ids;
}

template <class Predicate>
meta_result<std::vector<std::uint64_t>>
session_meta::kill_if(const kwargs& how, bool is_told, Predicate is_meant) {
  const auto k = killing_from(how, is_told);
  if (!k)
    return tl::unexpected(k.error());
  std::vector<std::uint64_t> ids;
  for (const auto& [id, m] : members_)
    if (m.is_there() && id != caller_ && is_meant(*m.session))
      ids.push_back(id.value());
  for (auto id : ids)
    kill_(session_id{id}, *k);
  return ids;
}

} // namespace wamp
