#include <wamp/test/bench/load/workload.hpp>

#include <cstdio>

namespace wamp::bench {

void workload::refused(session&, std::string_view reason) {
  throw run_failure("the router refused a session: " + std::string{reason});
}

session& workload::add_session(format f) {
  sessions_.push_back(std::make_unique<session>(loop_, *this, options_, f, sessions_.size()));
  return *sessions_.back();
}

void workload::open_more() {
  constexpr std::size_t at_a_time = 64; // fewer than any listener's backlog
  while (opened_ < sessions_.size() && opened_ - ready_ < at_a_time)
    sessions_[opened_++]->open();
}

void workload::session_ready() {
  ++ready_;
}

void workload::count_refusal(message_reader& error) {
  error.skip(); // details
  if (counts_.refused++ == 0) {
    std::string reason{error.string()};
    std::fprintf(stderr, "first refusal: %s\n", reason.c_str());
  }
}

std::unique_ptr<workload> make_workload(event_loop& loop, const options& o) {
  if (o.workload == "call")
    return make_call_workload(loop, o);
  if (o.workload == "event")
    return make_event_workload(loop, o);
  if (o.workload == "idle")
    return make_idle_workload(loop, o);
  return make_join_workload(loop, o);
}

} // namespace wamp::bench
