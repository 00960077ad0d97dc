#include <wamp/actors/authorization/procedure_authorizer.hpp>
#include <wamp/actors/meta/session_meta.hpp>
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/serialization/uris.hpp>

#include <cstdint>
#include <utility>

namespace wamp {

namespace {

tl::unexpected<denial> failed(std::string why) {
  return tl::unexpected(
      denial{std::string{uris::authorization_failed}, "the authorizer " + std::move(why)});
}

/// Nothing: it is neither.
std::optional<permit::duration> duration_of(const value& cache) {
  if (const auto forever = cache.get_if<bool>())
    return *forever ? permit::for_good : permit::duration::zero();
  if (const auto time = cache.get_if<std::int64_t>(); time && *time >= 0)
    return permit::duration{*time};
  return std::nullopt;
}

class by_procedure : public authorizer {
public:
  by_procedure(
      std::shared_ptr<procedure_caller> of_realm, std::string procedure,
      std::chrono::milliseconds timeout)
      : caller_(std::move(of_realm)), procedure_(std::move(procedure)), timeout_(timeout) {}

  void ask(authorization_request request, decider<permit> decide) override {
    auto args = make_arguments(
        description_of(*request.who), std::move(request.uri), name_of(request.what),
        std::move(request.options));
    call_reply reply{[decide](const call_outcome& o) { decide(permit_of(o)); }};
    caller_->call({procedure_, std::move(args), timeout_, std::move(reply)});
  }

private:
  std::shared_ptr<procedure_caller> caller_;
  std::string procedure_;
  std::chrono::milliseconds timeout_;
};

} // namespace

decision<permit> permit_of(const call_outcome& answer) {
  if (!answer)
    return failed("has failed: " + answer.error().uri);
  const auto& args = answer->args;
  if (args.size() == 1)
    if (const auto allow = args.front().get_if<bool>())
      return permit{*allow};
  const auto details = args.size() == 1 ? args.front().get_if<dict>() : nullptr;
  const auto allow = details ? find<bool>(*details, "allow") : nullptr;
  if (!allow)
    return failed("has not said whether to allow it");
  permit result{*allow};
  if (const auto disclose = details->find("disclose")) {
    if (!disclose->get_if<bool>())
      return failed("has not said true or false to disclose");
    result.disclose = *disclose->get_if<bool>();
  }
  if (const auto cache = details->find("cache")) {
    const auto duration = duration_of(*cache);
    if (!duration)
      return failed("has said for cache neither true, false nor milliseconds");
    result.valid_for = *duration;
  }
  return result;
}

std::shared_ptr<authorizer> authorize_by_procedure(
    std::shared_ptr<procedure_caller> of_realm, std::string procedure,
    std::chrono::milliseconds timeout) {
  return std::make_shared<by_procedure>(std::move(of_realm), std::move(procedure), timeout);
}

} // namespace wamp
