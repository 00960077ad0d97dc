#include <wamp/transport/tls_details.hpp>
#include <wamp/transport/tls_error.hpp>
#include <wamp/transport/tls_stream.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <utility>

namespace wamp {

namespace {

/// The plain bytes of the largest record.
constexpr std::size_t record_size = SSL3_RT_MAX_PLAIN_LENGTH;

/// So much is put together for one call of the kernel.
constexpr std::size_t output_batch = 4 * record_size;

/// After so much, the caller may look at others.
constexpr std::size_t enough_for_one_write = 16 * record_size;

/// A peer may ask for answers (new keys) and read none of them, up to here.
constexpr std::size_t output_bound = 16 * record_size;

/// Records without a message's bytes, in one read.
constexpr int enough_empty_reads = 16;

/// Cuts parts of all sizes into records.
class record_cutter {
public:
  explicit record_cutter(std::span<const iovec> parts) : parts_(parts) { skip_empty(); }

  bool done() const noexcept { return parts_.empty(); }

  /// The next record. Of a large part it refers to the part itself.
  std::span<const char> next() {
    if (auto here = rest(); here.size() >= record_size || parts_.size() == 1)
      return take(std::min(here.size(), record_size));
    std::size_t size = 0;
    while (!done() && size < record_size) {
      auto piece = take(std::min(rest().size(), record_size - size));
      std::memcpy(copy_.data() + size, piece.data(), piece.size());
      size += piece.size();
    }
    return std::span{copy_}.first(size);
  }

private:
  std::span<const char> rest() const noexcept {
    const auto& part = parts_.front();
    return std::span{static_cast<const char*>(part.iov_base), part.iov_len}.subspan(offset_);
  }

  std::span<const char> take(std::size_t size) noexcept {
    auto piece = rest().first(size);
    offset_ += size;
    skip_empty();
    return piece;
  }

  void skip_empty() noexcept {
    while (!parts_.empty() && parts_.front().iov_len == offset_) {
      parts_ = parts_.subspan(1);
      offset_ = 0;
    }
  }

