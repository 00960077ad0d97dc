#include <wamp/auth/channel_binding.hpp>
#include <wamp/auth/crypto.hpp>

namespace wamp::channel_binding {

std::string_view data(const channel_bindings* channel, std::string_view type) noexcept {
  if (!channel)
    return {};
  if (type == tls_unique)
    return channel->tls_unique;
  if (type == tls_exporter)
    return channel->tls_exporter;
  if (type == tls_server_end_point)
    return channel->tls_server_end_point;
  return {};
}

std::string id(const channel_bindings* channel, std::string_view type) {
  const auto bytes = data(channel, type);
  if (type == tls_unique && !bytes.empty())
    return crypto::sha256(bytes);
  if (type == tls_exporter && bytes.size() == 32)
    return std::string{bytes};
  return {};
}

} // namespace wamp::channel_binding
