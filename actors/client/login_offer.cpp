#include <wamp/actors/client/login_offer.hpp>

#include <algorithm>
#include <utility>

namespace wamp {

login_offer::login_offer(
    const std::vector<credentials_ref>& credentials, const std::string& authid,
    const channel_bindings* channel)
    : authid_(authid) {
  for (const auto& c : credentials) {
    entry e{c, c->begin(authid, channel), {}};
    e.extra = e.login->extra();
    all_.push_back(std::move(e));
  }
}

void login_offer::add_to(dict& hello_details) const {
  if (!authid_.empty())
    hello_details.set("authid", authid_);
  if (all_.empty())
    return;
  list methods;
  const auto own = find<dict>(hello_details, "authextra");
  auto extra = own ? *own : dict{};
  for (const auto& e : all_) {
    methods.emplace_back(e.credentials->method());
    for (const auto& [key, said] : e.extra)
      if (!extra.contains(key))
        extra.set(key, said);
  }
  hello_details.set("authmethods", std::move(methods));
  if (!extra.empty())
    hello_details.set("authextra", std::move(extra));
}

const login_offer::entry* login_offer::take(const challenge& asked) {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const entry& e) {
    return e.credentials->method() == asked.method;
  });
  if (found == all_.end())
    return nullptr;
  found->is_asked = true;
  return &*found;
}

std::optional<std::string> login_offer::trouble_with(const welcome& m) const {
  if (all_.empty())
    return std::nullopt;
  const auto method = find<std::string>(m.details, "authmethod");
  const bool was_asked =
      std::any_of(all_.begin(), all_.end(), [](const entry& e) { return e.is_asked; });
  bool is_ours = was_asked || !method;
  for (const auto& e : all_) {
    if (was_asked ? !e.is_asked : method && *method != e.credentials->method())
      continue;
    is_ours = true;
    if (auto trouble = e.login->trouble_with(m))
      return trouble;
  }
  if (is_ours)
    return std::nullopt;
  return "the router has let us in by " + *method + ", which was not offered";
}

} // namespace wamp
