#include <wamp/transport/rawsocket_framing.hpp>

#include <algorithm>
#include <bit>
#include <utility>

namespace wamp {

namespace {

constexpr std::size_t largest = std::size_t{1} << 24U;
constexpr unsigned smallest_log = 9;

unsigned octet(std::string_view bytes, std::size_t i) noexcept {
  return static_cast<unsigned char>(bytes[i]);
}

std::string four_octets(unsigned second) {
  std::string s(rawsocket_handshake_size, '\0');
  s[0] = rawsocket_magic;
  s[1] = static_cast<char>(second);
  return s;
}

std::string_view meaning_of(rawsocket_error error) noexcept {
  switch (error) {
  case rawsocket_error::none:
    break;
  case rawsocket_error::serializer_unsupported:
    return "serializer unsupported";
  case rawsocket_error::length_unacceptable:
    return "maximum message length unacceptable";
  case rawsocket_error::reserved_bits:
    return "use of reserved bits";
  case rawsocket_error::too_many_connections:
    return "maximum connection count reached";
  }
  return "unknown reason";
}

std::size_t write_frame_header(char* to, unsigned type, std::size_t size) noexcept {
  // 2^24 does not fit 24 bits: it is written as length 0 with the X bit.
  to[0] = static_cast<char>(type | (size == largest ? 0x08U : 0U));
  to[1] = static_cast<char>((size >> 16U) & 0xFFU);
  to[2] = static_cast<char>((size >> 8U) & 0xFFU);
  to[3] = static_cast<char>(size & 0xFFU);
  return rawsocket_framing::max_header;
}

} // namespace

std::size_t rawsocket_limit(std::size_t size) noexcept {
  return std::bit_floor(std::clamp(size, std::size_t{1} << smallest_log, largest));
}

std::string rawsocket_request(format wanted, std::size_t receive_limit) {
  auto log = static_cast<unsigned>(std::countr_zero(receive_limit)) - smallest_log;
  return four_octets((log << 4U) | rawsocket_number_of(wanted));
}

std::optional<rawsocket_reply> read_rawsocket_answer(std::string_view answer, format wanted) {
  rawsocket_reply reply;
  if (answer.front() != rawsocket_magic) {
    reply.detail = "what answers there does not speak RawSocket";
    return reply;
  }
  if (answer.size() < rawsocket_handshake_size)
    return std::nullopt;
  auto high = octet(answer, 1) >> 4U;
  auto low = octet(answer, 1) & 0x0FU;
  if (octet(answer, 2) != 0 || octet(answer, 3) != 0) {
    reply.detail = "the RawSocket answer has reserved bits set";
  } else if (low == 0) {
    // No serializer has number 0: what the other half holds is an error.
    reply.error = static_cast<rawsocket_error>(high);
    reply.detail = "the RawSocket was refused: ";
    reply.detail.append(meaning_of(reply.error)).append(" (error " + std::to_string(high) + ")");
  } else if (low != rawsocket_number_of(wanted)) {
    reply.detail = "the router chose a serializer that was not asked for";
  } else {
    reply.send_limit = std::size_t{1} << (high + smallest_log);
  }
  return reply;
}

std::string rawsocket_refusal(rawsocket_error error) {
  return four_octets(static_cast<unsigned>(error) << 4U);
}

rawsocket_answer answer_rawsocket(
    std::string_view handshake, std::span<const format> offered, std::size_t receive_limit) {
  rawsocket_answer answer;
  auto chosen = format_of_rawsocket_number(octet(handshake, 1) & 0x0FU);
  if (octet(handshake, 2) != 0 || octet(handshake, 3) != 0)
    answer.error = rawsocket_error::reserved_bits;
  else if (!chosen || std::ranges::find(offered, *chosen) == offered.end())
    answer.error = rawsocket_error::serializer_unsupported;
  if (answer.error != rawsocket_error::none) {
    answer.reply = rawsocket_refusal(answer.error);
    return answer;
  }
  answer.chosen = *chosen;
  answer.send_limit = std::size_t{1} << ((octet(handshake, 1) >> 4U) + smallest_log);
  // The answer says of the router what the request said of the client.
  answer.reply = rawsocket_request(*chosen, receive_limit);
  return answer;
}

void rawsocket_framing::feed(std::string_view bytes, received& out) {
  while (!bytes.empty() && !ended_) {
    if (in_frame_) {
      collect(bytes, out);
      continue;
    }
    auto taken = std::min(max_header - carry_.size(), bytes.size());
    if (carry_.size() + taken < max_header) {
      carry_.append(bytes);
      return;
    }
    bool begun = false;
    if (carry_.empty()) {
      begun = begin_frame(bytes, out);
    } else {
      carry_.append(bytes.substr(0, taken));
      begun = begin_frame(carry_, out);
      carry_.clear();
    }
    bytes.remove_prefix(taken);
    if (!begun)
      break;
    if (bytes.size() >= left_) {
      in_frame_ = false;
      finish_frame(bytes.substr(0, left_), out);
      bytes.remove_prefix(left_);
    }
  }
  if (out.end != received::ending::none)
    ended_ = true;
}

bool rawsocket_framing::begin_frame(std::string_view head, received& out) {
  auto first = octet(head, 0);
  auto type = first & 0x07U;
  std::size_t size = (octet(head, 1) << 16U) | (octet(head, 2) << 8U) | octet(head, 3);
  bool extended = (first & 0x08U) != 0;
  if ((first & 0xF0U) != 0)
    out.fail(close_reason::protocol_error, "a reserved bit is set");
  else if (type > static_cast<unsigned>(kind::pong))
    out.fail(close_reason::protocol_error, "a reserved frame type");
  else if (extended && size != 0)
    out.fail(close_reason::protocol_error, "a length over 2^24");
  else if ((extended ? largest : size) > max_message_size_)
    out.fail(close_reason::too_big, "the message is too big");
  if (out.end != received::ending::none)
    return false;
  left_ = extended ? largest : size;
  kind_ = static_cast<kind>(type);
  in_frame_ = true;
  return true;
}

/// A frame that the bytes of one read do not hold whole.
void rawsocket_framing::collect(std::string_view& bytes, received& out) {
  auto size = std::min(left_, bytes.size());
  append_announced(partial_, bytes.substr(0, size), left_);
  left_ -= size;
  bytes.remove_prefix(size);
  if (left_ > 0)
    return;
  in_frame_ = false;
  auto frame = std::exchange(partial_, {});
  if (kind_ == kind::message)
    out.add_collected(std::move(frame));
  else
    finish_frame(frame, out);
}

void rawsocket_framing::finish_frame(std::string_view payload, received& out) {
  if (kind_ == kind::message) {
    out.add_in_place(payload);
  } else if (kind_ == kind::ping) {
    char header[max_header];
    write_frame_header(header, static_cast<unsigned>(kind::pong), payload.size());
    out.replies.append(header, sizeof header).append(payload);
  }
}

std::size_t rawsocket_framing::write_header(char* to, std::size_t message_size) noexcept {
  return write_frame_header(to, static_cast<unsigned>(kind::message), message_size);
}

std::string rawsocket_framing::ping() {
  std::string frame(max_header, '\0');
  write_frame_header(frame.data(), static_cast<unsigned>(kind::ping), 0);
  return frame;
}

} // namespace wamp
