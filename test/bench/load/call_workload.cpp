// Calls: one callee echoes, each caller keeps a number of calls in flight. Every result must carry
// what was sent under its request id, and the callee must see each caller's calls in order, each
// under the registration of the procedure that it was for.

#include <wamp/test/bench/load/sequence_check.hpp>
#include <wamp/test/bench/load/stamped_payload.hpp>
#include <wamp/test/bench/load/uri_spread.hpp>
#include <wamp/test/bench/load/workload.hpp>

#include <bit>

namespace wamp::bench {
namespace {

/// The calls that one session has in flight, found by request id.
class caller {
public:
  explicit caller(std::size_t window) : window_{window}, slots_(std::bit_ceil(4 * window)) {}

  /// A call more is allowed: below the window, and not so far ahead of a straggler that the two
  /// would meet in one slot.
  bool may_call() const { return in_flight_ < window_ && slot(next_).request == 0; }

  void sent(std::uint64_t request, std::uint64_t now) {
    slot(request) = {request, now};
    next_ = request + 1;
    ++in_flight_;
  }

  /// When the call was sent, if it was still in flight; from now on it is not.
  std::optional<std::uint64_t> answered(std::uint64_t request) {
    auto& s = slot(request);
    if (request == 0 || s.request != request)
      return std::nullopt;
    s.request = 0;
    --in_flight_;
    return s.sent_at;
  }

  std::size_t in_flight() const { return in_flight_; }

private:
  struct call {
    std::uint64_t request = 0;
    std::uint64_t sent_at = 0;
  };

  call& slot(std::uint64_t request) { return slots_[request & (slots_.size() - 1)]; }
  const call& slot(std::uint64_t request) const { return slots_[request & (slots_.size() - 1)]; }

  std::size_t window_;
  std::size_t in_flight_ = 0;
  std::uint64_t next_ = 1;
  std::vector<call> slots_;
};

class call_workload : public workload {
public:
  call_workload(event_loop& loop, const options& o)
      : workload{loop, o},
        payload_{o.payload},
        procedures_{o.name + ".echo", o.spread},
        callers_(o.callers, caller{o.outstanding}),
        seen_by_callee_(o.callers) {
    add_session(o.encoding); // the callee
    for (std::size_t i = 0; i < o.callers; ++i)
      add_session(o.encoding);
  }

  void start() override {
    for (std::size_t i = 0; i < callers_.size(); ++i)
      call_more(*sessions_[first_caller + i]);
  }

  bool quiet() const override { return in_flight() == 0; }

  void finish() override { counts_.lost += in_flight(); }

  void joined(session& s) override {
    if (s.index() != callee)
      return session_ready();
    for (std::size_t i = 0; i < options_.spread; ++i) {
      auto request = s.next_request();
      s.send([&](message_writer& out) {
        out.list(4).number(code::register_).number(request).empty_map();
        out.string(procedures_.uri(i)).end_list();
      });
    }
  }

  void received(session& s, code c, message_reader& rest) override {
    switch (c) {
    case code::registered:
      rest.skip(); // the request: they are answered in order
      registrations_.push_back(rest.number());
      if (registrations_.size() == options_.spread)
        session_ready();
      return;
    case code::invocation:
      return echo(s, rest);
    case code::result:
      return handle_result(s, rest);
    case code::error:
      return handle_error(s, rest);
    default:
      ++counts_.wrong;
    }
  }

  void left(session&) override {}

private:
  static constexpr std::size_t callee = 0;
  static constexpr std::size_t first_caller = 1;

  std::size_t in_flight() const {
    std::size_t sum = 0;
    for (auto& c : callers_)
      sum += c.in_flight();
    return sum;
  }

  caller& caller_of(const session& s) { return callers_[s.index() - first_caller]; }

  stamp stamp_of(const session& s, std::uint64_t request) const {
    return {
        static_cast<std::uint32_t>(s.index() - first_caller), static_cast<std::uint32_t>(request)};
  }

  void call_more(session& s) {
    auto& c = caller_of(s);
    while (!stopped() && c.may_call()) {
      auto request = s.next_request();
      c.sent(request, loop_.now());
      auto argument = payload_.write(stamp_of(s, request));
      s.send([&](message_writer& out) {
        out.list(5).number(code::call).number(request).empty_map();
        out.string(procedures_.uri(procedures_.index_for(request)));
        out.list(1).string(argument).end_list().end_list();
      });
    }
  }

  void echo(session& s, message_reader& rest) {
    auto invocation = rest.number();
    auto registration = rest.number();
    rest.skip(); // details
    rest.enter_list();
    auto argument = rest.string();
    check_invocation(payload_.read(argument), registration);
    s.send([&](message_writer& out) {
      out.list(4).number(code::yield).number(invocation).empty_map();
      out.list(1).string(argument).end_list().end_list();
    });
  }

  void check_invocation(std::optional<stamp> got, std::uint64_t registration) {
    if (!got || got->source >= seen_by_callee_.size() || got->sequence == 0
        || registration != registrations_[procedures_.index_for(got->sequence)]) {
      ++counts_.wrong;
      return;
    }
    switch (seen_by_callee_[got->source].accept(got->sequence - 1)) {
    case sequence_check::verdict::in_order:
      return;
    case sequence_check::verdict::reordered:
      ++counts_.reordered;
      return;
    case sequence_check::verdict::duplicate:
      ++counts_.duplicated;
      return;
    }
  }

  void handle_result(session& s, message_reader& rest) {
    auto request = rest.number();
    auto sent_at = caller_of(s).answered(request);
    if (!sent_at) {
      ++counts_.duplicated;
      return;
    }
    rest.skip(); // details
    rest.enter_list();
    if (payload_.read(rest.string()) != stamp_of(s, request))
      ++counts_.wrong;
    latency_.add(loop_.now() - *sent_at);
    ++counts_.ops;
    call_more(s);
  }

  void handle_error(session& s, message_reader& rest) {
    if (s.index() == callee)
      throw run_failure("the router answered the callee with ERROR");
    rest.skip(); // the type of the request: there are only calls
    if (!caller_of(s).answered(rest.number()))
      ++counts_.duplicated;
    count_refusal(rest);
    call_more(s);
  }

  stamped_payload payload_;
  uri_spread procedures_;
  std::vector<caller> callers_;
  std::vector<sequence_check> seen_by_callee_; // by caller
  std::vector<std::uint64_t> registrations_;   // by procedure
};

} // namespace

std::unique_ptr<workload> make_call_workload(event_loop& loop, const options& o) {
  return std::make_unique<call_workload>(loop, o);
}

} // namespace wamp::bench
