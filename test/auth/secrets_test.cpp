#include <wamp/auth/crypto.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/secrets.hpp>

#include <doctest/doctest.h>

#include <cctype>

namespace wamp::secrets {

namespace {
template <class T>
std::string error_of(const tl::expected<T, std::string>& e) {
  return e ? "" : e.error();
}
const std::string key(32, 'k');
const std::string key_text = crypto::to_base64(key);
} // namespace

TEST_CASE("what is made of a ticket is read again") {
  const auto made = new_ticket("a ticket", 7);
  const auto read = parse_ticket(text_of(made)).value();
  CHECK(read.iterations == 7);
  CHECK(read.salt == made.salt);
  CHECK(read.hash == crypto::pbkdf2("a ticket", made.salt, 7));
  CHECK(text_of(made).find("a ticket") == std::string::npos);
  CHECK(new_ticket("a ticket", 7).hash != made.hash);
}

TEST_CASE("what is made for WAMP-CRA is read again") {
  const auto made = new_cra("password", 7);
  const auto read = parse_cra(text_of(made)).value();
  REQUIRE(read.salted);
  CHECK(read.salted->iterations == 7);
  CHECK(read.salted->salt == made.salted->salt);
  CHECK(read.salted->keylen == 32);
  CHECK(read.key == made.key);
  CHECK(made.salted->salt.size() == cra_salt_size);

  const auto plain = new_cra_key();
  CHECK(parse_cra(text_of(plain)).value().key == plain.key);
  CHECK_FALSE(parse_cra(text_of(plain)).value().salted);
  CHECK(parse_cra("key$with a $ in it 1234").value().key == "with a $ in it 1234");
}

TEST_CASE("a user of Crossbar's keeps his salt and key") {
  // Autobahn's derive_key("secret", "salt123", 1000, 32).
  const auto read = parse_cra("pbkdf2$1000$salt123$MDS8Yxpu4J/vkHJ8dNEgqECYsI0uRDh2oZ5eN0vYPvo=");
  REQUIRE(read.has_value());
  CHECK(read->salted->salt == "salt123");
  CHECK(read->key == crypto::to_base64(crypto::pbkdf2("secret", "salt123", 1000)));
}

TEST_CASE("what is made for SCRAM is read again") {
  const auto pbkdf2 = new_scram_pbkdf2("pencil", 5000).value();
  const auto argon2 = new_scram_argon2("pencil", 2, 1024).value();
  for (const auto& made : {pbkdf2, argon2}) {
    const auto read = parse_scram(text_of(made)).value();
    CHECK(read.iterations == made.iterations);
    CHECK(read.memory == made.memory);
    CHECK(read.salt == made.salt);
    const auto keys = scram::keys_of(scram::salted_password("pencil", read));
    CHECK(read.stored_key == keys.stored_key);
    CHECK(read.server_key == keys.server_key);
  }
  CHECK(text_of(pbkdf2).starts_with("pbkdf2$5000$"));
  CHECK(text_of(argon2).starts_with("argon2id13$2$1024$"));
}

TEST_CASE("a password is stored in the form of SASLprep, or not at all") {
  auto made = new_scram_pbkdf2("I\xc2\xadX", 4096).value();
  CHECK(made.stored_key == scram::keys_of(scram::salted_password("IX", made)).stored_key);
  CHECK(error_of(new_scram_pbkdf2("\x07", 4096)).find("SASLprep") != std::string::npos);
  CHECK_FALSE(new_scram_argon2("", 1, 1024));
}

TEST_CASE("what is wrong with a secret is said, without the secret") {
  const auto salt = crypto::to_base64("saltsalt");
  const auto good = "pbkdf2$1000$" + salt + "$" + key_text;
  CHECK(parse_ticket(good).has_value());
  CHECK(error_of(parse_ticket("my password")) == "it does not begin with pbkdf2$");
  CHECK(error_of(parse_ticket("pbkdf2")) == "the number of iterations is missing");
  for (const std::string count : {"0", "x", "", "-1", "10000001", "1 ", "99999999999999999999"})
    CHECK(
        error_of(parse_ticket("pbkdf2$" + count + "$" + salt + "$" + key_text))
        == "the number of iterations is not a number from 1 to 10000000");
  CHECK(
      error_of(parse_ticket("pbkdf2$1000$c2FsdA==$" + key_text))
      == "the salt is not base64 of 8 to 64 octets");
  CHECK(
      error_of(parse_ticket("pbkdf2$1000$" + salt + "$" + salt))
      == "the hash is not base64 of 32 octets");
  CHECK(error_of(parse_ticket(good + "$")) == "it has too many parts");

  CHECK(error_of(parse_cra("secret")) == "it begins neither with pbkdf2$ nor with key$");
  CHECK(error_of(parse_cra("key$short")) == "the key has fewer than 16 characters");
  CHECK(error_of(parse_cra("pbkdf2$1$$" + key_text)) == "the salt has not 1 to 64 characters");
  CHECK(error_of(parse_cra("pbkdf2$1$salt")) == "the key is missing");

  CHECK(error_of(parse_scram("scrypt$1")) == "it begins neither with pbkdf2$ nor with argon2id13$");
  CHECK(
      error_of(parse_scram("argon2id13$1$4$" + salt + "$" + key_text + "$" + key_text))
      == "the memory in KiB is not a number from 8 to 262144");
  CHECK(
      error_of(parse_scram("pbkdf2$4096$" + salt + "$" + key_text)) == "the server key is missing");
}

TEST_CASE("keys and fingerprints are 32 octets in hexadecimal digits") {
  const auto digits = crypto::to_hex(key);
  CHECK(parse_public_key(digits) == key);
  for (const auto& text : {digits.substr(2), digits + "00", digits.substr(1) + "g", std::string{}})
    CHECK(error_of(parse_public_key(text)) == "it has not 64 hexadecimal digits");

  CHECK(parse_fingerprint(digits) == digits);
  std::string openssl;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    openssl += (i > 0 ? ":" : "") + digits.substr(i, 2);
  for (auto& c : openssl)
    c = static_cast<char>(std::toupper(c));
  CHECK(parse_fingerprint(openssl) == digits);
  CHECK_FALSE(parse_fingerprint(openssl.substr(1)));
}

} // namespace wamp::secrets
