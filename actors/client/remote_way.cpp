#include <wamp/actors/client/remote_way.hpp>
#include <wamp/actors/gateway/peer_facts_of.hpp>
#include <wamp/serialization/codec.hpp>
#include <wamp/transport/connection.hpp>

#include <utility>

namespace wamp {

namespace {

/// More than this is not taken from the socket while handlers are at work.
constexpr std::size_t full_backlog = std::size_t{4} << 20U;

/// Tells the client of one attempt or connection, from the io thread. What it tells is void when
/// another has begun meanwhile.
class to_client {
public:
  to_client(std::shared_ptr<client_line> client, std::shared_ptr<std::uint64_t> generation)
      : client_(std::move(client)), generation_(std::move(generation)), mine_(*generation_) {}

  template <class F>
  void tell(F f) const {
    client_->post(
        [f = std::move(f), current = generation_, mine = mine_](client_core& core) mutable {
          if (*current == mine)
            f(core);
        });
  }

  const std::shared_ptr<client_line>& line() const noexcept { return client_; }

private:
  std::shared_ptr<client_line> client_;
  std::shared_ptr<std::uint64_t> generation_; ///< changes in the actor, and is read there
  std::uint64_t mine_;
};

class connection_to_client : public connection_handler {
public:
  connection_to_client(to_client client, std::shared_ptr<connection> peer)
      : client_(std::move(client)), peer_(std::move(peer)), encoding_(peer_->wire_format()) {}

  void on_messages(std::vector<slice> messages) override {
    std::size_t size = 0;
    for (auto& m : messages)
      size += m.size();
    if (waiting_->bytes.fetch_add(size) + size > full_backlog && !waiting_->paused.exchange(true))
      peer_->pause_reading();
    client_.tell([encoding = encoding_, messages = std::move(messages), size, waiting = waiting_,
                  line = client_.line(),
                  peer = std::weak_ptr<connection>{peer_}](client_core& core) {
      for (auto& bytes : messages)
        line->run(core, [&] { // what a handler ends must not meet the next message
          if (auto m = decode(encoding, bytes, {}))
            core.receive(std::move(*m));
          else
            core.receive(m.error());
        });
      if (waiting->bytes.fetch_sub(size) - size < full_backlog / 2
          && waiting->paused.exchange(false))
        if (auto still = peer.lock())
          still->resume_reading();
    });
  }
  void on_deadline() override {}
  void on_writable() override {}
  void on_closed(close_reason reason, std::string_view detail) override {
    auto text = std::string{name_of(reason)} + ": " + std::string{detail};
    client_.tell([text = std::move(text)](client_core& core) { core.connection_lost(text); });
    peer_ = nullptr; // it owns this handler
  }

private:
  to_client client_;
  std::shared_ptr<connection> peer_;
  format encoding_;
  std::shared_ptr<remote_way::backlog> waiting_ = std::make_shared<remote_way::backlog>();
};

} // namespace

remote_way::remote_way(std::shared_ptr<client_line> client, remote_router to)
    : client_(std::move(client)), to_(std::move(to)) {}

remote_way::~remote_way() {
  remote_way::close();
}

void remote_way::open(client_core&) {
  close();
  const auto& url = to_.urls[next_url_++ % to_.urls.size()];
  attempt_ = std::make_unique<connector>(
      *to_.thread, url, to_.options,
      [this, client = client_, current = generation_, mine = *generation_](connector::result r) {
        client->post([this, current, mine, made = std::move(r)](client_core& core) {
          const bool wanted = *current == mine;
          if (wanted && made)
            adopt(*made, core);
          else if (wanted)
            core.connection_lost(made.error());
          else if (made) // another attempt has begun meanwhile
            (*made)->close(close_reason::normal);
        });
      });
}

void remote_way::adopt(std::shared_ptr<connection> made, client_core& core) {
  connection_ = std::move(made);
  channel_ = channel_bindings_of(*connection_);
  connection_->start(
      std::make_unique<connection_to_client>(to_client{client_, generation_}, connection_));
  core.connected();
}

router_link::sent remote_way::send(message&& m) {
  if (!connection_)
    return sent::yes;
  switch (connection_->send(slice{encode(connection_->wire_format(), m)})) {
  case send_result::too_big:
    return sent::too_big;
  case send_result::dropped:
  case send_result::overflow:
    return sent::full;
  case send_result::queued:
  case send_result::closed: // its end is on its way
    break;
  }
  return sent::yes;
}

void remote_way::close() {
  ++*generation_;
  if (attempt_)
    attempt_->cancel();
  attempt_ = nullptr;
  if (connection_)
    connection_->close(close_reason::normal);
  connection_ = nullptr;
}

} // namespace wamp
