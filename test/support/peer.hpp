// A WAMP client made of one actor: keeps what its session sends, in order. Joins a realm by typed
// messages, without a socket.
#pragma once

#include <wamp/actors/interfaces.hpp>
#include <wamp/actors/session/session_actor.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <variant>

namespace wamp::test {

/// What a peer has received; safe to read from the test's thread.
class inbox {
public:
  void add(message m) {
    std::lock_guard lock{mutex_};
    messages_.push_back(std::move(m));
  }

  std::size_t size() const {
    std::lock_guard lock{mutex_};
    return messages_.size();
  }
  bool empty() const { return size() == 0; }

  /// The oldest message, which must be a Message.
  template <class Message>
  Message take() {
    std::lock_guard lock{mutex_};
    if (messages_.empty())
      throw std::logic_error{"nothing was received"};
    auto first = std::move(messages_.front());
    messages_.pop_front();
    if (auto m = std::get_if<Message>(&first))
      return std::move(*m);
    throw std::logic_error{"received a " + std::string{name_of(code_of(first))}};
  }

  void drop_first() {
    std::lock_guard lock{mutex_};
    messages_.pop_front();
  }

  template <class Message>
  std::size_t count() const {
    std::lock_guard lock{mutex_};
    std::size_t n = 0;
    for (auto& m : messages_)
      n += std::holds_alternative<Message>(m) ? 1 : 0;
    return n;
  }

private:
  mutable std::mutex mutex_;
  std::deque<message> messages_;
};

/// What a batch brings, each event copied.
inline std::vector<message> messages_of(session_batch& batch) {
  std::vector<message> all;
  for (auto& m : batch.messages)
    if (auto shared = std::get_if<event_ref>(&m))
      all.emplace_back((*shared)->event());
    else
      all.push_back(std::move(std::get<message>(m)));
  return all;
}

inline peer_actor::behavior_type
recording_peer(peer_actor::pointer, const std::shared_ptr<inbox>& received) {
  return {[received](session_batch& batch) {
    for (auto& m : messages_of(batch))
      received->add(std::move(m));
  }};
}

/// What a peer that is an actor sends by itself.
template <class Message>
client_batch batch_of(Message m) {
  client_batch batch;
  batch.messages.emplace_back(std::move(m));
  return batch;
}

/// A peer with its session and its inbox.
class client {
public:
  client(caf::actor_system& system, entrance_actor entrance)
      : peer_(system.spawn(recording_peer, received_)),
        session_(spawn_session(system, std::move(entrance), peer_)) {}

  ~client() { leave_abruptly(); }
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  template <class Message>
  void send(const Message& m) {
    caf::anon_send(session_, batch_of(m));
  }
  /// Sends by way of another actor, which the scheduler may let run early or late.
  template <class Message>
  void send_sometime(const Message& m) {
    session_->home_system().spawn(
        [to = session_, m](caf::event_based_actor*) { caf::anon_send(to, batch_of(m)); });
  }
  void hello_to(std::string realm, dict features_of_callee = {}) {
    auto callee = dict{{"features", std::move(features_of_callee)}};
    send(hello{
        std::move(realm), {{"roles", dict{{"caller", dict{}}, {"callee", std::move(callee)}}}}});
  }

  /// The peer dies; its session must notice.
  void leave_abruptly() { caf::anon_send_exit(peer_, caf::exit_reason::kill); }

  const session_actor& session() const { return session_; }
  inbox& received() { return *received_; }
  template <class Message>
  Message take() {
    return received_->take<Message>();
  }
  bool silent() const { return received_->empty(); }

private:
  std::shared_ptr<inbox> received_ = std::make_shared<inbox>();
  peer_actor peer_;
  session_actor session_;
};

} // namespace wamp::test
