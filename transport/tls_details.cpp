#include <wamp/transport/tls_details.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string_view>

namespace wamp {

namespace {

std::string hash_of(const X509* certificate, const EVP_MD* by) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned size = 0;
  if (X509_digest(certificate, by, octets.data(), &size) != 1)
    return {};
  return {reinterpret_cast<const char*>(octets.data()), size};
}

std::string hex_of(std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (auto octet : octets) {
    auto n = static_cast<unsigned char>(octet);
    text.push_back(digits[n >> 4U]);
    text.push_back(digits[n & 15U]);
  }
  return text;
}

/// RFC 7627: the master secret belongs to this very handshake.
bool has_extended_master_secret(SSL* session) {
  return SSL_get_extms_support(session) == 1;
}

/// The first Finished message of the last handshake: the client's, or the server's if a session was
/// resumed. RFC 5929, section 3; RFC 7627, section 1.
std::string unique_of(SSL* session) {
  if (SSL_version(session) >= TLS1_3_VERSION)
    return {};
  const bool resumed = SSL_session_reused(session) == 1;
  if (resumed && !has_extended_master_secret(session))
    return {};
  const bool server = SSL_is_server(session) == 1;
  std::array<char, EVP_MAX_MD_SIZE> octets{};
  auto size = server == resumed ? SSL_get_finished(session, octets.data(), octets.size())
                                : SSL_get_peer_finished(session, octets.data(), octets.size());
  return {octets.data(), size};
}

/// RFC 9266, sections 2 and 4.2.
std::string exporter_of(SSL* session) {
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  if (SSL_version(session) < TLS1_3_VERSION && !has_extended_master_secret(session))
    return {};
  std::array<unsigned char, 32> octets{};
  // No context is an empty one in TLS 1.3, and is not in TLS 1.2: the RFC says "zero-length".
  if (SSL_export_keying_material(
          session, octets.data(), octets.size(), label.data(), label.size(), octets.data(), 0, 1)
      != 1)
    return {};
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// RFC 5929, section 4.1: the hash of the certificate's signature, but none that is too weak.
std::string end_point_of(const X509* certificate) {
  int digest = NID_undef;
  if (certificate == nullptr
      || X509_get_signature_info(const_cast<X509*>(certificate), &digest, nullptr, nullptr, nullptr)
             != 1
      || digest == NID_undef)
    return {};
  if (digest == NID_md5 || digest == NID_sha1)
    digest = NID_sha256;
  auto by = EVP_get_digestbynid(digest);
  return by == nullptr ? std::string{} : hash_of(certificate, by);
}

/// Two names, or one with a NUL in it, are somebody's trick.
std::string common_name_of(const X509* certificate) {
  auto subject = X509_get_subject_name(certificate);
  auto at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
    return {};
  unsigned char* text = nullptr;
  auto size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0)
    return {};
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owned(
      text, [](unsigned char* p) { OPENSSL_free(p); });
  std::string name(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  return name.find('\0') == name.npos ? name : std::string{};
}

std::optional<verified_certificate> certificate_of(SSL* session) {
  auto shown = SSL_get0_peer_certificate(session);
  if (shown == nullptr || SSL_get_verify_mode(session) == SSL_VERIFY_NONE
      || SSL_get_verify_result(session) != X509_V_OK)
    return std::nullopt;
  return verified_certificate{common_name_of(shown), hex_of(hash_of(shown, EVP_sha256()))};
}

} // namespace

tls_details details_of(ssl_st* session) {
  auto servers = SSL_is_server(session) == 1 ? SSL_get_certificate(session)
                                             : SSL_get0_peer_certificate(session);
  return {unique_of(session), exporter_of(session), end_point_of(servers), certificate_of(session)};
}

} // namespace wamp
