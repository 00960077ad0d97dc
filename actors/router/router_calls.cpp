#include <wamp/actors/overloaded.hpp>
#include <wamp/actors/router/router_calls.hpp>
#include <wamp/serialization/uris.hpp>

#include <utility>

namespace wamp {

call router_calls::begin(procedure_call&& what) {
  last_id_ = last_id_ % max_id + 1;
  const request_id id{last_id_};
  open_.insert_or_assign(id, std::move(what.reply));
  timer_.start({{}, id}, what.timeout);
  return {id, {}, std::move(what.procedure), payload::native(std::move(what.args))};
}

void router_calls::end(outgoing&& answer) {
  std::visit(
      overloaded{
          [this](const result& m) { tell(m.request, m.args.values()); },
          [this](const error& m) {
            tell(m.request, tl::unexpected(call_failure{m.uri, m.args.values()}));
          },
          [](const auto&) {}},
      answer);
}

std::vector<cancel> router_calls::alarm() {
  std::vector<cancel> late;
  for (const auto& key : timer_.take_due()) {
    tell(key.call, tl::unexpected(call_failure{std::string{uris::timeout}}));
    late.push_back({key.call, {}});
  }
  return late;
}

void router_calls::tell(request_id call, call_outcome outcome) {
  const auto found = open_.extract(call);
  if (!found)
    return;
  timer_.stop({{}, call});
  found.mapped()(std::move(outcome));
}

} // namespace wamp
