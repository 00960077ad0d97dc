// What came of one read from a socket, or of one write to it. Used by byte_stream and tls_stream,
// and read by socket_connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>

namespace wamp {

struct io_result {
  enum class status : std::uint8_t {
    done,
    would_block,
    wants_input, ///< of a write: TLS has to hear from the peer first; reading sees to that
    end,
    failed,
  };

  status what = status::done;
  std::size_t size = 0;  ///< bytes moved, iff `done`
  std::error_code error; ///< iff `failed`

  /// Nothing more can be moved before the loop reports the socket anew.
  bool exhausted = false;
};

} // namespace wamp
