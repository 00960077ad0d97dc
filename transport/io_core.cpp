#include <wamp/transport/io_core.hpp>
#include <wamp/transport/io_thread.hpp>
#include <wamp/transport/socket_connection.hpp>

#include <algorithm>

namespace wamp {

io_core::io_core() = default;

void io_core::add(std::shared_ptr<socket_connection> c) {
  c->set_place(connections_.size());
  connections_.push_back(std::move(c));
  counters.open.add();
  arm_sweep();
}

void io_core::remove(socket_connection& c) {
  auto place = c.place();
  connections_.back()->set_place(place);
  std::swap(connections_[place], connections_.back());
  connections_.pop_back();
  counters.open.sub();
  if (connections_.empty())
    tell_drained();
}

void io_core::mark_dirty(socket_connection& c) {
  dirty_.push_back(c.self());
  loop.end_turn_soon();
}

void io_core::run_soon(std::shared_ptr<turn_task> task) {
  tasks_.push_back(std::move(task));
  loop.end_turn_soon();
}

void io_core::end_turn() {
  running_tasks_.swap(tasks_);
  for (auto& task : running_tasks_)
    task->run();
  running_tasks_.clear();
  // What the tasks have sent leaves with the rest; what is left, or asked for here, in the next.
  flushing_.swap(dirty_);
  for (auto& c : flushing_)
    c->flush();
  flushing_.clear();
}

bool io_core::has_ended() {
  std::lock_guard lock(mutex_);
  return ended_;
}

bool io_core::send_from_outside(
    std::shared_ptr<socket_connection> to, slice message, bool droppable) {
  std::lock_guard lock(mutex_);
  if (ended_)
    return false;
  if (inbox_.empty())
    loop.post([this] { take_inbox(); });
  inbox_.push_back({std::move(to), std::move(message), droppable});
  return true;
}

void io_core::take_inbox() {
  {
    std::lock_guard lock(mutex_);
    taken_.swap(inbox_);
  }
  for (auto& p : taken_)
    p.to->accept_parcel(std::move(p.message), p.droppable);
  taken_.clear();
}

void io_core::watch_timeout(duration timeout) {
  constexpr duration shortest = std::chrono::milliseconds(5);
  auto period = std::max(timeout / 4, shortest);
  if (timeout <= duration::zero() || period >= sweep_period_)
    return;
  sweep_period_ = period;
  if (sweeping_) {
    loop.cancel(sweep_alarm_);
    sweeping_ = false;
    arm_sweep();
  }
}

void io_core::arm_sweep() {
  if (std::exchange(sweeping_, true))
    return;
  sweep_alarm_ = loop.call_at(std::chrono::steady_clock::now() + sweep_period_, [this] {
    sweeping_ = false;
    sweep();
  });
}

void io_core::sweep() {
  auto now = std::chrono::steady_clock::now();
  // By index: a connection may leave while it is looked at, and another take its place, which
  // then has to wait for the next sweep.
  std::size_t next = 0;
  while (next < connections_.size()) {
    auto c = connections_[next++];
    c->check_time(now);
  }
  bool wanted = !connections_.empty();
  for_tenants([&](io_tenant& t) { wanted = t.check_time(*this, now) || wanted; });
  if (wanted)
    arm_sweep();
}

void io_core::add_tenant(std::weak_ptr<io_tenant> tenant) {
  std::erase_if(tenants_, [](const auto& t) { return t.expired(); });
  tenants_.push_back(std::move(tenant));
}

template <class F>
void io_core::for_tenants(F f) {
  for (const auto& tenant : std::vector(tenants_))
    if (auto t = tenant.lock())
      f(*t);
}

void io_core::tell_drained() {
  for (auto& f : std::exchange(drained_, {}))
    f();
}

void io_core::close_connections(close_reason reason, std::function<void()> drained) {
  drained_.push_back(std::move(drained));
  for_tenants([&](io_tenant& t) { t.close_connections(*this, reason); });
  for (auto& c : std::vector(connections_))
    c->end_for_shutdown(reason);
  if (connections_.empty())
    tell_drained();
}

void io_core::end() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    inbox_.clear();
  }
  for (auto& tenant : std::exchange(tenants_, {}))
    if (auto t = tenant.lock())
      t->leave();
  for (auto& c : std::vector(connections_))
    c->cut_off(close_reason::going_away, "the io thread ends");
  if (std::exchange(sweeping_, false))
    loop.cancel(sweep_alarm_);
  tasks_.clear();
  // Last calls to handlers are waiting there.
  while (loop.run_posted()) {
  }
  dirty_.clear();
}

} // namespace wamp
