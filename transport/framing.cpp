#include <wamp/transport/framing.hpp>

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
  auto size = websocket_client_framing::max_masked_header;
  for (auto part : parts)
    size += part.size();
  auto frame = std::make_shared_for_overwrite<char[]>(size);
  size = masked_framing().write_frame(frame.get(), parts);
  std::string_view bytes(frame.get(), size);
  return slice(std::move(frame), bytes);
}

} // namespace wamp
