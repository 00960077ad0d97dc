// The parsers of the three formats, which all tell the same events. Internal to this room: only
// their .cpp files know RapidJSON, msgpack-c and libcbor.
//
// A sink has the events of `message_builder`. With `Sink::wants_offsets` the reader calls
// `at(offset)` before each event, which costs time: for explaining errors only.
// Thread-safe; they use thread-local scratch memory and are not re-entrant.
// Spec: "Serializers" (basic profile).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace wamp {

/// What is wrong with the bytes. Without text: the sink refused an event and knows why.
struct read_error {
  const char* text = nullptr;
  std::size_t offset = 0;
};

inline constexpr const char* ends_too_early = "the message ends too early";
inline constexpr const char* data_after_message = "unexpected data after the message";

/// Reads one whole message: exactly one item.
/// Instantiated for `message_builder` and `position_tracker<message_builder>`.
template <class Sink>
std::optional<read_error> read_json(std::string_view bytes, Sink& sink);
template <class Sink>
std::optional<read_error> read_msgpack(std::string_view bytes, Sink& sink);
template <class Sink>
std::optional<read_error> read_cbor(std::string_view bytes, Sink& sink);

/// Reads the elements of a payload, told as one list. Instantiated for `value_builder`.
template <class Sink>
std::optional<read_error> read_json_elements(std::string_view bytes, unsigned count, Sink& sink);
template <class Sink>
std::optional<read_error> read_msgpack_elements(std::string_view bytes, unsigned count, Sink& sink);
template <class Sink>
std::optional<read_error> read_cbor_elements(std::string_view bytes, unsigned count, Sink& sink);

} // namespace wamp
