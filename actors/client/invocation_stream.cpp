#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/invocation_stream.hpp>
#include <wamp/serialization/uris.hpp>

#include <string>

namespace wamp {

namespace {

bool is_empty(const payload& p) {
  return p.empty() || p.values() == arguments{};
}

} // namespace

invocation_stream::invocation_stream(const invocation& first, const responder& to)
    : unread_(std::make_shared<part_queue<invocation>>()) {
  to.shared()->parts = unread_;
  add(first, to);
}

void invocation_stream::add(const invocation& part, const responder& to) {
  const auto unread = to.shared()->parts;
  if (!unread)
    return;
  if (!is_empty(part.args) && !unread->add(part)) {
    constexpr auto why = "too many parts of the arguments were not read";
    to.fail(std::string{uris::unavailable}, {why});
    return unread->finish(error_with_text(message_code::call, {}, uris::canceled, why));
  }
  if (!flag(part.details, "progress"))
    unread->finish();
}

bool refuse_parts(const invocation& m, const responder& to) {
  if (!flag(m.details, "progress"))
    return false;
  to.fail(std::string{uris::feature_not_supported}, {"this procedure takes its arguments at once"});
  return true;
}

} // namespace wamp
