#include <wamp/actors/authentication/procedure_authenticator.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/auth/anonymous.hpp>
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/serialization/uris.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace wamp {

namespace {

dict description_of(const peer_facts& peer) {
  dict d{{"type", peer.transport}, {"peer", peer.address}};
  if (peer.certificate)
    d.set(
        "client_cert",
        dict{{"cn", peer.certificate->common_name}, {"sha256", peer.certificate->sha256}});
  return d;
}

dict details_of(const login& who, const std::string* ticket) {
  dict d{
      {"authmethod", who.method},
      {"session", who.session.value()},
      {"transport", description_of(*who.peer)}};
  if (const auto extra = who.extra())
    d.set("authextra", *extra);
  if (ticket)
    d.set("ticket", *ticket);
  return d;
}

/// What the procedure has decided, or why it could not.
using answer = tl::expected<decision<auth_step>, std::string>;

/// An ERROR of the procedure's own is its way to say no.
answer read_error(const call_failure& e) {
  static constexpr std::array own{
      uris::authentication_denied, uris::authentication_failed, uris::no_such_principal,
      uris::no_such_role, uris::not_authorized};
  const bool is_own =
      !e.uri.starts_with("wamp.") || std::find(own.begin(), own.end(), e.uri) != own.end();
  if (!is_own)
    return tl::unexpected("has failed: " + e.uri);
  const auto text = e.args.args.empty() ? nullptr : e.args.args.front().get_if<std::string>();
  return tl::unexpected(denial{e.uri, text ? *text : std::string{}});
}

/// `authid`: if the result gives no other.
answer read_result(const arguments& result, const login& who, std::string authid) {
  if (result.args.empty() || result.args.front().is_null())
    return tl::unexpected(denial{std::string{uris::authentication_denied}, {}});
  const auto& said = result.args.front();
  admission how{{std::move(authid), {}, who.method, "dynamic"}};
  if (const auto role = said.get_if<std::string>()) {
    how.who.authrole = *role;
  } else if (const auto more = said.get_if<dict>()) {
    if (const auto named = find<std::string>(*more, "role"))
      how.who.authrole = *named;
    if (const auto named = find<std::string>(*more, "authid"))
      how.who.authid = *named;
    if (const auto extra = find<dict>(*more, "extra"))
      how.extra = *extra;
  }
  if (how.who.authrole.empty())
    return tl::unexpected(std::string{"has answered without a role"});
  return auth_step{std::move(how)};
}

} // namespace

void procedure_authenticator::challenge(const login_ref& who, decider<auth_step> decide) {
  if (who->method == "tls" && !who->peer->certificate)
    return decide.deny(std::string{uris::no_matching_auth_method});
  if (who->method != "ticket")
    return ask(who, nullptr, decide);
  if (who->authid().empty())
    return decide.deny(std::string{uris::authentication_failed}, "HELLO.Details.authid is missing");
  decide(auth_step{auth_challenge{{who->method, {}}}});
}

void procedure_authenticator::check_challenge(
    const login_ref& who, const auth_challenge& asked, const authenticate& response,
    decider<auth_step> decide) {
  static_cast<void>(asked);
  ask(who, &response.signature, decide);
}

void procedure_authenticator::ask(
    const login_ref& who, const std::string* ticket, const decider<auth_step>& decide) {
  // Without a ticket, HELLO's name is nobody's but who says it: the procedure may believe it.
  std::string authid{ticket ? who->authid() : std::string_view{}};
  if (authid.empty()) {
    const std::lock_guard lock{guard_};
    authid = anonymous::identify(random_()).authid;
  }
  procedure_.realm->call(
      {procedure_.uri, make_arguments(who->realm, who->authid(), details_of(*who, ticket)),
       procedure_.timeout,
       call_reply{[who, decide, authid, has_failed = has_failed_](const call_outcome& outcome) {
         auto read = outcome ? read_result(*outcome, *who, authid) : read_error(outcome.error());
         const bool had_failed = has_failed->exchange(!read);
         if (read)
           return decide(std::move(*read));
         if (!had_failed)
           logger()->error("the procedure that decides about logins {}", read.error());
         decide.deny(std::string{uris::authentication_failed});
       }}});
}

} // namespace wamp