  std::span<const iovec> parts_;
  std::size_t offset_ = 0; // in the first of them
  std::array<char, record_size> copy_;
};

} // namespace

void tls_stream::deleter::operator()(ssl_st* session) const noexcept {
  SSL_free(session);
}

tls_stream::tls_stream(ssl_st* session, int fd) : fd_(fd), session_(session) {
  auto bio = make_bio(*this);
  SSL_set_bio(session, bio, bio); // takes it over
}

tls_stream::~tls_stream() = default;

/// OpenSSL's own socket BIO would write without MSG_NOSIGNAL.
bio_st* tls_stream::make_bio(tls_stream& self) {
  // Never freed: as many streams as there are share it, to the end of the process.
  static BIO_METHOD* const method = [] {
    auto made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wamp");
    if (made == nullptr)
      throw std::bad_alloc();
    BIO_meth_set_read(made, &tls_stream::receive);
    BIO_meth_set_write(made, &tls_stream::store);
    BIO_meth_set_ctrl(made, &tls_stream::control);
    return made;
  }();
  auto bio = BIO_new(method);
  if (bio == nullptr)
    throw std::bad_alloc();
  BIO_set_data(bio, &self);
  BIO_set_init(bio, 1);
  return bio;
}

int tls_stream::receive(bio_st* bio, char* to, int size) {
  auto& self = *static_cast<tls_stream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  auto wanted = static_cast<std::size_t>(size);
  while (self.may_receive_ && !self.drained_) {
    auto n = ::recv(self.fd_, to, wanted, 0);
    if (n > 0) {
      // As for a plain socket: what gives less than was asked for has no more.
      self.drained_ = static_cast<std::size_t>(n) < wanted;
      return static_cast<int>(n);
    }
    if (n == 0) {
      self.stream_ended_ = true;
      return 0;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      self.drained_ = true;
    } else if (errno != EINTR) {
      self.socket_error_ = {errno, std::system_category()};
      return -1;
    }
  }
  BIO_set_retry_read(bio);
  return -1;
}

int tls_stream::store(bio_st* bio, const char* bytes, int size) {
  auto& self = *static_cast<tls_stream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  self.output_.append(bytes, static_cast<std::size_t>(size));
  return size;
}

long tls_stream::control(bio_st* bio, int what, long, void*) {
  switch (what) {
  case BIO_CTRL_FLUSH:
    return 1;
  case BIO_CTRL_EOF:
    return static_cast<tls_stream*>(BIO_get_data(bio))->stream_ended_ ? 1 : 0;
  default:
    return 0;
  }
}

io_result tls_stream::read(char* to, std::size_t size) {
  may_receive_ = true;
  drained_ = false;
  auto result = decrypt(to, size);
  may_receive_ = false;
  holds_input_ = !result.exhausted;
  return result;
}

io_result tls_stream::decrypt(char* to, std::size_t size) {
  using status = io_result::status;
  if (broken_)
    return failure();
  if (!established_ && !shake_hands()) {
    if (stream_ended_)
      return {status::end, 0, {}, true};
    return broken_ ? failure() : io_result{status::would_block, 0, {}, true};
  }
  std::size_t got = 0;
  auto so_far = [&](bool exhausted) {
    return io_result{got > 0 ? status::done : status::would_block, got, {}, exhausted};
  };
  for (int empty = 0; got < size && empty < enough_empty_reads;) {
    if (output_.size() > output_bound) {
      broken_ = tls_fault::answers_unread;
      return failure();
    }
    ERR_clear_error();
    std::size_t n = 0;
    if (SSL_read_ex(session_.get(), to + got, size - got, &n) == 1) {
      got += n;
      continue;
    }
    switch (SSL_get_error(session_.get(), 0)) {
    case SSL_ERROR_WANT_READ:
      if (drained_)
        return so_far(true);
      ++empty;
      break;
    case SSL_ERROR_ZERO_RETURN:
      // What came before it is told first; OpenSSL says the same again.
      return got > 0 ? so_far(false) : io_result{status::end, 0, {}, true};
    default:
      fail();
      return got > 0 ? so_far(false) : failure();
    }
  }
  return so_far(false);
}

/// One step; whether it was the last.
bool tls_stream::shake_hands() {
  ERR_clear_error();
  auto result = SSL_do_handshake(session_.get());
  established_ = result == 1;
  if (!established_ && SSL_get_error(session_.get(), result) != SSL_ERROR_WANT_READ)
    fail();
  return established_;
}

io_result tls_stream::write(std::span<const iovec> parts) {
  using status = io_result::status;
  if (!broken_ && !established_)
    shake_hands();
  if (!broken_)
    send_output();
  if (broken_)
    return failure();
  if (!output_.empty())
    return {status::would_block, 0, {}, true};
  if (!established_)
    return {status::wants_input, 0, {}, false};
  std::size_t taken = 0;
  record_cutter records(parts);
  while (!records.done() && output_.empty() && taken < enough_for_one_write) {
    while (!records.done() && output_.size() < output_batch && !broken_) {
      auto record = records.next();
      encrypt(record.data(), record.size());
      taken += record.size();
    }
    if (!broken_)
      send_output();
    if (broken_)
      return failure();
  }
  return {status::done, taken, {}, !output_.empty()};
}

void tls_stream::encrypt(const char* bytes, std::size_t size) {
  ERR_clear_error();
  std::size_t written = 0;
  // store() takes everything, so this is whole or has failed.
  if (SSL_write_ex(session_.get(), bytes, size, &written) != 1)
    fail();
}

/// Hands the kernel what it takes.
void tls_stream::send_output() {
  std::size_t sent = 0;
  int error = 0;
  while (sent < output_.size() && error == 0) {
    auto n = ::send(fd_, output_.data() + sent, output_.size() - sent, MSG_NOSIGNAL);
    if (n >= 0)
      sent += static_cast<std::size_t>(n);
    else if (errno != EINTR)
      error = errno;
  }
  output_.erase(0, sent);
  // Of ten thousand connections that once had much to say, few have so now.
  if (output_.empty() && output_.capacity() > record_size)
    std::string().swap(output_);
  if (error == EAGAIN || error == EWOULDBLOCK)
    return;
  if (error != 0)
    broken_ = {error, std::system_category()};
  else if (closing_)
    ::shutdown(fd_, SHUT_WR);
}

/// After a call of OpenSSL's that will never work again.
void tls_stream::fail() {
  auto reason = find_reason();
  // An alert tells the peer as well, if the kernel takes it.
  if (!socket_error_ && !stream_ended_ && !output_.empty()) [[maybe_unused]]
    auto sent = ::send(fd_, output_.data(), output_.size(), MSG_NOSIGNAL);
  broken_ = reason;
}

std::error_code tls_stream::find_reason() {
  if (socket_error_)
    return socket_error_;
  if (stream_ended_)
    return tls_fault::cut_off;
  return tls_error_of(ERR_peek_error(), SSL_get_verify_result(session_.get()), established_);
}

io_result tls_stream::failure() const {
  return {io_result::status::failed, 0, broken_, true};
}

tls_details tls_stream::details() const {
  return details_of(session_.get());
}

void tls_stream::shutdown_write() {
  if (broken_ || !established_)
    return;
  if (!std::exchange(closing_, true)) {
    ERR_clear_error();
    // The peer's own is waited for by reading.
    SSL_shutdown(session_.get());
  }
  send_output();
}

} // namespace wamp
