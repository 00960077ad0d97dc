#include <wamp/transport/unpredictable.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <unistd.h>

namespace wamp {

namespace {

/// What getentropy() gives at most in one call: a mask's key is worth no system call of its own.
struct supply {
  std::array<char, 256> octets;
  std::size_t used = octets.size();
};

thread_local supply stock;

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t token_size = 32;

} // namespace

void fill_unpredictably(std::span<char> octets) {
  for (auto& c : octets) {
    if (stock.used == stock.octets.size()) {
      if (::getentropy(stock.octets.data(), stock.octets.size()) != 0)
        throw std::system_error(errno, std::system_category(), "no random numbers");
      stock.used = 0;
    }
    c = stock.octets[stock.used++];
  }
}

std::string unpredictable_token() {
  std::array<char, token_size / 2> octets{};
  fill_unpredictably(octets);
  std::string token;
  for (auto octet : octets) {
    auto n = static_cast<unsigned char>(octet);
    token.push_back(digits[n >> 4U]);
    token.push_back(digits[n & 15U]);
  }
  return token;
}

bool is_token(std::string_view text) noexcept {
  return text.size() == token_size
         && std::ranges::all_of(text, [](char c) { return digits.find(c) != digits.npos; });
}

} // namespace wamp
