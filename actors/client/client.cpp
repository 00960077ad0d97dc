#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/log.hpp>

#include <memory>
#include <utility>

namespace wamp {

namespace {

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
  return std::tuple{answer, bring, [bring = bring, type] {
                      bring(tl::unexpected(error_with_text(
                          type, {}, uris::network_failure, "the client has stopped")));
                    }};
}

} // namespace

void log_event_trouble(const event& m, std::string_view what) {
  logger()->error("the handler of subscription {} failed: {}", m.subscription.value(), what);
}

void outgoing_call::cancel(cancel_mode mode) const {
  run_in(
      client_,
      [id = id_, mode, answer = pending<result>{*this}](client_core& c) {
        if (!answer.ready()) // or, in a later session, the id is another call's
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

/// A registration or subscription: `add(core, told)` sets it up and returns its key, `remove(core,
/// key)` ends it. `told` takes every answer of the router; the first confirms. `wish` is what the
/// log says could not be done.
template <class Id, class Add, class Remove>
service client::keep_up(
    message_code type, const char* wish, const std::string& uri, Add add, Remove remove) {
  auto [answer, bring, lost] = make_pending<std::uint64_t>(type);
  auto key = std::make_shared<std::uint64_t>(0); // only touched in the actor
  auto first = std::make_shared<bool>(true);
  auto told = [uri, wish, bring = bring, first](tl::expected<Id, error> a) {
    if (!a)
      logger()->warn("{} could not be {}: {}", uri, wish, a.error().uri);
    if (std::exchange(*first, false))
      bring(a.map([](Id id) { return id.value(); }));
  };
  run_in(
      actor_, [key, add = std::move(add), told](client_core& c) mutable { *key = add(c, told); },
      lost);
  service s;
  s.confirmed_ = answer;
  s.end_ = [actor = actor_, key, remove] {
    run_in(
        actor, [key, remove](client_core& c) { remove(c, *key); }, [] {});
  };
  return s;
}

service client::provide(target at, procedure_handler handler) {
  auto uri = at.uri;
  return keep_up<registration_id>(
      message_code::register_, "registered", uri,
      [at = std::move(at), handler = std::move(handler)](client_core& c, auto told) mutable {
        return c.provide(std::move(at.uri), std::move(at.options), std::move(handler), told);
      },
      [](client_core& c, procedure_key key) { c.procedures().remove(key, [](const auto&) {}); });
}

service client::listen(target at, event_handler handler) {
  auto uri = at.uri;
  return keep_up<subscription_id>(
      message_code::subscribe, "subscribed to", uri,
      [at = std::move(at), handler = std::move(handler)](client_core& c, auto told) mutable {
        return c.topics().add(std::move(at.uri), std::move(at.options), std::move(handler), told);
      },
      [](client_core& c, subscriber_key key) { c.topics().remove(key, [](const auto&) {}); });
}

} // namespace wamp
