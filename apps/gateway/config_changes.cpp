#include <wamp/apps/gateway/config_changes.hpp>

#include <utility>

namespace wamp {

namespace {

using kind = config_node::kind;

class comparison {
public:
  void compare(const config_node& before, const config_node& after, const std::string& path) {
    const bool is_object = after.type == kind::object;
    if (before.type != after.type || before.text != after.text
        || (!is_object && before.children.size() != after.children.size()))
      found_.push_back(path);
    else if (is_object)
      compare_members(before, after, path);
    else
      for (std::size_t i = 0; i < after.children.size(); ++i)
        compare(before.children[i], after.children[i], element_path(path, i));
  }

  std::vector<std::string> take() { return std::move(found_); }

private:
  void
  compare_members(const config_node& before, const config_node& after, const std::string& path) {
    for (const auto& member : after.children) {
      if (const auto old = before.find(member.key))
        compare(*old, member, member_path(path, member.key));
      else
        found_.push_back(member_path(path, member.key));
    }
    for (const auto& member : before.children)
      if (!after.find(member.key))
        found_.push_back(member_path(path, member.key));
  }

  std::vector<std::string> found_;
};

} // namespace

std::vector<std::string> changed_keys(const config_node& before, const config_node& after) {
  comparison c;
  c.compare(before, after, {});
  return c.take();
}

} // namespace wamp
