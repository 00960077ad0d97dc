// A stream for Beast's WebSocket that keeps what is written and has nothing to read: how the
// handshakes let Beast make its responses without a socket. Included by http_handshake.cpp and
// websocket_client_handshake.cpp alone.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <cstddef>
#include <string>

namespace wamp {

class memory_stream {
public:
  using executor_type = boost::asio::io_context::executor_type;

  explicit memory_stream(boost::asio::io_context& context) : executor_(context.get_executor()) {}

  executor_type get_executor() const noexcept { return executor_; }

  template <class Buffers>
  std::size_t write_some(const Buffers& buffers) {
    auto size = boost::asio::buffer_size(buffers);
    auto before = written_.size();
    written_.resize(before + size);
    boost::asio::buffer_copy(boost::asio::buffer(written_.data() + before, size), buffers);
    return size;
  }

  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, boost::beast::error_code& ec) {
    ec = {};
    return write_some(buffers);
  }

  template <class Buffers>
  std::size_t read_some(const Buffers&) {
    throw boost::beast::system_error(boost::asio::error::eof);
  }

  template <class Buffers>
  std::size_t read_some(const Buffers&, boost::beast::error_code& ec) {
    ec = boost::asio::error::eof;
    return 0;
  }

  std::string& written() noexcept { return written_; }

private:
  executor_type executor_;
  std::string written_;
};

} // namespace wamp
