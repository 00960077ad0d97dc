#include <wamp/actors/log.hpp>
#include <wamp/actors/session/actor_link.hpp>
#include <wamp/actors/session/decoder_actor.hpp>
#include <wamp/actors/session/session_actor.hpp>
#include <wamp/actors/session/session_protocol.hpp>
#include <wamp/serialization/uris.hpp>

#include <cstddef>
#include <utility>

namespace wamp {

namespace {

/// Bytes of a message before WELCOME: whoever is not let in is held only so much of.
constexpr std::size_t most_of_a_stranger = 65'536;

class session_state : public realm_link {
public:
  static constexpr const char* name = "wamp.session";

  explicit session_state(session_actor::pointer self) : self_(self) {}

  session_actor::behavior_type
  start(entrance_actor entrance, const link_factory& make_link, decoder_actor decoder) {
    entrance_ = std::move(entrance);
    decoder_ = std::move(decoder);
    link_ = make_link(self_);
    protocol_.emplace(*link_, *this);
    protocol_->open();
    self_->set_down_handler([this](const caf::down_msg& m) { on_down(m); });
    self_->set_exception_handler([this](std::exception_ptr& e) { return on_exception(e); });
    return {
        // CAF tries them in this order: the usual ones first.
        [this](const frames& f) { return on_frames(f); },
        [this](client_batch& b) { return on_client(b); },
        [this](const outgoing_batch& b) { return on_outgoing(b); },
        [this](const event_batch& b) { return on_events(b); },
        [this](const link_event& e) { on_link_event(e); },
        [this](decoded& d) { on_decoded(std::move(d.result)); },
        [this](const credit& c) { protocol_->refund(c); },
        [this](const challenged& m) { on_challenged(m); },
        [this](const joined& m) { on_joined(m); },
        [this](const rejected& m) { on_rejected(m); },
        [this](const end_session& m) { on_end_session(m); },
        [this](left_atom) { on_left(); },
    };
  }

  // -- realm_link ------------------------------------------------------------------------------

  void join(hello m) override {
    caf::unsafe_send_as(
        self_, entrance_, join_request{session_actor{self_}, std::move(m), link_->peer()});
  }
  void continue_join(authenticate m) override {
    caf::unsafe_send_as(self_, realm_.router, login_answer{session_actor{self_}, std::move(m)});
  }
  void leave() override {
    send_requests(); // or they would reach broker and dealer after these have forgotten us
    caf::unsafe_send_as(self_, realm_.router, leave_atom::value, realm_.self->id);
  }
  void forward(broker_request&& m) override { add(for_broker_, std::move(m)); }
  void forward(dealer_request&& m) override { add(for_dealer_, std::move(m)); }

private:
  using input = tl::expected<message, decode_error>;

  struct undecoded {
    format encoding;
    slice bytes;
  };

  template <class Request>
  void add(std::vector<Request>& batch, Request&& m) {
    // Most peers' messages are all for the broker, or all for the dealer.
    if (batch.empty())
      batch.reserve(expected_);
    batch.push_back(std::forward<Request>(m));
    if (batch.size() == max_batch)
      send_requests();
  }

  /// What came of one message leaves when that is done. Called by every handler that can make the
  /// protocol say something.
  void end_turn() {
    send_requests();
    link_->flush();
  }

  void send_requests() {
    if (!for_broker_.empty())
      caf::anon_send(realm_.broker, broker_batch{realm_.self, std::exchange(for_broker_, {})});
    if (!for_dealer_.empty())
      caf::anon_send(realm_.dealer, dealer_batch{realm_.self, std::exchange(for_dealer_, {})});
  }

  no_answer on_frames(const frames& f) {
    expected_ = f.messages.size();
    for (auto& bytes : f.messages) {
      if (protocol_->current() == session_protocol::state::ended)
        break;
      on_frame(f.encoding, bytes);
    }
    expected_ = 1;
    end_turn();
    return {};
  }

  void on_frame(format encoding, const slice& bytes) {
    if (bytes.size() > most_of_a_stranger && protocol_->is_with_a_stranger()) {
      protocol_->violation("a message before WELCOME has at most 64 KiB");
    } else if (decoding_) {
      undecoded_.push_back({encoding, bytes});
    } else if (decoder_ && bytes.size() >= large_message) {
      decoding_ = true;
      link_->pause();
      caf::unsafe_send_as(self_, decoder_, large_frame{self_, encoding, bytes, limits_});
    } else {
      on_input(decode(encoding, bytes, limits_));
    }
  }

  /// What came behind the large message has waited for it.
  void on_decoded(input in) {
    decoding_ = false;
    link_->resume();
    if (protocol_->current() != session_protocol::state::ended)
      on_input(std::move(in));
    for (auto& f : std::exchange(undecoded_, {}))
      if (protocol_->current() != session_protocol::state::ended)
        on_frame(f.encoding, f.bytes);
    end_turn();
    if (closed_ && !decoding_)
      on_closed();
  }

