// One socket of a long-poll client: answers its requests, one after the other. Started by
// listener_context when a socket speaks HTTP. Bound to the socket's io thread.
// Spec: "HTTP Longpoll Transport" (advanced profile).
#pragma once

#include <wamp/transport/connection.hpp>
#include <wamp/transport/http_framing.hpp>
#include <wamp/transport/io_core.hpp>
#include <wamp/transport/long_poll_connection.hpp>
#include <wamp/transport/long_poll_hub.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

class long_poll_socket final : public long_poll_waiter,
                               public std::enable_shared_from_this<long_poll_socket> {
public:
  /// Serves the socket from here on, which speaks framing::http().
  static void serve(
      std::shared_ptr<long_poll_hub> hub, std::shared_ptr<connection> socket,
      std::shared_ptr<io_core> core);

  long_poll_socket(
      std::shared_ptr<long_poll_hub> hub, std::shared_ptr<connection> socket,
      std::shared_ptr<io_core> core);

  // long_poll_waiter: any thread
  void wake(std::uint64_t request) override;
  void finish(std::uint64_t request, bool delivered) override;

private:
  class handler;
  enum class waiting_for : std::uint8_t { nothing, message, delivery };

  void on_messages(std::vector<slice> messages);
  void on_deadline();
  void on_closed();

  void serve_pending();
  void serve_one(const http_request& request);
  void serve_transport(const http_request& request, std::string_view id_and_action);
  void open(const http_request& request);
  bool let_in(const http_request& request);
  void receive(std::shared_ptr<long_poll_connection> from);
  void send(std::shared_ptr<long_poll_connection> to, const slice& body);
  void poll_again();
  void fetched(long_poll_connection::polled got);

  void wait_for(waiting_for what, std::shared_ptr<long_poll_connection> target);
  void answer(unsigned status, std::string_view text = {});
  void answer(unsigned status, std::string_view type, slice body);
  long_poll_connection::request current() { return {shared_from_this(), number_}; }
  /// Runs `f` on the io thread if the request is still the current one.
  template <class F>
  void post_for(std::uint64_t request, F f);

  const std::shared_ptr<long_poll_hub> hub_;
  const std::shared_ptr<connection> socket_;
  const std::shared_ptr<io_core> core_;
  std::deque<slice> pending_;                    // requests not yet looked at
  std::shared_ptr<long_poll_connection> target_; // of the current request, if that waits
  std::uint64_t number_ = 0;                     // of the current request
  waiting_for waits_ = waiting_for::nothing;
  std::string headers_;    // more of them, for the answer to the current request
  bool keep_alive_ = true; // after the current request
  bool closed_ = false;
};

} // namespace wamp
