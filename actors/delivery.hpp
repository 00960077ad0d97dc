// What broker, dealer and router do alike: sending to sessions, returning credit, and saying why
// they end.
#pragma once

#include <wamp/actors/interfaces.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/actors/policy/turn_clock.hpp>
#include <wamp/actors/policy/undecided_sessions.hpp>
#include <wamp/actors/session/outbox.hpp>

#include <utility>

namespace wamp {

/// Collects what a broker or dealer has for sessions while it works on one batch, and sends it
/// when that is done: a message per session rather than one per message.
class batch_outbox : public outbox {
public:
  /// `place`: the one that is this outbox's own.
  explicit batch_outbox(std::uint32_t outbox_places::*place) : place_(place) {}

  void deliver(const session_ref& to, outgoing m) override {
    of<std::vector<outgoing>>(to).push_back(std::move(m));
  }
  void deliver(const session_ref& to, const event_ref& e) override {
    of<std::vector<event_ref>>(to).push_back(e);
  }

  void send_all() {
    for (auto& p : parcels_) {
      auto& actor = static_cast<const joined_session&>(*p.to).actor;
      if (auto events = std::get_if<std::vector<event_ref>>(&p.contents))
        caf::anon_send(actor, event_batch{std::move(*events)});
      else
        caf::anon_send(
            actor, outgoing_batch{std::move(std::get<std::vector<outgoing>>(p.contents))});
    }
    constexpr std::size_t worth_keeping = 1024;
    if (parcels_.capacity() > worth_keeping)
      std::vector<parcel>().swap(parcels_);
    parcels_.clear();
  }

private:
  struct parcel {
    session_ref to;
    std::variant<std::vector<outgoing>, std::vector<event_ref>> contents;
  };

  /// The session's open parcel, or a new one where the last is of the other kind.
  template <class Contents>
  Contents& of(const session_ref& to) {
    // What the session remembers may be of an earlier batch: it is believed only if it is true.
    auto& place = static_cast<const joined_session&>(*to).places.*place_;
    if (place < parcels_.size() && parcels_[place].to == to)
      if (auto open = std::get_if<Contents>(&parcels_[place].contents))
        return *open;
    place = static_cast<std::uint32_t>(parcels_.size());
    return std::get<Contents>(parcels_.emplace_back(parcel{to, Contents{}}).contents);
  }

  std::uint32_t outbox_places::*place_;
  std::vector<parcel> parcels_;
};

/// Counts a session's batch as done and returns credit when it is due.
template <class Self>
void return_credit(Self* self, credit_ledger& ledger, const session_ref& from, const credit& done) {
  if (auto due = ledger.done(from->id, done))
    caf::unsafe_send_as(self, actor_of(from), *due);
}

/// What a batch weighs; taken before its messages are moved from.
template <class Request>
credit weight_of(const std::vector<Request>& batch) {
  credit sum;
  for (auto& m : batch)
    sum += credit{1, std::visit([](const auto& x) { return weight_of(x); }, m)};
  return sum;
}

/// What a broker's or a dealer's turn is: each request of the batch in its order, then all that
/// came of them at once. `handle(from, request&&)`. `passed_on` counts those that others go on
/// with, and give the credit for.
template <class Self, class Batch, class Handle>
void work_off(
    Self* self, Batch& batch, batch_outbox& out, credit_ledger& ledger, Handle handle,
    credit& passed_on) {
  auto done = weight_of(batch.requests);
  for (auto& m : batch.requests)
    std::visit([&](auto& x) { handle(batch.from, std::move(x)); }, m);
  out.send_all();
  done -= std::exchange(passed_on, {});
  return_credit(self, ledger, batch.from, done);
}

template <class Self, class Batch, class Handle>
void work_off(Self* self, Batch& batch, batch_outbox& out, credit_ledger& ledger, Handle handle) {
  credit none;
  work_off(self, batch, out, ledger, handle, none);
}

/// For the policies of a broker or dealer: back into its turn. Weak, so that a decision that comes
/// late keeps nobody alive.
template <class Actor, class Self>
post_work post_to(Self* self) {
  return [to = caf::actor_cast<caf::actor_addr>(self)](
             session_id concerns, std::function<void()> go_on) {
    if (auto asker = caf::actor_cast<Actor>(to))
      caf::anon_send(asker, decided{concerns, std::move(go_on)});
  };
}

/// For what a broker or dealer does later: in its turn, by its actor's clock.
template <class Self>
turn_clock clock_of(Self* self) {
  return {
      [self] { return self->clock().now(); },
      [self](std::chrono::milliseconds delay, std::function<void()> work) {
        self->delayed_send(self, delay, decided{{}, std::move(work)});
      }};
}

/// For what a dealer has passed on.
template <class Self>
void give_credit(Self* self, const meta_call& m) {
  if (m.gives_credit)
    caf::unsafe_send_as(self, actor_of(m.from), credit{1, weight_of(m.request)});
}

/// Answers what a dealer has passed on, and gives the credit for it.
template <class Self>
void answer_meta_call(Self* self, const meta_call& m, outgoing answer) {
  outgoing_batch batch;
  batch.messages.push_back(std::move(answer));
  caf::unsafe_send_as(self, actor_of(m.from), std::move(batch));
  give_credit(self, m);
}

/// An exception ends the actor, as ever, but not without a line in the log.
template <class Self>
void log_what_ends(Self* self, const char* name) {
  self->set_exception_handler([name](std::exception_ptr& e) -> caf::error {
    log_exception(name, e);
    return caf::exit_reason::unhandled_exception;
  });
}

} // namespace wamp
