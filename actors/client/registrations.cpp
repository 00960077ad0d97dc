#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/registrations.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace wamp {

namespace {

/// For who waits for the first answer to what is not wanted any more.
error gone_meanwhile() {
  return refuse(wamp::register_{}, uris::canceled, "unregistered meanwhile");
}

/// One for this procedure was removed while its REGISTER is under way.
template <class Entries>
bool some_is_leaving(const Entries& entries, const std::string& procedure) {
  return std::any_of(entries.begin(), entries.end(), [&](const auto& x) {
    return x.second.removed && x.second.procedure == procedure;
  });
}

} // namespace

procedure_key
registrations::add(std::string procedure, dict options, invocation_handler handler, outcome done) {
  const auto key = ++last_key_;
  if (over_) {
    done(tl::unexpected(*over_));
    return key;
  }
  entry e;
  e.procedure = std::move(procedure);
  e.options = std::move(options);
  e.handler = std::make_shared<const invocation_handler>(std::move(handler));
  e.told = std::move(done);
  // Before the one that is leaving has left, the router would say that it exists already.
  const bool waits = some_is_leaving(entries_, e.procedure);
  auto& added = entries_.emplace(key, std::move(e)).first->second;
  if (!waits && protocol_.current() == client_protocol::state::established)
    register_(key, added);
  return key;
}

bool registrations::remove(procedure_key key, outcome done) {
  auto found = entries_.find(key);
  if (found == entries_.end() || found->second.removed)
    return false;
  auto& e = found->second;
  if (e.pending) {
    e.removed = true;
    e.leaving = std::move(done);
    return true;
  }
  const auto id = e.id;
  const auto waiting = e.was_there ? nullptr : std::move(e.told);
  by_id_.erase(id.value());
  entries_.erase(found);
  if (id)
    unregister(id, std::move(done));
  else
    done(id);
  if (waiting)
    waiting(tl::unexpected(gone_meanwhile()));
  return true;
}

void registrations::unregister(registration_id id, outcome done) {
  protocol_.unregister(id, [id, done = std::move(done)](const auto& answer) {
    if (answer)
      done(id);
    else
      done(tl::unexpected(answer.error()));
  });
}

void registrations::register_(procedure_key key, entry& e) {
  e.pending = true;
  to_set_up_.asked();
  protocol_.register_(
      wamp::register_{{}, e.options, e.procedure},
      [this, key](tl::expected<registered, error> answer) {
        // The end of a session is no answer: the next one will have it.
        if (protocol_.current() == client_protocol::state::established)
          on_answer(key, std::move(answer));
      });
}

void registrations::on_answer(procedure_key key, tl::expected<registered, error> answer) {
  auto& e = entries_.at(key);
  to_set_up_.answered();
  if (!answer && e.was_there && !e.removed && answer.error().uri == uris::unavailable) {
    to_set_up_.add(key); // the router had too much to do: again, behind the others
    return set_up_next();
  }
  e.pending = false;
  auto told = e.told;
  auto leaving = std::move(e.leaving);
  const bool removed = e.removed;
  const auto procedure = e.procedure;
  if (answer && !removed) {
    e.id = answer->registration;
    e.was_there = true;
    by_id_.insert_or_assign(e.id.value(), key);
  } else if (removed || !e.was_there) {
    entries_.erase(key);
  }
  if (answer)
    told(answer->registration);
  else
    told(tl::unexpected(answer.error()));
  if (removed && answer)
    unregister(answer->registration, std::move(leaving));
  else if (removed)
    leaving(registration_id{});
  set_up_next();
  if (!removed || some_is_leaving(entries_, procedure))
    return;
  // Its UNREGISTER is under way: who has waited for that comes right behind it.
  std::vector<procedure_key> waiting;
  for (auto& [other, x] : entries_)
    if (x.procedure == procedure && !x.pending && !x.id)
      waiting.push_back(other);
  for (auto other : waiting) // what the one before told may have changed everything
    if (auto still = entries_.find(other);
        still != entries_.end() && protocol_.current() == client_protocol::state::established)
      register_(other, still->second);
}

void registrations::on_joined() {
  // Those that are added meanwhile register themselves; those that are removed stay till answered.
  for (auto& [key, e] : entries_) {
    e.pending = true;
    to_set_up_.add(key);
  }
  set_up_next();
}

void registrations::set_up_next() {
  to_set_up_.go_on([this](procedure_key key) { register_(key, entries_.at(key)); });
}

void registrations::on_ended() {
  by_id_.clear();
  to_set_up_.clear();
  std::vector<outcome> gone;
  std::vector<outcome> waiting;
  for (auto e = entries_.begin(); e != entries_.end();) {
    e->second.id = {};
    e->second.pending = false;
    if (!e->second.removed) {
      ++e;
      continue;
    }
    gone.push_back(std::move(e->second.leaving));
    if (!e->second.was_there)
      waiting.push_back(std::move(e->second.told));
    e = entries_.erase(e);
  }
  for (auto& done : gone)
    done(registration_id{});
  for (auto& told : waiting)
    told(tl::unexpected(gone_meanwhile()));
}

void registrations::fail_waiting(std::string_view uri, std::string_view text) {
  if (!over_)
    over_ = error_with_text(message_code::register_, {}, uri, text);
  std::vector<outcome> waiting;
  for (auto& [key, e] : entries_)
    if (!std::exchange(e.was_there, true))
      waiting.push_back(e.told);
  for (auto& told : waiting)
    told(tl::unexpected(*over_));
}

void registrations::on_invocation(const invocation& m) {
  auto found = by_id_.find(m.registration.value());
  // It has crossed our UNREGISTER. Another callee may serve it.
  if (found == by_id_.end())
    return protocol_.fail(
        m.request, refuse(wamp::call{}, uris::unavailable, "not registered here any more"));
  const auto handler = entries_.at(found->second).handler;
  (*handler)(m);
}

std::string registrations::on_revoked(registration_id id) {
  auto found = by_id_.find(id.value());
  if (found == by_id_.end())
    return {};
  auto gone = entries_.extract(found->second);
  by_id_.erase(found);
  return std::move(gone.mapped().procedure);
}

} // namespace wamp
