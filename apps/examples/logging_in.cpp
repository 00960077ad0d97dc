// A realm that asks who comes in: by each of the methods that need no TLS, and by rules of one's
// own.
#include <wamp/actors/authentication/authenticator_actor.hpp>
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/auth/cryptosign.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>
#include <wamp/auth/ticket.hpp>
#include <wamp/auth/wampcra.hpp>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

namespace {

/// Rules of one's own: an actor, which may ask others and take its time. It gets the first step of
/// a login, and then what the peer has answered.
wamp::authenticator_actor::behavior_type riddles(wamp::authenticator_actor::pointer) {
  return {
      [](const wamp::challenge_question& q) {
        wamp::challenge riddle{"x_riddle", {{"riddle", "what has keys but opens no lock?"}}};
        q.decide(wamp::auth_step{wamp::auth_challenge{std::move(riddle)}});
      },
      [](const wamp::check_question& q) {
        if (q.response.signature == "a piano")
          q.decide(wamp::auth_step{wamp::admission{{"somebody", "guest", "x_riddle", "riddles"}}});
        else
          q.decide.deny("wamp.error.authentication_denied");
      },
  };
}

/// The client's half of that.
struct riddle_credentials : wamp::client_credentials {
  struct attempt : wamp::client_login {
    tl::expected<wamp::authenticate, std::string> answer(const wamp::challenge&) override {
      return wamp::authenticate{"a piano", {}};
    }
  };
  std::string_view method() const noexcept override { return "x_riddle"; }
  std::unique_ptr<wamp::client_login>
  begin(const std::string&, const wamp::channel_bindings*) const override {
    return std::make_unique<attempt>();
  }
};

/// What a router keeps of its users is enough to check what they show, and is not that.
wamp::realm_settings realm_for(const wamp::crypto::ed25519_key& bobs_key) {
  namespace secrets = wamp::secrets;
  wamp::user joe{"joe", "clerk"};
  joe.scram = *secrets::new_scram_pbkdf2("joe's password");
  wamp::user ann{"ann", "clerk"};
  ann.cra = secrets::new_cra("ann's password");
  wamp::user bob{"bob", "operator"};
  bob.public_keys = {std::string{bobs_key.public_key()}};
  wamp::user eve{"eve", "guest"};
  eve.ticket = secrets::new_ticket("eve's ticket");
  auto users = std::make_shared<wamp::static_users>();
  if (auto taken = users->replace({joe, ann, bob, eve}); !taken)
    std::cerr << taken.error() << '\n';

  wamp::realm_settings realm;
  realm.name = "realm1";
  const wamp::candidates known{users, std::make_shared<const wamp::decoys>()};
  const auto lane = std::make_shared<wamp::slow_lane>(); // where keys are derived
  // The best first.
  realm.authentication = {
      wamp::way_in_by(std::make_shared<wamp::cryptosign_method>(users), lane),
      wamp::way_in_by(std::make_shared<wamp::scram_method>(known), lane),
      wamp::way_in_by(std::make_shared<wamp::cra_method>(known), lane),
      wamp::way_in_by(std::make_shared<wamp::ticket_method>(known), lane),
  };
  return realm;
}

void come(
    caf::actor_system& system, const wamp::router_actor& router, std::string authid,
    wamp::credentials_ref shows) {
  wamp::client c{
      system,
      {.realm = "realm1", .authid = std::move(authid), .credentials = {std::move(shows)}},
      router};
  const auto session = c.joined().await();
  if (!session) {
    std::cout << session.error().uri << '\n';
    return;
  }
  const auto who = c.call("wamp.session.get", session->value()).get<wamp::dict>();
  const auto said = [&](const char* key) { return *wamp::find<std::string>(who, key); };
  std::cout << said("authmethod") << ' ' << said("authid") << ' ' << said("authrole") << '\n';
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  const auto key = wamp::crypto::ed25519_key::generate();
  auto decides = system.spawn(riddles);
  auto realm = realm_for(key);
  realm.authentication.push_back({"x_riddle", wamp::authenticator_by(decides)});
  auto router = wamp::spawn_router(system, realm);

  come(system, router, "joe", std::make_shared<wamp::scram_credentials>("joe's password"));
  come(system, router, "ann", std::make_shared<wamp::cra_credentials>("ann's password"));
  come(system, router, "bob", std::make_shared<wamp::cryptosign_credentials>(key));
  come(system, router, "eve", std::make_shared<wamp::ticket_credentials>("eve's ticket"));
  come(system, router, "eve", std::make_shared<wamp::ticket_credentials>("joe's ticket"));
  come(system, router, "", std::make_shared<riddle_credentials>());
  caf::anon_send_exit(decides, caf::exit_reason::user_shutdown);
}
