// Nobody learns from a login whether there is a user of that name: what is asked, how it is refused
// and what it costs are the same for all. Counted, not timed.
#include <wamp/auth/cryptosign.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/ticket.hpp>
#include <wamp/auth/wampcra.hpp>
#include <wamp/serialization/codec.hpp>
#include <wamp/test/auth/testing.hpp>

#include <functional>
#include <set>

namespace wamp::test {

namespace {

const auto key = crypto::ed25519_key::generate();

/// All names have one length.
std::shared_ptr<static_users> some_users() {
  user peter{"peter", "user"};
  peter.ticket = secrets::new_ticket("a password", 10);
  peter.cra = secrets::new_cra("a password", 10);
  peter.scram = secrets::new_scram_argon2("a password", 2, 8192).value();
  peter.public_keys = {std::string{key.public_key()}};
  return directory({peter, user{"petra", "user"}});
}

struct cost {
  std::size_t challenge_bytes = 0;
  std::uint64_t derived_keys = 0; ///< by the router
  std::uint64_t look_ups = 0;
  refused refusal;
  bool operator==(const cost&) const = default;
};

/// What a login as `authid` with wrong credentials tells whoever tries it.
cost of_login(
    const server_method& router, const client_credentials& client, const static_users& users,
    const std::string& authid) {
  const auto h_client = client.begin(authid, nullptr);
  const auto who = login_of(client.method(), authid, h_client->extra());
  cost c;
  const auto keys_before = crypto::key_derivations();
  const auto look_ups_before = users.look_ups();
  const auto ask = asked(router.challenge(who));
  const auto keys_asked = crypto::key_derivations();
  c.challenge_bytes = encode(format::json, ask.ask).size();
  const auto answer = h_client->answer(ask.ask);
  REQUIRE(answer.has_value());
  const auto keys_answered = crypto::key_derivations();
  const auto decided = router.check(who, ask, *answer);
  REQUIRE_FALSE(decided.has_value());
  c.refusal = decided.error();
  c.derived_keys = crypto::key_derivations() - keys_answered + keys_asked - keys_before;
  c.look_ups = users.look_ups() - look_ups_before;
  return c;
}

/// What does not change from login to login.
dict stable(challenge ask) {
  ask.extra.erase("nonce");
  ask.extra.erase("challenge");
  return ask.extra;
}

} // namespace

TEST_CASE("an unknown user is asked, looked up and refused as a known one, at the same cost") {
  const auto users = some_users();
  const candidates who{users, same_decoys()};
  const auto stranger = crypto::ed25519_key::generate();

  const ticket_method ticket{who};
  const cra_method cra{who};
  const scram_method scram{who};
  const cryptosign_method cryptosign{users};
  const ticket_credentials wrong_ticket{"wrong"};
  const cra_credentials wrong_secret{"wrong"};
  const scram_credentials wrong_password{"wrong"};
  const cryptosign_credentials wrong_key{stranger};
  const std::pair<const server_method*, const client_credentials*> methods[] = {
      {&ticket, &wrong_ticket},
      {&cra, &wrong_secret},
      {&scram, &wrong_password},
      {&cryptosign, &wrong_key}};
  for (const auto& [router, client] : methods) {
    INFO(router->name());
    const auto known = of_login(*router, *client, *users, "peter");
    CHECK(known.refusal == denied().value());
    CHECK(of_login(*router, *client, *users, "petra") == known); // there, but not by this method
    CHECK(of_login(*router, *client, *users, "paula") == known);
    CHECK(known.derived_keys == (router == &ticket ? 1 : 0));
  }
}

TEST_CASE("an unknown user is asked the same each time, and not the same as another") {
  const auto users = some_users();
  const candidates who{users, same_decoys()};
  const cra_method cra{who};
  const scram_method scram{who};
  const auto ask = [](const server_method& router, const std::string& authid) {
    dict extra;
    if (router.name() == "wamp-scram")
      extra.append("nonce", "egVDf3DMJh0=");
    return asked(router.challenge(login_of(router.name(), authid, extra))).ask;
  };
  for (const server_method* router :
       {static_cast<const server_method*>(&cra), static_cast<const server_method*>(&scram)}) {
    INFO(router->name());
    const auto paula = ask(*router, "paula");
    CHECK(stable(ask(*router, "paula")) == stable(paula));
    CHECK(ask(*router, "paula").extra != paula.extra);
    CHECK_FALSE(stable(ask(*router, "pablo")) == stable(paula));
    CHECK_FALSE(stable(ask(*router, "peter")) == stable(paula));
    // All but the salt is as it is for a user.
    auto known = stable(ask(*router, "peter"));
    auto unknown = stable(paula);
    CHECK(find<std::string>(known, "salt")->size() == find<std::string>(unknown, "salt")->size());
    known.erase("salt");
    unknown.erase("salt");
    CHECK(known == unknown);
  }
}

TEST_CASE("what is made up is alike only for whoever has the key") {
  const auto users = some_users();
  const candidates one{users, std::make_shared<const decoys>()};
  const candidates two{users, std::make_shared<const decoys>()};
  CHECK(one.for_scram("paula").secret.salt == one.for_scram("paula").secret.salt);
  CHECK(one.for_scram("paula").secret.salt != two.for_scram("paula").secret.salt);
  CHECK(one.for_scram("paula").secret.stored_key != one.for_scram("paula").secret.server_key);
  const auto same = [&] { return std::make_shared<const decoys>("a key that is kept"); };
  const candidates before{users, same()};
  const candidates after{users, same()};
  CHECK(before.for_scram("paula").secret.salt == after.for_scram("paula").secret.salt);
  CHECK(before.for_cra("paula").secret.salted->salt == after.for_cra("paula").secret.salted->salt);
}

TEST_CASE("a salt that is made up is written as those of the users") {
  const auto salt_like = [](std::string salt) {
    user known{"known", "user"};
    known.cra = cra_secret{"a key", cra_secret::salting{std::move(salt), 10, 32}};
    return candidates{directory({known}), same_decoys()}.for_cra("paula").secret.salted->salt;
  };
  const auto is_of = [](const std::string& made, std::string_view characters) {
    return made.find_first_not_of(characters) == std::string::npos;
  };
  const std::string hexadecimal = "0123456789abcdef";
  const std::string base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const std::string known : {"0123456789", "a1b2c3d4e5f6", "A1B2", "salt123xyz"}) {
    INFO(known);
    const auto made = salt_like(known);
    CHECK(made.size() == known.size());
    CHECK(made != known);
    CHECK(is_of(made, base64.substr(0, 62)));
  }
  CHECK(is_of(salt_like(std::string(64, '7')), hexadecimal.substr(0, 10)));
  CHECK_FALSE(is_of(salt_like(std::string(64, 'a')), hexadecimal.substr(0, 10)));
  CHECK(is_of(salt_like(std::string(64, 'a')), hexadecimal));
  CHECK_FALSE(is_of(salt_like(std::string(63, 'a') + 'A'), hexadecimal));
  CHECK_FALSE(is_of(salt_like(std::string(63, 'a') + '+'), base64.substr(0, 62)));
  const auto padded = salt_like("c2FsdA==");
  CHECK(padded.substr(6) == "==");
  CHECK(is_of(padded.substr(0, 6), base64));
}

