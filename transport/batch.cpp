#include <wamp/transport/batch.hpp>

#include <cstdint>

namespace wamp {

std::size_t batch_format::write_head(char* to, std::size_t message_size) const noexcept {
  if (text_)
    return 0;
  for (unsigned i = 0; i < max_head; ++i)
    to[i] = static_cast<char>(message_size >> (8 * (max_head - 1 - i)));
  return max_head;
}

struct batch_format::part {
  std::string_view message;
  std::size_t size = 0;   // with head and tail
  std::string_view wrong; // empty if nothing is
};

batch_format::part batch_format::first_of(std::string_view rest) const noexcept {
  if (text_) {
    auto end = rest.find(tail());
    if (end == std::string_view::npos)
      return {{}, 0, "a message of a batch is not ended by the octet 0x1E"};
    return {rest.substr(0, end), end + 1, {}};
  }
  if (rest.size() < max_head)
    return {{}, 0, "a batch ends within a length"};
  std::uint32_t length = 0;
  for (auto c : rest.substr(0, max_head))
    length = (length << 8U) | static_cast<unsigned char>(c);
  if (length > rest.size() - max_head)
    return {{}, 0, "a message is longer than its batch"};
  return {rest.substr(max_head, length), max_head + length, {}};
}

void batch_format::split(const slice& batch, std::size_t max_message_size, received& out) const {
  if (batch.empty())
    out.fail(close_reason::protocol_error, "a batch without messages");
  std::size_t count = 0;
  for (auto rest = batch.view(); !rest.empty();) {
    auto next = first_of(rest);
    if (!next.wrong.empty())
      return out.fail(close_reason::protocol_error, next.wrong);
    if (next.message.empty())
      return out.fail(close_reason::protocol_error, "an empty message in a batch");
    if (next.message.size() > max_message_size)
      return out.fail(close_reason::too_big, "the message is too big");
    if (++count > most_messages)
      return out.fail(close_reason::too_big, "too many messages in one batch");
    out.messages.push_back(batch.sub(next.message));
    rest.remove_prefix(next.size);
  }
}

} // namespace wamp
