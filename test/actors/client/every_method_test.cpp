// Every method of authentication on every way to a router, by our own client: who has what a user
// must show comes in, and nobody else.
#include <wamp/actors/authentication/anonymous_authenticator.hpp>
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/auth/cryptosign.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>
#include <wamp/auth/ticket.hpp>
#include <wamp/auth/wampcra.hpp>
#include <wamp/test/actors/client/every_way.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

// As little work as a client takes for safe.
constexpr std::uint32_t few = 4096;
constexpr std::uint32_t little = 16'384; ///< KiB

const auto router_key = crypto::ed25519_key::generate();

/// Users by the names of what they have.
std::vector<user> all_users(const crypto::ed25519_key& key) {
  std::vector<user> all;
  const auto add = [&](std::string authid) -> user& {
    all.push_back({std::move(authid), "worker"});
    return all.back();
  };
  add("ticket").ticket = secrets::new_ticket("secret", few);
  add("wampcra").cra = cra_secret{"secret"};
  add("salted wampcra").cra = secrets::new_cra("secret", few);
  add("wamp-scram by pbkdf2").scram = *secrets::new_scram_pbkdf2("secret", few);
  add("wamp-scram by argon2").scram = *secrets::new_scram_argon2("secret", 1, little);
  add("cryptosign").public_keys = {std::string{key.public_key()}};
  return all;
}

realm_settings realm_for(std::vector<user> all) {
  const auto users = std::make_shared<static_users>();
  REQUIRE(users->replace(std::move(all)).has_value());
  const candidates known{users, std::make_shared<const decoys>()};
  const auto lane = std::make_shared<slow_lane>();
  auto realm = test_realm();
  realm.authentication = {
      way_in_by(std::make_shared<scram_method>(known), lane),
      way_in_by(std::make_shared<cra_method>(known), lane),
      way_in_by(std::make_shared<ticket_method>(known), lane),
      way_in_by(std::make_shared<cryptosign_method>(users, router_key), lane),
      {"anonymous", std::make_shared<anonymous_authenticator>()},
  };
  return realm;
}

client_settings settings_of(std::string authid, std::vector<credentials_ref> credentials) {
  auto s = every_way::settings();
  s.authid = std::move(authid);
  s.credentials = std::move(credentials);
  return s;
}

struct attempt {
  std::string authid;
  std::string method;
  credentials_ref right;
  credentials_ref wrong;
};

std::vector<attempt> attempts(const crypto::ed25519_key& key) {
  const auto scram = [](const char* password) {
    return std::make_shared<scram_credentials>(password);
  };
  const auto cra = [](const char* secret) { return std::make_shared<cra_credentials>(secret); };
  return {
      {"ticket", "ticket", std::make_shared<ticket_credentials>("secret"),
       std::make_shared<ticket_credentials>("guess")},
      {"wampcra", "wampcra", cra("secret"), cra("guess")},
      {"salted wampcra", "wampcra", cra("secret"), cra("guess")},
      {"wamp-scram by pbkdf2", "wamp-scram", scram("secret"), scram("guess")},
      {"wamp-scram by argon2", "wamp-scram", scram("secret"), scram("guess")},
      {"cryptosign", "cryptosign", std::make_shared<cryptosign_credentials>(key),
       std::make_shared<cryptosign_credentials>(crypto::ed25519_key::generate())},
  };
}

dict who_is(const std::unique_ptr<client>& c) {
  const auto session = every_way::answer_of(c->joined());
  return c->call("wamp.session.get", session.value()).get<dict>();
}

} // namespace

TEST_CASE("every method on every way: what is right opens the door, what is wrong does not") {
  const auto key = crypto::ed25519_key::generate();
  every_way all{realm_for(all_users(key))};
  for (const auto& a : attempts(key))
    for (const auto& w : all.ways) {
      CAPTURE(a.authid);
      CAPTURE(w.name);
      const auto c = w.make(settings_of(a.authid, {a.right}));
      const auto who = who_is(c);
      CHECK(*find<std::string>(who, "authid") == a.authid);
      CHECK(*find<std::string>(who, "authrole") == "worker");
      CHECK(*find<std::string>(who, "authmethod") == a.method);
      CHECK(*find<std::string>(who, "authprovider") == "static");
      const auto refused = w.make(settings_of(a.authid, {a.wrong}));
      CHECK(every_way::error_of(refused->joined()) == uris::authentication_denied);
      const auto unknown = w.make(settings_of("nobody", {a.wrong}));
      CHECK(every_way::error_of(unknown->joined()) == uris::authentication_denied);
    }
}

TEST_CASE("every method on every way: anonymous, for who shows nothing") {
  every_way all{realm_for({})};
  for (const auto& w : all.ways) {
    CAPTURE(w.name);
    const auto who = who_is(w.make(every_way::settings()));
    CHECK(*find<std::string>(who, "authmethod") == "anonymous");
    CHECK(*find<std::string>(who, "authrole") == "anonymous");
  }
}

TEST_CASE("of several credentials the router takes what it likes best") {
  const auto key = crypto::ed25519_key::generate();
  auto users = all_users(key);
  users[0].scram = *secrets::new_scram_pbkdf2("secret", few);
  every_way all{realm_for(std::move(users))};
  const auto c = all.ways.front().make(settings_of(
      "ticket", {std::make_shared<ticket_credentials>("secret"),
                 std::make_shared<scram_credentials>("secret")}));
  CHECK(*find<std::string>(who_is(c), "authmethod") == "wamp-scram");
}

TEST_CASE("a client that knows its router's key leaves another router") {
  const auto key = crypto::ed25519_key::generate();
  every_way all{realm_for(all_users(key))};
  const auto expecting = [&](std::string_view router) {
    cryptosign_credentials::options how;
    how.router_key = router;
    return settings_of("cryptosign", {std::make_shared<cryptosign_credentials>(key, how)});
  };
  for (const auto& w : all.ways) {
    CAPTURE(w.name);
    who_is(w.make(expecting(router_key.public_key())));
    const auto left = w.make(expecting(crypto::ed25519_key::generate().public_key()));
    CHECK(every_way::error_of(left->joined()) == uris::authentication_denied);
  }
}
