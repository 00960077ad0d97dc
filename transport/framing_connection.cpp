#include <wamp/transport/framing_connection.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace wamp {

/// Not if the messages of a turn shall be one frame, and not for what is sent in vain: it is worth
/// no copy.
bool framing_connection::makes_frames_now() const noexcept {
  return is_sending() && agreed().makes_frames() && !agreed().is_batched();
}

send_result framing_connection::send(slice message) {
  if (!makes_frames_now())
    return socket_connection::send(std::move(message));
  auto part = message.view();
  return send_any(agreed().make_frame({&part, 1}), false);
}

send_result framing_connection::send_event(slice message) {
  if (!makes_frames_now())
    return socket_connection::send_event(std::move(message));
  return send_any(frame_of_event(message), true);
}

send_result framing_connection::send(std::string_view head, slice body, std::string_view tail) {
  if (!makes_frames_now())
    return socket_connection::send(head, std::move(body), tail);
  std::array parts{head, body.view(), tail};
  return send_any(agreed().make_frame(parts), false);
}

send_result framing_connection::send(std::string_view message) {
  if (!makes_frames_now())
    return socket_connection::send(message);
  if (message.size() >= gather_area::small || agreed().deflates(message.size()))
    return send_any(agreed().make_frame({&message, 1}), false);
  std::array<char, framing::max_whole_header + gather_area::small> frame;
  auto size = agreed().write_frame(frame.data(), {&message, 1});
  return socket_connection::send(std::string_view(frame.data(), size));
}

/// The subscribers of an event are sent the same message one after the other: those of a thread, if
/// they compress alike, are sent the same frame.
slice framing_connection::frame_of_event(const slice& message) const {
  struct made {
    slice message; // kept, so that no other can have its place
    unsigned window_bits = 0;
    slice frame;
  };
  thread_local made last;
  constexpr std::size_t worth_keeping = std::size_t{1} << 20U;
  auto part = message.view();
  if (agreed().masks() || part.size() > worth_keeping || !agreed().deflates(part.size()))
    return agreed().make_frame({&part, 1});
  auto window_bits = agreed().deflate_window_bits();
  if (last.message.data() != part.data() || last.message.size() != part.size()
      || last.window_bits != window_bits)
    last = {message, window_bits, agreed().make_frame({&part, 1})};
  return last.frame;
}

} // namespace wamp
