#pragma once
// The floor's peers: what it keeps of each, and which of them have something to be written.
// Used by the floor's server and its relay; one thread.

#include <wamp/test/bench/wire/byte_buffer.hpp>
#include <wamp/test/bench/wire/framing.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace wamp::bench {

struct connection {
  int fd;
  std::uint64_t session; // never reused, unlike the descriptor
  byte_buffer in;        // a partial frame; whole ones are read from the shared buffer
  byte_buffer out;
  std::size_t sent = 0; // octets of `out` that the socket took already
  transport carrier = transport::websocket;
  format encoding = format::json;
  bool open = false;           // the transport's handshake is done
  bool dirty = false;          // stands in the list of sockets to write
  bool waits_to_write = false; // epoll reports when the socket takes more
  bool in_tables = false;      // subscribed or registered something
  bool hang_up = false;
};

class connections {
public:
  connection& add(int fd) {
    auto index = static_cast<std::size_t>(fd);
    if (by_descriptor_.size() <= index)
      by_descriptor_.resize(index + 1);
    by_descriptor_[index] = std::make_unique<connection>();
    by_descriptor_[index]->fd = fd;
    by_descriptor_[index]->session = ++last_session_;
    return *by_descriptor_[index];
  }

  void remove(const connection& c) { by_descriptor_[static_cast<std::size_t>(c.fd)].reset(); }

  /// Null if there is none.
  connection* find(int fd) {
    auto index = static_cast<std::size_t>(fd);
    return index < by_descriptor_.size() ? by_descriptor_[index].get() : nullptr;
  }

  /// The connection's `out` is to be written when the wake-up ends.
  void mark(connection& c) {
    if (!c.dirty) {
      c.dirty = true;
      dirty_.push_back(c.fd);
    }
  }

  /// Calls `write` with each marked connection that still exists.
  template <class Write>
  void write_marked(Write write) {
    for (int fd : dirty_)
      if (auto* c = find(fd)) {
        c->dirty = false;
        write(*c);
      }
    dirty_.clear();
  }

private:
  std::vector<std::unique_ptr<connection>> by_descriptor_;
  std::vector<int> dirty_;
  std::uint64_t last_session_ = 0;
};

} // namespace wamp::bench
