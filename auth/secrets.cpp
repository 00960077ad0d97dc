#include <wamp/auth/crypto.hpp>
#include <wamp/auth/saslprep.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/serialization/base64.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

namespace wamp::secrets {

namespace {

using crypto::to_base64;

/// The parts of a text with `$` between them, of which one is taken after the other. What is wrong
/// first is kept.
class parts {
public:
  explicit parts(std::string_view text) : rest_(text) {}

  std::string_view text(std::string_view what) {
    if (at_end_) {
      wrong(std::string{what} + " is missing");
      return {};
    }
    const auto end = rest_.find('$');
    at_end_ = end == std::string_view::npos;
    const auto part = rest_.substr(0, end);
    rest_ = at_end_ ? std::string_view{} : rest_.substr(end + 1);
    return part;
  }

  std::uint32_t number(std::string_view what, std::uint32_t least, std::uint32_t most) {
    const auto part = text(what);
    std::uint32_t n = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), n);
    if (error != std::errc{} || end != part.data() + part.size() || n < least || n > most)
      wrong(
          std::string{what} + " is not a number from " + std::to_string(least) + " to "
          + std::to_string(most));
    return n;
  }

  /// `size` 0: of any size from 8 to 64.
  std::string octets(std::string_view what, std::size_t size = 0) {
    auto bytes = from_base64(text(what));
    if (!bytes || (size == 0 ? bytes->size() < 8 || bytes->size() > 64 : bytes->size() != size))
      wrong(
          std::string{what} + " is not base64 of " + (size == 0 ? "8 to 64" : std::to_string(size))
          + " octets");
    return bytes ? std::move(*bytes) : std::string{};
  }

  void wrong(std::string how) {
    if (error_.empty())
      error_ = std::move(how);
  }

  template <class T>
  tl::expected<T, std::string> done(T made) {
    if (!at_end_)
      wrong("it has too many parts");
    if (!error_.empty())
      return tl::unexpected(error_);
    return made;
  }

private:
  std::string_view rest_;
  bool at_end_ = false;
  std::string error_;
};

std::string joined(std::initializer_list<std::string> some) {
  std::string out;
  for (const auto& part : some)
    out += out.empty() ? part : '$' + part;
  return out;
}

tl::expected<scram_verifier, std::string> with_keys(std::string_view password, scram_verifier v) {
  const auto prepared = saslprep(password, saslprep_use::stored);
  if (!prepared)
    return tl::unexpected(
        std::string{"the password is empty, too long, or has characters that SASLprep forbids"});
  v.salt = crypto::random_bytes(salt_size);
  const auto keys = scram::keys_of(scram::salted_password(*prepared, v));
  v.stored_key = keys.stored_key;
  v.server_key = keys.server_key;
  return v;
}

tl::expected<std::string, std::string> parse_32_octets(std::string_view text) {
  auto bytes = crypto::from_hex(text);
  if (!bytes || bytes->size() != 32)
    return tl::unexpected(std::string{"it has not 64 hexadecimal digits"});
  return std::move(*bytes);
}

} // namespace

ticket_verifier new_ticket(std::string_view ticket, std::uint32_t iterations) {
  auto salt = crypto::random_bytes(salt_size);
  auto hash = crypto::pbkdf2(ticket, salt, iterations);
  return {iterations, std::move(salt), std::move(hash)};
}

cra_secret new_cra(std::string_view password, std::uint32_t iterations) {
  // Without padding, by which a salt that was made up could be told from a real one.
  auto salt = to_base64(crypto::random_bytes(cra_salt_size / 4 * 3));
  auto key = to_base64(crypto::pbkdf2(password, salt, iterations));
  return {std::move(key), cra_secret::salting{std::move(salt), iterations, 32}};
}

cra_secret new_cra_key() {
  return {to_base64(crypto::random_bytes(33))};
}

tl::expected<scram_verifier, std::string>
new_scram_pbkdf2(std::string_view password, std::uint32_t iterations) {
  return with_keys(password, {.iterations = iterations});
}

tl::expected<scram_verifier, std::string>
new_scram_argon2(std::string_view password, std::uint32_t iterations, std::uint32_t memory) {
  return with_keys(password, {.iterations = iterations, .memory = memory});
}

std::string text_of(const ticket_verifier& v) {
  return joined({"pbkdf2", std::to_string(v.iterations), to_base64(v.salt), to_base64(v.hash)});
}

std::string text_of(const cra_secret& s) {
  if (!s.salted)
    return joined({"key", s.key});
  return joined({"pbkdf2", std::to_string(s.salted->iterations), s.salted->salt, s.key});
}

std::string text_of(const scram_verifier& v) {
  const auto salt = to_base64(v.salt);
  const auto stored = to_base64(v.stored_key);
  const auto server = to_base64(v.server_key);
  const auto iterations = std::to_string(v.iterations);
  if (v.memory == 0)
    return joined({"pbkdf2", iterations, salt, stored, server});
  return joined({"argon2id13", iterations, std::to_string(v.memory), salt, stored, server});
}

tl::expected<ticket_verifier, std::string> parse_ticket(std::string_view text) {
  parts from{text};
  if (from.text("the kind") != "pbkdf2")
    from.wrong("it does not begin with pbkdf2$");
  ticket_verifier v;
  v.iterations = from.number("the number of iterations", 1, max_iterations);
  v.salt = from.octets("the salt");
  v.hash = from.octets("the hash", 32);
  return from.done(std::move(v));
}

tl::expected<cra_secret, std::string> parse_cra(std::string_view text) {
  constexpr std::string_view plain = "key$";
  if (text.starts_with(plain)) {
    if (text.size() < plain.size() + 16)
      return tl::unexpected(std::string{"the key has fewer than 16 characters"});
    return cra_secret{std::string{text.substr(plain.size())}};
  }
  parts from{text};
  if (from.text("the kind") != "pbkdf2")
    from.wrong("it begins neither with pbkdf2$ nor with key$");
  cra_secret::salting salted;
  salted.iterations = from.number("the number of iterations", 1, max_iterations);
  salted.salt = from.text("the salt");
  if (salted.salt.empty() || salted.salt.size() > 64)
    from.wrong("the salt has not 1 to 64 characters");
  return from.done(cra_secret{to_base64(from.octets("the key", 32)), std::move(salted)});
}

tl::expected<scram_verifier, std::string> parse_scram(std::string_view text) {
  parts from{text};
  scram_verifier v;
  const auto kind = from.text("the kind");
  if (kind != "pbkdf2" && kind != "argon2id13")
    from.wrong("it begins neither with pbkdf2$ nor with argon2id13$");
  v.iterations = from.number("the number of iterations", 1, max_iterations);
  if (kind == "argon2id13")
    v.memory = from.number("the memory in KiB", 8, max_memory);
  v.salt = from.octets("the salt");
  v.stored_key = from.octets("the stored key", 32);
  v.server_key = from.octets("the server key", 32);
  return from.done(std::move(v));
}

tl::expected<std::string, std::string> parse_public_key(std::string_view text) {
  return parse_32_octets(text);
}

tl::expected<std::string, std::string> parse_fingerprint(std::string_view text) {
  std::string digits{text};
  // As OpenSSL prints it.
  if (digits.size() == 95 && std::count(digits.begin(), digits.end(), ':') == 31)
    std::erase(digits, ':');
  return parse_32_octets(digits).map(crypto::to_hex);
}

} // namespace wamp::secrets
