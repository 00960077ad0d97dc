#include <wamp/test/auth/testing.hpp>

#include <thread>

namespace wamp::test {

namespace {
const std::string key(32, 'k');
const std::string fingerprint(64, 'f');

user all_of(const std::string& authid) {
  user u{authid, "role of " + authid};
  u.public_keys = {key};
  u.certificates = {fingerprint};
  u.common_names = {"client.example"};
  return u;
}

std::string trouble(std::vector<user> users) {
  static_users directory;
  const auto replaced = directory.replace(std::move(users));
  return replaced ? "" : replaced.error();
}
} // namespace

TEST_CASE("users are found by what they show") {
  const auto users = directory({all_of("peter"), user{"paul", "user"}});
  CHECK(users->by_authid("peter")->role == "role of peter");
  CHECK(users->by_authid("paul")->role == "user");
  CHECK(users->by_authid("mary") == nullptr);
  CHECK(users->by_public_key(key)->authid == "peter");
  CHECK(users->by_public_key(std::string(32, 'x')) == nullptr);
  CHECK(users->by_certificate({"", fingerprint})->authid == "peter");
  CHECK(users->by_certificate({"client.example", "other"})->authid == "peter");
  CHECK(users->by_certificate({"", "other"}) == nullptr);
  CHECK(users->look_ups() == 8);
  CHECK(users->provider() == "static");
}

TEST_CASE("an example has the credential, and is the same for the same number") {
  const auto ticket = secrets::new_ticket("t", 1);
  user a{"a", "user"};
  user b{"b", "user"};
  user c{"c", "user"};
  b.ticket = ticket;
  c.ticket = ticket;
  const auto users = directory({a, b, c});
  CHECK(users->example(credential::ticket, 0)->authid == "b");
  CHECK(users->example(credential::ticket, 1)->authid == "c");
  CHECK(users->example(credential::ticket, 1'000'000)->authid == "b");
  CHECK(users->example(credential::scram, 0) == nullptr);
}

TEST_CASE("users that contradict each other are refused, and the old ones stay") {
  CHECK(trouble({user{"", "user"}}) == "user \"\": authid and role are needed");
  CHECK(trouble({user{"a", ""}}) == "user \"a\": authid and role are needed");
  CHECK(trouble({user{"a", "x"}, user{"a", "y"}}) == "user \"a\": the authid is there twice");
  user other{"b", "user"};
  other.public_keys = {key};
  CHECK(trouble({all_of("a"), other}) == "user \"b\": a public key is there twice");
  other.public_keys = {"short"};
  CHECK(trouble({other}) == "user \"b\": a public key has not 32 octets");
  other.public_keys.clear();
  other.certificates = {fingerprint};
  CHECK(
      trouble({all_of("a"), other})
      == "user \"b\": the certificate " + fingerprint + " is there twice");
  other.certificates.clear();
  other.common_names = {"client.example"};
  CHECK(
      trouble({all_of("a"), other})
      == "user \"b\": the common name \"client.example\" is empty, or there twice");
  user strange{"I\xc2\xadX", "user"};
  strange.scram = scram_verifier{};
  CHECK(trouble({strange}).find("SASLprep") != std::string::npos);

  const auto users = directory({user{"a", "user"}});
  CHECK_FALSE(users->replace({user{"b", "user"}, user{"b", "user"}}).has_value());
  CHECK(users->by_authid("a") != nullptr);
  CHECK(users->by_authid("b") == nullptr);
}

TEST_CASE("all users are replaced at once, while others look") {
  const auto users = directory({user{"a", "old"}});
  std::thread changing{[&users] {
    for (int i = 0; i < 200; ++i)
      CHECK(users->replace({user{"a", i % 2 == 0 ? "new" : "old"}}).has_value());
  }};
  for (int i = 0; i < 2000; ++i) {
    const auto found = users->by_authid("a");
    REQUIRE(found);
    REQUIRE((found->role == "old" || found->role == "new"));
  }
  changing.join();
  CHECK(users->by_authid("a")->role == "old");
}

} // namespace wamp::test
