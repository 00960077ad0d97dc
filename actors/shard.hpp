// Which node a resource belongs to: rendezvous hashing, so that a node that goes moves only its
// own resources, and one that comes takes an equal part of each other's. Pure; the same in every
// process and run.
// Spec: "Sharded Subscription", "Sharded Registration" (advanced profile): `rkey`, `nkey`.
#pragma once

#include <cstdint>
#include <string_view>

namespace wamp {

/// Of all nodes, the resource belongs to the one for which this is highest. Any thread.
constexpr std::uint64_t affinity(std::string_view resource, std::string_view node) noexcept {
  // FNV-1a, then the finalizer of MurmurHash3: FNV alone hardly mixes its last octets upwards.
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text)
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  };
  add(resource);
  hash = (hash ^ 0x100U) * 0x100000001b3; // as no octet does
  add(node);
  hash = (hash ^ hash >> 33U) * 0xff51afd7ed558ccd;
  hash = (hash ^ hash >> 33U) * 0xc4ceb9fe1a85ec53;
  return hash ^ hash >> 33U;
}

} // namespace wamp
