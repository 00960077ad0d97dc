// The client's side for tests: an io thread whose connectors are waited for.
#pragma once

#include <wamp/transport/connector.hpp>

#include <future>

#include "loopback.hpp"

namespace wamp::testing {

inline constexpr auto websocket_url = router_url::protocol::websocket;
inline constexpr auto rawsocket_url = router_url::protocol::rawsocket;

inline std::string pattern(std::size_t size) {
  std::string s(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    s[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return s;
}

inline router_url url_of(const listen_address& to, router_url::protocol speaks) {
  router_url url;
  url.speaks = speaks;
  url.path = to.path;
  url.host = to.host;
  url.port = to.port;
  return url;
}

inline router_url parsed(const std::string& text) {
  auto url = router_url::parse(text);
  REQUIRE(url.has_value());
  return *url;
}

/// How one attempt ended, readable from the test's thread.
class ending {
public:
  void set(connector::result r) {
    std::lock_guard lock(mutex_);
    result_ = std::move(r);
    ++calls_;
    thread_ = std::this_thread::get_id();
    changed_.notify_all();
  }

  connector::result wait() {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, patience, [&] { return result_.has_value(); }));
    return *result_;
  }

  int calls() {
    std::lock_guard lock(mutex_);
    return calls_;
  }

  std::thread::id thread() {
    std::lock_guard lock(mutex_);
    return thread_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<connector::result> result_;
  int calls_ = 0;
  std::thread::id thread_;
};

/// A client's io thread and the connections that it opened.
class dialer {
public:
  explicit dialer(reactions r = {}) : reactions_(std::move(r)) { io.run(); }
  ~dialer() { io.stop(); }

  struct call {
    std::shared_ptr<ending> end;
    std::unique_ptr<connector> connecting;
  };

  call begin(const router_url& url, connector_options o = {}) {
    call c{std::make_shared<ending>(), nullptr};
    c.connecting = std::make_unique<connector>(
        io, url, std::move(o), [end = c.end](connector::result r) { end->set(std::move(r)); });
    return c;
  }

  /// Connected and started.
  peer connect(const router_url& url, connector_options o = {}) {
    auto c = begin(url, std::move(o));
    return start(c.end->wait());
  }

  peer start(const connector::result& r) {
    REQUIRE_MESSAGE(r.has_value(), r.error());
    peer p{*r, std::make_shared<record>()};
    p.link->start(std::make_unique<recorder>(p, reactions_));
    return p;
  }

  /// Why it failed, without what all such sentences begin with.
  std::string refusal(const router_url& url, connector_options o = {}) {
    auto c = begin(url, std::move(o));
    return reason(url, c);
  }

  std::string reason(const router_url& url, call& c) {
    auto r = c.end->wait();
    REQUIRE(!r.has_value());
    auto start = "can not connect to " + url.to_string() + ": ";
    REQUIRE_MESSAGE(r.error().starts_with(start), r.error());
    CHECK(c.end->calls() == 1);
    return r.error().substr(start.size());
  }

  /// Runs `f` on the io thread and waits for it.
  template <class F>
  void there(F f) {
    std::promise<void> done;
    io.post([&] {
      f();
      done.set_value();
    });
    done.get_future().wait();
  }

private:
  reactions reactions_;

public:
  io_thread io;
};

inline connector_options within(std::chrono::milliseconds time) {
  connector_options o;
  o.limits.handshake_timeout = time;
  return o;
}

inline connector_options offering(std::vector<format> formats) {
  connector_options o;
  o.formats = std::move(formats);
  return o;
}

inline reactions echoing() {
  reactions r;
  r.echo = true;
  return r;
}

} // namespace wamp::testing
