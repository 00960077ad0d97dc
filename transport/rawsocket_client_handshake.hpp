// The client's side of RawSocket's handshake: four octets out, four in. Used by connectors.
// Spec: "RawSocket Transport" (advanced profile).
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/transport/handshake.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace wamp {

class rawsocket_client_handshake final : public handshake {
public:
  /// One format is all that can be asked for.
  rawsocket_client_handshake(format wanted, std::size_t max_message_size) noexcept;

  std::string opening() override;
  handshake_result feed(std::string_view all) override;

private:
  format wanted_;
  std::size_t receive_limit_;
};

} // namespace wamp
