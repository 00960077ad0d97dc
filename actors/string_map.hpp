// A hash map with string keys that is searched by string_view, without making a string.
#pragma once

#include <tsl/robin_map.h>

#include <functional>
#include <string>
#include <string_view>

namespace wamp {

struct string_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const noexcept {
    return std::hash<std::string_view>{}(s);
  }
};

template <class T>
using string_map = tsl::robin_map<std::string, T, string_hash, std::equal_to<>>;

} // namespace wamp
