// Bytes to messages and back, for every format: the only door of this room that the rest of the
// house uses. Sessions decode; sessions and events encode.
// Thread-safe: all functions are pure but for thread-local scratch memory.
// Spec: "Serializers", "Message Definitions" (basic profile).
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/slice.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <string>

namespace wamp {

/// Why bytes are not a WAMP message. Everything here is a protocol violation of the sender.
struct decode_error {
  std::string text;          ///< what is wrong, such as "expected a bool"
  std::size_t offset = 0;    ///< byte offset into the message
  std::string path;          ///< where in the message, such as "[2].acknowledge"; may be empty
  bool invalid_utf8 = false; ///< a text frame must then be answered with WebSocket close 1007

  /// "expected a bool at byte 17, in [2].acknowledge"
  std::string to_string() const;
};

/// What recursion over a decoded value can rely on, whatever the configured depth.
inline constexpr std::size_t depth_ceiling = 1024;

struct decode_limits {
  /// Nesting of lists and dictionaries, the message's own included; at most `depth_ceiling`.
  std::size_t max_depth = 128;
  /// Values in a message's dictionary, nested ones included; arguments are not counted, as they
  /// are not made into values.
  std::size_t max_values = 65536;
  /// Also accept whole floats, such as 3.0, where an id or another integer is due (some
  /// JavaScript peers send them). They become integers.
  bool accept_integral_floats = false;
  /// Also accept Payload as one bare binary element (the form of some implementations'
  /// payload passthru): it becomes the single positional argument.
  bool accept_bare_payload = false;
};

/// Decodes and validates one whole message. Arguments are validated but kept as a slice that
/// shares `bytes`; trailing empty arguments are dropped.
/// Types are strict: a wrong-typed element, a known option of the wrong type, an id outside
/// 1..2^53, a duplicate key in a message's dictionary, a surplus or missing element is an error.
/// Unknown dictionary keys are kept in the dictionary, unread.
tl::expected<message, decode_error>
decode(format f, const slice& bytes, const decode_limits& limits = {});

/// Encodes one message; instantiated for each of the 24 message structs. A payload in the same
/// format is spliced, one in another is transcoded (once, see payload).
template <class Message>
std::string encode(format f, const Message& m);

/// The same, appended to `out`.
template <class Message>
void encode_to(std::string& out, format f, const Message& m);

/// The same without the message's arguments, of which there must be some. They belong before what
/// is returned, the number of bytes at the end of `out` that follow them.
template <class Message>
std::size_t encode_around_args(std::string& out, format f, const Message& m);

std::string encode(format f, const message& m);
void encode_to(std::string& out, format f, const message& m);

} // namespace wamp
