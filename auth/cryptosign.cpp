#include <wamp/auth/channel_binding.hpp>
#include <wamp/auth/cryptosign.hpp>
#include <wamp/auth/method_support.hpp>

#include <algorithm>

namespace wamp {

namespace {

using tl::unexpected;

constexpr std::size_t challenge_size = 32;

struct cryptosign_memory {
  user_ref who; ///< nullptr: nobody
  std::string public_key;
  std::string message;
};

/// A member that is 32 octets in hexadecimal digits.
std::optional<std::string> octets_at(const dict& d, std::string_view key) {
  const auto text = find<std::string>(d, key);
  return text && text->size() == 64 ? crypto::from_hex(*text) : std::nullopt;
}

bool is_given(const dict& d, std::string_view key) {
  const auto member = d.find(key);
  return member && !member->is_null();
}

class cryptosign_login final : public client_login {
public:
  cryptosign_login(
      crypto::ed25519_key key, const cryptosign_credentials::options& how, std::string channel_id)
      : key_(std::move(key)),
        binding_(how.binding),
        router_key_(how.router_key),
        channel_id_(std::move(channel_id)) {}

  dict extra() override {
    dict said{{"pubkey", crypto::to_hex(key_.public_key())}};
    said.append("channel_binding", binding_value());
    if (!router_key_.empty())
      said.append("challenge", crypto::to_hex(challenge_));
    return said;
  }

  tl::expected<authenticate, std::string> answer(const challenge& asked) override {
    if (asked.method != "cryptosign")
      return other_method(asked);
    if (!binding_.empty() && channel_id_.empty())
      return unexpected("this connection has no channel binding " + binding_);
    const auto binding = asked.extra.find("channel_binding");
    if ((binding ? *binding : value{}) != binding_value())
      return unexpected(
          std::string{"the router does not bind the login to the connection as asked"});
    const auto octets = octets_at(asked.extra, "challenge");
    if (!octets)
      return unexpected(std::string{"the router's challenge has not 32 octets"});
    if (!router_key_.empty()) {
      const auto signature = find<std::string>(asked.extra, "signature");
      is_trusted_ = signature
                    && cryptosign::is_signed(
                        *signature, router_key_, cryptosign::message(challenge_, channel_id_));
      if (!is_trusted_)
        return unexpected(std::string{"the router does not prove that it is the one we trust"});
    }
    return authenticate{cryptosign::sign(key_, cryptosign::message(*octets, channel_id_))};
  }

  std::optional<std::string> trouble_with(const welcome&) override {
    if (!router_key_.empty() && !is_trusted_)
      return "the router has not proven that it is the one we trust";
    return std::nullopt;
  }

private:
  value binding_value() const { return binding_.empty() ? value{} : value{binding_}; }

  crypto::ed25519_key key_;
  std::string binding_;
  std::string router_key_;
  std::string channel_id_;
  std::string challenge_ = crypto::random_bytes(challenge_size); ///< for the router
  bool is_trusted_ = false;
};

} // namespace

std::string cryptosign::message(std::string_view challenge, std::string_view channel_id) {
  return channel_id.empty() ? std::string{challenge} : crypto::exclusive_or(challenge, channel_id);
}

std::string cryptosign::sign(const crypto::ed25519_key& key, std::string_view text) {
  return crypto::to_hex(key.sign(text)) + crypto::to_hex(text);
}

bool cryptosign::is_signed(
    std::string_view signature, std::string_view public_key, std::string_view text) {
  const auto bytes = signature.size() == 192 ? crypto::from_hex(signature) : std::nullopt;
  return bytes && crypto::are_equal(std::string_view{*bytes}.substr(64), text)
         && crypto::verify_ed25519(public_key, text, std::string_view{*bytes}.substr(0, 64));
}

auth_answer cryptosign_method::challenge(const login& who) const {
  const auto extra = who.extra();
  auto public_key = extra ? octets_at(*extra, "pubkey") : std::nullopt;
  if (!public_key)
    return failed("HELLO.Details.authextra.pubkey has not 32 octets in hexadecimal digits");
  value binding;
  std::string channel_id;
  if (is_given(*extra, "channel_binding")) {
    binding = *extra->find("channel_binding");
    const auto type = binding.get_if<std::string>();
    channel_id = channel_binding::id(
        who.peer->channel ? &*who.peer->channel : nullptr,
        type ? std::string_view{*type} : std::string_view{});
    // The router may go on without; then whoever is in between could take the binding away.
    if (channel_id.empty())
      return failed("this connection has no such channel binding");
  }

  const auto octets = crypto::random_bytes(challenge_size);
  dict asked{{"challenge", crypto::to_hex(octets)}, {"channel_binding", binding}};
  if (is_given(*extra, "challenge")) {
    const auto theirs = octets_at(*extra, "challenge");
    if (!theirs)
      return failed("HELLO.Details.authextra.challenge has not 32 octets in hexadecimal digits");
    if (key_) {
      asked.append("pubkey", crypto::to_hex(key_->public_key()));
      asked.append("signature", cryptosign::sign(*key_, cryptosign::message(*theirs, channel_id)));
    }
  }

  auto found = users_->by_public_key(*public_key);
  if (found && !who.authid().empty() && who.authid() != found->authid)
    found = nullptr;
  return auth_challenge{
      {std::string{name()}, std::move(asked)},
      remember(cryptosign_memory{
          std::move(found), std::move(*public_key), cryptosign::message(octets, channel_id)})};
}

auth_answer cryptosign_method::check(
    const login&, const auth_challenge& asked, const authenticate& response) const {
  const auto known = recall<cryptosign_memory>(asked);
  // Also for a key that is nobody's: so it takes one time.
  const auto proven = cryptosign::is_signed(response.signature, known->public_key, known->message);
  if (!proven || !known->who)
    return denied();
  return admission{
      {known->who->authid, known->who->role, std::string{name()}, std::string{users_->provider()}}};
}

std::unique_ptr<client_login>
cryptosign_credentials::begin(const std::string&, const channel_bindings* channel) const {
  return std::make_unique<cryptosign_login>(
      key_, options_, channel_binding::id(channel, options_.binding));
}

tl::expected<crypto::ed25519_key, std::string> parse_private_key(std::string_view text) {
  constexpr std::string_view name = "private-key-ed25519:";
  constexpr std::string_view space = " \t\r\n";
  const auto at = text.find(name);
  const auto is_key_file = at != std::string_view::npos;
  if (is_key_file)
    text.remove_prefix(at + name.size());
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  const auto end = std::min(text.find_first_of(space), text.size());
  const auto is_all = is_key_file || text.find_first_not_of(space, end) == std::string_view::npos;
  const auto seed = is_all ? crypto::from_hex(text.substr(0, end)) : std::nullopt;
  if (auto key = seed ? crypto::ed25519_key::from_seed(*seed) : std::nullopt)
    return std::move(*key);
  return unexpected(std::string{"the private key has not 64 hexadecimal digits"});
}

} // namespace wamp
