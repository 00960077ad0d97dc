// Events: topics with one publisher and a number of subscribers each. A publisher keeps a window of
// publications in flight and publishes the next when all subscribers have the oldest, so nothing is
// flooded and nothing needs to be acknowledged. Every subscriber checks its publisher's sequence.

#include <wamp/test/bench/load/sequence_check.hpp>
#include <wamp/test/bench/load/stamped_payload.hpp>
#include <wamp/test/bench/load/uri_spread.hpp>
#include <wamp/test/bench/load/workload.hpp>

#include <bit>

namespace wamp::bench {
namespace {

/// The publications of one session that some subscriber still waits for.
class publisher {
public:
  publisher(uri_spread topics, std::size_t window)
      : topics_{std::move(topics)}, window_{window}, slots_(std::bit_ceil(2 * window)) {}

  const uri_spread& topics() const { return topics_; }
  std::uint64_t published() const { return next_; }
  std::size_t in_flight() const { return in_flight_; }

  bool may_publish() const { return in_flight_ < window_ && slot(next_).missing == 0; }

  std::uint64_t publish(std::size_t subscribers, std::uint64_t now) {
    slot(next_) = {subscribers, now};
    ++in_flight_;
    return next_++;
  }

  std::uint64_t sent_at(std::uint64_t sequence) const { return slot(sequence).sent_at; }

  /// A subscriber has it, for the first time.
  void delivered(std::uint64_t sequence) {
    auto& s = slot(sequence);
    if (s.missing > 0 && --s.missing == 0)
      --in_flight_;
  }

  /// Waits no longer for what was published so far.
  void forget() {
    for (auto& s : slots_)
      s.missing = 0;
    in_flight_ = 0;
  }

private:
  struct publication {
    std::size_t missing = 0; // subscribers that it has not reached
    std::uint64_t sent_at = 0;
  };

  publication& slot(std::uint64_t sequence) { return slots_[sequence & (slots_.size() - 1)]; }
  const publication& slot(std::uint64_t sequence) const {
    return slots_[sequence & (slots_.size() - 1)];
  }

  uri_spread topics_;
  std::size_t window_;
  std::size_t in_flight_ = 0;
  std::uint64_t next_ = 0;
  std::vector<publication> slots_;
};

struct subscriber {
  std::size_t publisher;
  std::vector<std::uint64_t> subscriptions; // by topic
  sequence_check sequence{};
};

class event_workload : public workload {
public:
  event_workload(event_loop& loop, const options& o) : workload{loop, o}, payload_{o.payload} {
    for (std::size_t t = 0; t < o.topics; ++t) {
      publishers_.emplace_back(
          uri_spread{o.name + ".topic" + std::to_string(t), o.spread}, o.outstanding);
      add_session(o.encoding);
    }
    for (std::size_t t = 0; t < o.topics; ++t)
      for (std::size_t i = 0; i < o.subscribers; ++i) {
        subscribers_.push_back({.publisher = t, .subscriptions = {}});
        add_session(o.subscriber_encoding);
      }
  }

  void start() override {
    for (std::size_t i = 0; i < publishers_.size(); ++i)
      publish_more(i);
  }

  bool quiet() const override {
    for (auto& p : publishers_)
      if (p.in_flight() > 0)
        return false;
    return true;
  }

  /// A router that loses events must not stop the run; finish() counts them.
  void stalled() override {
    for (std::size_t i = 0; i < publishers_.size(); ++i) {
      publishers_[i].forget();
      publish_more(i);
    }
  }

  void finish() override {
    for (auto& s : subscribers_)
      counts_.lost += publishers_[s.publisher].published() - s.sequence.distinct();
  }

  void joined(session& s) override {
    if (s.index() < publishers_.size())
      return session_ready();
    auto& topics = publishers_[subscriber_of(s).publisher].topics();
    for (std::size_t i = 0; i < options_.spread; ++i) {
      auto request = s.next_request();
      s.send([&](message_writer& out) {
        out.list(4).number(code::subscribe).number(request).empty_map();
        out.string(topics.uri(i)).end_list();
      });
    }
  }

  void received(session& s, code c, message_reader& rest) override {
    switch (c) {
    case code::subscribed:
      rest.skip(); // the request: they are answered in order
      subscriber_of(s).subscriptions.push_back(rest.number());
      if (subscriber_of(s).subscriptions.size() == options_.spread)
        session_ready();
      return;
    case code::event:
      return handle_event(subscriber_of(s), rest);
    case code::error:
      rest.skip(); // the request's type and id
      rest.skip();
      return count_refusal(rest);
    default:
      ++counts_.wrong;
    }
  }

  void left(session&) override {}

private:
  subscriber& subscriber_of(const session& s) {
    return subscribers_[s.index() - publishers_.size()];
  }

  void publish_more(std::size_t index) {
    auto& p = publishers_[index];
    auto& s = *sessions_[index];
    while (!stopped() && p.may_publish()) {
      auto sequence = p.publish(options_.subscribers, loop_.now());
      auto argument =
          payload_.write({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(sequence)});
      auto request = s.next_request();
      s.send([&](message_writer& out) {
        out.list(5).number(code::publish).number(request).empty_map();
        out.string(p.topics().uri(p.topics().index_for(sequence)));
        out.list(1).string(argument).end_list().end_list();
      });
    }
  }

  void handle_event(subscriber& s, message_reader& rest) {
    auto subscription = rest.number();
    rest.skip(); // publication
    rest.skip(); // details
    rest.enter_list();
    auto got = payload_.read(rest.string());
    auto& p = publishers_[s.publisher];
    if (!got || got->source != s.publisher || got->sequence >= p.published()
        || subscription != s.subscriptions[p.topics().index_for(got->sequence)]) {
      ++counts_.wrong;
      return;
    }
    switch (s.sequence.accept(got->sequence)) {
    case sequence_check::verdict::duplicate:
      ++counts_.duplicated;
      return;
    case sequence_check::verdict::reordered:
      ++counts_.reordered;
      break;
    case sequence_check::verdict::in_order:
      break;
    }
    latency_.add(loop_.now() - p.sent_at(got->sequence));
    ++counts_.ops;
    p.delivered(got->sequence);
    publish_more(s.publisher);
  }

  stamped_payload payload_;
  std::vector<publisher> publishers_;
  std::vector<subscriber> subscribers_;
};

} // namespace

std::unique_ptr<workload> make_event_workload(event_loop& loop, const options& o) {
  return std::make_unique<event_workload>(loop, o);
}

} // namespace wamp::bench
