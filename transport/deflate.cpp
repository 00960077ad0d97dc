#include <wamp/transport/deflate.hpp>
#include <wamp/transport/parts.hpp>

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/error.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>

#include <algorithm>
#include <memory>

namespace wamp {

namespace zlib = boost::beast::zlib;
using boost::beast::error_code;

namespace {

/// What a compressor's flush ends with; a message is sent without.
constexpr std::string_view end_of_flush("\x00\x00\xFF\xFF", 4);

/// An empty block that says that it is the last.
constexpr std::string_view last_block("\x03\x00", 2);

} // namespace

std::optional<std::string>
deflate_message(std::span<const std::string_view> parts, unsigned window_bits) {
  const auto size = size_of(parts);
  thread_local zlib::deflate_stream stream;
  constexpr int level = 6;
  constexpr int memory = 8;
  stream.reset(level, static_cast<int>(window_bits), memory, zlib::Strategy::normal);
  auto room = std::make_unique_for_overwrite<char[]>(size);
  zlib::z_params z;
  z.next_out = room.get();
  z.avail_out = size;
  error_code ec;
  for (auto part : parts) {
    z.next_in = part.data();
    z.avail_in = part.size();
    if (z.avail_in > 0 && z.avail_out > 0)
      stream.write(z, zlib::Flush::none, ec);
  }
  if (z.avail_out > 0)
    stream.write(z, zlib::Flush::sync, ec);
  // A full buffer may not have been large enough.
  if (ec || z.avail_out == 0)
    return std::nullopt;
  std::string_view made(room.get(), size - z.avail_out);
  if (!made.ends_with(end_of_flush))
    return std::nullopt;
  made.remove_suffix(end_of_flush.size());
  return std::string(made);
}

inflate_result inflate_message(std::string compressed, std::size_t limit, std::string& out) {
  // With a last block behind it, the end of the stream tells a whole message from a torn one.
  compressed.append(end_of_flush).append(last_block);
  constexpr auto appended = end_of_flush.size() + last_block.size();
  thread_local zlib::inflate_stream stream;
  stream.reset(static_cast<int>(most_window_bits));
  zlib::z_params z;
  z.next_in = compressed.data();
  z.avail_in = compressed.size();
  std::size_t made = 0;
  out.resize(std::min(limit + 1, 4 * compressed.size()));
  for (;;) {
    z.next_out = out.data() + made;
    z.avail_out = out.size() - made;
    error_code ec;
    stream.write(z, zlib::Flush::sync, ec);
    made = out.size() - z.avail_out;
    if (made > limit)
      return inflate_result::too_big;
    if (ec == zlib::error::end_of_stream)
      break;
    // Short of output, it goes on with more; short of input, it never can.
    if (ec || z.avail_out > 0)
      return inflate_result::corrupt;
    out.resize(std::min(limit + 1, 2 * out.size()));
  }
  // A peer may end its message by a last block of its own, and an octet of padding.
  if (z.avail_in > appended + 1)
    return inflate_result::corrupt;
  out.resize(made);
  // What is kept for long should not cost a multiple of its size.
  if (out.capacity() > 2 * made)
    out.shrink_to_fit();
  return inflate_result::done;
}

} // namespace wamp
