// The client's side: a connection to a router that is named by its URL, over TCP, TLS or a
// Unix socket, as WebSocket or RawSocket. What it announces is the very connection that listeners
// announce. Used by client sessions. Spec: "WebSocket Transport" (basic profile), "RawSocket
// Transport" (advanced profile), RFC 6455 section 4.1.
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/transport/connection.hpp>
#include <wamp/transport/limits.hpp>
#include <wamp/transport/name_lookup.hpp>
#include <wamp/transport/router_url.hpp>
#include <wamp/transport/tls_context.hpp>

#include <tl/expected.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace wamp {

class io_thread;

struct connector_options {
  /// As a listener's, with one difference: `handshake_timeout` bounds the whole attempt, from the
  /// name to the complete handshake, TLS's included, and once more from there to
  /// connection::start().
  connection_limits limits;

  /// The serializations to offer, the favourite first. A WebSocket offers all at once; RawSocket
  /// can ask for one, and asks for the next on a new socket when the router does not know it.
  std::vector<format> formats{all_formats.begin(), all_formats.end()};

  /// Whether a WebSocket shall carry several messages in one of its own: fewer frames for who sends
  /// much at once. A router that does not know that is spoken to without. RawSocket has no such
  /// way.
  bool batched = false;

  /// Whether a WebSocket shall compress what is large enough to be worth it (permessage-deflate),
  /// both ways, if the router agrees. It costs the sender some 25 microseconds for a kilobyte.
  bool deflate = false;

  /// Sent with the WebSocket's request. Those that make the upgrade can not be changed.
  std::vector<std::pair<std::string, std::string>> http_headers;
  std::string user_agent = "caf-wamp";

  /// For wss and tcps; shared by all attempts that it is given to. None: tls_context::of_system().
  std::shared_ptr<const tls_context> tls;

  /// Finds the addresses of a name, on a thread of its own.
  name_resolver resolve = resolve_name;
};

/// One attempt to connect.
class connector {
public:
  using result = tl::expected<std::shared_ptr<connection>, std::string>;

  /// Told on the io thread, exactly once unless cancelled: the connection, to be started within
  /// connection_limits::handshake_timeout, or a sentence for the user. Never told from inside the
  /// connector's own functions, with one exception: an io thread that has ended can tell nobody,
  /// so then the constructor does. Must not throw; may destroy the connector.
  using callback = std::function<void(result)>;

  /// Begins at once; goes on when the io thread runs, and fails when it ends. The name is looked up
  /// on a thread that is nobody's, so that nothing waits for it. The addresses of a name are tried
  /// one after the other; each has an equal share of the time that is left. Any thread.
  connector(io_thread& thread, router_url url, connector_options options, callback on_done);

  /// As cancel().
  ~connector();

  connector(const connector&) = delete;
  connector& operator=(const connector&) = delete;

  /// On the io thread: the callback is not called any more. On another thread: not called any more
  /// but for a call that has begun already. What was connected is closed; a connection that was
  /// announced lives on.
  void cancel();

private:
  class attempt;

  std::shared_ptr<attempt> attempt_;
};

} // namespace wamp
