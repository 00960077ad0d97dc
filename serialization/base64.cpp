#include <wamp/serialization/base64.hpp>

#include <botan/base64.h>
#include <botan/exceptn.h>

#include <algorithm>
#include <cstdint>

namespace wamp {

void append_base64(std::string& out, std::string_view bytes) {
  const auto start = out.size();
  out.resize(start + Botan::base64_encode_max_output(bytes.size()));
  std::size_t consumed = 0;
  const auto written = Botan::base64_encode(
      out.data() + start, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
      consumed, true);
  out.resize(start + written);
}

std::optional<std::string> from_base64(std::string_view text) {
  // Botan tolerates white space, missing padding, and padding in between; two texts for one
  // value would be two identities for the same bytes, so none of these is taken.
  const auto padding = std::min(text.find('='), text.size());
  if (text.size() % 4 != 0 || text.size() - padding > 2
      || text.find_first_of(" \n\r\t") != std::string_view::npos)
    return std::nullopt;
  std::string bytes(Botan::base64_decode_max_output(text.size()), '\0');
  try {
    std::size_t consumed = 0;
    const auto written = Botan::base64_decode(
        reinterpret_cast<std::uint8_t*>(bytes.data()), text.data(), text.size(), consumed, true,
        false);
    if (consumed != text.size())
      return std::nullopt;
    bytes.resize(written);
    return bytes;
  } catch (const Botan::Exception&) {
    return std::nullopt;
  }
}

} // namespace wamp
