#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/registrations.hpp>

#include <utility>
#include <vector>

namespace wamp {

procedure_key
registrations::add(std::string procedure, dict options, invocation_handler handler, outcome done) {
  const auto key = ++last_key_;
  entry e;
  e.procedure = std::move(procedure);
  e.options = std::move(options);
  e.handler = std::make_shared<const invocation_handler>(std::move(handler));
  e.told = std::move(done);
  auto& added = entries_.emplace(key, std::move(e)).first->second;
  if (protocol_.current() == client_protocol::state::established)
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
  by_id_.erase(id.value());
  entries_.erase(found);
  if (id)
    unregister(id, std::move(done));
  else
    done(id);
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
  e.pending = false;
  auto told = e.told;
  auto leaving = std::move(e.leaving);
  const bool removed = e.removed;
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
}

void registrations::on_joined() {
  // Those that are added meanwhile register themselves; those that are removed stay till answered.
  std::vector<procedure_key> all;
  for (auto& [key, e] : entries_) {
    e.pending = true;
    all.push_back(key);
  }
  for (auto key : all)
    register_(key, entries_.at(key));
}

void registrations::on_ended() {
  by_id_.clear();
  std::vector<outcome> gone;
  for (auto e = entries_.begin(); e != entries_.end();) {
    e->second.id = {};
    e->second.pending = false;
    if (!e->second.removed) {
      ++e;
      continue;
    }
    gone.push_back(std::move(e->second.leaving));
    e = entries_.erase(e);
  }
  for (auto& done : gone)
    done(registration_id{});
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

void registrations::on_revoked(registration_id id) {
  auto found = by_id_.find(id.value());
  if (found == by_id_.end())
    return;
  entries_.erase(found->second);
  by_id_.erase(found);
}

} // namespace wamp
