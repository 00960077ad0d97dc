#include <wamp/actors/router/procedure_caller.hpp>
#include <wamp/serialization/uris.hpp>

#include <atomic>
#include <utility>

namespace wamp {

class call_reply::pending {
public:
  explicit pending(receiver tell) : tell_(std::move(tell)) {}
  ~pending() {
    if (!is_told_)
      tell_(tl::unexpected(call_failure{std::string{uris::canceled}}));
  }
  pending(const pending&) = delete;
  pending& operator=(const pending&) = delete;

  void tell(call_outcome outcome) {
    if (!is_told_.exchange(true))
      tell_(std::move(outcome));
  }

private:
  receiver tell_;
  std::atomic<bool> is_told_{false};
};

call_reply::call_reply(receiver tell) : pending_(std::make_shared<pending>(std::move(tell))) {}

void call_reply::operator()(call_outcome outcome) const {
  pending_->tell(std::move(outcome));
}

void procedure_caller::call(procedure_call what) const {
  server router;
  {
    const std::lock_guard lock{guard_};
    router = router_;
  }
  if (router)
    router(std::move(what));
  else
    what.reply(tl::unexpected(call_failure{std::string{uris::unavailable}}));
}

void procedure_caller::serve_by(server router) {
  const std::lock_guard lock{guard_};
  router_ = std::move(router);
}

} // namespace wamp
