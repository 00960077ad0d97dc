// What the connections of one listener share: its options, its callbacks and the count of its
// sockets. Outlives the listener as long as one of them is there. Used by the listener and its
// acceptor; the connections know it as their owner.
#pragma once

#include <wamp/transport/address_limits.hpp>
#include <wamp/transport/connection_owner.hpp>
#include <wamp/transport/listener.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace wamp {

class long_poll_hub;

class listener_context final : public connection_owner {
public:
  listener_context(listener_options o, listener::connection_callback f)
      : connection_owner(o.limits),
        options(std::move(o)),
        on_connection(std::move(f)),
        by_address(options.max_connections_per_address, options.max_new_connections_per_second) {}

  const listener_options options;
  const listener::connection_callback on_connection;
  address_limits by_address;
  std::atomic<std::size_t> open{0};
  std::atomic<std::size_t> refusing{0}; ///< over max_connections: being told so, take no place
  std::atomic<bool> stopped{false};     ///< nothing is announced any more
  std::atomic<bool> starved{false};     ///< accept() waits for a descriptor
  std::function<void()> on_descriptor;  ///< called if `starved`, on any io thread

  /// Counts a socket whose address was admitted; whoever counted it calls release_socket() after it
  /// was closed.
  void take_socket(bool refused) { (refused ? refusing : open).fetch_add(1); }
  void release_socket(bool refused, std::string_view peer_name) {
    by_address.release(peer_name);
    (refused ? refusing : open).fetch_sub(1);
    if (starved.exchange(false) && on_descriptor)
      on_descriptor();
  }

  std::weak_ptr<long_poll_hub> hub; ///< set before anything is accepted, if it shall serve

  void on_established(std::shared_ptr<connection> c) override { on_connection(std::move(c)); }
  void on_http(std::shared_ptr<connection> socket, std::shared_ptr<io_core> core) override;
  void on_socket_closed(const std::string& peer_name) override { release_socket(false, peer_name); }
};

/// Whom a socket over max_connections belongs to: it is counted apart, and never announced.
class refusing_owner final : public connection_owner {
public:
  explicit refusing_owner(std::shared_ptr<listener_context> context)
      : connection_owner(context->limits()), context_(std::move(context)) {}

  void on_established(std::shared_ptr<connection>) override {}
  void on_socket_closed(const std::string& peer_name) override {
    context_->release_socket(true, peer_name);
  }

private:
  std::shared_ptr<listener_context> context_;
};

} // namespace wamp
