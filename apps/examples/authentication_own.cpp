// An authenticator of one's own: an object with two functions, for any method. This one admits by
// invitations, each of which is good for one session.
#include <wamp/actors/authentication/authenticator.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/auth/ticket.hpp>
#include <wamp/serialization/uris.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <string>

namespace {

/// Called by the realm's router, one question at a time. It may keep a decider and decide later, in
/// any thread; an actor does the same by wamp::authenticator_by().
class invitations : public wamp::authenticator {
public:
  void invite(std::string code, std::string guest) { guests_[std::move(code)] = std::move(guest); }

  void challenge(const wamp::login_ref& who, wamp::decider<wamp::auth_step> decide) override {
    // `who` has HELLO.Details, and where the peer comes from.
    static_cast<void>(who);
    decide(wamp::auth_step{wamp::auth_challenge{{"ticket", {{"ask", "Your invitation?"}}}}});
  }

  void check_challenge(
      const wamp::login_ref& who, const wamp::auth_challenge& asked,
      const wamp::authenticate& response, wamp::decider<wamp::auth_step> decide) override {
    static_cast<void>(
        asked); // what the peer was asked; a second question is another auth_challenge
    const auto invited = guests_.extract(response.signature);
    if (invited.empty())
      return decide.deny(std::string{wamp::uris::authentication_denied});
    const wamp::identity guest{invited.mapped(), "guest", who->method, "invitations"};
    decide(wamp::auth_step{wamp::admission{guest, {{"welcome", "dear " + guest.authid}}}});
  }

private:
  std::map<std::string, std::string> guests_; ///< by their codes
};

void come_in(caf::actor_system& system, const wamp::router_actor& router, const std::string& code) {
  wamp::client_settings settings{.realm = "realm1", .authid = "somebody"};
  settings.credentials = {std::make_shared<wamp::ticket_credentials>(code)};
  wamp::client me{system, settings, router};
  const auto session = me.joined().await();
  if (!session) {
    std::cout << code << ": " << session.error().uri << '\n';
    return;
  }
  const auto who = me.call("wamp.session.get", session->value()).get<wamp::dict>();
  std::cout << code << ": " << *wamp::find<std::string>(who, "authid") << " is in\n";
}

} // namespace

int main() {
  auto invited = std::make_shared<invitations>();
  invited->invite("garden-party", "ann");
  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.authentication = {{"ticket", invited}};

  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, realm);
  come_in(system, router, "garden-party");
  come_in(system, router, "garden-party");
}
