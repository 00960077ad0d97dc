#include <wamp/auth/certificate.hpp>
#include <wamp/test/auth/testing.hpp>

namespace wamp::test {

namespace {

const std::string fingerprint(64, 'a');

peer_facts showing(std::string common_name, std::string sha256) {
  auto facts = tls_facts();
  facts.certificate = peer_certificate{std::move(common_name), std::move(sha256)};
  return facts;
}

user joe() {
  user u{"joe", "user"};
  u.certificates = {fingerprint};
  return u;
}

} // namespace

TEST_CASE("whoever has shown a known certificate is asked nothing") {
  auto jane = user{"jane", "admin"};
  jane.common_names = {"jane.example"};
  const certificate_method router{directory({joe(), jane})};
  const auto by_print =
      admitted(router.challenge(login_of("tls", "", {}, showing("x", fingerprint))));
  CHECK(by_print.who.authid == "joe");
  CHECK(by_print.who.authrole == "user");
  CHECK(by_print.who.authmethod == "tls");
  CHECK(by_print.who.authprovider == "static");
  const auto by_name =
      admitted(router.challenge(login_of("tls", "jane", {}, showing("jane.example", "other"))));
  CHECK(by_name.who.authid == "jane");
}

TEST_CASE("no certificate, an unknown one, or another's name, are denied alike") {
  const certificate_method router{directory({joe()})};
  CHECK(is_denied(router.challenge(login_of("tls", "joe"))));
  CHECK(is_denied(router.challenge(login_of("tls", "joe", {}, tls_facts()))));
  CHECK(is_denied(
      router.challenge(login_of("tls", "joe", {}, showing("joe", std::string(64, 'b'))))));
  CHECK(is_denied(router.challenge(login_of("tls", "jim", {}, showing("joe", fingerprint)))));
  CHECK(is_denied(router.challenge(login_of("tls", "", {}, showing("", "")))));
}

TEST_CASE("without a certificate, another method should be tried") {
  const certificate_method router{directory({joe()})};
  CHECK_FALSE(router.suits(login_of("tls", "joe", {}, tls_facts())));
  CHECK(router.suits(login_of("tls", "joe", {}, showing("joe", "x"))));
}

} // namespace wamp::test
