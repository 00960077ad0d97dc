#include <wamp/auth/crypto.hpp>

#include <doctest/doctest.h>

namespace wamp::crypto {

namespace {
std::string octets(std::string_view hex) {
  return from_hex(hex).value();
}
} // namespace

TEST_CASE("SHA-256 as in FIPS 180-2, HMAC as in RFC 4231") {
  CHECK(
      to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(
      to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There"))
      == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(
      to_hex(hmac_sha256("Jefe", "what do ya want for nothing?"))
      == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // A key that is longer than a block.
  CHECK(
      to_hex(hmac_sha256(
          std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"))
      == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("a key may be as long as a peer likes") {
  const std::string longest(1'000'000, 'k');
  CHECK(hmac_sha256(longest, "x") == hmac_sha256(sha256(longest), "x"));
  CHECK(pbkdf2(longest, "salt", 2) == pbkdf2(sha256(longest), "salt", 2));
}

TEST_CASE("PBKDF2-HMAC-SHA256 as in RFC 7914") {
  CHECK(
      to_hex(pbkdf2("passwd", "salt", 1, 64))
      == "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
         "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
  CHECK(
      to_hex(pbkdf2("Password", "NaCl", 80000, 64))
      == "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
         "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
}

TEST_CASE("Argon2id as the reference implementation and libsodium have it") {
  // Of the reference implementation's own tests.
  CHECK(
      to_hex(argon2id("password", "somesalt", 2, 256))
      == "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
  CHECK(
      to_hex(argon2id("password", "somesalt", 2, 65536))
      == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
  // Of Autobahn's tests, made with the program `argon2`.
  CHECK(
      to_hex(argon2id("p4ssw0rd", "1234567890abcdef", 32, 512))
      == "ee4a8acf9d5958354fb79a95ae20692d05e42591ba49fae85eb6700e8b0ed293");
  // Made with libsodium.
  CHECK(
      to_hex(argon2id("p\xc3\xa4$$", "saltsaltsaltsalt", 1, 16384))
      == "2b3d1aa4f640622e226e520519b0af1d5568f0a370e8c302febe939c918b09b1");
}

TEST_CASE("keys that were derived are counted") {
  const auto before = key_derivations();
  pbkdf2("a", "saltsalt", 1);
  argon2id("a", "saltsalt", 1, 8);
  hmac_sha256("a", "b");
  CHECK(key_derivations() == before + 2);
}

TEST_CASE("Ed25519 as in RFC 8032") {
  struct vector {
    std::string_view seed, public_key, message, signature;
  };
  const vector known[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
       "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
       "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
       "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
  };
  for (const auto& v : known) {
    const auto key = ed25519_key::from_seed(octets(v.seed)).value();
    const auto message = octets(v.message);
    CHECK(to_hex(key.public_key()) == v.public_key);
    CHECK(to_hex(key.sign(message)) == v.signature);
    CHECK(verify_ed25519(key.public_key(), message, octets(v.signature)));
    CHECK_FALSE(verify_ed25519(key.public_key(), message + "x", octets(v.signature)));
  }
}

TEST_CASE("a key or a signature of another size, or that is none, signs nothing") {
  const auto key = ed25519_key::generate();
  const auto signature = key.sign("m");
  CHECK(key.public_key() != ed25519_key::generate().public_key());
  CHECK(verify_ed25519(key.public_key(), "m", signature));
  CHECK_FALSE(verify_ed25519(key.public_key(), "m", signature.substr(1)));
  CHECK_FALSE(verify_ed25519(key.public_key(), "m", signature + '\0'));
  CHECK_FALSE(verify_ed25519(key.public_key().substr(1), "m", signature));
  CHECK_FALSE(verify_ed25519("", "m", ""));
  CHECK_FALSE(verify_ed25519(std::string(32, '\xff'), "m", signature));
  CHECK_FALSE(ed25519_key::from_seed(std::string(31, 'x')));
  CHECK_FALSE(ed25519_key::from_seed(std::string(64, 'x')));
}

TEST_CASE("only pairs of hexadecimal digits are octets") {
  CHECK(from_hex("00fFa1") == std::string{"\x00\xff\xa1", 3});
  CHECK(from_hex("") == "");
  for (std::string_view text : {"0", "0g", " 00", "0 0 ", "0x00", "00\n\n"})
    CHECK_FALSE(from_hex(text));
}

TEST_CASE("what is compared is equal in size and octets") {
  CHECK(are_equal("abc", "abc"));
  CHECK(are_equal("", ""));
  CHECK_FALSE(are_equal("abc", "abd"));
  CHECK_FALSE(are_equal("abc", "ab"));
  CHECK_FALSE(are_equal("", "a"));
}

TEST_CASE("no two random texts are alike") {
  CHECK(random_bytes(16).size() == 16);
  CHECK(random_bytes(16) != random_bytes(16));
}

} // namespace wamp::crypto
