// Whatever a peer sends, a method neither throws nor lets it in; and whatever a router sends, a
// client neither throws nor works without end. Thousands of random answers, the same in each run.
#include <wamp/auth/cryptosign.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/ticket.hpp>
#include <wamp/auth/wampcra.hpp>
#include <wamp/test/auth/testing.hpp>

#include <array>
#include <random>

namespace wamp::test {

namespace {

const auto key = crypto::ed25519_key::generate();

/// Texts and values that look right, nearly right, or not at all.
class chance {
public:
  std::size_t below(std::size_t n) { return engine_() % n; }

  /// A part of `good` with some octets changed, or noise.
  std::string text(const std::string& good) {
    auto made = good;
    switch (below(6)) {
    case 0:
      return noise(below(300));
    case 1:
      return made.substr(0, below(good.size() + 1));
    case 2:
      return made + noise(1 + below(8));
    case 3:
      return made.empty() ? noise(1) : made.substr(1 + below(good.size()));
    default:
      // Letters for letters, so that it may well be base64 or hexadecimal.
      if (!made.empty())
        for (std::size_t n = 1 + below(3); n > 0; --n)
          made[below(made.size())] = "0123456789abcdefABC=+/"[below(22)];
      return made;
    }
  }

  value any(const value& good) {
    switch (below(8)) {
    case 0:
      return nullptr;
    case 1:
      return static_cast<std::int64_t>(engine_());
    case 2:
      return static_cast<double>(engine_()) / 7;
    case 3:
      return binary{noise(below(40))};
    case 4:
      return list{value{1}, value{"x"}};
    case 5:
      return dict{{"nonce", "x"}};
    default:
      if (const auto s = good.get_if<std::string>())
        return text(*s);
      return static_cast<std::int64_t>(below(5'000));
    }
  }

  /// Some members changed, some left out.
  dict any(const dict& good) {
    dict made;
    for (const auto& m : good)
      if (const auto what = below(8); what != 0)
        made.set(m.key, what < 4 ? any(m.value) : m.value);
    return made;
  }

private:
  std::string noise(std::size_t size) {
    std::string s(size, '\0');
    for (auto& c : s)
      c = static_cast<char>(engine_());
    return s;
  }

  std::mt19937_64 engine_{42};
};

std::vector<user> everybody() {
  user joe{"joe", "user"};
  joe.ticket = secrets::new_ticket("a password", 2);
  joe.cra = secrets::new_cra("a password", 2);
  joe.scram = secrets::new_scram_pbkdf2("a password", 4096).value();
  joe.public_keys = {std::string{key.public_key()}};
  return {joe};
}

struct pair_of_halves {
  std::shared_ptr<server_method> router;
  std::shared_ptr<client_credentials> client;
};

std::array<pair_of_halves, 4> all_methods() {
  const auto users = directory(everybody());
  const candidates who{users, same_decoys()};
  return {
      {{std::make_shared<ticket_method>(who), std::make_shared<ticket_credentials>("a password")},
       {std::make_shared<cra_method>(who), std::make_shared<cra_credentials>("a password")},
       {std::make_shared<scram_method>(who),
        std::make_shared<scram_credentials>("a password", "tls-exporter")},
       {std::make_shared<cryptosign_method>(users, key),
        std::make_shared<cryptosign_credentials>(
            key, cryptosign_credentials::options{"tls-exporter", std::string{key.public_key()}})}}};
}

} // namespace

TEST_CASE("random answers are refused") {
  chance random;
  for (const auto& [router, client] : all_methods()) {
    INFO(router->name());
    const auto h = begin(*router, *client, "joe", tls_facts());
    REQUIRE(check(*router, h).has_value());
    int refusals = 0;
    for (int i = 0; i < 3000; ++i) {
      const authenticate sent{random.text(h.answer->signature), random.any(h.answer->extra)};
      if (sent.signature == h.answer->signature)
        continue; // chance has left it as it is
      const auto decided = router->check(h.who, h.challenge, sent);
      // Hexadecimal digits may be in either case: that is the same signature.
      if (router->name() == "cryptosign" && decided)
        CHECK(crypto::from_hex(sent.signature) == crypto::from_hex(h.answer->signature));
      else
        CHECK_FALSE(decided.has_value());
      ++refusals;
    }
    CHECK(refusals > 2000);
  }
}

TEST_CASE("random extras of HELLO get a challenge or a refusal") {
  chance random;
  for (const auto& [router, client] : all_methods()) {
    INFO(router->name());
    const auto facts = tls_facts();
    const auto good = client->begin("joe", &*facts.channel)->extra();
    int challenges = 0;
    for (int i = 0; i < 2000; ++i) {
      auto who = login_of(router->name(), random.text("joe"), random.any(good), facts);
      const auto decided = router->challenge(who);
      if (!decided) {
        CHECK(decided.error().uri == uris::authentication_failed);
        continue;
      }
      const auto& ask = std::get<auth_challenge>(*decided);
      CHECK_FALSE(router->check(who, ask, {"", {}}).has_value());
      ++challenges;
    }
    CHECK(challenges > 0);
  }
}

TEST_CASE("random challenges get an answer or a sentence") {
  chance random;
  for (const auto& [router, client] : all_methods()) {
    INFO(router->name());
    const auto facts = tls_facts();
    int sentences = 0;
    for (int i = 0; i < 300; ++i) {
      const auto h = begin(*router, *client, "joe", facts);
      auto ask = h.challenge.ask;
      ask.extra = random.any(ask.extra);
      ask.method = random.below(20) == 0 ? random.text(ask.method) : ask.method;
      const auto login = client->begin("joe", &*facts.channel);
      login->extra();
      const auto answer = login->answer(ask);
      sentences += answer ? 0 : 1;
      if (!answer)
        CHECK_FALSE(answer.error().empty());
      dict details;
      details.append("authextra", random.any(dict{{"verifier", "dmVyaWZpZXI="}}));
      login->trouble_with({{}, random.any(details)});
    }
    CHECK(sentences > 0);
  }
}

} // namespace wamp::test
