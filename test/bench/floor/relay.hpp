#pragma once
// What the floor knows of WAMP: who subscribed, who registered, and who waits for an answer. Reads
// a message's code, ids and URI, and splices the rest unread. Used by the floor's server; one
// thread.

#include <wamp/test/bench/floor/connection.hpp>
#include <wamp/test/bench/wire/message_reader.hpp>
#include <wamp/test/bench/wire/message_writer.hpp>

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace wamp::bench {

class relay {
public:
  /// `peers` must outlive the relay.
  explicit relay(connections& peers) : peers_{peers} {}

  void handle(connection& c, std::string_view message) {
    message_reader in{message, c.encoding};
    body_.clear();
    message_writer out{body_, c.encoding};
    switch (static_cast<code>(in.number())) {
    case code::hello:
      return handle_hello(c, out);
    case code::goodbye:
      return handle_goodbye(c, out);
    case code::subscribe:
      return handle_subscribe(c, in, out);
    case code::publish:
      return handle_publish(c, in, out);
    case code::register_:
      return handle_register(c, in, out);
    case code::call:
      return handle_call(c, in, out);
    case code::yield:
      return handle_yield(in, out);
    default:
      return;
    }
  }

  /// Must be called before a connection is removed.
  void forget(const connection& c) {
    if (!c.in_tables)
      return;
    for (auto& [uri, t] : topics_)
      std::erase(t.subscribers, &c);
    std::erase_if(procedures_, [&](auto& entry) { return entry.second.callee == &c; });
  }

private:
  struct topic {
    std::uint64_t subscription;
    std::vector<connection*> subscribers;
  };

  struct procedure {
    std::uint64_t registration;
    connection* callee;
  };

  /// Who waits for the answer to an invocation.
  struct pending_call {
    int fd;
    std::uint64_t session;
    std::uint64_t request;
  };

  /// Looks up a string_view without making a string of it.
  struct uri_hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  template <class T>
  using uri_map = std::unordered_map<std::string, T, uri_hash, std::equal_to<>>;

  /// Sends what stands in body_.
  void send(connection& c) {
    put_message_header(c.out, c.carrier, c.encoding, side::server, body_.size());
    c.out.append(body_.view());
    peers_.mark(c);
  }

  void handle_hello(connection& c, message_writer& out) {
    out.list(3).number(code::welcome).number(c.session).map(1).key("roles").map(2);
    out.key("broker").empty_map().key("dealer").empty_map().end_map().end_map().end_list();
    send(c);
  }

  void handle_goodbye(connection& c, message_writer& out) {
    out.list(3).number(code::goodbye).empty_map().string("wamp.close.goodbye_and_out").end_list();
    send(c);
  }

  void handle_subscribe(connection& c, message_reader& in, message_writer& out) {
    auto request = in.number();
    in.skip();
    auto& t = topics_[std::string{in.string()}];
    if (t.subscription == 0)
      t.subscription = topics_.size();
    t.subscribers.push_back(&c);
    c.in_tables = true;
    out.list(3).number(code::subscribed).number(request).number(t.subscription).end_list();
    send(c);
  }

  void handle_publish(connection& c, message_reader& in, message_writer& out) {
    auto request = in.number();
    auto acknowledge = in.skip().find("acknowledge") != std::string_view::npos;
    auto publication = ++last_publication_;
    if (auto found = topics_.find(in.string()); found != topics_.end()) {
      out.list(4 + in.remaining()).number(code::event).number(found->second.subscription);
      out.number(publication).empty_map().splice(in);
      for (auto* subscriber : found->second.subscribers)
        send(*subscriber);
    }
    if (acknowledge) {
      body_.clear();
      message_writer answer{body_, c.encoding};
      answer.list(3).number(code::published).number(request).number(publication).end_list();
      send(c);
    }
  }

  void handle_register(connection& c, message_reader& in, message_writer& out) {
    auto request = in.number();
    in.skip();
    auto& p = procedures_[std::string{in.string()}];
    if (p.registration == 0)
      p.registration = procedures_.size();
    p.callee = &c;
    c.in_tables = true;
    out.list(3).number(code::registered).number(request).number(p.registration).end_list();
    send(c);
  }

  void handle_call(connection& c, message_reader& in, message_writer& out) {
    auto request = in.number();
    in.skip();
    auto found = procedures_.find(in.string());
    if (found == procedures_.end())
      return refuse_call(c, request, out);
    auto invocation = ++last_invocation_;
    pending_[invocation % pending_calls] = {c.fd, c.session, request};
    out.list(4 + in.remaining()).number(code::invocation).number(invocation);
    out.number(found->second.registration).empty_map().splice(in);
    send(*found->second.callee);
  }

  void refuse_call(connection& c, std::uint64_t request, message_writer& out) {
    out.list(5).number(code::error).number(code::call).number(request).empty_map();
    out.string("wamp.error.no_such_procedure").end_list();
    send(c);
  }

  void handle_yield(message_reader& in, message_writer& out) {
    auto& call = pending_[in.number() % pending_calls];
    in.skip();
    auto* caller = peers_.find(call.fd);
    if (!caller || caller->session != call.session)
      return;
    out.list(3 + in.remaining()).number(code::result).number(call.request).empty_map().splice(in);
    send(*caller);
  }

  static constexpr std::size_t pending_calls = 1 << 16; // a constant: the compiler masks with it

  connections& peers_;
  byte_buffer body_; // the message being written
  uri_map<topic> topics_;
  uri_map<procedure> procedures_;
  std::vector<pending_call> pending_ = std::vector<pending_call>(pending_calls); // by invocation
  std::uint64_t last_invocation_ = 0;
  std::uint64_t last_publication_ = std::uint64_t{1} << 50; // as long as random ids are
};

} // namespace wamp::bench
