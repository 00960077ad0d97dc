#include <wamp/auth/channel_binding.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/serialization/base64.hpp>
#include <wamp/test/auth/testing.hpp>

namespace wamp::test {

namespace {

/// As in RFC 7677.
const scram::exchange rfc7677{
    "user", "rOprNGfwEbeRWgbNEkqO", "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
    "W22ZaJ0SNY7soEsUEjb6gQ==", 4096};

std::string octets(std::string_view base64) {
  return from_base64(base64).value();
}

user with(scram_verifier v, std::string authid = "user") {
  user u{std::move(authid), "frontend"};
  u.scram = std::move(v);
  return u;
}

user by_pbkdf2() {
  static const auto made = secrets::new_scram_pbkdf2("pencil", 4096).value();
  return with(made);
}

user by_argon2() {
  static const auto made = secrets::new_scram_argon2("pencil", 2, 8192).value();
  return with(made);
}

welcome proven_by(const auth_answer& a) {
  dict details;
  details.append("authextra", admitted(a).extra);
  return {{}, details};
}

/// A CHALLENGE that a client may answer, but for what `change` says.
template <class Change>
tl::expected<authenticate, std::string> answer_to(Change change) {
  const auto client = scram_credentials{"pencil"}.begin("user", nullptr);
  const auto nonce = *find<std::string>(client->extra(), "nonce");
  challenge ask{
      "wamp-scram",
      {{"nonce", nonce + "c2VydmVy"},
       {"salt", "W22ZaJ0SNY7soEsUEjb6gQ=="},
       {"kdf", "pbkdf2"},
       {"iterations", 4096},
       {"memory", nullptr}}};
  change(ask, nonce);
  return client->answer(ask);
}

bool answers(dict changes) {
  return answer_to([&changes](challenge& ask, const std::string&) {
           for (const auto& m : changes)
             ask.extra.set(m.key, m.value);
         })
      .has_value();
}

} // namespace

TEST_CASE("SCRAM-SHA-256 as in RFC 7677") {
  const auto text = rfc7677.auth_message();
  CHECK(
      text
      == "n=user,r=rOprNGfwEbeRWgbNEkqO,"
         "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
         "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
  const scram_verifier costs{4096, 0, octets(rfc7677.salt)};
  const auto keys = scram::keys_of(scram::salted_password("pencil", costs));
  const auto proof = scram::client_proof(keys, text);
  CHECK(crypto::to_base64(proof) == "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  CHECK(
      crypto::to_base64(scram::server_signature(keys.server_key, text))
      == "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  CHECK(scram::is_proof(proof, keys.stored_key, text));
  CHECK_FALSE(scram::is_proof(proof, keys.stored_key, text + " "));
  CHECK_FALSE(scram::is_proof(proof.substr(1), keys.stored_key, text));
  CHECK_FALSE(scram::is_proof("", keys.stored_key, text));
}

TEST_CASE("with Argon2id, a binding and a name that is escaped, as libsodium and hashlib make it") {
  std::string salt;
  for (char c = 0; c < 16; ++c)
    salt += c;
  const scram::exchange x{
      "user,name=", "egVDf3DMJh0=",         "egVDf3DMJh0=SBmkFIh7sSo=", crypto::to_base64(salt), 3,
      "tls-unique", std::string(12, '\x01')};
  const auto text = x.auth_message();
  CHECK(
      text
      == "n=user=2Cname=3D,r=egVDf3DMJh0=,r=egVDf3DMJh0=SBmkFIh7sSo=,s=AAECAwQFBgcICQoLDA0ODw==,"
         "i=3,c=cD10bHMtdW5pcXVlLCwBAQEBAQEBAQEBAQE=,r=egVDf3DMJh0=SBmkFIh7sSo=");
  const auto keys = scram::keys_of(scram::salted_password("pencil", {3, 8192, salt}));
  CHECK(
      crypto::to_base64(scram::client_proof(keys, text))
      == "fPRbX/WxAtCKKcu4H2kAHQsg4qZG5P1bBdrNMFUtKsg=");
  CHECK(
      crypto::to_base64(scram::server_signature(keys.server_key, text))
      == "PB01FRE+FHYK1iGvCJx8NoWnrk9AmYGt+FFiAge1A4o=");
  CHECK(crypto::to_base64(keys.stored_key) == "sEqBpVAN97MezbT+M+v0UHYYtQq+wf6c5ILsPK5KCAc=");
}

TEST_CASE("whoever knows the password comes in, and sees that the router knows him") {
  for (const auto& known : {by_pbkdf2(), by_argon2()}) {
    const scram_method router{among({known})};
    const auto let_in = admitted(converse(router, scram_credentials{"pencil"}, "user"));
    CHECK(let_in.who.authid == "user");
    CHECK(let_in.who.authrole == "frontend");
    CHECK(let_in.who.authmethod == "wamp-scram");
    CHECK(let_in.who.authprovider == "static");
    CHECK(octets(*find<std::string>(let_in.extra, "verifier")).size() == 32);
  }
}

TEST_CASE("the messages are those of the specification") {
  const scram_method router{among({by_argon2()})};
  const auto h = begin(router, scram_credentials{"pencil"}, "user");
  const auto& hello = *h.who.extra();
  const auto& ask = h.challenge.ask.extra;
  CHECK(hello.find("channel_binding")->is_null());
  CHECK(h.challenge.ask.method == "wamp-scram");
  const auto theirs = *find<std::string>(hello, "nonce");
  const auto nonce = *find<std::string>(ask, "nonce");
  CHECK(octets(theirs).size() >= 16);
  CHECK(nonce.starts_with(theirs));
  CHECK(octets(nonce.substr(theirs.size())).size() >= 16);
  CHECK(octets(*find<std::string>(ask, "salt")) == by_argon2().scram->salt);
  CHECK(*find<std::string>(ask, "kdf") == "argon2id13");
  CHECK(*find<std::int64_t>(ask, "iterations") == 2);
  CHECK(*find<std::int64_t>(ask, "memory") == 8192);
  CHECK(*find<std::string>(h.answer->extra, "nonce") == nonce);
  CHECK(h.answer->extra.find("channel_binding")->is_null());
  CHECK(h.answer->extra.find("cbind_data")->is_null());

  const scram_method other{among({by_pbkdf2()})};
  const auto pbkdf2 = begin(other, scram_credentials{"pencil"}, "user").challenge.ask.extra;
  CHECK(*find<std::string>(pbkdf2, "kdf") == "pbkdf2");
  CHECK(pbkdf2.find("memory")->is_null());
}

TEST_CASE("names and passwords may be typed in any of their forms") {
  const scram_method router{
      among({with(secrets::new_scram_pbkdf2("\xc3\xa9IX", 4096).value(), "a")})};
  CHECK(converse(router, scram_credentials{"e\xcc\x81\xe2\x85\xa8"}, "\xc2\xaa").has_value());
  CHECK(is_denied(converse(router, scram_credentials{"eIX"}, "a")));
}

TEST_CASE("a name with signs of the messages' own is one name") {
  const scram_method router{among({with(*by_pbkdf2().scram, "a,r=b=")})};
  CHECK(converse(router, scram_credentials{"pencil"}, "a,r=b=").has_value());
}

TEST_CASE("each channel binding holds where both see one connection") {
  const scram_method router{among({by_pbkdf2()})};
  for (const std::string type : {"tls-unique", "tls-exporter", "tls-server-end-point"}) {
    const scram_credentials client{"pencil", type};
    const auto h = begin(router, client, "user", tls_facts());
    CHECK(*find<std::string>(*h.who.extra(), "channel_binding") == type);
    CHECK(*find<std::string>(h.answer->extra, "channel_binding") == type);
    CHECK(check(router, h).has_value());

    const auto other = tls_facts(7);
    CHECK(is_denied(check(router, begin(router, client, "user", tls_facts(), &other))));
  }
}

TEST_CASE("a binding that the connection has not is refused, not passed over") {
  const scram_method router{among({by_pbkdf2()})};
  const auto hello = [](value binding) {
    return dict{{"nonce", "egVDf3DMJh0="}, {"channel_binding", std::move(binding)}};
  };
  auto tls13 = tls_facts();
  tls13.channel->tls_unique.clear();
  CHECK_FALSE(router.challenge(login_of("wamp-scram", "user", hello("tls-unique"))).has_value());
  CHECK_FALSE(
      router.challenge(login_of("wamp-scram", "user", hello("tls-unique"), tls13)).has_value());
  CHECK_FALSE(
      router.challenge(login_of("wamp-scram", "user", hello("other"), tls_facts())).has_value());
  CHECK_FALSE(router.challenge(login_of("wamp-scram", "user", hello(7), tls_facts())).has_value());
  CHECK(router.challenge(login_of("wamp-scram", "user", hello("tls-exporter"), tls13)).has_value());
  CHECK(router.challenge(login_of("wamp-scram", "user", hello(nullptr), tls13)).has_value());

  // Nor does the client sign for less than it was told to.
  const auto client = scram_credentials{"pencil", "tls-unique"}.begin("user", &*tls13.channel);
  const auto nonce = *find<std::string>(client->extra(), "nonce");
  CHECK_FALSE(client
                  ->answer(
                      {"wamp-scram",
                       {{"nonce", nonce + "c2VydmVy"},
                        {"salt", "W22ZaJ0SNY7soEsUEjb6gQ=="},
                        {"kdf", "pbkdf2"},
                        {"iterations", 4096}}})
                  .has_value());
}

TEST_CASE("AUTHENTICATE names the binding of HELLO, or is denied") {
  const scram_method router{among({by_pbkdf2()})};
  const auto bound =
      begin(router, scram_credentials{"pencil", "tls-exporter"}, "user", tls_facts());
  for (value other : {value{}, value{""}, value{"tls-unique"}, value{7}}) {
    auto answer = *bound.answer;
    answer.extra.set("channel_binding", other);
    CHECK(is_denied(router.check(bound.who, bound.challenge, answer)));
  }
  const auto plain = begin(router, scram_credentials{"pencil"}, "user", tls_facts());
  auto answer = *plain.answer;
  answer.extra.set("channel_binding", "tls-exporter");
  CHECK(is_denied(router.check(plain.who, plain.challenge, answer)));
}

TEST_CASE("whoever takes the binding out of HELLO gains nothing") {
  const scram_method router{among({by_pbkdf2()})};
  const auto facts = tls_facts();
  const auto client = scram_credentials{"pencil", "tls-exporter"}.begin("user", &*facts.channel);
  auto extra = client->extra();
  extra.set("channel_binding", nullptr);
  const auto who = login_of("wamp-scram", "user", extra, facts);
  const auto ask = asked(router.challenge(who));
  auto answer = client->answer(ask.ask).value();
  CHECK(is_denied(router.check(who, ask, answer)));
  answer.extra.set("channel_binding", nullptr);
  answer.extra.set("cbind_data", nullptr);
  CHECK(is_denied(router.check(who, ask, answer)));
}

TEST_CASE("a wrong password, and anybody's who is not there, are denied alike") {
  const scram_method router{among({by_argon2(), user{"without", "user"}})};
  CHECK(is_denied(converse(router, scram_credentials{"Pencil"}, "user")));
  auto h = begin(router, scram_credentials{"pencil"}, "user");
  h.answer->signature = crypto::to_base64(std::string(32, '\0'));
  CHECK(is_denied(check(router, h)));
  const auto nobody = begin(router, scram_credentials{"pencil"}, "nobody");
  CHECK(is_denied(check(router, nobody)));
  CHECK(is_denied(check(router, begin(router, scram_credentials{"pencil"}, "without"))));
}

TEST_CASE("HELLO needs a name, and a nonce that is base64") {
  const scram_method router{among({by_pbkdf2()})};
  const auto takes = [&router](const std::string& authid, dict extra) {
    const auto a = router.challenge(login_of("wamp-scram", authid, std::move(extra)));
    if (!a)
      CHECK(a.error().uri == uris::authentication_failed);
    return a.has_value();
  };
  CHECK(takes("user", {{"nonce", "egVDf3DMJh0="}}));
  CHECK_FALSE(takes("", {{"nonce", "egVDf3DMJh0="}}));
  CHECK_FALSE(takes("user", {}));
  CHECK_FALSE(takes("user", {{"nonce", ""}}));
  CHECK_FALSE(takes("user", {{"nonce", "a,r=b"}}));
  CHECK_FALSE(takes("user", {{"nonce", 7}}));
  CHECK_FALSE(takes("user", {{"nonce", std::string(260, 'A')}}));
}

TEST_CASE("an answer to another challenge, or with another nonce, is denied") {
  const scram_method router{among({by_pbkdf2()})};
  const auto first = begin(router, scram_credentials{"pencil"}, "user");
  const auto second = begin(router, scram_credentials{"pencil"}, "user");
  CHECK(is_denied(router.check(second.who, second.challenge, *first.answer)));

  // One login, two challenges: the client's nonce is the same.
  const auto again = asked(router.challenge(first.who));
  CHECK(is_denied(router.check(first.who, again, *first.answer)));
  auto patched = *first.answer;
  patched.extra.set("nonce", *again.ask.extra.find("nonce"));
  CHECK(is_denied(router.check(first.who, again, patched)));

  for (value nonce : {value{}, value{""}, value{7}, value{"egVDf3DMJh0="}}) {
    auto wrong = *first.answer;
    wrong.extra.set("nonce", nonce);
    CHECK(is_denied(router.check(first.who, first.challenge, wrong)));
  }
  auto less = *first.answer;
  less.extra.erase("nonce");
  CHECK(is_denied(router.check(first.who, first.challenge, less)));
  CHECK(check(router, first).has_value());
}

TEST_CASE("a proof that is cut off or written in another way is none") {
  const scram_method router{among({by_pbkdf2()})};
  const auto h = begin(router, scram_credentials{"pencil"}, "user");
  const auto good = h.answer->signature;
  auto same_octets = good;
  ++same_octets[42]; // two bits that mean nothing
  REQUIRE(octets(same_octets) == octets(good));
  for (const auto& bad :
       {std::string{}, good.substr(4), good.substr(0, 40), good + "AAAA", good + "\n",
        crypto::to_hex(octets(good)), same_octets}) {
    auto answer = *h.answer;
    answer.signature = bad;
    CHECK(is_denied(router.check(h.who, h.challenge, answer)));
  }
  // Data for a binding that there is not.
  auto answer = *h.answer;
  answer.extra.set("cbind_data", "AAAA");
  CHECK(is_denied(router.check(h.who, h.challenge, answer)));
}

TEST_CASE("a client leaves a router that does not prove itself") {
  const scram_method router{among({by_pbkdf2()})};
  const auto h = begin(router, scram_credentials{"pencil"}, "user");
  const auto good = proven_by(check(router, h));
  CHECK_FALSE(h.client->trouble_with(good));

  const auto verifier = *find<std::string>(*find<dict>(good.details, "authextra"), "verifier");
  const auto trouble = [&h](value shown) {
    return h.client->trouble_with({{}, {{"authextra", dict{{"verifier", std::move(shown)}}}}})
        .has_value();
  };
  CHECK_FALSE(trouble("v=" + verifier)); // as in the specification's example
  CHECK(trouble(verifier.substr(4)));
  CHECK(trouble(""));
  CHECK(trouble(7));
  CHECK(trouble(crypto::to_base64(std::string(32, 'x'))));
  CHECK(h.client->trouble_with({}));

  // One that has asked for nothing knows nothing either.
  const auto other = scram_credentials{"pencil"}.begin("user", nullptr);
  CHECK(other->trouble_with(good));
  CHECK(other->trouble_with({{}, {{"authextra", dict{{"verifier", ""}}}}}));
}

TEST_CASE("a client answers no challenge but its own, and pays no absurd costs") {
  CHECK(answers({}));
  CHECK(answers({{"kdf", "argon2id13"}, {"iterations", 2}, {"memory", 8192}}));
  CHECK_FALSE(answers({{"kdf", "md5"}}));
  CHECK_FALSE(answers({{"kdf", nullptr}}));
  CHECK_FALSE(answers({{"nonce", "c2VydmVy"}}));
  CHECK_FALSE(answers({{"nonce", "bm90IHdoYXQgdGhlIGNsaWVudCBzYWlkLCBidXQgbG9uZ2VyIHN0aWxs"}}));
  CHECK_FALSE(answers({{"salt", "not base64"}}));
  CHECK_FALSE(answers({{"salt", "AAAA"}}));
  // Too cheap: whoever asks for that wants to guess the password.
  CHECK_FALSE(answers({{"iterations", 4095}}));
  CHECK_FALSE(answers({{"iterations", 0}}));
  CHECK_FALSE(answers({{"kdf", "argon2id13"}, {"iterations", 1}, {"memory", 8192}}));
  // Too dear.
  CHECK_FALSE(answers({{"iterations", 10'000'001}}));
  CHECK_FALSE(answers({{"iterations", std::int64_t{1} << 40}}));
  CHECK_FALSE(answers({{"kdf", "argon2id13"}, {"iterations", 1}, {"memory", 262'145}}));
  CHECK_FALSE(answers({{"kdf", "argon2id13"}, {"iterations", 10'000'000}, {"memory", 65'536}}));
  CHECK_FALSE(answers({{"kdf", "argon2id13"}, {"iterations", 1'000'000}, {"memory", 4}}));
  CHECK_FALSE(answers({{"kdf", "argon2id13"}, {"iterations", 2}}));

  CHECK_FALSE(
      answer_to([](challenge& ask, const std::string&) { ask.method = "ticket"; }).has_value());
  CHECK_FALSE(answer_to([](challenge& ask, const std::string& nonce) {
                ask.extra.set("nonce", nonce); // nothing of the router's own
              }).has_value());
}

} // namespace wamp::test
