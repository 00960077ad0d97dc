#include <wamp/actors/client/client.hpp>
#include <wamp/actors/log.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

namespace wamp {

void log_event_trouble(const event& m, std::string_view what) {
  logger()->error("the handler of subscription {} failed: {}", m.subscription.value(), what);
}

void outgoing_call::cancel(cancel_mode mode) const {
  const pending<result>& pending_answer = *this;
  client_->post([id = id_, mode, pending_answer](client_core& c) {
    if (!pending_answer.ready()) // or, in a later session, the id is another call's
      c.protocol().cancel(request_id{*id}, name_of(mode));
  });
}

void outgoing_call::give_up(std::string why) const {
  const pending<result>& pending_answer = *this;
  client_->post([id = id_, why = std::move(why), pending_answer](client_core& c) {
    if (!pending_answer.ready())
      c.protocol().give_up(request_id{*id}, uris::canceled, why);
  });
}

client::~client() {
  auto [over, bring] = pending<bool>::make(message_code::goodbye);
  line_->post([bring = std::move(bring), line = line_](client_core& c) {
    c.abandon();
    line->drain(c); // what the end of a request has led to ends here, too
    bring(true);
  });
  if (!inside_client_handler())
    over.await();
}

namespace {

void tell(const std::function<void(const result&)>& on_progress, const result& part) {
  try {
    on_progress(part);
  } catch (...) {
    log_exception("a handler of progressive results", std::current_exception());
  }
}

} // namespace

pending<session_id> client::joined() const {
  auto [answer, bring] = pending<session_id>::make(message_code::hello);
  if (auto why = line_->last_words())
    bring(tl::unexpected(std::move(*why)));
  line_->post([bring = std::move(bring)](client_core& c) { c.when_joined(bring); });
  return answer;
}

void client::declare(service s) {
  std::lock_guard lock{declaring_};
  std::erase_if(declared_, [](const auto& p) {
    return p.ready() && p.await().has_value(); // what was refused is still to be told
  });
  declared_.push_back(s.confirmed());
  s.keep();
}

pending<session_id> client::declared() const {
  std::vector<pending<std::uint64_t>> all;
  {
    std::lock_guard lock{declaring_};
    all = declared_;
  }
  auto [answer, bring] = pending<session_id>::make(message_code::hello);
  const auto left = std::make_shared<std::atomic<std::size_t>>(all.size());
  const auto all_set_up = [line = line_, bring = bring] {
    line->post([bring](client_core& c) { c.when_joined(bring); });
  };
  if (all.empty())
    all_set_up();
  for (auto& p : all)
    p.then([left, all_set_up, bring = bring](const auto& a) {
      if (!a)
        bring(tl::unexpected(a.error()));
      else if (--*left == 0)
        all_set_up();
    });
  return answer;
}

outgoing_call
client::start_call(target to, payload args, std::function<void(const result&)> on_progress) {
  auto [answer, bring] = pending<result>::make(message_code::call);
  auto id = std::make_shared<std::uint64_t>(0);
  wamp::call m{{}, std::move(to.options), std::move(to.uri), std::move(args)};
  line_->post([id, m = std::move(m), bring = std::move(bring),
               on_progress = std::move(on_progress)](client_core& c) mutable {
    auto done = [bring = std::move(bring),
                 on_progress = std::move(on_progress)](tl::expected<result, error> a) {
      if (!a || !flag(a->details, "progress"))
        bring(std::move(a));
      else if (on_progress)
        tell(on_progress, *a);
    };
    *id = c.call(std::move(m), std::move(done)).value();
  });
  return {answer, line_, id};
}

result_stream client::start_stream(target to, payload args) {
  return result_stream{[&](std::function<void(const result&)> on_progress) {
    return start_call(std::move(to), std::move(args), std::move(on_progress));
  }};
}

std::pair<argument_stream, outgoing_call> client::start_call_in_parts(target to, payload first) {
  to.options.set("progress", true);
  auto procedure = to.uri;
  auto call = start_call(std::move(to), std::move(first), {});
  return {argument_stream{std::move(procedure), call}, call};
}

std::pair<argument_stream, result_stream> client::start_stream_in_parts(target to, payload first) {
  to.options.set("progress", true);
  auto procedure = to.uri;
  auto results = start_stream(std::move(to), std::move(first));
  return {argument_stream{std::move(procedure), results.call_}, results};
}

pending<published> client::send_acknowledged(target to, payload args) {
  auto [answer, bring] = pending<published>::make(message_code::publish);
  wamp::publish m{{}, std::move(to.options), std::move(to.uri), std::move(args)};
  line_->post([m = std::move(m), bring = std::move(bring)](client_core& c) mutable {
    c.protocol().publish(std::move(m), std::move(bring));
  });
  return answer;
}

void client::send_publish(target to, payload args) {
  wamp::publish m{{}, std::move(to.options), std::move(to.uri), std::move(args)};
  line_->post([m = std::move(m)](client_core& c) mutable {
    c.protocol().publish(std::move(m), [](const auto& a) {
      // What else goes wrong is nobody's mistake, and would come with each publication.
      if (!a && a.error().uri == uris::invalid_argument)
        logger()->warn("a publication was not sent: {}", wamp_error{a.error()}.what());
    });
  });
}

/// A registration or subscription: `add(core, told)` sets it up and returns its key, `remove(core,
/// key)` ends it in the actor's turn; `over` says at once that it has ended. `told` takes every
/// answer of the router; the first confirms. `wish` is what the log says could not be done.
template <class Id, class Add, class Remove>
service client::keep_up(
    message_code type, const char* wish, const std::string& uri, end_flag over, Add add,
    Remove remove) {
  auto [answer, bring] = pending<std::uint64_t>::make(type);
  auto key = std::make_shared<std::uint64_t>(0); // only touched in the actor
  auto first = std::make_shared<bool>(true);
  auto told = [uri, wish, bring = bring, first](tl::expected<Id, error> a) {
    if (!a)
      logger()->warn("{} could not be {}: {}", uri, wish, a.error().uri);
    if (std::exchange(*first, false))
      bring(a.map([](Id id) { return id.value(); }));
  };
  line_->post([key, add = std::move(add), told](client_core& c) mutable { *key = add(c, told); });
  service s;
  s.confirmed_ = answer;
  s.end_ = [line = line_, key, remove, over = std::move(over)] {
    *over = true;
    line->post([key, remove](client_core& c) { remove(c, *key); });
  };
  return s;
}

service client::provide(target at, procedure_handler handler) {
  auto uri = at.uri;
  auto over = std::make_shared<std::atomic<bool>>(false);
  handler = [over, f = std::move(handler)](const invocation& m, const responder& to) {
    if (*over)
      to.fail(std::string{uris::unavailable}, {"not registered here any more"});
    else
      f(m, to);
  };
  return keep_up<registration_id>(
      message_code::register_, "registered", uri, std::move(over),
      [at = std::move(at), handler = std::move(handler)](client_core& c, auto told) mutable {
        return c.provide(std::move(at.uri), std::move(at.options), std::move(handler), told);
      },
      [](client_core& c, procedure_key key) { c.procedures().remove(key, [](const auto&) {}); });
}

service client::listen(target at, event_handler handler) {
  auto uri = at.uri;
  auto over = std::make_shared<std::atomic<bool>>(false);
  handler = [over, f = std::move(handler)](const event& m) {
    if (!*over)
      f(m);
  };
  return keep_up<subscription_id>(
      message_code::subscribe, "subscribed to", uri, std::move(over),
      [at = std::move(at), handler = std::move(handler)](client_core& c, auto told) mutable {
        return c.topics().add(std::move(at.uri), std::move(at.options), std::move(handler), told);
      },
      [](client_core& c, subscriber_key key) { c.topics().remove(key, [](const auto&) {}); });
}

} // namespace wamp
