#pragma once
// The URIs that one topic or procedure of a run is made of: traffic goes round them, so that no
// router can live on having seen the last one. Used by the workloads.

#include <cstdint>
#include <string>
#include <vector>

namespace wamp::bench {

class uri_spread {
public:
  uri_spread(const std::string& base, std::size_t size) {
    if (size == 1)
      uris_.push_back(base);
    else
      for (std::size_t i = 0; i < size; ++i)
        uris_.push_back(base + ".n" + std::to_string(i));
  }

  const std::string& uri(std::size_t index) const { return uris_[index]; }

  /// Which one a sender's message with this number goes to: neighbours lie far apart.
  std::size_t index_for(std::uint64_t number) const {
    constexpr std::uint64_t stride = 7919; // a prime
    return number * stride % uris_.size();
  }

private:
  std::vector<std::string> uris_;
};

} // namespace wamp::bench
