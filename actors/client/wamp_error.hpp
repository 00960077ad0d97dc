// An ERROR as an exception: thrown by pending::get(), and by a procedure's handler that wants to
// answer with one.
#pragma once

#include <wamp/serialization/messages.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace wamp {

class wamp_error : public std::runtime_error {
public:
  /// what() is the URI and, if the first argument is a text, as by custom, that text.
  explicit wamp_error(error content)
      : std::runtime_error(sentence(content)), content_(std::move(content)) {}

  explicit wamp_error(std::string uri, list args = {}, dict kwargs = {})
      : wamp_error(error{
          message_code::call,
          {},
          {},
          std::move(uri),
          payload::native({std::move(args), std::move(kwargs)})}) {}

  const std::string& uri() const noexcept { return content_.uri; }
  /// Positional and keyword arguments: `content().args.values()`.
  const error& content() const noexcept { return content_; }

private:
  static std::string sentence(const error& e) {
    const auto& args = e.args.values().args;
    const auto text = args.empty() ? nullptr : args.front().get_if<std::string>();
    return text ? e.uri + ": " + *text : e.uri;
  }

  error content_;
};

/// What a handler throws to answer a call with an ERROR.
using invocation_error = wamp_error;

} // namespace wamp
