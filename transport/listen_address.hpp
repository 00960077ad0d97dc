// Where a listener listens, as people write it. Used by listeners and by the config reader.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace wamp {

struct listen_address {
  enum class kind : std::uint8_t { tcp, local };

  kind type = kind::tcp;
  std::string host;       ///< tcp: an IPv4 or IPv6 address or a name
  std::uint16_t port = 0; ///< tcp: 0 lets the system choose
  std::string path;       ///< local: the socket file

  /// "HOST:PORT", "[IPV6]:PORT" or "unix:PATH"; the error is a sentence for the user. Names
  /// are not resolved here.
  static tl::expected<listen_address, std::string> parse(std::string_view text);

  /// The form that parse() reads.
  std::string to_string() const;

  bool operator==(const listen_address&) const = default;
};

} // namespace wamp
