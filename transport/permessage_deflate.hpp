// What a WebSocket's two sides agree on about compression. Neither keeps a context between
// messages: what a connection would need for that is more than everything else it has.
// Pure; used by the handshakes of both sides. Spec: RFC 7692, sections 5 and 7.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

struct deflate_terms {
  /// Of what is sent. What is received may have any.
  unsigned window_bits = 15;
};

/// What is sent back for the offer that is taken.
struct deflate_answer {
  deflate_terms terms;
  std::string extension;
};

/// A router's answer to what Sec-WebSocket-Extensions offers, line by line: to the first offer that
/// can be met; none if there is none.
std::optional<deflate_answer> answer_deflate(const std::vector<std::string_view>& lines);

/// What a client offers: the router shall keep no context, and may limit the client's window.
inline constexpr std::string_view deflate_offer =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
    "client_max_window_bits";

/// What the answer to that offer means; none if it may not be given.
std::optional<deflate_terms> read_deflate_answer(std::string_view line);

} // namespace wamp
