#include <wamp/transport/unpredictable.hpp>

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

} // namespace wamp
