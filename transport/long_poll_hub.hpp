// The long-poll connections of one listener, by the ids that their clients name them with. Made by
// the listener; asked by long_poll_socket, on the threads of all its sockets.
// Spec: "HTTP Longpoll Transport" (advanced profile).
#pragma once

#include <wamp/transport/io_core.hpp>
#include <wamp/transport/listener_context.hpp>
#include <wamp/transport/long_poll_connection.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wamp {

class long_poll_hub final : public io_tenant, public std::enable_shared_from_this<long_poll_hub> {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit long_poll_hub(std::shared_ptr<listener_context> context)
      : context_(std::move(context)) {}

  const listener_options& options() const noexcept { return context_->options; }

  struct opened {
    std::string id;
    std::shared_ptr<long_poll_connection> connection; ///< empty if there are too many
  };

  /// A new connection on the thread of `core`, which is the calling one, for the client at the
  /// other end of `by`, who is known by `cookie`.
  opened
  open(std::shared_ptr<io_core> core, subprotocol p, const connection& by, std::string cookie);

  /// Tells the listener's user of it.
  void announce(std::shared_ptr<connection> c) { context_->on_connection(std::move(c)); }

  /// The connection, or nullptr.
  std::shared_ptr<long_poll_connection> find(std::string_view id) const;

  // io_tenant
  void leave() override;
  bool check_time(io_core& core, time_point now) override;
  void close_connections(io_core& core, close_reason reason) override;

private:
  template <class Predicate>
  std::vector<std::shared_ptr<long_poll_connection>> all_of(Predicate wanted) const;
  void forget(const std::string& id, std::string_view peer_name);

  const std::shared_ptr<listener_context> context_;

  mutable std::mutex mutex_; // guards the following
  std::unordered_map<std::string, std::shared_ptr<long_poll_connection>> connections_;
};

} // namespace wamp
