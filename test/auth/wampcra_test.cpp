#include <wamp/auth/wampcra.hpp>
#include <wamp/test/auth/testing.hpp>

namespace wamp::test {

namespace {

/// The challenge of the specification's example, on one line.
constexpr std::string_view example =
    R"({ "nonce": "LHRTC9zeOIrt_9U3", "authprovider": "userdb", "authid": "peter", )"
    R"("timestamp": "2014-06-22T16:36:25.448Z", "authrole": "user", "authmethod": "wampcra", )"
    R"("session": 3251278072152162})";

user peter(cra_secret secret) {
  user u{"peter", "user"};
  u.cra = std::move(secret);
  return u;
}

/// Autobahn's of the password "secret".
const cra_secret salted{
    "MDS8Yxpu4J/vkHJ8dNEgqECYsI0uRDh2oZ5eN0vYPvo=", cra_secret::salting{"salt123", 1000, 32}};

} // namespace

TEST_CASE("signatures and salted keys as Autobahn makes them") {
  CHECK(cra::sign("secret", example) == "Pji30JC9tb/T9tbEwxw5i0RyRa5UVBxuoIVTgT7hnkE=");
  CHECK(cra::sign(salted.key, example) == "U0GWKv2sPa6zQi8ajAlu0aLrliZCcsluOCxvtzhfxW0=");
  CHECK(cra::sign("L3L1YUE8Txlw", "[1, 2, 3]") == "1njQtmmeYO41N5EWEzD2kAjjEKRZ5kPZt/TzpYXOzR0=");
  CHECK(cra::salted_key("secret", *salted.salted) == salted.key);
  CHECK(
      cra::salted_key("L3L1YUE8Txlw", {"salt123", 1000, 32})
      == "qzcdsr9uu/L5hnss3kjNTRe490ETgA70ZBaB5rvnJ5Y=");
  CHECK(
      cra::salted_key("p\xc3\xa4ssword", {"s\xe2\x82\xaclt", 100, 16})
      == "+7rp3yliX6niCy6J2xgmWg==");
}

TEST_CASE("the client answers a router of the specification") {
  const auto client = cra_credentials{"secret"}.begin("peter", nullptr);
  CHECK(
      client->answer({"wampcra", {{"challenge", example}}})->signature
      == "Pji30JC9tb/T9tbEwxw5i0RyRa5UVBxuoIVTgT7hnkE=");
  CHECK(
      client
          ->answer(
              {"wampcra",
               {{"challenge", example}, {"salt", "salt123"}, {"keylen", 32}, {"iterations", 1000}}})
          ->signature
      == "U0GWKv2sPa6zQi8ajAlu0aLrliZCcsluOCxvtzhfxW0=");
}

TEST_CASE("whoever knows the secret comes in, salted or not") {
  const cra_method plain{among({peter({"a shared secret"})})};
  const auto let_in = admitted(converse(plain, cra_credentials{"a shared secret"}, "peter"));
  CHECK(let_in.who.authid == "peter");
  CHECK(let_in.who.authrole == "user");
  CHECK(let_in.who.authmethod == "wampcra");
  CHECK(let_in.who.authprovider == "static");
  const cra_method with_salt{among({peter(salted)})};
  CHECK(converse(with_salt, cra_credentials{"secret"}, "peter").has_value());
  const cra_method made{among({peter(secrets::new_cra("secret", 10))})};
  CHECK(converse(made, cra_credentials{"secret"}, "peter").has_value());
}

TEST_CASE("a challenge says what the session will be, and how to salt") {
  const cra_method router{among({peter(salted)})};
  const auto ask = asked(router.challenge(login_of("wampcra", "peter"))).ask;
  CHECK(ask.method == "wampcra");
  const auto text = *find<std::string>(ask.extra, "challenge");
  for (const auto part :
       {R"("authid":"peter")", R"("authrole":"user")", R"("authmethod":"wampcra")",
        R"("authprovider":"static")", R"("session":3251278072152162)", R"("timestamp":"20)",
        R"("nonce":")"})
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  CHECK(*find<std::string>(ask.extra, "salt") == "salt123");
  CHECK(*find<std::int64_t>(ask.extra, "iterations") == 1000);
  CHECK(*find<std::int64_t>(ask.extra, "keylen") == 32);
  const auto plain =
      asked(cra_method{among({peter({"secret"})})}.challenge(login_of("wampcra", "peter")));
  CHECK(plain.ask.extra.size() == 1);
}

TEST_CASE("a name cannot break out of the challenge's text") {
  const cra_method router{among({peter(salted)})};
  const auto ask = asked(router.challenge(login_of("wampcra", R"(x","authrole":"admin)"))).ask;
  CHECK(
      find<std::string>(ask.extra, "challenge")->find(R"("authid":"x\",\"authrole\":\"admin")")
      != std::string::npos);
}

TEST_CASE("a wrong secret, and nobody's, are denied alike") {
  const cra_method router{among({peter(salted), user{"without", "user"}})};
  CHECK(is_denied(converse(router, cra_credentials{"Secret"}, "peter")));
  CHECK(is_denied(converse(router, cra_credentials{""}, "peter")));
  CHECK(is_denied(converse(router, cra_credentials{"secret"}, "paul")));
  CHECK(is_denied(converse(router, cra_credentials{"secret"}, "without")));
  CHECK_FALSE(router.challenge(login_of("wampcra", "")).has_value());
}

TEST_CASE("the answer to one challenge is none to another") {
  const cra_method router{among({peter(salted)})};
  const auto first = begin(router, cra_credentials{"secret"}, "peter");
  const auto second = begin(router, cra_credentials{"secret"}, "peter");
  CHECK(is_denied(router.check(second.who, second.challenge, *first.answer)));
  CHECK(router.check(second.who, second.challenge, *second.answer).has_value());
}

TEST_CASE("a signature that is cut off, longer, or written in another way, is none") {
  const cra_method router{among({peter(salted)})};
  const auto h = begin(router, cra_credentials{"secret"}, "peter");
  const auto good = h.answer->signature;
  for (const auto& bad : {good.substr(0, 43), good.substr(1), good + "=", good + "\n", " " + good})
    CHECK(is_denied(router.check(h.who, h.challenge, {bad})));
}

TEST_CASE("a client derives no absurd key, and signs for no other method") {
  const auto client = cra_credentials{"secret"}.begin("peter", nullptr);
  const auto answer = [&client](dict extra) {
    extra.append("challenge", "{}");
    return client->answer({"wampcra", extra}).has_value();
  };
  CHECK(answer({{"salt", "s"}, {"iterations", 1}, {"keylen", 32}}));
  CHECK_FALSE(answer({{"salt", "s"}, {"iterations", 0}, {"keylen", 32}}));
  CHECK_FALSE(answer({{"salt", "s"}, {"iterations", 10'000'001}, {"keylen", 32}}));
  CHECK_FALSE(answer({{"salt", "s"}, {"iterations", 1}, {"keylen", 8}}));
  CHECK_FALSE(answer({{"salt", "s"}, {"iterations", 1}, {"keylen", 1'000'000}}));
  CHECK_FALSE(answer({{"salt", 7}, {"iterations", 1}, {"keylen", 32}}));
  CHECK_FALSE(answer({{"salt", "s"}}));
  CHECK_FALSE(client->answer({"wampcra", {}}).has_value());
  CHECK_FALSE(client->answer({"ticket", {{"challenge", "{}"}}}).has_value());
}

} // namespace wamp::test
