// The arguments of one call, sent in parts. Made by `client`; any thread may hold it and send by
// it. Copies are the same stream: if the last goes before the last part was sent, the call is
// canceled. Spec: "Progressive Call Invocations" (advanced profile).
#pragma once

#include <wamp/actors/client/outgoing_call.hpp>
#include <wamp/serialization/typed_arguments.hpp>

#include <memory>
#include <string>
#include <utility>

namespace wamp {

class argument_stream {
public:
  /// One more part. False if it goes nowhere: the call is over, or its last part was sent. What one
  /// thread sends keeps its order. A part that can not be sent ends the call with an ERROR.
  ///
  /// Parts wait for nobody: who has many megabytes of them should let the callee's progressive
  /// results say how far it is.
  template <class... Args>
  bool send(Args&&... args) const {
    return send_part(make_payload(std::forward<Args>(args)...), true);
  }

  /// The last part. Without arguments it only says that all were sent.
  template <class... Args>
  bool finish(Args&&... args) const {
    return send_part(make_payload(std::forward<Args>(args)...), false);
  }

private:
  friend class client;
  class open_call;

  argument_stream(std::string procedure, outgoing_call call);
  bool send_part(payload args, bool more) const;

  std::shared_ptr<open_call> call_;
};

} // namespace wamp
