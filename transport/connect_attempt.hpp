// The work behind a connector: from the name to a socket, and the owner of the connection that is
// made of it. Bound to the connector's io thread; included by connector.cpp and
// connect_attempt.cpp alone.
#pragma once

#include <wamp/transport/connection_owner.hpp>
#include <wamp/transport/connector.hpp>
#include <wamp/transport/event_loop.hpp>
#include <wamp/transport/io_core.hpp>
#include <wamp/transport/owned_fd.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

class handshake;
class socket_connection;

class connector::attempt final : public io_tenant,
                                 public watcher,
                                 public connection_owner,
                                 public std::enable_shared_from_this<attempt> {
public:
  attempt(
      std::shared_ptr<io_core> core, router_url url, connector_options options, callback on_done);
  ~attempt() override;

  /// Any thread.
  void start();
  void cancel();

  // On the io thread.
  void leave() override;
  void on_ready(std::uint32_t events) override;
  void on_established(std::shared_ptr<connection> c) override;
  void on_handshake_failed(std::string_view detail, bool format_refused) override;
  void on_socket_closed(const std::string& peer_name) override;

private:
  using clock = std::chrono::steady_clock;

  /// What the attempt waits for, as the user is told when the time is over.
  enum class stage : std::uint8_t { looking_up, connecting, shaking_hands, done };

  void begin();
  std::string find_fault() const;
  void look_up();
  void take_addresses(lookup_result found);
  void try_address();
  void on_connected();
  void give_address_up(const std::string& why);
  tl::expected<std::unique_ptr<tls_stream>, std::string> make_tls(int fd) const;
  void shake_hands(owned_fd fd, std::string peer_name);
  std::unique_ptr<handshake> make_handshake() const;
  void on_time_over();
  void drop_socket();
  void finish(result r);
  void fail(const std::string& why);
  void release();

  std::shared_ptr<io_core> core_;
  router_url url_;
  connector_options options_;
  callback on_done_; // empty when it was called, or is not to be
  std::atomic<bool> cancelled_{false};

  stage stage_ = stage::looking_up;
  clock::time_point until_;
  std::optional<event_loop::alarms::iterator> alarm_;       // for all of it
  std::optional<event_loop::alarms::iterator> share_alarm_; // for one address of several
  std::vector<socket_address> addresses_;
  std::size_t address_ = 0;                 // the one that is tried
  std::size_t format_ = 0;                  // the one that RawSocket asks for
  std::string failures_;                    // of the addresses so far
  owned_fd fd_;                             // being connected, watched
  std::shared_ptr<socket_connection> link_; // whose handshake is under way
};

} // namespace wamp
