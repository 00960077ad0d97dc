// A router that is played by the test, for what a client is made of: keeps what the client sends
// and what it is told.
#pragma once

#include <wamp/actors/client/client_protocol.hpp>

#include <doctest/doctest.h>

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wamp::test {

struct ended {
  std::string reason;
  std::string text;
};

/// What a client has sent.
struct sent_messages {
  std::deque<message> to_router;

  /// The oldest, which must be a Message.
  template <class Message>
  Message take() {
    REQUIRE_FALSE(to_router.empty());
    auto first = std::move(to_router.front());
    to_router.pop_front();
    REQUIRE(std::holds_alternative<Message>(first));
    return std::get<Message>(std::move(first));
  }
};

/// With what the client was told.
struct fake_router : router_link, client_observer, sent_messages {
  sent answer = sent::yes;
  bool closed = false;
  std::vector<challenge> challenges;
  bool offers = true;                 ///< what the CHALLENGE asks for
  std::optional<std::string> trouble; ///< with WELCOME
  std::vector<session_id> joins;
  std::deque<ended> ends;
  std::deque<invocation> invocations;
  std::deque<invocation> parts;
  std::deque<interrupt> interrupts;
  std::deque<event> events;
  std::deque<std::pair<std::string, std::uint64_t>> revoked;
  client_protocol client{*this, *this};

  sent send(message&& m) override {
    if (answer == sent::yes)
      to_router.push_back(m);
    return answer;
  }
  void close() override { closed = true; }
  bool on_challenge(const challenge& m) override {
    challenges.push_back(m);
    return offers;
  }
  std::optional<std::string> trouble_with(const welcome&) override { return trouble; }
  void on_joined(const welcome& m) override { joins.push_back(m.session); }
  void on_ended(std::string_view reason, std::string_view text) override {
    ends.push_back({std::string{reason}, std::string{text}});
  }
  void on_invocation(invocation m) override { invocations.push_back(std::move(m)); }
  void on_part(invocation m) override { parts.push_back(std::move(m)); }
  void on_interrupt(const interrupt& m) override { interrupts.push_back(m); }
  void on_event(const event& m) override { events.push_back(m); }
  void on_revoked(subscription_id id, const dict&) override {
    revoked.emplace_back("subscription", id.value());
  }
  void on_revoked(registration_id id, const dict&) override {
    revoked.emplace_back("registration", id.value());
  }

  void join() {
    client.join(hello{"realm1", {}});
    take<hello>();
    client.receive(welcome{session_id{7}, {}});
  }

  /// The session is over for `reason`, and nobody was told twice.
  void check_ended(std::string_view reason) {
    REQUIRE(ends.size() == 1);
    CHECK(ends.front().reason == reason);
    CHECK(client.current() == client_protocol::state::idle);
  }

  void check_violation() {
    CHECK(take<wamp::abort>().reason == uris::protocol_violation);
    CHECK(closed);
    check_ended(uris::protocol_violation);
  }
};

/// Keeps what a request was answered with.
template <class Answer>
struct answers {
  std::deque<tl::expected<Answer, error>> all;
  completion<Answer> keep() {
    return [this](tl::expected<Answer, error> a) { all.push_back(std::move(a)); };
  }
  Answer take() {
    REQUIRE_FALSE(all.empty());
    REQUIRE(all.front().has_value());
    auto first = std::move(*all.front());
    all.pop_front();
    return first;
  }
  error take_error() {
    REQUIRE_FALSE(all.empty());
    REQUIRE_FALSE(all.front().has_value());
    auto first = std::move(all.front().error());
    all.pop_front();
    return first;
  }
};

} // namespace wamp::test
