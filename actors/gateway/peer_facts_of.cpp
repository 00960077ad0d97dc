#include <wamp/actors/gateway/peer_facts_of.hpp>

#include <utility>

namespace wamp {

namespace {

std::optional<channel_bindings> bindings_in(std::optional<tls_details>& tls) {
  if (!tls)
    return std::nullopt;
  return channel_bindings{
      std::move(tls->unique), std::move(tls->exporter), std::move(tls->server_end_point)};
}

} // namespace

peer_ref facts_of(const connection& peer) {
  auto known = peer.peer();
  auto facts = std::make_shared<peer_facts>();
  facts->address = known.address.empty() ? peer.peer_name() : known.address;
  facts->transport = peer.transport_name();
  facts->channel = bindings_in(known.tls);
  if (known.tls && known.tls->certificate)
    facts->certificate = peer_certificate{
        std::move(known.tls->certificate->common_name), std::move(known.tls->certificate->sha256)};
  facts->cookie = std::move(known.cookie);
  return facts;
}

std::optional<channel_bindings> channel_bindings_of(const connection& peer) {
  auto known = peer.peer();
  return bindings_in(known.tls);
}

} // namespace wamp
