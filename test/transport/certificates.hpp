// Keys and certificates for tests, made when a test runs and gone with it.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string>
#include <unistd.h>

namespace wamp::testing {

struct credential {
  std::shared_ptr<EVP_PKEY> key;
  std::shared_ptr<X509> certificate;

  std::string certificate_pem() const {
    return written([&](BIO* to) { return PEM_write_bio_X509(to, certificate.get()); });
  }

  /// With a password if one is given.
  std::string key_pem(const char* password = nullptr) const {
    return written([&](BIO* to) {
      return PEM_write_bio_PrivateKey(
          to, key.get(), password ? EVP_aes_128_cbc() : nullptr, nullptr, 0, nullptr,
          const_cast<char*>(password));
    });
  }

private:
  template <class F>
  static std::string written(F write) {
    std::unique_ptr<BIO, decltype(&BIO_free)> to(BIO_new(BIO_s_mem()), &BIO_free);
    REQUIRE(write(to.get()) == 1);
    char* text = nullptr;
    auto size = BIO_get_mem_data(to.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }
};

/// What a certificate says.
struct certificate_text {
  std::string name = "router.test";
  std::string alternatives = "DNS:router.test,IP:127.0.0.1"; ///< as in OpenSSL's configuration
  long from = -3600;                                         ///< seconds from now
  long to = 3600;
  bool authority = false;
};

/// Signed by itself if there is no issuer.
inline credential
make_credential(const certificate_text& text, const credential* issuer = nullptr) {
  static long number = 0;
  credential c{
      {EVP_EC_gen("P-256"), &EVP_PKEY_free},
      {X509_new(), &X509_free},
  };
  auto x = c.certificate.get();
  X509_set_version(x, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x), ++number);
  X509_gmtime_adj(X509_getm_notBefore(x), text.from);
  X509_gmtime_adj(X509_getm_notAfter(x), text.to);
  X509_set_pubkey(x, c.key.get());
  auto subject = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(
      subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.name.c_str()), -1,
      -1, 0);
  X509_set_issuer_name(x, issuer ? X509_get_subject_name(issuer->certificate.get()) : subject);
  auto extend = [&](int what, const std::string& value) {
    auto extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
    REQUIRE(extension != nullptr);
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
  };
  if (text.authority)
    extend(NID_basic_constraints, "critical,CA:TRUE");
  if (!text.alternatives.empty())
    extend(NID_subject_alt_name, text.alternatives);
  REQUIRE(X509_sign(x, issuer ? issuer->key.get() : c.key.get(), EVP_sha256()) > 0);
  return c;
}

inline credential make_authority(const std::string& name) {
  return make_credential({.name = name, .alternatives = "", .authority = true});
}

/// Files that are gone with it.
class scratch_folder {
public:
  scratch_folder() {
    static int number = 0;
    path_ = std::filesystem::temp_directory_path()
            / ("wamp_tls_" + std::to_string(::getpid()) + "_" + std::to_string(++number));
    std::filesystem::create_directory(path_);
  }
  ~scratch_folder() { std::filesystem::remove_all(path_); }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  /// The path of a file with this text.
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }

  std::string path_of(const std::string& name) const { return path_ / name; }

private:
  std::filesystem::path path_;
};

} // namespace wamp::testing
