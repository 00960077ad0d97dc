#include <wamp/actors/dealer/invocation_details.hpp>

namespace wamp {

dict invocation_details::of(
    const session_info& caller, const call_options& options, std::string_view procedure,
    const registration& entry, const callee& to) const {
  dict details;
  if (entry.match != match_policy::exact)
    details.set("procedure", procedure);
  if (may_progress(*to.session, options))
    details.set("receive_progress", true);
  if (options.timeout.count() > 0 && forwards_timeout(to))
    details.set("timeout", options.timeout.count());
  const bool is_wanted = options.disclose_me || to.disclose_caller;
  if ((is_wanted || disclose_callers_ == disclosure::always) && !is_router(caller)) {
    details.set("caller", caller.id.value());
    details.set("caller_authid", caller.identity.authid);
    details.set("caller_authrole", caller.identity.authrole);
  }
  if (trustlevel_)
    if (const auto level = trustlevel_(caller, action::call, procedure))
      details.set("trustlevel", *level);
  for (const auto& attribute : options.details)
    details.set(attribute.key, attribute.value);
  return details;
}

} // namespace wamp
