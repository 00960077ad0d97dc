// Routers and clients on two nodes, connected over loopback: two actor systems in this process.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/cluster/nodes.hpp>
#include <wamp/actors/router/entrance_actor.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/serialization/codec.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/support/seen.hpp>
#include <wamp/test/support/silent_address.hpp>
#include <wamp/test/transport/certificates.hpp>

#include <caf/io/all.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>

using namespace wamp;
using namespace std::chrono_literals;
using wamp::test::seen;
using wamp::test::silent_address;

namespace {

/// A node; over TLS with these.
class node {
public:
  explicit node(const std::optional<node_tls>& tls = {}) {
    if (tls)
      REQUIRE(use_nodes(config_, *tls).has_value());
    else
      use_nodes(config_);
    system_.emplace(config_);
  }
  caf::actor_system& system() { return *system_; }

private:
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
};

/// One with a realm that others may enter.
class router_node : public node {
public:
  explicit router_node(
      std::uint16_t port = 0, const std::optional<node_tls>& tls = {},
      const node_link_settings& link = {})
      : node(tls),
        router_(spawn_router(system(), test::test_realm())),
        directory_(spawn_directory(system(), router_, link)) {
    auto bound = publish_directory(directory_, port, "127.0.0.1");
    INFO((bound ? "" : bound.error()));
    REQUIRE(bound.has_value());
    port_ = *bound;
  }
  ~router_node() {
    caf::anon_send_exit(directory_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(router_, caf::exit_reason::user_shutdown);
  }
  router_node(const router_node&) = delete;
  router_node& operator=(const router_node&) = delete;

  remote_node address() const { return remote_node{{{"127.0.0.1", port_}}}; }
  std::uint16_t port() const { return port_; }
  const directory_actor& directory() const { return directory_; }
  const router_actor& router() const { return router_; }

private:
  router_actor router_;
  directory_actor directory_;
  std::uint16_t port_ = 0;
};

client_settings settings(seen<client_status>& changes) {
  client_settings s;
  s.realm = "realm1";
  s.reconnect.first = 1ms;
  s.reconnect.most = 20ms;
  s.on_status = [&changes](const client_status& now) { changes.add(now); };
  return s;
}

client_status next_of(seen<client_status>& changes, client_state wanted) {
  for (;;)
    if (auto now = changes.take(); now.state == wanted)
      return now;
}

std::string why_not(caf::actor_system& system, const remote_node& at) {
  seen<client_status> changes;
  auto s = settings(changes);
  s.reconnect.first = 1h;
  const client c{system, s, at};
  return next_of(changes, client_state::disconnected).text;
}

bool holds(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a node that is lost and comes again finds its clients again") {
  seen<client_status> changes;
  auto routers = std::make_unique<router_node>();
  const auto port = routers->port();
  node far;
  int served = 0;
  client c{far.system(), settings(changes), routers->address()};
  c.procedure("a.count", [&] { return ++served; });
  for (int round = 1; round <= 5; ++round) {
    next_of(changes, client_state::joined);
    seen<client_status> others;
    client other{far.system(), settings(others), routers->address()};
    other.joined().get();
    auto answer = other.call("a.count").await();
    while (!answer) // until it is registered
      answer = other.call("a.count").await();
    CHECK(answer->args.values() == make_arguments(round));
    routers.reset();
    next_of(changes, client_state::disconnected);
    routers = std::make_unique<router_node>(port);
  }
}

TEST_CASE("a client goes on to the next node, and says why the last was none") {
  router_node routers;
  node far;
  auto where = routers.address();
  where.addresses.insert(where.addresses.begin(), node_address{"127.0.0.1", 1});
  seen<client_status> changes;
  client c{far.system(), settings(changes), where};
  holds(changes.take().text, "can not connect to the node at 127.0.0.1:1");
  next_of(changes, client_state::joined);
}

TEST_CASE("an address where nobody answers costs only those who want to go there") {
  router_node routers;
  node far;
  const silent_address nowhere;
  const remote_node lost{
      .addresses = {{"127.0.0.1", nowhere.port()}}, .link = {}, .connect_timeout = 1s};
  seen<client_status> changes;
  std::vector<std::unique_ptr<client>> in_vain;
  for (int i = 0; i < 5; ++i)
    in_vain.push_back(std::make_unique<client>(far.system(), settings(changes), lost));
  holds(next_of(changes, client_state::disconnected).text, "can not connect to the node");
  seen<client_status> others;
  const client c{far.system(), settings(others), routers.address()};
  CHECK(c.joined().await_for(10s).has_value());
}

TEST_CASE("what is no directory, and a system that knows no nodes, are told apart") {
  node other;
  auto echo = other.system().spawn([] { return caf::behavior{[](int x) { return x; }}; });
  auto port = other.system().middleman().publish(echo, 0, "127.0.0.1");
  REQUIRE(port);
  node far;
  holds(why_not(far.system(), {{{"127.0.0.1", *port}}}), "no directory of realms");
  holds(why_not(far.system(), {}), "no address of a node");
  caf::actor_system_config plain;
  caf::actor_system without{plain};
  holds(why_not(without, {{{"127.0.0.1", *port}}}), "use_nodes()");
  auto router = spawn_router(without, test::test_realm());
  auto directory = spawn_directory(without, router);
  auto no = publish_directory(directory, 0, "127.0.0.1");
  REQUIRE_FALSE(no.has_value());
  holds(no.error(), "use_nodes()");
  caf::anon_send_exit(directory, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(echo, caf::exit_reason::user_shutdown);
}

TEST_CASE("a port that is taken is told") {
  router_node routers;
  auto again = publish_directory(routers.directory(), routers.port(), "127.0.0.1");
  REQUIRE_FALSE(again.has_value());
  holds(again.error(), "can not listen for nodes on 127.0.0.1:" + std::to_string(routers.port()));
}

TEST_CASE("nodes over TLS take only nodes of their authority, and no plain ones") {
  using namespace wamp::testing;
  scratch_folder files;
  const auto authority = make_authority("nodes");
  const auto stranger = make_authority("strangers");
  auto credentials_by = [&](const std::string& name, const credential& issuer) {
    const auto c = make_credential({.name = name}, &issuer);
    return node_tls{
        files.file(name + ".crt", c.certificate_pem()), files.file(name + ".key", c.key_pem()),
        files.file(name + ".ca", authority.certificate_pem())};
  };
  const auto one = credentials_by("one", authority);
  router_node routers{0, one};
  {
    node far{credentials_by("two", authority)};
    seen<client_status> changes;
    client c{far.system(), settings(changes), routers.address()};
    auto add = c.register_("a.add", [](int a, int b) { return a + b; });
    add.confirmed().get();
    CHECK(c.call("a.add", 1, 2).get<int>() == 3);
    const std::string large(3U << 20U, 'x');
    auto echo = c.register_("a.echo", [](std::string s) { return s; });
    echo.confirmed().get();
    CHECK(c.call("a.echo", large).get<std::string>() == large);
  }
  auto quick = routers.address();
  quick.connect_timeout = 2s;
  {
    node far{credentials_by("three", stranger)};
    holds(why_not(far.system(), quick), "can not connect to the node");
  }
  {
    node far;
    holds(why_not(far.system(), quick), "can not connect to the node");
  }
  caf::actor_system_config config;
  auto keyless = one;
  keyless.key_file.clear();
  CHECK_FALSE(use_nodes(config, keyless).has_value());
  auto wrong = one;
  wrong.key_file = credentials_by("four", authority).key_file;
  auto no = use_nodes(config, wrong);
  REQUIRE_FALSE(no.has_value());
  holds(no.error(), "four.key");
  auto missing = one;
  missing.ca_file = files.path_of("nowhere.ca");
  no = use_nodes(config, missing);
  REQUIRE_FALSE(no.has_value());
  holds(no.error(), "nowhere.ca");
}

namespace {

/// A client that says what it is told to and nothing else.
node_peer_actor::behavior_type
silent_client(node_peer_actor::pointer, const std::shared_ptr<seen<node_frames>>& received) {
  return {[received](const node_frames& f) { received->add(f); }};
}

std::string encoded(message m) {
  return encode(format::msgpack, m);
}

const dict subscriber_role{{"roles", dict{{"subscriber", dict{}}, {"caller", dict{}}}}};

/// A client of another node that was let in, driven by hand.
struct by_hand {
  std::shared_ptr<seen<node_frames>> received = std::make_shared<seen<node_frames>>();
  caf::actor_system_config config;
  caf::actor_system system{config};
  router_actor router = spawn_router(system, test::test_realm());
  directory_actor directory;
  caf::scoped_actor self{system};
  node_peer_actor me = system.spawn(silent_client, received);
  node_peer_actor bridge;
  seen<int> ended;

  explicit by_hand(const node_link_settings& link, std::uint64_t beat = 60'000)
      : directory(spawn_directory(system, router, link)) {
    self->request(directory, 10s, enter_atom::value, me, beat)
        .receive(
            [this](const node_peer_actor& b) { bridge = b; },
            [](const caf::error&) { FAIL("not let in"); });
    bridge->attach_functor([this] { ended.add(1); });
  }
  ~by_hand() {
    caf::anon_send_exit(me, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(directory, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
  }
  by_hand(const by_hand&) = delete;
  by_hand& operator=(const by_hand&) = delete;

  void say(std::vector<std::string> messages, std::uint64_t handled = 0) {
    self->send(bridge, node_frames{std::move(messages), handled, false});
  }
  template <class Message>
  Message take() {
    for (;;) {
      while (waiting.empty()) {
        auto f = received->take();
        waiting.insert(waiting.end(), f.messages.begin(), f.messages.end());
      }
      auto m = decode(format::msgpack, slice{waiting.front()}, {});
      waiting.pop_front();
      REQUIRE(m.has_value());
      if (auto wanted = std::get_if<Message>(&*m))
        return *wanted;
    }
  }
  std::deque<std::string> waiting;
};

} // namespace

TEST_CASE("a client of another node that breaks the rules is told, and let go") {
  const auto check_ended_after = [](std::vector<std::string> messages, std::uint64_t handled,
                                    const std::string& why) {
    by_hand peer{{}};
    peer.say({encoded(hello{"realm1", subscriber_role})});
    peer.take<welcome>();
    peer.say(std::move(messages), handled);
    const auto said = peer.take<wamp::abort>();
    CHECK(said.reason == uris::protocol_violation);
    holds(*find<std::string>(said.details, "message"), why);
    peer.ended.take();
  };
  check_ended_after({"rubbish"}, 0, "byte 0");
  check_ended_after({}, 1U << 20U, "never sent");
  check_ended_after({encoded(welcome{session_id{1}, {}})}, 0, "not for a client to send");
  check_ended_after({encoded(publish{request_id{9}, {}, "a.b", {}})}, 0, "out of sequence");
}

TEST_CASE("a client of another node that falls silent is given up, and a lost one is forgotten") {
  by_hand peer{{}, 10};
  peer.say({encoded(hello{"realm1", subscriber_role})});
  peer.take<welcome>();
  peer.ended.take();
  by_hand other{{}};
  caf::anon_send_exit(other.me, caf::exit_reason::kill);
  other.ended.take();
}

TEST_CASE(
    "what a client of another node does not take is bounded: events are dropped, then it is") {
  by_hand peer{{.window = 20'000}};
  peer.say({encoded(hello{"realm1", subscriber_role})});
  peer.take<welcome>();
  peer.say({encoded(subscribe{request_id{1}, {}, "a.topic"})});
  peer.take<subscribed>();
  seen<client_status> changes;
  client publisher{peer.system, settings(changes), entrance_actor{peer.router}};
  publisher.joined().get();
  const std::string ballast(1000, 'x');
  for (int i = 0; i < 100; ++i)
    publisher.ack_publish("a.topic", i, ballast).get();
  // Its own request still has an answer to get, for which there is no room: that is its end.
  peer.say({encoded(call{request_id{2}, {}, "a.nothing", {}})});
  peer.ended.take();
  std::size_t heard = 0;
  for (auto f = peer.received->take();; f = peer.received->take()) {
    heard += f.messages.size();
    if (peer.received->empty())
      break;
  }
  CHECK(heard > 10);
  CHECK(heard < 30);
}

TEST_CASE("a router on another node that takes nothing, and one that falls silent, are noticed") {
  // A directory whose sessions answer HELLO and nothing else, ever.
  node other;
  auto mute = other.system().spawn([](directory_actor::pointer self) {
    return directory_actor::behavior_type{
        [self](enter_atom, const node_peer_actor& client, std::uint64_t) {
          return self->spawn<caf::linked>([client](node_peer_actor::pointer me) {
            return node_peer_actor::behavior_type{
                [me, client, greeted = false](const node_frames&) mutable {
                  if (!std::exchange(greeted, true))
                    me->send(client, node_frames{{encoded(welcome{session_id{1}, {}})}, 0, false});
                }};
          });
        }};
  });
  auto port = publish_directory(mute, 0, "127.0.0.1");
  REQUIRE(port.has_value());
  node far;
  remote_node at{{{"127.0.0.1", *port}}};
  at.link.window = 10'000;
  seen<client_status> changes;
  auto s = settings(changes);
  {
    client c{far.system(), s, at};
    next_of(changes, client_state::joined);
    std::vector<pending<published>> all;
    for (int i = 0; i < 20; ++i)
      all.push_back(c.ack_publish("a.topic", std::string(1000, 'x')));
    const auto refused = all.back().await();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().uri == uris::unavailable);
  }
  at.link.beat = 10ms;
  seen<client_status> later;
  auto again = settings(later);
  again.reconnect.first = 1h;
  client c{far.system(), again, at};
  next_of(later, client_state::joined);
  auto open = c.call("a.b");
  holds(next_of(later, client_state::disconnected).text, "fallen silent");
  const auto lost = open.await();
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().uri == uris::network_failure);
  caf::anon_send_exit(mute, caf::exit_reason::user_shutdown);
}

TEST_CASE("an entrance knows the realms that it was given") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto one = spawn_router(system, test::test_realm("one"));
  auto two = spawn_router(system, test::test_realm("two"));
  {
    auto entrance = spawn_entrance(system, {{"one", one}, {"two", two}});
    for (const auto* name : {"one", "two"}) {
      client c{system, {.realm = name}, entrance};
      CHECK(c.joined().await().has_value());
    }
    seen<client_status> changes;
    auto s = settings(changes);
    s.realm = "three";
    client c{system, s, entrance};
    CHECK(changes.take().reason == uris::no_such_realm);
  }
  caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(two, caf::exit_reason::user_shutdown);
}
