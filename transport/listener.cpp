#include <wamp/transport/acceptor.hpp>
#include <wamp/transport/io_thread.hpp>
#include <wamp/transport/listener.hpp>

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
  auto acceptor = std::make_shared<listener::acceptor>(
      thread.core(), std::move(targets), std::move(context), std::move(on_error));
  if (auto why = acceptor->open(address); !why.empty())
    return tl::unexpected(std::move(why));
  acceptor->start();
  return std::unique_ptr<listener>(new listener(std::move(acceptor)));
}

listener::listener(std::shared_ptr<acceptor> a) : acceptor_(std::move(a)) {}

listener::~listener() {
  stop();
}

void listener::stop() {
  acceptor_->stop();
}

const listen_address& listener::local_address() const noexcept {
  return acceptor_->local_address();
}

std::size_t listener::open_connections() const noexcept {
  return acceptor_->context().open + acceptor_->context().refusing;
}

} // namespace wamp
