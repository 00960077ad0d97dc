// The ERROR that answers a request, made in one place so that none lacks its type or id.
// Spec: "ERROR" (basic profile).
#pragma once

#include <wamp/serialization/messages.hpp>

#include <string>
#include <string_view>

namespace wamp {

/// `text` becomes the single positional argument: a sentence for whoever reads the log.
template <class Request>
error refuse(const Request& request, std::string_view uri, std::string text = {}) {
  error answer{Request::code, request_id{request.request.value()}, {}, std::string{uri}, {}};
  if (!text.empty())
    answer.args = payload::native({{value{std::move(text)}}, {}});
  return answer;
}

} // namespace wamp
