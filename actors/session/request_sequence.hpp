// Checks that a client's request ids count 1, 2, 3, ... and wrap after 2^53.
// One per session; pure. Spec: "IDs" (basic profile), session scope.
#pragma once

#include <wamp/actors/realm_settings.hpp>
#include <wamp/serialization/ids.hpp>

namespace wamp {

class request_sequence {
public:
  explicit request_sequence(request_id_rules rules) noexcept : rules_(rules) {}

  /// The only id that `strict` takes next.
  request_id expected() const noexcept { return request_id{last_ % max_id + 1}; }

  /// Takes `id` as the session's newest request; false when it breaks the sequence.
  bool accept(request_id id) noexcept {
    if (rules_ == request_id_rules::strict && id != expected())
      return false;
    last_ = id.value();
    return true;
  }

private:
  request_id_rules rules_;
  std::uint64_t last_ = 0;
};

} // namespace wamp
