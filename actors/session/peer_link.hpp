// The way from a session to its peer: a socket (actors/gateway/socket_link) or an actor in the
// same process (actors/session/actor_link). Owned by the session actor and called by it alone.
#pragma once

#include <wamp/actors/broker/shared_event.hpp>
#include <wamp/auth/peer_facts.hpp>
#include <wamp/serialization/messages.hpp>

#include <cstdint>

namespace wamp {

/// What became of a message to the peer.
enum class delivery : std::uint8_t {
  accepted,
  full,    ///< the peer does not read, and its queue is at the bound
  too_big, ///< over what the peer announced that it takes
  gone,    ///< there is no peer any more; the session will be told, or has been
};

/// Why a session ends its connection, after what is queued has been sent.
enum class ending : std::uint8_t { shutdown, aborted, violation, invalid_utf8, timeout, overflow };

/// What a peer must do soon.
enum class patience : std::uint8_t { hello, authenticate, goodbye };

class peer_link {
public:
  virtual ~peer_link() = default;

  /// Who is at its other end; never nullptr.
  virtual peer_ref peer() const = 0;

  virtual delivery send(const message& m) = 0;
  virtual delivery send(const invocation& m) = 0;
  virtual delivery send(const result& m) = 0;
  /// Lost ones are counted by the link.
  virtual void send(const event_ref& e) = 0;

  /// What the session's turn has sent goes out now, if it has not before.
  virtual void flush() {}

  virtual void close(ending why) = 0;

  /// False when this peer cannot be made to wait: then its messages are refused instead.
  virtual bool can_pause() const noexcept = 0;
  /// Each pause() is ended by a resume() of its own.
  virtual void pause() = 0;
  virtual void resume() = 0;

  /// Calls session_protocol::waited_too_long() unless expect_nothing() comes in time.
  virtual void expect_soon(patience what) = 0;
  virtual void expect_nothing() = 0;
};

} // namespace wamp
