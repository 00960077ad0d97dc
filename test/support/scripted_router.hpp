// A router on a real socket that says what a test wants it to say, however wrong. Where the test
// says nothing, it is polite. Used by the tests of clients.
#pragma once

#include <wamp/serialization/codec.hpp>
#include <wamp/test/support/seen.hpp>
#include <wamp/transport/connection.hpp>
#include <wamp/transport/io_thread.hpp>
#include <wamp/transport/listener.hpp>

#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wamp::test {

/// What the router does upon one message of a client.
using reaction = std::function<void(connection& to_client, const message& asked)>;

/// What it does in one connection.
using act = std::map<message_code, reaction>;

/// The id of a request; 0 if it has none.
inline std::uint64_t request_of(const message& m) {
  return std::visit(
      [](const auto& x) -> std::uint64_t {
        if constexpr (requires { x.request; })
          return x.request.value();
        else
          return 0;
      },
      m);
}

/// Sends `json` as it is, in whatever format the connection has agreed on.
inline reaction say_raw(std::string bytes) {
  return [bytes = std::move(bytes)](connection& c, const message&) { c.send(bytes); };
}

/// Sends these messages, written in JSON. ID stands for the id of the request, NEXT for the one
/// behind it.
inline reaction say(std::vector<std::string> all) {
  return [all = std::move(all)](connection& c, const message& asked) {
    for (auto text : all) {
      const auto id = request_of(asked);
      for (const auto& [name, n] : {std::pair{"ID", id}, std::pair{"NEXT", id + 1}})
        for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos;)
          text.replace(at, std::string_view{name}.size(), std::to_string(n));
      if (c.wire_format() == format::json) {
        c.send(slice{text});
        continue;
      }
      auto m = decode(format::json, slice{text});
      if (!m)
        throw std::logic_error{"not a message: " + text};
      c.send(slice{encode(c.wire_format(), *m)});
    }
  };
}
inline reaction say(const char* text) {
  return say(std::vector<std::string>{text});
}

inline reaction say_nothing() {
  return [](connection&, const message&) {};
}
/// Sends nothing more and ends the stream.
inline reaction close_after(reaction first = say_nothing()) {
  return [first = std::move(first)](connection& c, const message& m) {
    first(c, m);
    c.close(close_reason::normal);
  };
}
/// The socket is gone at once.
inline reaction vanish() {
  return [](connection& c, const message&) { c.abort(close_reason::network_error); };
}

/// What a good router says.
inline act polite() {
  return {
      {message_code::hello, say(R"([2,7,{"roles":{"broker":{},"dealer":{}}}])")},
      {message_code::goodbye, close_after(say(R"([6,{},"wamp.close.goodbye_and_out"])"))},
      {message_code::call, say(R"([50,ID,{},["fine"]])")},
      {message_code::publish, say("[17,ID,3000]")},
      {message_code::subscribe, say("[33,ID,2000]")},
      {message_code::unsubscribe, say("[35,ID]")},
      {message_code::register_, say("[65,ID,1000]")},
      {message_code::unregister, say("[67,ID]")},
  };
}

class scripted_router {
public:
  explicit scripted_router(listener_options options = {}) {
    listen_address address;
    address.host = "127.0.0.1";
    auto opened = listener::open(
        thread_, address, std::move(options),
        [this](const std::shared_ptr<connection>& c) { welcome(c); });
    REQUIRE(opened.has_value());
    gate_ = std::move(*opened);
    thread_.run();
  }
  ~scripted_router() { thread_.stop(); }
  scripted_router(const scripted_router&) = delete;
  scripted_router& operator=(const scripted_router&) = delete;

  /// The next connection is to be played so; when there are no more acts, politely.
  void plays(act a) {
    std::lock_guard lock{mutex_};
    acts_.push_back(std::move(a));
  }

  std::string websocket() const { return "ws://127.0.0.1:" + port() + "/ws"; }
  std::string rawsocket() const { return "tcp://127.0.0.1:" + port(); }
  std::string port() const { return std::to_string(gate_->local_address().port); }

  /// The latest connection, for saying something unasked.
  std::shared_ptr<connection> latest() {
    std::lock_guard lock{mutex_};
    return latest_;
  }

  seen<message> heard;       ///< everything that clients have sent
  seen<std::string> garbage; ///< what could not be decoded

  /// The next Message that a client has sent; others are skipped.
  template <class Message>
  Message hears() {
    for (;;) {
      auto m = heard.take();
      if (auto found = std::get_if<Message>(&m))
        return std::move(*found);
    }
  }

private:
  class player : public connection_handler {
  public:
    player(scripted_router& router, std::shared_ptr<connection> peer, act script)
        : router_(router), peer_(std::move(peer)), script_(std::move(script)) {}

    void on_messages(std::vector<slice> messages) override {
      for (const auto& bytes : messages) {
        auto m = decode(peer_->wire_format(), bytes);
        if (!m) {
          router_.garbage.add(m.error().to_string());
          continue;
        }
        router_.heard.add(*m);
        if (auto does = script_.find(code_of(*m)); does != script_.end())
          does->second(*peer_, *m);
      }
    }
    void on_deadline() override {}
    void on_writable() override {}
    void on_closed(close_reason, std::string_view) override { peer_ = nullptr; }

  private:
    scripted_router& router_;
    std::shared_ptr<connection> peer_;
    act script_;
  };

  void welcome(const std::shared_ptr<connection>& c) {
    act script;
    {
      std::lock_guard lock{mutex_};
      if (!acts_.empty()) {
        script = std::move(acts_.front());
        acts_.pop_front();
      }
      latest_ = c;
    }
    script.merge(polite());
    c->start(std::make_unique<player>(*this, c, std::move(script)));
  }

  std::mutex mutex_;
  std::deque<act> acts_;
  std::shared_ptr<connection> latest_;
  io_thread thread_;
  std::unique_ptr<listener> gate_;
};

} // namespace wamp::test