TEST_CASE("not even the secret that was made up opens a door") {
  const candidates who{some_users(), same_decoys()};
  const cra_method router{who};
  for (const std::string authid : {"paula", "petra"}) {
    const auto ask = asked(router.challenge(login_of("wampcra", authid)));
    const auto text = *find<std::string>(ask.ask.extra, "challenge");
    const auto signature = cra::sign(who.for_cra(authid).secret.key, text);
    CHECK(is_denied(router.check(login_of("wampcra", authid), ask, {signature})));
  }
}

TEST_CASE("where users are asked in different ways, so are the unknown") {
  user old{"old", "user"};
  old.scram = secrets::new_scram_pbkdf2("p", 4096).value();
  user young{"young", "admin"};
  young.scram = secrets::new_scram_argon2("p", 2, 8192).value();
  const candidates who{directory({old, young}), same_decoys()};
  std::set<std::uint32_t> memories;
  for (int i = 0; i < 50; ++i) {
    const auto found = who.for_scram("nobody" + std::to_string(i));
    CHECK_FALSE(found.is_user);
    CHECK(found.who.authrole == (found.secret.memory == 0 ? "user" : "admin"));
    memories.insert(found.secret.memory);
  }
  CHECK(memories == std::set<std::uint32_t>{0, 8192});
}

TEST_CASE("where there are no users at all, the unknown are asked as new ones would be") {
  const candidates who{directory({}), same_decoys()};
  const auto scram = who.for_scram("paula").secret;
  CHECK(scram.memory == secrets::argon2_memory);
  CHECK(scram.iterations == secrets::argon2_iterations);
  CHECK(scram.salt.size() == secrets::salt_size);
  const auto cra = who.for_cra("paula").secret;
  CHECK(cra.salted->iterations == secrets::cra_iterations);
  CHECK(cra.salted->salt.size() == secrets::cra_salt_size);
  CHECK(cra.key.size() == secrets::new_cra("p", 1).key.size());
  CHECK(who.for_ticket("paula").secret.iterations == secrets::ticket_iterations);
}

} // namespace wamp::test
