// What authentication is told of a connection's peer.
#include <wamp/actors/gateway/peer_facts_of.hpp>

#include <doctest/doctest.h>

using namespace wamp;

namespace {

class known_connection : public connection {
public:
  std::string name = "tcp4:10.0.0.1:1234";
  peer_details details{"10.0.0.1", {}, {}};

  void start(std::unique_ptr<connection_handler>) override {}
  format wire_format() const noexcept override { return format::json; }
  const std::string& peer_name() const noexcept override { return name; }
  peer_details peer() const override { return details; }
  std::string_view transport_name() const noexcept override { return "rawsocket"; }
  std::size_t max_send_size() const noexcept override { return 0; }
  send_result send(slice) override { return send_result::closed; }
  send_result send(std::string_view) override { return send_result::closed; }
  send_result send(std::string_view, slice, std::string_view) override {
    return send_result::closed;
  }
  send_result send_event(slice) override { return send_result::closed; }
  void pause_reading() override {}
  void resume_reading() override {}
  void set_deadline(std::chrono::milliseconds) override {}
  void clear_deadline() override {}
  void close(close_reason) override {}
  void abort(close_reason) override {}
  std::size_t queued_bytes() const noexcept override { return 0; }
};

} // namespace

TEST_CASE("facts of a peer without TLS") {
  known_connection c;
  auto facts = facts_of(c);
  CHECK(facts->address == "10.0.0.1");
  CHECK(facts->transport == "rawsocket");
  CHECK(!facts->channel);
  CHECK(!facts->certificate);
  CHECK(facts->cookie.empty());
  CHECK(!channel_bindings_of(c));
}

TEST_CASE("facts of a peer behind TLS, with a certificate and a cookie") {
  known_connection c;
  c.details.tls = tls_details{"unique", "exporter", "end point", verified_certificate{"joe", "ab"}};
  c.details.cookie = "value";
  auto facts = facts_of(c);
  REQUIRE(facts->channel);
  CHECK(facts->channel->tls_unique == "unique");
  CHECK(facts->channel->tls_exporter == "exporter");
  CHECK(facts->channel->tls_server_end_point == "end point");
  REQUIRE(facts->certificate);
  CHECK(facts->certificate->common_name == "joe");
  CHECK(facts->certificate->sha256 == "ab");
  CHECK(facts->cookie == "value");
  CHECK(channel_bindings_of(c)->tls_exporter == "exporter");
  c.details.tls->certificate.reset();
  CHECK(facts_of(c)->channel);
  CHECK(!facts_of(c)->certificate);
}

TEST_CASE("the peer of a Unix socket has the socket's name for an address") {
  known_connection c;
  c.name = "unix:/run/wamp.sock";
  c.details.address = "";
  CHECK(facts_of(c)->address == "unix:/run/wamp.sock");
}
