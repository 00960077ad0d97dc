// Whom a socket_connection belongs to, and whom it tells what its user does not hear of: the
// listener that accepted it (listener_context), or the connector that opened it.
#pragma once

#include <wamp/transport/connection.hpp>
#include <wamp/transport/limits.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace wamp {

class io_core;

/// May be shared by many connections, and is kept alive by them. The functions are called on
/// the connection's io thread and must not throw.
class connection_owner {
public:
  explicit connection_owner(const connection_limits& limits) : limits_(limits) {}
  virtual ~connection_owner() = default;
  connection_owner(const connection_owner&) = delete;
  connection_owner& operator=(const connection_owner&) = delete;

  /// Any thread.
  const connection_limits& limits() const noexcept { return limits_; }

  /// The handshake is complete: the moment to announce the connection.
  virtual void on_established(std::shared_ptr<connection> c) = 0;

  /// The same for a socket that speaks HTTP: its messages are requests, and what is sent on it are
  /// responses.
  virtual void on_http(std::shared_ptr<connection> socket, std::shared_ptr<io_core> core) {
    static_cast<void>(core);
    socket->abort();
  }

  /// There will be no connection; the socket closes soon. See handshake_result for both.
  virtual void on_handshake_failed(std::string_view detail, bool format_refused) {
    static_cast<void>(detail);
    static_cast<void>(format_refused);
  }

  /// The last call, once for each connection: its descriptor was given back.
  virtual void on_socket_closed(const std::string& peer_name) = 0;

private:
  const connection_limits limits_;
};

} // namespace wamp
