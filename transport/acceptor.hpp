// The listening socket behind a listener, and how it is opened. Bound to the listener's io
// thread; included by listener.cpp and acceptor.cpp alone.
#pragma once

#include <wamp/transport/io_core.hpp>
#include <wamp/transport/listener.hpp>
#include <wamp/transport/listener_context.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <sys/types.h>
#include <vector>

namespace wamp {

class listener::acceptor final : public io_tenant,
                                 public watcher,
                                 public std::enable_shared_from_this<acceptor> {
public:
  acceptor(
      std::shared_ptr<io_core> core, std::vector<std::shared_ptr<io_core>> targets,
      std::shared_ptr<listener_context> context, error_callback on_error,
      std::shared_ptr<long_poll_hub> hub);
  ~acceptor() override;

  /// Binds and listens; an empty string, or a sentence about what failed.
  std::string open(const listen_address& address);

  /// Any thread.
  void start();
  void stop();
  void use_tls(std::shared_ptr<const tls_server_context> tls);

  void leave() override;

  const listen_address& local_address() const noexcept { return address_; }
  const listener_context& context() const noexcept { return *context_; }

  void on_ready(std::uint32_t events) override;

private:
  std::string open_tcp(const listen_address& address);
  std::string open_local(const listen_address& address);
  std::string listen_on(const sockaddr* address, socklen_t size);
  void watch(bool whether);
  void accept_some();
  bool survives(int error);
  void rest();
  void go_on();
  void admit(int fd, std::string peer_name);
  std::shared_ptr<const tls_server_context> tls() const;
  bool lets_in(const std::string& peer_name);

  std::shared_ptr<io_core> core_;
  std::vector<std::shared_ptr<io_core>> targets_;
  std::size_t next_target_ = 0;
  std::shared_ptr<listener_context> context_;
  error_callback on_error_;
  std::shared_ptr<long_poll_hub> hub_; // may be empty; its own connections keep it, too
  int socket_ = -1;
  bool watched_ = false;
  event_loop::alarms::iterator rest_alarm_; // iff resting_
  listen_address address_;
  ino_t file_ = 0;                                         // the inode of the Unix socket's file
  std::chrono::steady_clock::time_point next_complaint_{}; // of addresses that come too often
  std::atomic<bool> stopped_{false};
  mutable std::mutex tls_mutex_;                  // guards the following
  std::shared_ptr<const tls_server_context> tls_; // may be empty
  bool resting_ = false;                          // out of descriptors: not accepting for a moment
  bool told_ = false;                             // and said so, once per spell
};

} // namespace wamp
