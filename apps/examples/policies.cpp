// A broker and a dealer with rules of one's own: who subscribes, who receives, who registers, and
// which callee serves a call.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/policy/dealer_policy_actor.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

/// An object that decides at once. It is asked by the realm's broker, one question at a time.
struct my_broker : wamp::broker_policy {
  void subscribe(
      const wamp::subscribe& request, const wamp::session_ref& who,
      wamp::decider<wamp::dict> decide) override {
    if (request.topic.starts_with("com.myapp.staff.") && who->identity.authrole != "staff")
      decide.deny("wamp.error.not_authorized", "for staff only");
    else
      decide(wamp::dict{{"since", "today"}}); // attributes, which publish() finds with the receiver
  }

  void publish(
      const wamp::publication& what, const wamp::session_ref& publisher,
      std::vector<wamp::subscribed_session> receivers,
      wamp::decider<std::vector<wamp::subscribed_session>> decide) override {
    static_cast<void>(publisher);
    if (what.topic == "com.myapp.quiz") // for the first who has subscribed, only
      receivers.resize(std::min<std::size_t>(receivers.size(), 1));
    decide(std::move(receivers));
  }
};

using load = std::map<std::string, int>;

/// An actor decides when it likes: here, that each call goes to whoever has served least.
wamp::dealer_policy_actor::behavior_type
least_used(wamp::dealer_policy_actor::stateful_pointer<load> self) {
  return {
      [](const wamp::register_question& q) {
        const auto name = wamp::find<std::string>(q.request.options, "x_name");
        q.decide(wamp::dict{{"name", name ? *name : std::string{"somebody"}}});
      },
      [self](const wamp::select_question& q) {
        if (q.procedures.empty()) // nobody has room: the call waits, as it would without us
          return q.decide(wamp::selection{});
        const auto served = [self](const wamp::registered_procedure& p) -> int& {
          return self->state[*wamp::find<std::string>(p.attributes, "name")];
        };
        const auto idlest = std::ranges::min_element(q.procedures, {}, served);
        q.decide(wamp::selection{idlest->callee->id, {{"calls_before", served(*idlest)++}}});
      },
      [](const wamp::registered_procedure&) {}, // it has unregistered
  };
}

void use(caf::actor_system& system, const wamp::router_actor& router) {
  wamp::client ann{system, {.realm = "realm1"}, router};
  wamp::client bob{system, {.realm = "realm1"}, router};

  auto staff = ann.subscribe("com.myapp.staff.news", [](const std::string&) {});
  if (auto answer = staff.confirmed().await(); !answer)
    std::cout << "com.myapp.staff.news: " << answer.error().uri << '\n';

  const auto serve = [](wamp::client& c, const std::string& name) {
    return c.register_(
        {"com.myapp.who", {{"invoke", "roundrobin"}, {"x_name", name}}},
        [name](const wamp::list&, const wamp::dict&, const wamp::dict& details) {
          const auto before = wamp::find<std::int64_t>(details, "calls_before");
          return name + " after " + std::to_string(before ? *before : -1);
        });
  };
  auto at_ann = serve(ann, "ann");
  at_ann.confirmed().get();
  std::cout << ann.call("com.myapp.who").get<std::string>() << '\n';
  auto at_bob = serve(bob, "bob");
  at_bob.confirmed().get();
  std::cout << ann.call("com.myapp.who").get<std::string>() << '\n';
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto decides = system.spawn(least_used);
  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.broker = std::make_shared<my_broker>();
  realm.dealer = wamp::policy_by(decides);
  use(system, wamp::spawn_router(system, realm));
  caf::anon_send_exit(decides, caf::exit_reason::user_shutdown);
}