  /// Everything that the peer has sent has been received, too.
  void on_closed() {
    protocol_->connection_closed();
    self_->quit();
  }

  no_answer on_client(client_batch& b) {
    expected_ = b.messages.size();
    for (auto& m : b.messages)
      if (protocol_->holds_input())
        on_input(std::move(m));
      else
        protocol_->receive(std::move(m));
    expected_ = 1;
    end_turn();
    return {};
  }

  no_answer on_events(const event_batch& b) {
    for (auto& e : b.events)
      protocol_->deliver(e);
    link_->flush();
    return {};
  }

  no_answer on_outgoing(const outgoing_batch& b) {
    for (auto& m : b.messages)
      std::visit([this](const auto& x) { protocol_->deliver(x); }, m);
    end_turn();
    return {};
  }

  void on_input(input in) {
    if (protocol_->holds_input()) {
      if (held_.empty())
        link_->pause();
      held_.push_back(std::move(in));
    } else if (in) {
      protocol_->receive(std::move(*in));
    } else {
      protocol_->receive(in.error());
    }
  }

  void on_link_event(const link_event& e) {
    switch (e.happened) {
    case link_event::what::closed:
      closed_ = true;
      if (!decoding_)
        on_closed();
      break;
    case link_event::what::deadline:
      protocol_->waited_too_long();
      break;
    case link_event::what::violation:
      protocol_->violation(e.detail);
      break;
    }
  }

  void on_challenged(const challenged& m) {
    realm_.router = m.router;
    protocol_->challenged(m.ask);
    end_turn();
  }

  void on_joined(const joined& m) {
    realm_ = m;
    realm_.welcome = {}; // is for the peer: thousands of sessions need not keep it
    limits_.accept_integral_floats = m.request_ids == request_id_rules::lenient;
    self_->monitor(realm_.router);
    protocol_->joined(m.self, m.request_ids, m.welcome);
    end_turn();
  }

  void on_rejected(const rejected& m) {
    protocol_->rejected(m.reason);
    end_turn();
  }

  void on_end_session(const end_session& m) {
    protocol_->end(m.reason, m.message, m.for_good);
    end_turn();
  }

  void on_left() {
    self_->demonitor(realm_.router.address());
    realm_ = {};
    protocol_->left();
    release_held();
    end_turn();
  }

  void on_down(const caf::down_msg& m) {
    if (realm_.router && m.source == realm_.router.address())
      on_router_down();
    else // the peer, an actor that its link watches
      on_link_event({link_event::what::closed, "the peer ended"});
  }

  // A router that died cannot answer `leave`, and its broker and dealer went with it.
  void on_router_down() {
    protocol_->end(uris::close_realm, "the realm's router failed", false);
    realm_ = {};
    protocol_->left();
    release_held();
    end_turn();
  }

  // The session is lost, and its realm learns of it from the router; the peer learns it here.
  caf::error on_exception(const std::exception_ptr& e) {
    log_exception(name, e);
    send_requests();
    link_->send(
        message{goodbye{dict{{"message", "the session failed"}}, std::string{uris::killed}}});
    link_->close(ending::aborted);
    return caf::exit_reason::unhandled_exception;
  }

  void release_held() {
    if (held_.empty() || protocol_->holds_input())
      return;
    link_->resume();
    for (auto& in : std::exchange(held_, {}))
      on_input(std::move(in));
  }

  session_actor::pointer self_;
  entrance_actor entrance_;
  std::unique_ptr<peer_link> link_;
  std::optional<session_protocol> protocol_;
  joined realm_;
  decode_limits limits_;
  decoder_actor decoder_;
  bool decoding_ = false; ///< a large message of ours is with the decoder
  bool closed_ = false;   ///< the connection is
  std::vector<undecoded> undecoded_;
  std::size_t expected_ = 1; ///< messages in what is being worked on
  std::vector<broker_request> for_broker_;
  std::vector<dealer_request> for_dealer_;
  /// What came after both GOODBYEs, for the next session on this transport.
  std::vector<input> held_;
};

session_actor::behavior_type session_behavior(
    session_actor::stateful_pointer<session_state> self, entrance_actor entrance,
    const link_factory& make_link, decoder_actor decoder) {
  return self->state.start(std::move(entrance), make_link, std::move(decoder));
}

} // namespace

session_actor spawn_session(
    caf::actor_system& system, entrance_actor entrance, link_factory make_link,
    session_place place) {
  // What system.spawn does, but for the home.
  caf::actor_config where{place.home};
  auto behavior = session_behavior;
  return system.spawn_functor(
      std::true_type{}, where, behavior, std::move(entrance), std::move(make_link),
      std::move(place.decoder));
}

session_actor spawn_session(caf::actor_system& system, entrance_actor entrance, peer_actor peer) {
  return spawn_session(system, std::move(entrance), [=](const session_actor& session) {
    return std::make_unique<actor_link>(session, peer);
  });
}

} // namespace wamp
