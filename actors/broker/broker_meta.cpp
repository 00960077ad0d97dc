// The broker's part in the meta API: what it tells of subscriptions, what it answers, and the
// testaments that sessions make.
#include <wamp/actors/broker/broker.hpp>
#include <wamp/serialization/callable.hpp>
#include <wamp/serialization/option_rules.hpp>
#include <wamp/serialization/rfc3339.hpp>
#include <wamp/serialization/uris.hpp>

#include <utility>

namespace wamp {

namespace {

meta_result<testament_scope> scope_from(const kwargs& how) {
  const auto* given = how.values.find("scope");
  if (!given)
    return testament_scope::destroyed;
  const auto* name = given->get_if<std::string>();
  const auto scope = name ? testament_scope_named(*name) : std::nullopt;
  if (!scope)
    return tl::unexpected(
        refusal{uris::invalid_argument, "the scope must be destroyed or detached"});
  return *scope;
}

/// The options of the PUBLISH, as strictly as if it came now. Nobody waits for its answer.
meta_result<dict> options_from(const kwargs& how) {
  const auto* given = how.values.find("publish_options");
  if (!given)
    return dict{};
  const auto* options = given->get_if<dict>();
  if (!options)
    return tl::unexpected(refusal{uris::invalid_argument, "publish_options must be a dictionary"});
  auto checked = *options;
  if (auto wrong = check_options(message_code::publish, checked, 2, false))
    return tl::unexpected(refusal{uris::invalid_argument, "publish_options: " + wrong->text});
  checked.set("acknowledge", false);
  return checked;
}

dict description_of(const past_event& e, const subscription& of) {
  auto details = e.what.details;
  if (of.match != match_policy::exact)
    details.set("topic", e.what.topic);
  dict d{
      {"timestamp", to_rfc3339(e.time)},
      {"subscription", of.id.value()},
      {"publication", e.what.id.value()},
      {"details", std::move(details)}};
  const auto& content = e.what.args.values();
  if (!content.args.empty() || !content.kwargs.empty())
    d.set("args", content.args);
  if (!content.kwargs.empty())
    d.set("kwargs", content.kwargs);
  return d;
}

} // namespace

void broker::publish(const meta_event& e) {
  // Mostly nobody listens.
  bool is_heard = false;
  subscriptions_.for_each_match(e.topic, [&](const subscription&) { is_heard = true; });
  if (!is_heard)
    return;
  const publication made{random_id<publication_id>(random_),
                         {},
                         {},
                         std::string{e.topic},
                         {},
                         payload::native(e.args)};
  const audience everybody{made.publisher, made.options};
  subscriptions_.for_each_match(
      made.topic, [&](const subscription& to) { send_event(made, to, everybody); });
}

void broker::tell(std::string_view topic, session_id who, subscription_id what) {
  publish(meta_event{topic, make_arguments(who.value(), what.value())});
}

void broker::tell_created(session_id who, subscription& what) {
  what.created = wall_clock_();
  publish(meta_event{
      meta_topics::subscription_created, make_arguments(who.value(), description_of(what))});
}

void broker::tell_removed(const subscription_table::removal& what) {
  const auto who = what.who.session->id;
  tell(meta_topics::unsubscribed, who, what.id);
  if (what.was_last)
    tell(meta_topics::subscription_deleted, who, what.id);
  if (policy_)
    policy_->unsubscribed(
        {what.id, what.match, what.topic, what.who.session, what.who.attributes()});
}

void broker::call(const session_ref& from, const wamp::call& request) {
  if (request.procedure == "wamp.subscription.get_events")
    get_events(from, request);
  else
    out_.deliver(from, answer(from, request));
}

outgoing broker::answer(const session_ref& from, const wamp::call& request) {
  if (request.procedure.starts_with("wamp.subscription."))
    return subscription_meta_.answer(request);
  caller_ = from;
  auto answer = procedures_.answer(request);
  caller_ = nullptr;
  return answer;
}

void broker::serve_meta() {
  procedures_.add(
      "wamp.session.add_testament", [this](
                                        const std::string& topic, const std::optional<list>& args,
                                        const std::optional<dict>& keywords, const kwargs& how) {
        return add_testament(topic, args, keywords, how);
      });
  procedures_.add("wamp.session.flush_testaments", [this](const kwargs& how) {
    return scope_from(how).map(
        [this](auto scope) { return testaments_.flush(caller_->id, scope); });
  });
}

// What was published to sessions by their ids is for nobody who comes later.
std::vector<subscription_id> broker::histories_of(const publication& what) const {
  std::vector<subscription_id> kept;
  if (find<list>(what.options, "exclude") || find<list>(what.options, "eligible"))
    return kept;
  subscriptions_.for_each_match(what.topic, [&](const subscription& s) {
    if (s.is_kept)
      kept.push_back(s.id);
  });
  return kept;
}

void broker::get_events(const session_ref& from, const wamp::call& request) {
  std::optional<refusal> no;
  const auto ask = [&](std::uint64_t id, const kwargs& how) {
    no = ask_for_past(from, request.request, id, how);
  };
  const auto fits = apply_arguments(ask, request.args.values(), [] {});
  if (!fits)
    no = refusal{uris::invalid_argument, fits.error().to_string()};
  if (no)
    out_.deliver(from, refuse(request, *no));
}

std::optional<refusal> broker::ask_for_past(
    const session_ref& from, request_id request, std::uint64_t id, const kwargs& how) {
  const auto* of = subscriptions_.find(subscription_id{id});
  if (!of)
    return refusal{uris::no_such_subscription, "there is no such subscription"};
  if (!may_see_past(*from, *of))
    return refusal{uris::not_authorized, "may not subscribe to " + of->topic};
  const auto query = history_query::from(how.values);
  if (!query)
    return refusal{uris::invalid_argument, query.error()};
  const auto answer = [this, ticket = wait(from, request), of = of->id](const past_events& found) {
    on_found(ticket, of, found);
  };
  store_->find_past(of->id, *query, *from, answer);
  return std::nullopt;
}

void broker::on_found(std::uint64_t ticket, subscription_id of, const past_events& found) {
  const auto waits = take_waiting(ticket);
  if (!waits)
    return;
  const auto* through = subscriptions_.find(of);
  if (!found || !through)
    return out_.deliver(
        waits->from, error_with_text(
                         message_code::call, waits->request, uris::unavailable,
                         "the past cannot be read at present"));
  arguments all;
  for (const auto& e : *found)
    if (may_hear(*waits->from, *through, e.what.topic))
      all.args.emplace_back(description_of(e, *through));
  out_.deliver(waits->from, result{waits->request, {}, payload::native(std::move(all))});
}

meta_result<std::tuple<>> broker::add_testament(
    const std::string& topic, const std::optional<list>& args, const std::optional<dict>& keywords,
    const kwargs& how) {
  const auto scope = scope_from(how);
  if (!scope)
    return tl::unexpected(scope.error());
  auto options = options_from(how);
  if (!options)
    return tl::unexpected(options.error());
  wamp::publish what{
      {},
      std::move(*options),
      topic,
      payload::native({args.value_or(list{}), keywords.value_or(dict{})})};
  if (auto no = check(what, false))
    return tl::unexpected(std::move(*no));
  if (!authorization_.may(
          *caller_, {action::publish, topic}, true)) // or asked when it is published
    return tl::unexpected(refusal{uris::not_authorized, "may not publish to " + topic});
  if (!testaments_.add(caller_, *scope, std::move(what)))
    return tl::unexpected(refusal{uris::unavailable, "this session has made too many testaments"});
  return std::tuple<>{};
}

} // namespace wamp
