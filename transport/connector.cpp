#include <wamp/transport/connect_attempt.hpp>
#include <wamp/transport/connector.hpp>
#include <wamp/transport/io_thread.hpp>

namespace wamp {

connector::connector(io_thread& thread, router_url url, connector_options options, callback on_done)
    : attempt_(std::make_shared<attempt>(
        thread.core(), std::move(url), std::move(options), std::move(on_done))) {
  attempt_->start();
}

connector::~connector() {
  cancel();
}

void connector::cancel() {
  attempt_->cancel();
}

} // namespace wamp
