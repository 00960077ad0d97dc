#include <wamp/serialization/protocol_offer.hpp>
#include <wamp/serialization/readers.hpp>
#include <wamp/serialization/value_builder.hpp>

namespace wamp {

std::optional<std::vector<std::string>> offered_protocols(std::string_view json) {
  constexpr std::size_t plenty_of_values = 256;
  value_builder builder(key_rules::strict, plenty_of_values);
  if (read_json_elements(json, 1, builder))
    return std::nullopt;
  auto elements = builder.result().get_if<list>();
  auto offer = elements && elements->size() == 1 ? elements->front().get_if<dict>() : nullptr;
  auto names = offer ? find<list>(*offer, "protocols") : nullptr;
  if (!names)
    return std::nullopt;
  std::vector<std::string> result;
  for (const auto& name : *names) {
    auto text = name.get_if<std::string>();
    if (!text)
      return std::nullopt;
    result.push_back(*text);
  }
  return result;
}

} // namespace wamp
