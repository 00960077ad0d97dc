#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/result_stream.hpp>

#include <optional>

namespace wamp {

result_stream::result_stream(
    const std::function<outgoing_call(std::function<void(const result&)> on_progress)>& start)
    : unread_(std::make_shared<part_queue<result>>()),
      call_(start([all = unread_](const result& m) {
        if (!all->add(m))
          all->finish(error_with_text(
              message_code::call, {}, uris::canceled,
              "too many results of this call were not read"));
      })) {
  call_.then([all = unread_](const auto& last) {
    if (last)
      all->add(*last);
    all->finish(last ? std::nullopt : std::optional{last.error()});
  });
}

result_stream::next_result result_stream::next() const {
  if (unread_->has_failed_with(uris::canceled))
    call_.cancel(); // without effect if that is why
  return unread_->next();
}

void result_stream::cancel(cancel_mode mode) const {
  call_.cancel(mode);
}

} // namespace wamp
