// Sessions that do nothing but exist: held open by the thousand (idle), or joined and left as fast
// as the router lets them (join).

#include <wamp/test/bench/load/workload.hpp>

namespace wamp::bench {
namespace {

class idle_workload : public workload {
public:
  idle_workload(event_loop& loop, const options& o) : workload{loop, o} {
    for (std::size_t i = 0; i < o.connections; ++i)
      add_session(o.encoding);
  }

  void joined(session&) override { session_ready(); }
  void received(session&, code, message_reader&) override { ++counts_.wrong; }
  void left(session&) override {}
};

/// Each session goes through connect, handshake, HELLO, WELCOME, GOODBYE, close, and again.
class join_workload : public workload {
public:
  join_workload(event_loop& loop, const options& o) : workload{loop, o}, opened_at_(o.connections) {
    for (std::size_t i = 0; i < o.connections; ++i)
      ended_.push_back(&add_session(o.encoding));
  }

  bool ready() const override { return true; }

  bool quiet() const override { return open_ == 0; }

  void turn() override {
    for (auto* s : ended_) {
      s->close();
      if (stopped())
        continue;
      opened_at_[s->index()] = loop_.now();
      s->open();
      ++open_;
    }
    ended_.clear();
  }

  void finish() override { counts_.lost += open_; }

  void joined(session& s) override {
    latency_.add(loop_.now() - opened_at_[s.index()]);
    s.leave();
  }

  void left(session& s) override {
    ++counts_.ops;
    end(s);
  }

  void refused(session& s, std::string_view reason) override {
    if (++counts_.refused > 100)
      workload::refused(s, reason);
    end(s);
  }

  void received(session&, code, message_reader&) override { ++counts_.wrong; }

private:
  void end(session& s) {
    --open_;
    ended_.push_back(&s);
  }

  std::vector<std::uint64_t> opened_at_; // by session
  std::vector<session*> ended_;          // to be closed and opened again
  std::size_t open_ = 0;
};

} // namespace

std::unique_ptr<workload> make_idle_workload(event_loop& loop, const options& o) {
  return std::make_unique<idle_workload>(loop, o);
}

std::unique_ptr<workload> make_join_workload(event_loop& loop, const options& o) {
  return std::make_unique<join_workload>(loop, o);
}

} // namespace wamp::bench
