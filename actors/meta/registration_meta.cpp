#include <wamp/actors/meta/ids_by_match.hpp>
#include <wamp/actors/meta/registration_meta.hpp>
#include <wamp/serialization/rfc3339.hpp>

#include <cstdint>
#include <optional>

namespace wamp {

namespace {

std::vector<std::uint64_t> callees_of(const registration& r) {
  std::vector<std::uint64_t> ids;
  ids.reserve(r.callees.size());
  for (const auto& c : r.callees)
    ids.push_back(c.session->id.value());
  return ids;
}

std::optional<std::uint64_t> id_of(const registration* r) {
  return r ? std::optional{r->id.value()} : std::nullopt;
}

} // namespace

dict description_of(const registration& r) {
  return {
      {"id", r.id.value()},
      {"created", to_rfc3339(std::chrono::floor<std::chrono::milliseconds>(r.created))},
      {"uri", r.procedure},
      {"match", std::string{name_of(r.match)}},
      {"invoke", std::string{name_of(r.invoke)}},
  };
}

registration_meta::registration_meta(const registration_table& all) {
  const auto get = [&all](std::uint64_t id) -> meta_result<const registration*> {
    const auto* found = all.find(registration_id{id});
    if (!found)
      return tl::unexpected(refusal{uris::no_such_registration, "there is no such registration"});
    return found;
  };
  procedures_.add("wamp.registration.list", [&all] { return ids_by_match(all); });
  procedures_.add(
      "wamp.registration.lookup",
      [&all](const std::string& uri, const std::optional<dict>& options)
          -> meta_result<std::optional<std::uint64_t>> {
        return match_from(options).map([&](auto match) { return id_of(all.find(match, uri)); });
      });
  procedures_.add(
      "wamp.registration.match", [&all](const std::string& uri) { return id_of(all.match(uri)); });
  procedures_.add("wamp.registration.get", [get](std::uint64_t id) {
    return get(id).map([](auto* r) { return description_of(*r); });
  });
  procedures_.add("wamp.registration.list_callees", [get](std::uint64_t id) {
    return get(id).map([](auto* r) { return callees_of(*r); });
  });
  procedures_.add("wamp.registration.count_callees", [get](std::uint64_t id) {
    return get(id).map([](auto* r) { return r->callees.size(); });
  });
}

} // namespace wamp
