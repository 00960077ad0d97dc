#include <wamp/transport/framing.hpp>
#include <wamp/transport/parts.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace wamp {

void framing::split_batches(received& out) {
  auto batches = std::exchange(out.messages, {});
  auto after_them = std::exchange(out.end, received::ending::none);
  for (const auto& batch : batches) {
    batch_->split(batch, receive_limit_, out);
    broken_ = out.end == received::ending::failed;
    if (broken_)
      return;
  }
  out.end = after_them;
}

slice framing::make_frame(std::span<const std::string_view> parts) const {
  std::optional<std::string> smaller;
  if (deflates(size_of(parts)))
    smaller = deflate_message(parts, deflate_->window_bits);
  auto whole = std::string_view(smaller ? *smaller : std::string_view());
  if (smaller)
    parts = {&whole, 1};
  auto frame = std::make_shared_for_overwrite<char[]>(max_whole_header + size_of(parts));
  auto size = write_frame(frame.get(), parts, smaller.has_value());
  std::string_view bytes(frame.get(), size);
  return slice(std::move(frame), bytes);
}

std::size_t
framing::write_frame(char* to, std::span<const std::string_view> parts, bool deflated) const {
  if (masks())
    return std::get<websocket_client_framing>(kind_).write_frame(to, parts, deflated);
  auto* end = to + std::get<websocket_framing>(kind_).write_header(to, size_of(parts), deflated);
  for (auto part : parts)
    end = std::ranges::copy(part, end).out;
  return static_cast<std::size_t>(end - to);
}

} // namespace wamp
