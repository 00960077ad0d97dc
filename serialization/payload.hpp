// A message's arguments: one immutable object, shared by everyone who passes it on.
//
// The router never looks inside. A payload arrives as a validated byte slice in the sender's
// format, or as native values from a peer in the same process. Every other form (another format,
// or values) is made at most once, by whoever asks first, and then kept for all others.
// Thread-safe: any thread may ask for any form at any time.
// Spec: "Application Payload"; the arguments of a message are a list and a dictionary.
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/serialization/slice.hpp>
#include <wamp/serialization/value.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace wamp {

/// Decoded arguments: `Arguments|list` and `ArgumentsKw|dict`.
struct arguments {
  list args;
  dict kwargs;
  bool operator==(const arguments&) const = default;
};

class payload {
public:
  /// No arguments: nothing is written for them on the wire.
  payload() = default;

  /// `bytes`: `parts` (1 or 2) consecutive elements, the list and the dictionary, already
  /// validated, exactly as on the wire; in JSON with the comma between them.
  static payload encoded(format f, slice bytes, unsigned parts);

  /// Native values. Empty arguments give the empty payload.
  static payload native(arguments values);

  bool empty() const noexcept { return store_ == nullptr; }
  /// How many elements it adds to a message: 0, 1 (list) or 2 (list and dictionary).
  unsigned parts() const noexcept;
  /// The format that it came in; nothing for native values.
  std::optional<format> origin() const noexcept;
  /// The elements in this format. Empty when `empty()`.
  slice bytes(format f) const;
  /// The same, without a reference of its own: good as long as any copy of this payload.
  std::string_view view(format f) const;
  /// The decoded arguments; the reference lives as long as any copy of this payload.
  const arguments& values() const;
  /// Whether it is one binary and nothing else. Reads no further than that takes.
  bool is_one_binary() const;
  /// Bytes of the first form it had, or an estimate for native values: for flow control.
  std::size_t size() const noexcept;

private:
  struct store;
  struct encoded_store;
  struct native_store;
  explicit payload(std::shared_ptr<const store> s) noexcept : store_(std::move(s)) {}
  std::shared_ptr<const store> store_;
};

/// How often payloads had to be opened, in this process since it started.
struct payload_counters {
  std::uint64_t decodes = 0; ///< encoded form -> values
  std::uint64_t encodes = 0; ///< values -> encoded form
};
payload_counters read_payload_counters() noexcept;

} // namespace wamp
