#include <wamp/test/bench/load/event_loop.hpp>
#include <wamp/test/bench/load/session.hpp>
#include <wamp/test/bench/wire/sockets.hpp>

#include <chrono>
#include <sys/epoll.h>
#include <unistd.h>

namespace wamp::bench {
namespace {

std::uint64_t monotonic_nanoseconds() {
  auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds{since}.count());
}

} // namespace

event_loop::event_loop()
    : epoll_{check(epoll_create1(0), "epoll_create1")}, now_{monotonic_nanoseconds()} {}

event_loop::~event_loop() {
  close(epoll_);
}

void event_loop::read_turn() {
  std::array<epoll_event, 1024> ready;
  int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 20);
  now_ = monotonic_nanoseconds();
  for (int i = 0; i < count; ++i) {
    auto& event = ready[static_cast<std::size_t>(i)];
    static_cast<session*>(event.data.ptr)->handle(event.events);
    now_ = monotonic_nanoseconds();
  }
}

void event_loop::write_turn() {
  for (auto* s : dirty_)
    s->write_out();
  dirty_.clear();
}

void event_loop::watch(session& s, int fd, int operation, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &s;
  check(epoll_ctl(epoll_, operation, fd, &event), "epoll_ctl");
}

} // namespace wamp::bench
