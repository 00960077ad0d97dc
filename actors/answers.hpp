// The ERROR that answers a request, made in one place so that none lacks its type or id, and the
// ABORT that answers a broken rule. Spec: "ERROR", "Protocol Violations" (basic profile).
#pragma once

#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/uris.hpp>

#include <string>
#include <string_view>

namespace wamp {

/// Why a request is refused: the URI of the ERROR, and a sentence for people.
struct refusal {
  std::string_view uri;
  std::string text;
};

/// `text` becomes the single positional argument: a sentence for whoever reads the log. None if it
/// is empty.
inline error error_with_text(
    message_code request_type, request_id request, std::string_view uri, std::string_view text) {
  error answer{request_type, request, {}, std::string{uri}, {}};
  if (!text.empty())
    answer.args = payload::native({{value{text}}, {}});
  return answer;
}

template <class Request>
error refuse(const Request& request, std::string_view uri, std::string_view text = {}) {
  return error_with_text(Request::code, request_id{request.request.value()}, uri, text);
}

template <class Request>
error refuse(const Request& request, const refusal& why) {
  return refuse(request, why.uri, why.text);
}

/// The ABORT for a broken rule; `text` says what and where.
inline abort violation_abort(std::string_view text) {
  return {dict{{"message", value{text}}}, std::string{uris::protocol_violation}, {}};
}

} // namespace wamp
