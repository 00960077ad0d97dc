#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/subscriptions.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/actors/uri_index/match_option.hpp>

#include <algorithm>
#include <utility>

namespace wamp {

subscriber_key
subscriptions::add(std::string topic, dict options, event_handler handler, outcome done) {
  const auto key = ++last_key_;
  if (over_) {
    done(tl::unexpected(*over_));
    return key;
  }
  auto [e, end] = entries_.equal_range(topic);
  e = std::find_if(e, end, [&](const auto& x) { return x.second.options == options; });
  if (e == end)
    e = entries_.emplace(std::move(topic), entry{std::move(options), {}, {}, false});
  auto& [name, wish] = *e;
  wish.wanted.push_back(std::make_shared<member>(member{key, std::move(handler), {}}));
  if (wish.id) {
    route(name, wish.id);
    done(wish.id);
    return key;
  }
  wish.wanted.back()->waiting = std::move(done);
  if (!wish.pending && protocol_.current() == client_protocol::state::established)
    subscribe(e);
  return key;
}

bool subscriptions::remove(subscriber_key key, outcome done) {
  for (auto e = entries_.begin(); e != entries_.end(); ++e) {
    auto& wish = e->second;
    auto m = std::find_if(
        wish.wanted.begin(), wish.wanted.end(), [&](const auto& x) { return x->key == key; });
    if (m == wish.wanted.end())
      continue;
    (*m)->gone = true;
    const auto waiting = std::exchange((*m)->waiting, nullptr);
    wish.wanted.erase(m);
    const auto id = wish.id;
    if (wish.wanted.empty() && !wish.pending) {
      release(e, std::move(done));
    } else {
      route(e->first, id);
      done(id); // others want it still; or nobody will, when the answer comes
    }
    if (waiting)
      waiting(tl::unexpected(refuse(wamp::subscribe{}, uris::canceled, "unsubscribed meanwhile")));
    return true;
  }
  return false;
}

void subscriptions::subscribe(entries::iterator e) {
  e->second.pending = true;
  to_set_up_.asked();
  protocol_.subscribe(
      wamp::subscribe{{}, e->second.options, e->first},
      [this, e](tl::expected<subscribed, error> answer) {
        // The end of a session is no answer: the next one will have it.
        if (protocol_.current() == client_protocol::state::established)
          on_answer(e, std::move(answer));
      });
}

void subscriptions::on_answer(entries::iterator e, tl::expected<subscribed, error> answer) {
  auto& wish = e->second;
  to_set_up_.answered();
  if (!answer && wish.was_there && answer.error().uri == uris::unavailable) {
    to_set_up_.add(e); // the router had too much to do: again, behind the others
    return set_up_next();
  }
  wish.pending = false;
  std::vector<outcome> waiting;
  for (auto& m : wish.wanted)
    if (m->waiting)
      waiting.push_back(std::exchange(m->waiting, nullptr));
  if (!answer && wish.was_there && !wish.wanted.empty()) {
    // Another session may have it again.
    logger()->warn("{} could not be subscribed to again: {}", e->first, answer.error().uri);
  } else if (!answer) {
    entries_.erase(e);
  } else {
    wish.was_there = true;
    wish.id = answer->subscription;
    if (wish.wanted.empty())
      release(e, [](const auto&) {});
    else
      route(e->first, wish.id);
  }
  for (auto& done : waiting)
    if (answer)
      done(answer->subscription);
    else
      done(tl::unexpected(answer.error()));
  set_up_next();
}

void subscriptions::set_up_next() {
  to_set_up_.go_on([this](entries::iterator e) { subscribe(e); });
}

/// Another entry has the same subscription, or is about to get it.
bool subscriptions::is_shared(entries::iterator e) const {
  auto [from, to] = entries_.equal_range(e->first);
  return std::any_of(from, to, [&](const auto& x) {
    return &x != &*e && match_of(x.second.options) == match_of(e->second.options)
           && (x.second.id || x.second.pending);
  });
}

void subscriptions::release(entries::iterator e, outcome done) {
  const auto id = e->second.id;
  const bool over = !id || is_shared(e);
  const auto topic = e->first;
  entries_.erase(e);
  route(topic, id);
  if (over)
    return done(id);
  protocol_.unsubscribe(id, [id, done = std::move(done)](const auto& answer) {
    if (answer)
      done(id);
    else
      done(tl::unexpected(answer.error()));
  });
}

void subscriptions::route(const std::string& topic, subscription_id id) {
  if (!id)
    return;
  auto all = std::make_shared<members>();
  auto [from, to] = entries_.equal_range(topic);
  for (auto e = from; e != to; ++e)
    if (e->second.id == id)
      all->insert(all->end(), e->second.wanted.begin(), e->second.wanted.end());
  if (all->empty())
    routes_.erase(id.value());
  else
    routes_.insert_or_assign(id.value(), std::move(all));
}

void subscriptions::on_joined() {
  for (auto e = entries_.begin(); e != entries_.end(); ++e) {
    e->second.pending = true; // so that it stays, whatever a handler does meanwhile
    to_set_up_.add(e);
  }
  set_up_next();
}

void subscriptions::on_ended() {
  routes_.clear();
  to_set_up_.clear();
  for (auto& [topic, wish] : entries_) {
    wish.id = {};
    wish.pending = false;
  }
  std::erase_if(entries_, [](const auto& e) { return e.second.wanted.empty(); });
}

void subscriptions::fail_waiting(std::string_view uri, std::string_view text) {
  if (!over_)
    over_ = error_with_text(message_code::subscribe, {}, uri, text);
  std::vector<outcome> waiting;
  for (auto& [topic, wish] : entries_)
    for (auto& m : wish.wanted)
      if (m->waiting)
        waiting.push_back(std::exchange(m->waiting, nullptr));
  for (auto& done : waiting)
    done(tl::unexpected(*over_));
}

void subscriptions::on_event(const event& m) {
  auto found = routes_.find(m.subscription.value());
  if (found == routes_.end())
    return; // it has crossed our UNSUBSCRIBE
  const auto receivers = found->second;
  for (auto& r : *receivers)
    if (!r->gone)
      r->handler(m);
}

std::string subscriptions::on_revoked(subscription_id id) {
  std::string topic;
  if (auto found = routes_.find(id.value()); found != routes_.end()) {
    for (auto& m : *found->second)
      m->gone = true;
    routes_.erase(found);
  }
  std::erase_if(entries_, [&](const auto& e) {
    const bool is_gone = e.second.id == id;
    if (is_gone)
      topic = e.first;
    return is_gone;
  });
  return topic;
}

std::size_t subscriptions::size() const noexcept {
  std::size_t sum = 0;
  for (auto& [topic, wish] : entries_)
    sum += wish.wanted.size();
  return sum;
}

} // namespace wamp
