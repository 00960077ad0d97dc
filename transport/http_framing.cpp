#include <wamp/transport/http_framing.hpp>

// clang-format off: Boost 1.74's awaitable.hpp uses std::exchange without including <utility>.
#include <utility>
// clang-format on

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/dynamic_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <cstdint>

namespace wamp {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

unsigned status_of(const beast::error_code& error) {
  if (error == http::error::body_limit)
    return 413;
  return error == http::error::header_limit ? 431 : 400;
}

/// The last five octets of a chunked body are its last chunk or belong to that; Beast 1.74 asserts
/// that it never looks at fewer.
constexpr std::size_t least_of_chunks = 5;

} // namespace

/// With a body that takes memory for what came, not for what was announced.
struct http_framing::parser : http::request_parser<http::dynamic_body> {};

http_framing::http_framing(std::size_t max_request_header, std::size_t max_body)
    : max_request_header_(std::min<std::size_t>(max_request_header, 1U << 20U)),
      max_body_(max_body) {}

http_framing::http_framing(http_framing&&) noexcept = default;
http_framing& http_framing::operator=(http_framing&&) noexcept = default;
http_framing::~http_framing() = default;

void http_framing::begin() {
  parser_ = std::make_unique<parser>();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(max_request_header_));
  parser_->body_limit(max_body_);
  told_to_continue_ = false;
}

void http_framing::feed(std::string_view bytes, received& out) {
  if (ended_)
    return;
  carry_.append(bytes);
  std::string_view rest = carry_;
  while (!rest.empty()) {
    if (!parser_)
      begin();
    if (rest.size() < least_of_chunks && parser_->is_header_done() && parser_->chunked())
      break;
    beast::error_code error;
    rest.remove_prefix(parser_->put(asio::buffer(rest.data(), rest.size()), error));
    if (error && error != http::error::need_more)
      return refuse(status_of(error), out);
    if (parser_->is_done())
      finish(out);
    else if (error)
      break;
  }
  // Beast bounds the header, but not the line before a chunk nor what follows the last.
  if (rest.size() > max_request_header_)
    return refuse(431, out);
  rest.empty() ? std::string().swap(carry_) : std::string(rest).swap(carry_);
  if (!parser_ || !parser_->is_header_done() || std::exchange(told_to_continue_, true))
    return;
  if (beast::iequals(parser_->get()[http::field::expect], "100-continue"))
    out.replies += "HTTP/1.1 100 Continue\r\n\r\n";
}

void http_framing::finish(received& out) {
  auto& request = parser_->get();
  std::string_view target(request.target().data(), request.target().size());
  std::string message = "0 ";
  message.append(parser_->keep_alive() ? "keep " : "close ");
  message.append(request.method_string().data(), request.method_string().size()).append(" ");
  message.append(target.substr(0, target.find('?'))).append("\n");
  // None of them can hold the end of a line.
  for (auto name : {http::field::origin, http::field::host, http::field::cookie}) {
    auto value = request[name];
    message.append(value.data(), value.size()).append("\n");
  }
  message.reserve(message.size() + request.body().size());
  const auto body = request.body().data();
  for (auto part : beast::buffers_range_ref(body))
    message.append(static_cast<const char*>(part.data()), part.size());
  parser_.reset();
  out.add_collected(std::move(message));
}

void http_framing::refuse(unsigned status, received& out) {
  ended_ = true;
  parser_.reset();
  std::string().swap(carry_);
  out.add_collected(std::to_string(status) + " close - -\n\n\n\n");
}

http_request http_framing::open(const slice& message) {
  auto rest = message.view();
  auto next_line = [&rest] {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    return line;
  };
  auto line = next_line();
  auto next = [&line] {
    auto word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    return word;
  };
  http_request request;
  for (auto digit : next())
    request.wrong = 10 * request.wrong + static_cast<unsigned>(digit - '0');
  request.keep_alive = next() == "keep";
  request.method = next();
  request.path = next();
  request.origin = next_line();
  request.host = next_line();
  request.cookies = next_line();
  request.body = message.sub(rest);
  return request;
}

} // namespace wamp
