// A publication that is kept for later, in memory of its own: the arguments of one that passes
// through hold on to the message they came in, and to each format that they were ever asked for.
// Immutable. Used by the event stores.
#pragma once

#include <wamp/actors/broker/publication.hpp>
#include <wamp/serialization/format.hpp>

namespace wamp {

class kept_publication {
public:
  explicit kept_publication(const publication& what);

  /// All but its arguments; of its options, those that say who may receive it.
  const publication& without_args() const noexcept { return what_; }
  /// Nothing that is made of its arguments stays in memory here.
  publication whole() const;

  /// Its arguments, as they came; native ones in CBOR.
  format encoding() const noexcept { return format_; }
  std::string_view args() const noexcept { return bytes_.view(); }
  unsigned parts() const noexcept { return parts_; }

  /// Bytes, about.
  std::size_t size() const noexcept { return size_; }

private:
  publication what_;
  format format_;
  slice bytes_;
  unsigned parts_;
  std::size_t size_;
};

} // namespace wamp
