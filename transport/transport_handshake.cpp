#include <wamp/transport/http_handshake.hpp>
#include <wamp/transport/listener.hpp>
#include <wamp/transport/transport_handshake.hpp>

namespace wamp {

using outcome = handshake_result::outcome;

transport_handshake::transport_handshake(
    const listener_options& options, boost::asio::io_context& context, bool over_tls)
    : options_(options), context_(context), over_tls_(over_tls) {}

transport_handshake::~transport_handshake() = default;

handshake_result transport_handshake::feed(std::string_view all, bool full) {
  if (all.front() == rawsocket_magic)
    return feed_rawsocket(all, full);
  // A port for RawSocket alone answers nothing to what is neither that nor, by the first letter of
  // its method, a request for /health.
  if (!options_.websocket && (all.front() < 'A' || all.front() > 'Z')) {
    handshake_result nothing;
    nothing.what = outcome::refused;
    return nothing;
  }
  if (!http_)
    http_ = std::make_unique<http_handshake>(options_, context_, over_tls_);
  return http_->feed(all, full);
}

handshake_result transport_handshake::feed_rawsocket(std::string_view all, bool full) const {
  handshake_result result;
  if (!options_.rawsocket) {
    result.what = outcome::refused;
    return result;
  }
  if (all.size() < rawsocket_handshake_size)
    return result;
  auto limit = rawsocket_limit(options_.limits.max_message_size);
  auto answer = answer_rawsocket(all.substr(0, rawsocket_handshake_size), options_.formats, limit);
  result.reply = answer.reply;
  if (answer.error != rawsocket_error::none) {
    result.what = outcome::refused;
  } else if (full) {
    result.what = outcome::refused;
    result.reply = rawsocket_refusal(rawsocket_error::too_many_connections);
  } else {
    result.what = outcome::established;
    result.agreed = framing::rawsocket(answer.chosen, limit, answer.send_limit);
    result.consumed = rawsocket_handshake_size;
  }
  return result;
}

} // namespace wamp
