#include <wamp/actors/client/client.hpp>
#include <wamp/actors/log.hpp>

#include <memory>
#include <utility>

namespace wamp {

namespace {

std::string_view name_of(cancel_mode_wish mode) {
  switch (mode) {
  case cancel_mode_wish::skip:
    return "skip";
  case cancel_mode_wish::kill:
    return "kill";
  case cancel_mode_wish::killnowait:
    break;
  }
  return "killnowait";
}

/// What a client that has ended says to whoever still asks it.
error ended_error(message_code type) {
  return {
      type,
      {},
      {},
      std::string{uris::network_failure},
      payload::native({{value{"the client has stopped"}}, {}})};
}

/// Runs `f(core)` in the client's actor; `lost` is called if it has ended before.
template <class F, class Lost>
void run_in(const client_actor& client, F f, Lost lost) {
  // The task is destroyed without being run when the actor's mailbox is closed.
  struct once {
    Lost lost;
    bool done = false;
    explicit once(Lost l) : lost(std::move(l)) {}
    ~once() {
      if (!done)
        lost();
    }
  };
  auto watch = std::make_shared<once>(std::move(lost));
  caf::anon_send(client, client_task{[f = std::move(f), watch](client_core& core) mutable {
                   watch->done = true;
                   f(core);
                 }});
}

/// A pending answer and what brings it, for a request of this type.
template <class T>
auto make_pending(message_code type) {
  auto [answer, bring] = pending<T>::make();
  return std::tuple{
      answer, bring, [bring = bring, type] { bring(tl::unexpected(ended_error(type))); }};
}

} // namespace

void log_event_trouble(const event& m, std::string_view what) {
  logger()->error("the handler of subscription {} failed: {}", m.subscription.value(), what);
}

void outgoing_call::cancel(cancel_mode_wish mode) const {
  run_in(
      client_,
      [id = id_, mode](client_core& c) {
        c.protocol().cancel(request_id{id->load()}, name_of(mode));
      },
      [] {});
}

client::~client() {
  auto [over, bring, lost] = make_pending<bool>(message_code::goodbye);
  run_in(
      actor_,
      [bring = bring](client_core& c) {
        c.abandon();
        bring(true);
      },
      lost);
  if (!inside_client_handler())
    over.await();
}

pending<session_id> client::joined() const {
  auto [answer, bring, lost] = make_pending<session_id>(message_code::hello);
  run_in(
      actor_, [bring = bring](client_core& c) { c.when_joined(bring); }, lost);
  return answer;
}

outgoing_call
client::start_call(target to, payload args, std::function<void(const result&)> on_progress) {
  auto [answer, bring, lost] = make_pending<result>(message_code::call);
  auto id = std::make_shared<std::atomic<std::uint64_t>>(0);
  wamp::call m{{}, std::move(to.options), std::move(to.uri), std::move(args)};
  run_in(
      actor_,
      [id, m = std::move(m), bring = bring,
       on_progress = std::move(on_progress)](client_core& c) mutable {
        *id = c.protocol()
                  .call(
                      std::move(m),
                      [bring, on_progress](tl::expected<result, error> a) {
                        if (!a || !flag(a->details, "progress"))
                          bring(std::move(a));
                        else if (on_progress)
                          on_progress(*a);
                      })
                  .value();
      },
      lost);
  return {answer, actor_, id};
}

pending<published> client::send_publish(target to, payload args) {
  auto [answer, bring, lost] = make_pending<published>(message_code::publish);
  wamp::publish m{{}, std::move(to.options), std::move(to.uri), std::move(args)};
  run_in(
      actor_,
      [m = std::move(m), bring = bring](client_core& c) mutable {
        c.protocol().publish(std::move(m), bring);
      },
      lost);
  return answer;
}

service client::provide(target at, procedure_handler handler) {
  auto [answer, bring, lost] = make_pending<std::uint64_t>(message_code::register_);
  auto key = std::make_shared<procedure_key>(0); // only touched in the actor
  auto first = std::make_shared<bool>(true);
  auto told = [uri = at.uri, bring = bring, first](tl::expected<registration_id, error> a) {
    if (!a)
      logger()->warn("{} could not be registered: {}", uri, a.error().uri);
    if (std::exchange(*first, false))
      bring(a.map([](registration_id id) { return id.value(); }));
  };
  run_in(
      actor_,
      [key, at = std::move(at), handler = std::move(handler), told](client_core& c) mutable {
        *key = c.provide(std::move(at.uri), std::move(at.options), std::move(handler), told);
      },
      lost);
  service s;
  s.confirmed_ = answer;
  s.end_ = [actor = actor_, key] {
    run_in(
        actor, [key](client_core& c) { c.procedures().remove(*key, [](const auto&) {}); }, [] {});
  };
  return s;
}

service client::listen(target at, event_handler handler) {
  auto [answer, bring, lost] = make_pending<std::uint64_t>(message_code::subscribe);
  auto key = std::make_shared<subscriber_key>(0); // only touched in the actor
  auto told = [uri = at.uri, bring = bring](tl::expected<subscription_id, error> a) {
    if (!a)
      logger()->warn("{} could not be subscribed to: {}", uri, a.error().uri);
    bring(a.map([](subscription_id id) { return id.value(); }));
  };
  run_in(
      actor_,
      [key, at = std::move(at), handler = std::move(handler), told](client_core& c) mutable {
        *key = c.topics().add(std::move(at.uri), std::move(at.options), std::move(handler), told);
      },
      lost);
  service s;
  s.confirmed_ = answer;
  s.end_ = [actor = actor_, key] {
    run_in(
        actor, [key](client_core& c) { c.topics().remove(*key, [](const auto&) {}); }, [] {});
  };
  return s;
}

} // namespace wamp
