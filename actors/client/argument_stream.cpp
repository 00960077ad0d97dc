#include <wamp/actors/client/argument_stream.hpp>
#include <wamp/actors/client/client_line.hpp>
#include <wamp/serialization/uris.hpp>

#include <atomic>

namespace wamp {

class argument_stream::open_call : public std::enable_shared_from_this<open_call> {
public:
  open_call(std::string procedure, outgoing_call call)
      : procedure_(std::move(procedure)), call_(std::move(call)) {}
  open_call(const open_call&) = delete;
  open_call& operator=(const open_call&) = delete;

  /// Behind all that was sent: each part on its way holds this.
  ~open_call() {
    if (!finished_)
      call_.give_up("the stream of its arguments went before the last part");
  }

  bool send(payload args, bool more) {
    if (call_.ready() || (more ? finished_.load() : finished_.exchange(true)))
      return false;
    call_.client_->post([self = shared_from_this(), args = std::move(args), more](
                            client_core& c) mutable { self->transmit(c, std::move(args), more); });
    return true;
  }

private:
  void transmit(client_core& c, payload args, bool more) {
    if (sent_last_ || call_.ready()) // or, in a later session, the id is another call's
      return;
    sent_last_ = !more;
    dict options;
    if (more)
      options.set("progress", true);
    c.protocol().continue_call(
        {request_id{*call_.id_}, std::move(options), procedure_, std::move(args)});
  }

  const std::string procedure_;
  const outgoing_call call_;
  std::atomic<bool> finished_{false};
  bool sent_last_ = false; ///< touched in the client's actor alone
};

argument_stream::argument_stream(std::string procedure, outgoing_call call)
    : call_(std::make_shared<open_call>(std::move(procedure), std::move(call))) {}

bool argument_stream::send_part(payload args, bool more) const {
  return call_->send(std::move(args), more);
}

} // namespace wamp
