#include <wamp/transport/tls_error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace wamp {

namespace {

class category final : public std::error_category {
public:
  const char* name() const noexcept override { return "tls"; }

  std::string message(int code) const override {
    switch (static_cast<tls_fault>(code)) {
    case tls_fault::cut_off:
      return "the connection was cut off: TLS did not end it";
    case tls_fault::no_tls:
      return "the peer does not speak TLS";
    case tls_fault::answers_unread:
      return "the peer does not read TLS's answers";
    case tls_fault::unknown:
      return "TLS failed";
    }
    if (code < static_cast<int>(tls_fault::cut_off))
      return std::string("certificate verify failed: ") + X509_verify_cert_error_string(code);
    auto entry = static_cast<unsigned long>(code);
    // An alert's number is behind this one.
    bool alert = ERR_GET_LIB(entry) == ERR_LIB_SSL && ERR_GET_REASON(entry) > SSL_AD_REASON_OFFSET;
    return (alert ? "the peer ended TLS: " : "TLS failed: ") + tls_words_of(entry);
  }
};

/// The records' headers are wrong from the first one on.
bool is_no_tls(unsigned long entry) noexcept {
  if (ERR_GET_LIB(entry) != ERR_LIB_SSL)
    return false;
  switch (ERR_GET_REASON(entry)) {
  case SSL_R_WRONG_VERSION_NUMBER:
  case SSL_R_HTTP_REQUEST:
  case SSL_R_HTTPS_PROXY_REQUEST:
  case SSL_R_PACKET_LENGTH_TOO_LONG:
  case SSL_R_RECORD_LENGTH_MISMATCH:
    return true;
  default:
    return false;
  }
}

} // namespace

const std::error_category& tls_category() noexcept {
  static const category instance;
  return instance;
}

std::error_code tls_error_of(unsigned long entry, long verify_result, bool established) noexcept {
  if (ERR_SYSTEM_ERROR(entry))
    return {static_cast<int>(ERR_GET_REASON(entry)), std::system_category()};
  if (ERR_GET_LIB(entry) == ERR_LIB_SSL && ERR_GET_REASON(entry) == SSL_R_CERTIFICATE_VERIFY_FAILED
      && verify_result != X509_V_OK)
    return {static_cast<int>(verify_result), tls_category()};
  if (!established && is_no_tls(entry))
    return tls_fault::no_tls;
  // What is not of OpenSSL's codes can not be told apart from ours.
  if (entry <= static_cast<unsigned long>(tls_fault::unknown))
    return tls_fault::unknown;
  return {static_cast<int>(entry), tls_category()};
}

std::string tls_words_of(unsigned long entry) {
  if (ERR_SYSTEM_ERROR(entry))
    return std::system_category().message(ERR_GET_REASON(entry));
  auto words = ERR_reason_error_string(entry);
  return words ? words : "error " + std::to_string(entry);
}

} // namespace wamp
