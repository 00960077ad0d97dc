#include <wamp/actors/broker/audience.hpp>
#include <wamp/actors/broker/retained_topic.hpp>

#include <utility>

namespace wamp {

namespace {

audience audience_of(const kept_publication& kept) {
  const auto& what = kept.without_args();
  return {what.publisher, what.options};
}

} // namespace

void retained_topic::add(kept_publication what, std::vector<publication_id>& gone) {
  events_.insert(events_.begin(), std::move(what));
  drop_what_nobody_needs(gone);
}

void retained_topic::list_ids(std::vector<publication_id>& to) const {
  for (const auto& e : events_)
    to.push_back(e.without_args().id);
}

// An event for everybody makes older ones useless but for one session: its publisher, whom it may
// exclude. For that one, the next older event for everybody is kept, if another one published it.
void retained_topic::drop_what_nobody_needs(std::vector<publication_id>& gone) {
  std::optional<session_id> left_out; // of the newest event for everybody
  std::size_t restricted = 0;
  bool all_served = false;
  size_ = 0;
  std::vector<kept_publication> needed;
  for (auto& e : events_) {
    const auto receivers = audience_of(e);
    if (all_served
        || (receivers.is_restricted() ? restricted++ >= max_restricted
                                      : left_out == receivers.excluded())) {
      gone.push_back(e.without_args().id);
      continue;
    }
    if (!receivers.is_restricted()) {
      all_served = left_out || !receivers.excluded();
      left_out = receivers.excluded();
    }
    size_ += e.size();
    needed.push_back(std::move(e));
  }
  events_ = std::move(needed);
}

std::optional<publication> retained_topic::newest_for(const session_info& subscriber) const {
  for (auto& e : events_)
    if (audience_of(e).admits(subscriber))
      return e.whole();
  return std::nullopt;
}

} // namespace wamp
