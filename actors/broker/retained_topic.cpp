#include <wamp/actors/broker/audience.hpp>
#include <wamp/actors/broker/retained_topic.hpp>

#include <utility>

namespace wamp {

namespace {

std::size_t size_of(const value& v) {
  auto size = sizeof(value);
  if (auto text = v.get_if<std::string>())
    size += text->size();
  if (auto items = v.get_if<list>())
    for (auto& item : *items)
      size += size_of(item);
  return size;
}

std::size_t size_of(const dict& d) {
  std::size_t size = 0;
  for (auto& m : d)
    size += sizeof(member) + m.key.size() + size_of(m.value);
  return size;
}

/// Of the options, what says who may receive it.
dict lists_of(const dict& options) {
  dict result;
  for (auto& m : options)
    if (m.key.starts_with("exclude") || m.key.starts_with("eligible"))
      result.set(m.key, m.value);
  return result;
}

} // namespace

retained_topic::kept_event retained_topic::keep(const publication& what) {
  kept_event result;
  result.what = {what.id, what.publisher, lists_of(what.options), what.topic, what.details, {}};
  result.encoding = what.args.origin().value_or(format::cbor);
  result.bytes = slice{std::string{what.args.view(result.encoding)}};
  result.parts = what.args.parts();
  result.size = sizeof(kept_event) + what.topic.size() + result.bytes.size()
                + size_of(result.what.options) + size_of(result.what.details);
  return result;
}

void retained_topic::add(const publication& what) {
  events_.insert(events_.begin(), keep(what));
  size_ += events_.front().size;
  drop_what_nobody_needs();
}

// An event for everybody makes older ones useless but for one session: its publisher, whom it may
// exclude. For that one, the next older event for everybody is kept, if another one published it.
void retained_topic::drop_what_nobody_needs() {
  std::optional<session_id> left_out; // of the newest event for everybody
  std::size_t restricted = 0;
  bool all_served = false;
  size_ = 0;
  std::vector<kept_event> needed;
  for (auto& e : events_) {
    const audience receivers{e.what.publisher, e.what.options};
    if (all_served
        || (receivers.is_restricted() ? restricted++ >= max_restricted
                                      : left_out == receivers.excluded()))
      continue;
    if (!receivers.is_restricted()) {
      all_served = left_out || !receivers.excluded();
      left_out = receivers.excluded();
    }
    size_ += e.size;
    needed.push_back(std::move(e));
  }
  events_ = std::move(needed);
}

std::optional<publication> retained_topic::newest_for(const session_info& subscriber) const {
  for (auto& e : events_)
    if (audience{e.what.publisher, e.what.options}.admits(subscriber)) {
      auto result = e.what;
      result.args = payload::encoded(e.encoding, e.bytes, e.parts);
      return result;
    }
  return std::nullopt;
}

} // namespace wamp
