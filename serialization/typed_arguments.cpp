#include <wamp/serialization/typed_arguments.hpp>

namespace wamp {

conversion_result require_count(const list& args, std::size_t least, std::size_t most) {
  if (args.size() >= least && args.size() <= most)
    return {};
  auto expected = std::to_string(most) + (most == 1 ? " argument" : " arguments");
  if (least < most)
    expected.insert(0, std::to_string(least) + " to ");
  return tl::unexpected{conversion_error{std::move(expected), std::to_string(args.size()), {}}};
}

} // namespace wamp
