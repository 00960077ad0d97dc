#include <wamp/serialization/protocol_offer.hpp>
#include <wamp/transport/listener.hpp>
#include <wamp/transport/long_poll_socket.hpp>
#include <wamp/transport/origin.hpp>

// clang-format off: Boost 1.74's awaitable.hpp uses std::exchange without including <utility>.
#include <utility>
// clang-format on

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/write.hpp>
#include <tl/expected.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

namespace wamp {

namespace beast = boost::beast;
namespace http = boost::beast::http;

using outcome = long_poll_connection::polled::outcome;

namespace {

/// `more`: whole lines.
std::string response_head(
    unsigned status, std::string_view type, std::size_t size, bool keep, std::string_view more) {
  http::response<http::empty_body> response;
  response.result(status);
  response.set(http::field::server, "caf-wamp");
  response.set(http::field::connection, keep ? "keep-alive" : "close");
  if (response.result() == http::status::method_not_allowed)
    response.set(http::field::allow, "POST");
  if (size > 0)
    response.set(http::field::content_type, beast::string_view(type.data(), type.size()));
  if (response.result() != http::status::no_content)
    response.content_length(size);
  std::ostringstream out;
  out << response;
  auto head = std::move(out).str();
  constexpr std::size_t end = 2; // the empty line
  return head.insert(head.size() - end, more);
}

/// CORS: what lets a page's script read the answer. Not as one of all pages with what tells the
/// visitor from others.
std::string headers_for_page(const http_request& request, const listener_options& options) {
  if (request.origin.empty())
    return {};
  std::string lines = "Vary: Origin\r\nAccess-Control-Allow-Origin: ";
  if (is_known_origin(request.origin, request.host, options.allowed_origins))
    lines.append(request.origin).append("\r\nAccess-Control-Allow-Credentials: true\r\n");
  else
    lines.append("*\r\n");
  if (request.method == "OPTIONS")
    lines += "Access-Control-Allow-Methods: POST\r\n"
             "Access-Control-Allow-Headers: Content-Type\r\n"
             "Access-Control-Max-Age: 600\r\n";
  return lines;
}

std::optional<subprotocol>
choose(const std::vector<std::string>& offered, const std::vector<format>& formats) {
  for (const auto& name : offered)
    if (auto known = subprotocol_named(name, formats))
      return known;
  return std::nullopt;
}

std::string_view media_type_of(subprotocol p) {
  return p == subprotocol{format::json} ? "application/json" : "application/octet-stream";
}

/// What a body says, or the status to refuse it with: then none of it is taken.
tl::expected<std::vector<slice>, unsigned>
messages_of(const slice& body, subprotocol p, std::size_t max_message_size) {
  received in;
  if (p.batched)
    batch_format(p.encoding).split(body, max_message_size, in);
  else if (body.size() > max_message_size)
    in.fail(close_reason::too_big, {});
  else if (body.empty())
    in.fail(close_reason::protocol_error, {});
  else
    in.messages.push_back(body);
  if (in.end == received::ending::failed)
    return tl::unexpected(in.reason == close_reason::too_big ? 413U : 400U);
  return std::move(in.messages);
}

} // namespace

/// The socket owns this, and others may know the long_poll_socket for longer.
class long_poll_socket::handler final : public connection_handler {
public:
  explicit handler(std::shared_ptr<long_poll_socket> s) : s_(std::move(s)) {}
  void on_messages(std::vector<slice> messages) override { s_->on_messages(std::move(messages)); }
  void on_deadline() override { s_->on_deadline(); }
  void on_writable() override {}
  void on_closed(close_reason, std::string_view) override { s_->on_closed(); }

private:
  std::shared_ptr<long_poll_socket> s_;
};

void long_poll_socket::serve(
    std::shared_ptr<long_poll_hub> hub, std::shared_ptr<connection> socket,
    std::shared_ptr<io_core> core) {
  auto s = std::make_shared<long_poll_socket>(std::move(hub), socket, std::move(core));
  socket->start(std::make_unique<handler>(std::move(s)));
}

long_poll_socket::long_poll_socket(
    std::shared_ptr<long_poll_hub> hub, std::shared_ptr<connection> socket,
    std::shared_ptr<io_core> core)
    : hub_(std::move(hub)), socket_(std::move(socket)), core_(std::move(core)) {
  socket_->set_deadline(hub_->options().limits.longest_silence());
}

// ------------------------------------------------------------------------------ what happens

void long_poll_socket::on_messages(std::vector<slice> messages) {
  std::ranges::move(messages, std::back_inserter(pending_));
  serve_pending();
}

/// Nothing was asked for long, or nothing came for who asked.
void long_poll_socket::on_deadline() {
  if (waits_ != waiting_for::message)
    return socket_->close(close_reason::timeout);
  target_->stop_waiting(current());
  answer(204);
  serve_pending();
}

void long_poll_socket::on_closed() {
  closed_ = true;
  pending_.clear();
  if (waits_ != waiting_for::nothing)
    target_->stop_waiting(current()); // what was not fetched waits for the next request
  target_.reset();
}

template <class F>
void long_poll_socket::post_for(std::uint64_t request, F f) {
  core_->post([s = shared_from_this(), request, f] {
    if (s->closed_ || s->number_ != request || s->waits_ == waiting_for::nothing)
      return;
    f(*s);
    s->serve_pending();
  });
}

void long_poll_socket::wake(std::uint64_t request) {
  post_for(request, [](long_poll_socket& s) { s.poll_again(); });
}

void long_poll_socket::finish(std::uint64_t request, bool delivered) {
  post_for(request, [delivered](long_poll_socket& s) {
    delivered ? s.answer(202) : s.answer(404, "This transport is closed.\n");
  });
}

// ------------------------------------------------------------------------------ requests

/// Reading stops while a request waits behind one that is not answered: so their memory is that of
/// one read. An end of the stream is seen all the same while a single one hangs.
void long_poll_socket::serve_pending() {
  while (!closed_ && waits_ == waiting_for::nothing && !pending_.empty()) {
    auto message = std::move(pending_.front());
    pending_.pop_front();
    ++number_;
    serve_one(http_framing::open(message));
  }
  if (closed_)
    return;
  pending_.empty() ? socket_->resume_reading() : socket_->pause_reading();
}

void long_poll_socket::serve_one(const http_request& request) {
  keep_alive_ = request.keep_alive;
  headers_.clear();
  if (request.wrong != 0)
    return answer(request.wrong, "This request is not served.\n");
  if (!let_in(request))
    return;
  auto path = request.path;
  const std::string_view base = hub_->options().long_poll_path;
  if (!path.starts_with(base) || !path.substr(base.size()).starts_with('/'))
    return answer(404, "There is nothing here.\n");
  path.remove_prefix(base.size() + 1);
  path == "open" ? open(request) : serve_transport(request, path);
}

/// False if it was answered: by a page that may not come in, or asked only whether it may.
bool long_poll_socket::let_in(const http_request& request) {
  const auto& options = hub_->options();
  if (!is_allowed_origin(request.origin, request.host, options.allowed_origins)) {
    answer(403, "Pages of this origin may not come in.\n");
    return false;
  }
  headers_ = headers_for_page(request, options);
  const bool preflight = request.method == "OPTIONS" && !request.origin.empty();
  if (preflight)
    answer(204);
  else if (request.method != "POST")
    answer(405, "Only POST is served.\n");
  return request.method == "POST";
}

void long_poll_socket::serve_transport(
    const http_request& request, std::string_view id_and_action) {
  auto slash = id_and_action.find('/');
  auto target = hub_->find(id_and_action.substr(0, slash));
  if (!target || slash == id_and_action.npos)
    return answer(404, "There is no such transport.\n");
  auto action = id_and_action.substr(slash + 1);
  if (action == "receive")
    return receive(std::move(target));
  if (action == "send")
    return send(std::move(target), request.body);
  if (action != "close")
    return answer(404, "There is nothing here.\n");
  target->end_by_peer();
  answer(202);
}

void long_poll_socket::open(const http_request& request) {
  constexpr std::size_t longest_offer = 4096;
  const auto offer = request.body.view();
  auto offered = offer.size() > longest_offer ? std::nullopt : offered_protocols(offer);
  auto chosen = offered ? choose(*offered, hub_->options().formats) : std::nullopt;
  if (!chosen)
    return answer(400, "{\"protocols\": [...]} must name one that is served.\n");
  auto known = know_again(request.cookies, hub_->options().cookie, socket_->peer().tls.has_value());
  auto opened = hub_->open(core_, *chosen, *socket_, std::move(known.value));
  if (!opened.connection)
    return answer(503, "Too many connections.\n");
  if (!known.header.empty())
    headers_.append("Set-Cookie: ").append(known.header).append("\r\n");
  std::string text = "{\"protocol\":\"";
  text.append(name_of(*chosen)).append("\",\"transport\":\"").append(opened.id).append("\"}");
  answer(200, "application/json", slice(std::move(text)));
  hub_->announce(std::move(opened.connection));
}

void long_poll_socket::receive(std::shared_ptr<long_poll_connection> from) {
  wait_for(waiting_for::message, std::move(from));
  auto got = target_->poll(current(), false);
  if (got.what == outcome::wait)
    return socket_->set_deadline(hub_->options().long_poll_wait);
  fetched(std::move(got));
}

void long_poll_socket::poll_again() {
  auto got = target_->poll(current(), true);
  if (got.what != outcome::wait)
    fetched(std::move(got));
}

void long_poll_socket::fetched(long_poll_connection::polled got) {
  switch (got.what) {
  case outcome::message:
    return answer(200, media_type_of(target_->protocol()), std::move(got.message));
  case outcome::over:
    return answer(404, "This transport is closed.\n");
  case outcome::superseded:
  case outcome::wait:
    return answer(204);
  }
}

/// Answered when the session has taken it, which may want to wait.
void long_poll_socket::send(std::shared_ptr<long_poll_connection> to, const slice& body) {
  auto messages = messages_of(body, to->protocol(), hub_->options().limits.max_message_size);
  if (!messages)
    return answer(messages.error(), "This is not what can be sent.\n");
  wait_for(waiting_for::delivery, std::move(to));
  socket_->clear_deadline();
  if (!target_->bring(*std::move(messages), current()))
    answer(404, "This transport is closed.\n");
}

// ------------------------------------------------------------------------------ answers

void long_poll_socket::wait_for(waiting_for what, std::shared_ptr<long_poll_connection> target) {
  waits_ = what;
  target_ = std::move(target);
}

void long_poll_socket::answer(unsigned status, std::string_view text) {
  answer(status, "text/plain; charset=utf-8", slice(std::string(text)));
}

void long_poll_socket::answer(unsigned status, std::string_view type, slice body) {
  waits_ = waiting_for::nothing;
  target_.reset();
  auto head = response_head(status, type, body.size(), keep_alive_, headers_);
  auto sent = body.empty() ? socket_->send(head) : socket_->send(head, std::move(body), {});
  if (sent != send_result::queued) {
    closed_ = true;
    socket_->abort(close_reason::overflow); // asks on and on, and does not read
  } else if (!keep_alive_) {
    closed_ = true;
    socket_->close(close_reason::normal);
  } else {
    socket_->set_deadline(hub_->options().limits.longest_silence());
  }
}

} // namespace wamp
