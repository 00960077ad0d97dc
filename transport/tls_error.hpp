// Why TLS failed, as an error code whose message is a sentence for the user. Used by tls_stream
// and tls_context. Spec: RFC 8446 section 6.2 (alerts), RFC 5280 section 6 (certificates).
#pragma once

#include <string>
#include <system_error>
#include <type_traits>

namespace wamp {

/// What OpenSSL has no words of its own for.
enum class tls_fault : int {
  // Below are X.509's verification results, above OpenSSL's error codes.
  cut_off = 100'000, ///< the stream ended without close_notify
  no_tls,            ///< the first octets were none of TLS's
  answers_unread,    ///< the peer asks for answers and does not read them
  unknown,
};

/// Says everything: codes of OpenSSL's errors and verification results, and a tls_fault's.
const std::error_category& tls_category() noexcept;

inline std::error_code make_error_code(tls_fault fault) noexcept {
  return {static_cast<int>(fault), tls_category()};
}

/// The error behind an entry of OpenSSL's queue; `verify_result` says what is wrong with the
/// certificate if that is what it is. `established`: after the handshake.
std::error_code tls_error_of(unsigned long entry, long verify_result, bool established) noexcept;

/// What an entry of OpenSSL's queue says about a file.
std::string tls_words_of(unsigned long entry);

} // namespace wamp

template <>
struct std::is_error_code_enum<wamp::tls_fault> : std::true_type {};
