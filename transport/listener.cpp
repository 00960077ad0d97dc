#include <wamp/transport/acceptor.hpp>
#include <wamp/transport/io_thread.hpp>
#include <wamp/transport/listener.hpp>
#include <wamp/transport/long_poll_hub.hpp>
#include <wamp/transport/long_poll_socket.hpp>

#include <utility>

namespace wamp {

tl::expected<std::unique_ptr<listener>, std::string> listener::open(
    io_thread& thread, const listen_address& address, listener_options options,
    connection_callback on_connection, error_callback on_error) {
  std::vector<std::shared_ptr<io_core>> targets;
  for (auto* t : options.spread_over)
    targets.push_back(t->core());
  if (targets.empty())
    targets.push_back(thread.core());
  auto context = std::make_shared<listener_context>(std::move(options), std::move(on_connection));
  std::shared_ptr<long_poll_hub> hub;
  if (!context->options.long_poll_path.empty()) {
    hub = std::make_shared<long_poll_hub>(context);
    context->hub = hub;
    for (const auto& target : targets)
      target->post([core = target.get(), hub] { core->add_tenant(hub); });
  }
  auto acceptor = std::make_shared<listener::acceptor>(
      thread.core(), std::move(targets), std::move(context), std::move(on_error), std::move(hub));
  if (auto why = acceptor->open(address); !why.empty())
    return tl::unexpected(std::move(why));
  acceptor->start();
  return std::unique_ptr<listener>(new listener(std::move(acceptor)));
}

void listener_context::on_http(std::shared_ptr<connection> socket, std::shared_ptr<io_core> core) {
  if (auto h = hub.lock())
    long_poll_socket::serve(std::move(h), std::move(socket), std::move(core));
  else
    socket->abort(close_reason::going_away);
}

listener::listener(std::shared_ptr<acceptor> a) : acceptor_(std::move(a)) {}

listener::~listener() {
  stop();
}

void listener::stop() {
  acceptor_->stop();
}

void listener::use_tls(std::shared_ptr<const tls_server_context> tls) {
  acceptor_->use_tls(std::move(tls));
}

const listen_address& listener::local_address() const noexcept {
  return acceptor_->local_address();
}

std::size_t listener::open_connections() const noexcept {
  return acceptor_->context().open + acceptor_->context().refusing;
}

} // namespace wamp
