// Certificates and keys that a configuration names, and where it is told what is wrong with them.
#include <wamp/apps/gateway/tls_files.hpp>

#include <doctest/doctest.h>

using namespace wamp;

namespace {

std::string problems(const std::string& tls) {
  auto config =
      parse_config("{\"listeners\": [{\"listen\": \"[::1]:1\",\n\"tls\": " + tls + "}]}", "f");
  REQUIRE(config);
  std::string out;
  for (const auto& e : load_tls(config->listeners))
    out += e.to_string() + "\n";
  CHECK(!config->listeners[0].options.tls);
  return out;
}

} // namespace

TEST_CASE("a listener without a certificate has no TLS, and nothing is wrong with that") {
  CHECK(problems("{}").empty());
}

TEST_CASE("a file that can not be read is told at its name") {
  CHECK(
      problems(R"({"certificate": "/nowhere.pem", "key": "/nowhere.key"})")
      == "f:2:24: listeners[0].tls.certificate: can not read the certificate in /nowhere.pem: No "
         "such file or directory\n");
}
