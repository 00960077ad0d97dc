#include <wamp/transport/deflate.hpp>
#include <wamp/transport/parts.hpp>
#include <wamp/transport/unpredictable.hpp>
#include <wamp/transport/websocket_framing.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace wamp {

namespace {

unsigned octet(std::string_view bytes, std::size_t i) noexcept {
  return static_cast<unsigned char>(bytes[i]);
}

std::uint64_t big_endian(std::string_view bytes) noexcept {
  std::uint64_t n = 0;
  for (auto c : bytes)
    n = (n << 8U) | static_cast<unsigned char>(c);
  return n;
}

constexpr unsigned fin_bit = 0x80;
constexpr unsigned reserved_bits = 0x70;
constexpr unsigned deflated_bit = 0x40;
constexpr unsigned mask_bit = 0x80;
constexpr std::size_t max_control = 125;

bool is_control(unsigned first) noexcept {
  return (first & 0x08U) != 0;
}

/// Without a mask's key.
std::size_t header_size(unsigned second) noexcept {
  auto length = second & 0x7FU;
  return 2U + (length == 126 ? 2U : length == 127 ? 8U : 0U);
}

mask_key fresh_key() {
  mask_key key;
  fill_unpredictably(key);
  return key;
}

bool is_valid_close_code(std::uint64_t code) noexcept {
  if (code >= 3000)
    return code < 5000;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

/// RFC 3629; only for the text in a close frame, which no codec sees.
bool is_utf8(std::string_view s) noexcept {
  for (std::size_t i = 0; i < s.size();) {
    auto lead = octet(s, i);
    std::size_t more = lead < 0x80                   ? 0U
                       : lead >= 0xC2 && lead < 0xE0 ? 1U
                       : lead >= 0xE0 && lead < 0xF0 ? 2U
                       : lead >= 0xF0 && lead < 0xF5 ? 3U
                                                     : 4U;
    if (more == 4 || s.size() - i <= more)
      return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((octet(s, i + k) & 0xC0U) != 0x80)
        return false;
    // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second octet.
    auto second = more > 0 ? octet(s, i + 1) : 0U;
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)
        || (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
      return false;
    i += more + 1;
  }
  return true;
}

} // namespace

/// What must be there before the frame can be looked at: the header, and all of a control frame.
template <websocket_role Role>
std::size_t basic_websocket_framing<Role>::head_size(std::string_view head) noexcept {
  if (head.size() < 2)
    return 2;
  auto size = header_size(octet(head, 1)) + (is_server ? mask_key{}.size() : 0);
  return is_control(octet(head, 0)) ? size + (octet(head, 1) & 0x7FU) : size;
}

template <websocket_role Role>
void basic_websocket_framing<Role>::feed(std::string_view bytes, received& out) {
  while (!bytes.empty() && !ended_) {
    if (in_frame_) {
      collect(bytes, out);
      if (out.end != received::ending::none)
        break;
      continue;
    }
    std::string_view head;
    header h;
    if (!complete_head(bytes, head, out))
      break;
    if (!read_header(head, h, out))
      break;
    if (is_control(h.opcode)) {
      take_control(h, head.substr(head.size() - static_cast<std::size_t>(h.length)), out);
      carry_.clear();
      continue;
    }
    carry_.clear();
    if (!begin_message(h, out))
      break;
    if (h.fin && !in_message_ && !deflated_ && bytes.size() >= h.length) {
      auto size = static_cast<std::size_t>(h.length);
      if constexpr (is_server)
        out.add_in_place(bytes.substr(0, size), h.key);
      else
        out.add_in_place(bytes.substr(0, size));
      bytes.remove_prefix(size);
      continue;
    }
    in_message_ = in_frame_ = true;
    last_frame_ = h.fin;
    left_ = h.length;
    key_ = h.key;
    phase_ = 0;
    if (left_ == 0)
      collect(bytes, out);
  }
  if (out.end != received::ending::none)
    ended_ = true;
}

/// Takes a head (see head_size) off `bytes`. False if it is not all there yet: what is there is
/// kept; or if its first two octets are already wrong, which is told without waiting for more.
template <websocket_role Role>
bool basic_websocket_framing<Role>::complete_head(
    std::string_view& bytes, std::string_view& head, received& out) {
  if (carry_.empty()) {
    if (bytes.size() >= 2 && !check_start(bytes, out))
      return false;
    auto size = head_size(bytes);
    if (bytes.size() < size) {
      carry_ = bytes;
      return false;
    }
    head = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return true;
  }
  for (;;) {
    auto size = head_size(carry_);
    if (carry_.size() == size)
      break;
    auto taken = std::min(size - carry_.size(), bytes.size());
    if (taken == 0)
      return false;
    carry_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (carry_.size() == 2 && !check_start(carry_, out))
      return false;
  }
  head = carry_;
  return true;
}

template <websocket_role Role>
bool basic_websocket_framing<Role>::check_start(
    std::string_view head, received& out) const noexcept {
  auto first = octet(head, 0);
  auto second = octet(head, 1);
  auto opcode = first & 0x0FU;
  // Only where a message begins, of which a control frame is none.
  bool may_deflate = deflate_ && (opcode == opcode_text || opcode == opcode_binary);
  std::string_view wrong;
  if ((first & reserved_bits & ~(may_deflate ? deflated_bit : 0U)) != 0)
    wrong = "a reserved bit is set";
  else if (((second & mask_bit) != 0) != is_server)
    wrong = is_server ? "a frame is not masked" : "a frame is masked";
  else if (opcode > opcode_pong || (opcode > opcode_binary && opcode < opcode_close))
    wrong = "a reserved opcode";
  else if (is_control(first) && (first & fin_bit) == 0)
    wrong = "a fragmented control frame";
  else if (is_control(first) && (second & 0x7FU) > max_control)
    wrong = "a control frame of more than 125 octets";
  else if (opcode == opcode_continuation && !in_message_)
    wrong = "a continuation of nothing";
  else if ((opcode == opcode_text || opcode == opcode_binary) && in_message_)
    wrong = "a new message within a fragmented one";
  if (!wrong.empty())
    out.fail(close_reason::protocol_error, wrong);
  return wrong.empty();
}

template <websocket_role Role>
bool basic_websocket_framing<Role>::read_header(
    std::string_view head, header& h, received& out) const noexcept {
  h.opcode = octet(head, 0) & 0x0FU;
  h.fin = (octet(head, 0) & fin_bit) != 0;
  h.deflated = (octet(head, 0) & deflated_bit) != 0;
  h.length = octet(head, 1) & 0x7FU;
  std::size_t at = 2;
  if (h.length >= 126) {
    std::size_t wide = h.length == 126 ? 2 : 8;
    h.length = big_endian(head.substr(at, wide));
    at += wide;
    if (h.length < (wide == 2 ? 126U : 0x10000U) || (h.length >> 63U) != 0) {
      out.fail(close_reason::protocol_error, "a length in the wrong form");
      return false;
    }
  }
  if constexpr (is_server)
    std::copy_n(head.data() + at, h.key.size(), h.key.begin());
  return true;
}

template <websocket_role Role>
bool basic_websocket_framing<Role>::begin_message(const header& h, received& out) {
  if (h.opcode != opcode_continuation && (h.opcode == opcode_text) != text_) {
    out.fail(
        close_reason::protocol_error, text_ ? "a binary message where text was agreed"
                                            : "a text message where binary was agreed");
    return false;
  }
  if (h.opcode != opcode_continuation)
    deflated_ = h.deflated;
  auto most = deflated_ ? most_deflated(max_message_size_) : max_message_size_;
  if (h.length > most - partial_.size()) {
    out.fail(close_reason::too_big, "the message is too big");
    return false;
  }
  return true;
}

template <websocket_role Role>
void basic_websocket_framing<Role>::collect(std::string_view& bytes, received& out) {
  auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  [[maybe_unused]] auto before = partial_.size();
  append_announced(partial_, bytes.substr(0, size), left_);
  if constexpr (is_server) {
    apply_mask(partial_.data() + before, size, key_, phase_);
    phase_ = static_cast<std::uint8_t>((phase_ + size) % key_.size());
  }
  left_ -= size;
  bytes.remove_prefix(size);
  if (left_ > 0)
    return;
  in_frame_ = false;
  if (last_frame_) {
    in_message_ = false;
    finish_message(std::exchange(partial_, {}), out);
  }
}

template <websocket_role Role>
void basic_websocket_framing<Role>::finish_message(std::string message, received& out) const {
  if (!deflated_)
    return out.add_collected(std::move(message));
  std::string whole;
  switch (inflate_message(std::move(message), max_message_size_, whole)) {
  case inflate_result::done:
    return out.add_collected(std::move(whole));
  case inflate_result::too_big:
    return out.fail(close_reason::too_big, "the message is too big");
  case inflate_result::corrupt:
    return out.fail(close_reason::corrupt_data, "a compressed message is corrupt");
  }
}

template <websocket_role Role>
void basic_websocket_framing<Role>::take_control(
    const header& h, std::string_view payload, received& out) {
  std::array<char, max_control> buffer;
  if constexpr (is_server) {
    std::copy(payload.begin(), payload.end(), buffer.begin());
    apply_mask(buffer.data(), payload.size(), h.key, 0);
    payload = {buffer.data(), payload.size()};
  }
  if (h.opcode == opcode_ping)
    out.replies += control_frame(opcode_pong, payload);
  else if (h.opcode == opcode_close)
    take_close(payload, out);
}

template <websocket_role Role>
void basic_websocket_framing<Role>::take_close(std::string_view payload, received& out) {
  ended_ = true;
  out.end = received::ending::peer_closed;
  out.close_code = 1005;
  if (payload.empty())
    return;
  auto code = payload.size() < 2 ? 0 : big_endian(payload.substr(0, 2));
  if (!is_valid_close_code(code))
    out.fail(close_reason::protocol_error, "a wrong close code");
  else if (!is_utf8(payload.substr(2)))
    out.fail(close_reason::invalid_utf8, "a close reason that is not UTF-8");
  else
    out.close_code = static_cast<std::uint16_t>(code);
}

template <websocket_role Role>
std::size_t basic_websocket_framing<Role>::write_header(
    char* to, std::size_t message_size, bool deflated) const noexcept
    requires(Role == websocket_role::server) {
  return write_plain_header(to, message_size, deflated);
}

template <websocket_role Role>
std::size_t basic_websocket_framing<Role>::write_frame(
    char* to, std::span<const std::string_view> message, bool deflated) const
    requires(Role == websocket_role::client) {
  const auto size = size_of(message);
  auto before_key = write_plain_header(to, size, deflated);
  to[1] = static_cast<char>(static_cast<unsigned char>(to[1]) | mask_bit);
  auto key = fresh_key();
  auto* payload = std::ranges::copy(key, to + before_key).out;
  auto* end = payload;
  for (auto part : message)
    end = std::ranges::copy(part, end).out;
  apply_mask(payload, size, key, 0);
  return static_cast<std::size_t>(end - to);
}

template <websocket_role Role>
std::size_t basic_websocket_framing<Role>::write_plain_header(
    char* to, std::size_t message_size, bool deflated) const noexcept {
  auto put = [to](std::size_t i, std::uint64_t octets) { to[i] = static_cast<char>(octets); };
  put(0, fin_bit | (deflated ? deflated_bit : 0U) | (text_ ? opcode_text : opcode_binary));
  if (message_size < 126) {
    put(1, message_size);
    return 2;
  }
  std::size_t wide = message_size < 0x10000 ? 2 : 8;
  put(1, wide == 2 ? 126 : 127);
  for (std::size_t i = 0; i < wide; ++i)
    put(2 + i, std::uint64_t{message_size} >> (8 * (wide - 1 - i)));
  return 2 + wide;
}

template <websocket_role Role>
std::string
basic_websocket_framing<Role>::control_frame(unsigned opcode, std::string_view payload) {
  std::string frame;
  frame += static_cast<char>(fin_bit | opcode);
  if constexpr (is_server) {
    frame += static_cast<char>(payload.size());
    return frame += payload;
  } else {
    auto key = fresh_key();
    frame += static_cast<char>(mask_bit | payload.size());
    frame.append(key.data(), key.size()).append(payload);
    apply_mask(frame.data() + frame.size() - payload.size(), payload.size(), key, 0);
    return frame;
  }
}

template <websocket_role Role>
std::string basic_websocket_framing<Role>::close(std::uint16_t code) {
  const char octets[]{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
  return control_frame(opcode_close, {octets, sizeof octets});
}

template <websocket_role Role>
std::uint16_t basic_websocket_framing<Role>::code_of(close_reason reason) noexcept {
  switch (reason) {
  case close_reason::normal:
  case close_reason::peer_closed:
    return 1000;
  case close_reason::going_away:
    return 1001;
  case close_reason::protocol_error:
    return 1002;
  case close_reason::invalid_utf8:
  case close_reason::corrupt_data:
    return 1007;
  case close_reason::too_big:
    return 1009;
  case close_reason::policy:
  case close_reason::timeout:
  case close_reason::overflow:
  case close_reason::network_error:
    break;
  }
  return 1008;
}

template class basic_websocket_framing<websocket_role::server>;
template class basic_websocket_framing<websocket_role::client>;

} // namespace wamp
