#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/responder.hpp>
#include <wamp/serialization/uris.hpp>

#include <utility>

namespace wamp {

responder::responder(
    std::shared_ptr<answer_line> line, std::uint64_t session_count, const invocation& m)
    : state_(std::make_shared<state>()) {
  state_->line = std::move(line);
  state_->session_count = session_count;
  state_->id = m.request;
  state_->wants_progress = flag(m.details, "receive_progress");
  if (const auto time = find<std::int64_t>(m.details, "timeout"))
    state_->timeout = std::chrono::milliseconds{*time};
}

void responder::result(payload args, dict options) const {
  options.erase("progress");
  state_->send_final(yield{state_->id, std::move(options), std::move(args)});
}

void responder::progress(payload args, dict options) const {
  if (!state_->wants_progress || state_->answered)
    return;
  options.set("progress", true);
  state_->line->send(state_->session_count, yield{state_->id, std::move(options), std::move(args)});
}

void responder::fail(error e) const {
  state_->send_final(std::move(e));
}

void responder::fail(std::string uri, list args, dict kwargs) const {
  fail(error{
      message_code::invocation,
      {},
      {},
      std::move(uri),
      payload::native({std::move(args), std::move(kwargs)})});
}

void responder::state::send_final(invocation_answer a) {
  if (answered.exchange(true))
    return;
  if (auto e = std::get_if<error>(&a)) {
    e->request_type = message_code::invocation;
    e->request = request_id{id.value()};
  }
  line->send(session_count, std::move(a));
}

responder::state::~state() {
  if (!answered)
    send_final(error_with_text(
        message_code::invocation, {}, uris::runtime_error, "the procedure gave no answer"));
}

} // namespace wamp
