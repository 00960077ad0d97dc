// The link to a peer that is an actor of this process: messages pass as they are, those
// of one turn as one batch. One that is slow loses
// events, and is not called.
#pragma once

#include <wamp/actors/interfaces.hpp>
#include <wamp/actors/session/in_flight.hpp>
#include <wamp/actors/session/peer_link.hpp>

#include <cstdint>
#include <vector>

namespace wamp {

/// An actor of this process.
peer_ref local_peer();

class actor_link : public peer_link {
public:
  /// `facts`: what is known of whoever the peer stands for.
  actor_link(const session_actor& session, peer_actor peer, peer_ref facts = local_peer());
  ~actor_link() override;
  actor_link(const actor_link&) = delete;
  actor_link& operator=(const actor_link&) = delete;

  peer_ref peer() const override { return facts_; }
  delivery send(const message& m) override;
  delivery send(const invocation& m) override;
  delivery send(const result& m) override;
  void send(const event_ref& e) override;
  void flush() override;
  void close(ending why) override;
  bool can_pause() const noexcept override { return false; }
  void pause() override {}
  void resume() override {}
  void expect_soon(patience what) override { static_cast<void>(what); }
  void expect_nothing() override {}

private:
  template <class Message>
  void add(const Message& m, std::size_t weight);

  // Weak: the session owns this link.
  caf::actor_addr session_;
  peer_actor peer_;
  peer_ref facts_;
  std::vector<for_client> batch_;
  std::size_t last_size_ = 1;
  in_flight unhandled_;
  std::uint64_t lost_events_ = 0;
};

} // namespace wamp
