#include <wamp/actors/broker/event_database.hpp>
#include <wamp/actors/log.hpp>

#include <algorithm>
#include <exception>

namespace wamp {

event_database::event_database(
    std::string path, const event_store_bounds& bounds, queue_bounds queue)
    : path_(std::move(path)),
      queue_bounds_(queue),
      tables_(path_, bounds.history_bytes),
      retained_(bounds) {
  load_retained();
  thread_ = std::thread{[this] { run(); }};
}

event_database::~event_database() {
  {
    std::scoped_lock lock{mutex_};
    is_ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

// What is kept is decided anew: the bounds may be others now.
void event_database::load_retained() {
  std::vector<publication_id> gone;
  for (auto& e : tables_.retained()) {
    const auto more = retained_.add(std::move(e));
    gone.insert(gone.end(), more.begin(), more.end());
  }
  tables_.begin();
  tables_.release(gone);
  tables_.commit();
}

bool event_database::keep(
    receiver to, kept_publication what, bool as_retained,
    std::vector<std::shared_ptr<const history_topic>> histories, event_tables::time_point time) {
  const auto bytes = what.size() * ((as_retained ? 1U : 0U) + histories.size());
  std::scoped_lock lock{mutex_};
  if (!has_room_for(bytes)) {
    note_refusal();
    return false;
  }
  auto gone = as_retained ? retained_.add(what) : std::vector<publication_id>{};
  add(
      {std::move(to), true, bytes,
       [what = std::move(what), as_retained, gone = std::move(gone),
        histories = std::move(histories), time](event_tables& tables) {
         if (as_retained)
           tables.retain(what);
         tables.release(gone);
         for (const auto& h : histories)
           tables.remember(*h, time, what);
         return std::vector<past_event>{};
       }});
  return true;
}

bool event_database::find_past(
    receiver to, std::shared_ptr<const history_topic> in, history_query query,
    session_info caller) {
  std::scoped_lock lock{mutex_};
  if (questions_ >= queue_bounds_.questions)
    return false;
  add(
      {std::move(to), false, 0,
       [in = std::move(in), query = std::move(query), caller = std::move(caller)](
           event_tables& tables) { return tables.find(*in, query, caller); }});
  return true;
}

std::vector<publication> event_database::find_retained(
    match_policy match, std::string_view topic, const session_info& subscriber) const {
  std::scoped_lock lock{mutex_};
  return retained_.find(match, topic, subscriber);
}

bool event_database::has_room_for(std::size_t event_bytes) const {
  return events_ == 0
         || (events_ < queue_bounds_.events && bytes_ + event_bytes <= queue_bounds_.bytes);
}

void event_database::add(job j) {
  ++(j.is_writing ? events_ : questions_);
  bytes_ += j.bytes;
  queue_.push_back(std::move(j));
  if (queue_.size() == 1)
    changed_.notify_one();
}

void event_database::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
    if (queue_.empty())
      return;
    const auto batch = std::exchange(queue_, {});
    lock.unlock();
    work_off(batch);
    lock.lock();
    for (const auto& j : batch) {
      --(j.is_writing ? events_ : questions_);
      bytes_ -= j.bytes;
    }
    is_refusing_ = is_refusing_ && !queue_.empty();
  }
}

// Who reads sees what was written before: and that is on the disk then.
void event_database::work_off(const jobs& batch) {
  auto first = batch.begin();
  while (first != batch.end()) {
    auto last = std::find_if(first, batch.end(), [](const job& j) { return !j.is_writing; });
    if (first != last)
      write(first, last);
    if (last != batch.end())
      read(*last++);
    first = last;
  }
}

void event_database::write(jobs::const_iterator first, jobs::const_iterator last) {
  bool is_done = false;
  try {
    tables_.begin();
    std::for_each(first, last, [this](const job& j) { j.work(tables_); });
    tables_.commit();
    is_done = true;
    note(writing_fails_, nullptr);
  } catch (const std::exception& e) {
    tables_.roll_back();
    note(writing_fails_, e.what());
  }
  for (; first != last; ++first)
    first->to.inbox->put(
        {first->to.ticket, is_done ? past_events{std::vector<past_event>{}} : std::nullopt});
}

void event_database::read(const job& j) {
  past_events found;
  try {
    found = j.work(tables_);
    note(reading_fails_, nullptr);
  } catch (const std::exception& e) {
    note(reading_fails_, e.what());
  }
  j.to.inbox->put({j.to.ticket, std::move(found)});
}

// A disk that is full stays so for long: one line when it begins, one when it is over.
void event_database::note(bool& is_failing, const char* failure) {
  if (failure && !is_failing)
    logger()->error("event store {}: {}; who needs it gets an ERROR", path_, failure);
  if (!failure && is_failing)
    logger()->info("event store {}: works again", path_);
  is_failing = failure != nullptr;
}

// Once until all is done that waits: a disk that is too slow is so for long.
void event_database::note_refusal() {
  if (!is_refusing_)
    logger()->warn("event store {}: too many events wait for the disk, more are refused", path_);
  is_refusing_ = true;
}

} // namespace wamp
