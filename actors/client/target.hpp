// A procedure or a topic, with the options of the message that names it.
#pragma once

#include <wamp/serialization/value.hpp>

#include <string>
#include <utility>

namespace wamp {

struct target {
  std::string uri;
  dict options;

  target(const char* u) : uri(u) {}
  target(std::string u) : uri(std::move(u)) {}
  target(std::string u, dict o) : uri(std::move(u)), options(std::move(o)) {}
};

} // namespace wamp
