// A listening socket, TCP or Unix, that serves WebSocket, RawSocket, HTTP long-poll and GET /health
// on the same port: a first octet of 0x7F means RawSocket, anything else HTTP. Opened by the
// gateway.
// Spec: "WebSocket Transport" (basic profile), "RawSocket Transport" and "HTTP Longpoll Transport"
// (advanced profile).
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/transport/connection.hpp>
#include <wamp/transport/cookie.hpp>
#include <wamp/transport/limits.hpp>
#include <wamp/transport/listen_address.hpp>
#include <wamp/transport/tls_server_context.hpp>

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

class io_thread;

struct listener_options {
  connection_limits limits;

  /// Sockets of this listener open at one time, and long-poll connections. Who comes on top is told
  /// so: RawSocket by error 4, HTTP by 503.
  std::size_t max_connections = 65'536;

  /// The same of one IP address, or of one network of 64 bits in IPv6; 0: any number. Who comes on
  /// top is not answered.
  std::size_t max_connections_per_address = 0;

  /// How many connections one of these may open in a second, and at once; 0: any number.
  unsigned max_new_connections_per_second = 0;

  /// What is spoken below all else; none: nothing. It can be replaced: listener::use_tls().
  std::shared_ptr<const tls_server_context> tls;

  /// Browsers' pages that may speak to this listener (see is_origin()); empty: those of its own
  /// host. Who sends no Origin is no browser.
  std::vector<std::string> allowed_origins;

  /// By which a browser is known again; without a name there is none.
  cookie_options cookie;

  /// The targets, without query, on which a WebSocket may be opened.
  std::vector<std::string> paths{"/ws", "/"};

  /// The serializations that may be chosen.
  std::vector<format> formats{all_formats.begin(), all_formats.end()};

  /// Below this path, such as "/longpoll", stand the targets of the HTTP long-poll transport;
  /// empty: it is not served.
  std::string long_poll_path;

  /// How long a long-poll request hangs when there is no message. Common clients give up after
  /// twelve seconds.
  std::chrono::milliseconds long_poll_wait{10'000};

  /// Whether messages on a WebSocket are compressed, both ways, where the client wants it
  /// (permessage-deflate), each for itself: a connection keeps nothing for that.
  bool deflate = false;

  bool websocket = true;
  bool rawsocket = true;

  /// Connections go round these threads; empty: to the thread of the listener. They must
  /// outlive the listener.
  std::vector<io_thread*> spread_over;

  int backlog = 1024;
};

class listener {
public:
  /// Announces a connection whose transport handshake is complete, on the thread that the
  /// connection lives on. Start it within connection_limits::handshake_timeout.
  using connection_callback = std::function<void(std::shared_ptr<connection>)>;

  /// Trouble that ends no connection: accept() ran out of descriptors, say. For a log; called
  /// on the listener's io thread.
  using error_callback = std::function<void(std::string_view)>;

  /// Listens at once; connections are served when the io thread runs. The error is a sentence
  /// for the user. A Unix socket file that nobody listens on any more is replaced. Resolves a
  /// host name, so it may block for long.
  static tl::expected<std::unique_ptr<listener>, std::string> open(
      io_thread& thread, const listen_address& address, listener_options options,
      connection_callback on_connection, error_callback on_error = {});

  /// As stop().
  ~listener();

  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  /// No new connections from here on; existing ones live on. Any thread; called on the io
  /// thread that serves a connection, none is announced there after it. The socket is released, and
  /// a Unix socket's file removed, as soon as the io thread turns (or ends).
  void stop();

  /// From the next connection on. Only for a listener that was opened with TLS. Any thread.
  void use_tls(std::shared_ptr<const tls_server_context> tls);

  /// With the port that the system chose, if it was asked to. Any thread.
  const listen_address& local_address() const noexcept;

  /// Sockets and long-poll connections of this listener open now. Any thread.
  std::size_t open_connections() const noexcept;

private:
  class acceptor;
  explicit listener(std::shared_ptr<acceptor>);

  std::shared_ptr<acceptor> acceptor_;
};

} // namespace wamp
