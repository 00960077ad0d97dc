// What the framing of a connection found in the bytes of one read. Filled by websocket_framing
// and rawsocket_framing, emptied by the connection; one per io thread, reused.
#pragma once

#include <wamp/serialization/slice.hpp>
#include <wamp/transport/connection.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// The four octets that a WebSocket client's payload is combined with, in wire order.
using mask_key = std::array<char, 4>;

/// Applies `key` to `bytes`, of which the first meets the key's octet number `phase` mod 4.
void apply_mask(char* bytes, std::size_t size, mask_key key, std::size_t phase) noexcept;

class received {
public:
  enum class ending : std::uint8_t {
    none,
    peer_closed, ///< a close frame came
    failed,      ///< the rules were broken: nothing after it is looked at
  };

  std::vector<slice> messages; ///< complete after finish()
  std::string replies;         ///< control frames to answer with, ready to send
  ending end = ending::none;
  close_reason reason = close_reason::normal; ///< of `failed`
  std::uint16_t close_code = 0;               ///< of `peer_closed`: as sent, or 1005 for none
  std::string_view detail;                    ///< of `failed`: a literal

  /// A message that lies whole in the bytes being read. It is not copied before finish(), so
  /// that all of one read share one allocation of exactly their size.
  void add_in_place(std::string_view bytes) { add_in_place(bytes, mask_key{}); }
  void add_in_place(std::string_view masked, mask_key key);

  /// A message that was collected over several reads.
  void add_collected(std::string bytes) { messages.emplace_back(std::move(bytes)); }

  void fail(close_reason why, std::string_view what) noexcept;

  /// Copies what was added in place. While the bytes of the read are still there.
  void finish();

  /// Ready for the next read. The capacity of `messages` is given away with them.
  void clear() noexcept;

private:
  struct piece {
    std::string_view bytes;
    std::size_t index; // in messages
    mask_key key;
  };

  std::vector<piece> pieces_;
  std::size_t total_ = 0;
};

/// When so much of a message has come, room is made for all that was announced.
inline constexpr std::size_t announced_is_believed = std::size_t{256} << 10U;

/// Appends a part of a message of which `missing` octets (these included) are announced:
/// memory grows with what came, at most doubling, and never past what was announced.
void append_announced(std::string& to, std::string_view part, std::uint64_t missing);

} // namespace wamp
