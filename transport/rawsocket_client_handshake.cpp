#include <wamp/transport/rawsocket_client_handshake.hpp>
#include <wamp/transport/rawsocket_framing.hpp>

namespace wamp {

rawsocket_client_handshake::rawsocket_client_handshake(
    format wanted, std::size_t max_message_size) noexcept
    : wanted_(wanted), receive_limit_(rawsocket_limit(max_message_size)) {}

std::string rawsocket_client_handshake::opening() {
  return rawsocket_request(wanted_, receive_limit_);
}

handshake_result rawsocket_client_handshake::feed(std::string_view all) {
  handshake_result result;
  auto answer = read_rawsocket_answer(all, wanted_);
  if (!answer)
    return result;
  if (!answer->detail.empty()) {
    result.what = handshake_result::outcome::refused;
    result.detail = answer->detail;
    result.format_refused = answer->error == rawsocket_error::serializer_unsupported;
    return result;
  }
  result.what = handshake_result::outcome::established;
  result.agreed = framing::rawsocket(wanted_, receive_limit_, answer->send_limit);
  result.consumed = rawsocket_handshake_size;
  return result;
}

} // namespace wamp
