#include <wamp/actors/answers.hpp>
#include <wamp/actors/gateway/peer_facts_of.hpp>
#include <wamp/actors/gateway/socket_link.hpp>
#include <wamp/actors/session/session_actor.hpp>
#include <wamp/serialization/codec.hpp>

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>

namespace wamp {

namespace {

/// Runs on the connection's thread and does nothing there but pass on.
class to_session : public connection_handler {
public:
  /// `peer` owns this handler.
  to_session(connection& peer, session_actor session)
      : peer_(peer), encoding_(peer.wire_format()), session_(std::move(session)) {}

  void on_messages(std::vector<slice> messages) override {
    if (messages.size() <= max_batch)
      return send(std::move(messages));
    for (auto rest = std::span{messages}; !rest.empty();) {
      auto some = rest.first(std::min(rest.size(), max_batch));
      rest = rest.subspan(some.size());
      send({std::make_move_iterator(some.begin()), std::make_move_iterator(some.end())});
    }
  }
  void on_deadline() override { tell(link_event::what::deadline, {}); }
  void on_writable() override {}
  void on_violation(std::string_view detail) override {
    // The connection closes right after this call: the session would come too late to say why.
    peer_.send(slice{encode(encoding_, violation_abort(detail))});
    tell(link_event::what::violation, detail);
  }
  void on_closed(close_reason reason, std::string_view detail) override {
    static_cast<void>(reason);
    tell(link_event::what::closed, detail);
  }

private:
  void send(std::vector<slice> messages) {
    caf::anon_send(session_, frames{encoding_, std::move(messages)});
  }
  void tell(link_event::what what, std::string_view detail) {
    caf::anon_send(session_, link_event{what, std::string{detail}});
  }

  connection& peer_;
  format encoding_;
  session_actor session_;
};

close_reason reason_for(ending why) {
  switch (why) {
  case ending::shutdown:
    return close_reason::going_away;
  case ending::aborted:
    return close_reason::normal;
  case ending::violation:
    return close_reason::protocol_error;
  case ending::invalid_utf8:
    return close_reason::invalid_utf8;
  case ending::timeout:
    return close_reason::timeout;
  case ending::overflow:
    return close_reason::overflow;
  }
  return close_reason::normal;
}

delivery outcome_of(send_result r) {
  switch (r) {
  case send_result::queued:
    return delivery::accepted;
  case send_result::dropped:
  case send_result::overflow:
    return delivery::full;
  case send_result::too_big:
    return delivery::too_big;
  case send_result::closed:
    return delivery::gone;
  }
  return delivery::gone;
}

class socket_link : public peer_link {
public:
  socket_link(std::shared_ptr<connection> peer, const session_timeouts& timeouts)
      : peer_(std::move(peer)), encoding_(peer_->wire_format()), timeouts_(timeouts) {}

  /// A session that ends otherwise than by close() must not leave its peer hanging.
  ~socket_link() override { peer_->close(close_reason::policy); }
  socket_link(const socket_link&) = delete;
  socket_link& operator=(const socket_link&) = delete;

  peer_ref peer() const override { return facts_of(*peer_); }
  delivery send(const message& m) override { return send_encoded(m); }
  delivery send(const invocation& m) override { return send_encoded(m); }
  delivery send(const result& m) override { return send_encoded(m); }
  void send(const event_ref& e) override { peer_->send_event(e->encoded(encoding_)); }
  void close(ending why) override { peer_->close(reason_for(why)); }
  bool can_pause() const noexcept override { return true; }
  void pause() override {
    if (pauses_++ == 0)
      peer_->pause_reading();
  }
  void resume() override {
    if (--pauses_ == 0)
      peer_->resume_reading();
  }
  void expect_soon(patience what) override { peer_->set_deadline(time_for(what)); }
  void expect_nothing() override { peer_->clear_deadline(); }

private:
  std::chrono::milliseconds time_for(patience what) const {
    switch (what) {
    case patience::hello:
      return timeouts_.hello;
    case patience::authenticate:
      return timeouts_.authenticate;
    case patience::goodbye:
      break;
    }
    return timeouts_.goodbye;
  }

  template <class Message>
  delivery send_encoded(const Message& m) {
    // Most messages are small: encoded here, copied into the connection's queue.
    constexpr std::size_t small = 4096;
    static thread_local std::string scratch;
    scratch.clear();
    if constexpr (std::is_same_v<Message, invocation> || std::is_same_v<Message, result>)
      if (m.args.size() >= small) {
        auto tail = encode_around_args(scratch, encoding_, m);
        auto head = std::string_view{scratch};
        return outcome_of(peer_->send(
            head.substr(0, head.size() - tail), m.args.bytes(encoding_),
            head.substr(head.size() - tail)));
      }
    encode_to(scratch, encoding_, m);
    if (scratch.size() < small)
      return outcome_of(peer_->send(std::string_view{scratch}));
    return send_large(scratch);
  }

  // Not inline: g++ 12 takes what it then knows of the size for an overrun.
  [[gnu::noinline]] delivery send_large(std::string& bytes) {
    return outcome_of(peer_->send(slice{std::exchange(bytes, {})}));
  }

  std::shared_ptr<connection> peer_;
  format encoding_;
  session_timeouts timeouts_;
  unsigned pauses_ = 0; ///< reasons not to read
};

} // namespace

std::unique_ptr<peer_link> make_socket_link(
    std::shared_ptr<connection> peer, const session_actor& session,
    const session_timeouts& timeouts) {
  auto link = std::make_unique<socket_link>(peer, timeouts);
  peer->start(std::make_unique<to_session>(*peer, session));
  return link;
}

} // namespace wamp
