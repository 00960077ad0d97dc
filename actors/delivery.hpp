// What broker, dealer and router do alike: sending to sessions, returning credit, and saying why
// they end.
#pragma once

#include <wamp/actors/interfaces.hpp>
#include <wamp/actors/log.hpp>

namespace wamp {

/// The one helper around CAF's unchecked send: the static check is made here, on the struct.
template <class Self, class Message>
void deliver_to_session(Self* self, const session_ref& to, const Message& m) {
  if constexpr (std::is_same_v<Message, error>)
    caf::unsafe_send_as(self, actor_of(to), deliver_atom::value, m);
  else
    caf::unsafe_send_as(self, actor_of(to), m);
}

/// Counts a session's message as done and returns credit when it is due.
template <class Self, class Message>
void return_credit(Self* self, credit_ledger& ledger, const session_ref& from, const Message& m) {
  if (auto due = ledger.done(from->id, weight_of(m)))
    caf::unsafe_send_as(self, actor_of(from), *due);
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
