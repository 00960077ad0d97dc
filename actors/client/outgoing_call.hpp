// A call that a client has made. Any thread may hold it, wait for its answer and cancel it.
#pragma once

#include <wamp/actors/cancel_mode.hpp>
#include <wamp/actors/client/pending.hpp>
#include <wamp/actors/client/typed_answers.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace wamp {

class client_line;

/// Letting go of it does not cancel it.
class outgoing_call : public pending<result> {
public:
  outgoing_call(
      pending<result> p, std::shared_ptr<client_line> client, std::shared_ptr<std::uint64_t> id)
      : pending<result>(std::move(p)), client_(std::move(client)), id_(std::move(id)) {}

  using pending<result>::get;

  /// get(), with the arguments as a T, see as(). Throws wamp_error for an ERROR, and with
  /// invalid_argument if they are something else.
  template <class T>
  T get() const {
    return as<T>(get());
  }

  /// The answer is then an ERROR, unless it came before; without effect after it.
  void cancel(cancel_mode mode = cancel_mode::killnowait) const;

private:
  friend class argument_stream;
  /// Ends it here and there: its answer is wamp.error.canceled, unless it came before.
  void give_up(std::string why) const;

  std::shared_ptr<client_line> client_;
  std::shared_ptr<std::uint64_t> id_; ///< touched in the client's actor alone
};

} // namespace wamp
