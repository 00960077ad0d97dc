// HTTP as a framing: each request of a socket becomes one message, in order. Beast parses. Pure;
// used by `framing`, and by long_poll_socket to read the messages.
// Spec: "HTTP Longpoll Transport" (advanced profile), RFC 7230.
#pragma once

#include <wamp/serialization/slice.hpp>
#include <wamp/transport/received.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace wamp {

/// One request, as http_framing passes it on. The views are into `body`'s memory.
struct http_request {
  /// The status to refuse it with, or 0. It is the last of its socket then, and has no more.
  unsigned wrong = 0;
  bool keep_alive = false;
  std::string_view method;
  std::string_view path; ///< the target without its query
  // Headers; empty if they are not there.
  std::string_view origin;
  std::string_view host;
  std::string_view cookies;
  slice body;
};

class http_framing {
public:
  http_framing(std::size_t max_request_header, std::size_t max_body);
  http_framing(http_framing&&) noexcept;
  http_framing& operator=(http_framing&&) noexcept;
  ~http_framing();

  /// Takes all of `bytes`, however they are cut. After a request that is wrong everything is
  /// ignored.
  void feed(std::string_view bytes, received& out);

  /// Reads a message that feed() made. It must stay as long as the request.
  static http_request open(const slice& message);

  // What is sent is a whole response.
  static constexpr std::size_t max_header = 0;
  static std::size_t write_header(char*, std::size_t) noexcept { return 0; }
  static std::string ping() { return {}; }

private:
  struct parser;

  void begin();
  void finish(received& out);
  void refuse(unsigned status, received& out);

  std::unique_ptr<parser> parser_; // of the request that has begun
  std::string carry_;              // bytes that it can not take yet
  std::size_t max_request_header_;
  std::size_t max_body_;
  bool told_to_continue_ = false;
  bool ended_ = false;
};

} // namespace wamp
