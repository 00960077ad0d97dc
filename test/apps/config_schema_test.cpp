// The schema file and the example file say what the config reader does.
#include <wamp/apps/gateway/config.hpp>
#include <wamp/apps/gateway/config_tree.hpp>
#include <wamp/test/apps/config_keys.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>

using namespace wamp;
using namespace wamp::test;

namespace {

config_node shipped(const std::string& name) {
  std::ifstream file{WAMP_SOURCE_DIR "/apps/gateway/" + name, std::ios::binary};
  REQUIRE(file);
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  auto tree = parse_config_tree(text);
  REQUIRE(tree);
  return *std::move(tree);
}

std::string json_of(const config_node& node) {
  using kind = config_node::kind;
  switch (node.type) {
  case kind::null:
    return "null";
  case kind::boolean:
  case kind::number:
    return node.text;
  case kind::string:
    return json_text(node.text);
  case kind::array:
  case kind::object:
    break;
  }
  const bool is_object = node.type == kind::object;
  std::string out;
  for (const auto& child : node.children) {
    out += out.empty() ? "" : ",";
    out += (is_object ? json_text(child.key) + ':' : "") + json_of(child);
  }
  return is_object ? '{' + out + '}' : '[' + out + ']';
}

/// Follows { "$ref": "#/definitions/NAME" }.
const config_node& resolved(const config_node& schema, const config_node& root) {
  const auto reference = schema.find("$ref");
  if (!reference)
    return schema;
  const std::string_view prefix = "#/definitions/";
  REQUIRE(reference->text.starts_with(prefix));
  const auto target = root.find("definitions")->find(reference->text.substr(prefix.size()));
  REQUIRE(target);
  return *target;
}

/// What the schema says of every key, in the words of known_config_keys(); `described` gets the
/// paths that have a description.
void walk(
    const config_node& reference, const config_node& root, const std::string& path,
    config_keys& keys, std::set<std::string>& described) {
  // For people; and what the reader does by code of its own, tested elsewhere.
  static const std::set<std::string_view> skipped{"$schema",     "title",   "description",
                                                  "definitions", "pattern", "examples"};
  const auto& schema = resolved(reference, root);
  const auto items = schema.find("items");
  auto& facts = keys[path];
  for (const auto& member : schema.children) {
    if (member.key == "description")
      described.insert(path);
    if (member.key == "properties") {
      for (const auto& property : member.children)
        walk(property, root, member_path(path, property.key), keys, described);
    } else if (member.key == "items") {
      walk(member, root, path + "[]", keys, described);
    } else if (member.key == "default" && items && resolved(*items, root).find("properties")) {
      continue; // a list of objects: tested by reading it
    } else if (!skipped.contains(member.key)) {
      facts[member.key] = json_of(member);
    }
  }
}

config_keys keys_of_schema(std::set<std::string>& described) {
  const auto root = shipped("wamp-gateway.schema.json");
  config_keys keys;
  walk(root, root, {}, keys, described);
  return keys;
}

std::string lines_of(const config_facts& facts) {
  std::string out;
  for (const auto& [keyword, json] : facts)
    out += keyword + ": " + json + '\n';
  return out;
}

/// The paths of all keys that a config file mentions.
void mentioned(const config_node& node, const std::string& path, std::set<std::string>& out) {
  out.insert(path);
  const bool is_list = node.type == config_node::kind::array;
  for (const auto& child : node.children)
    mentioned(child, is_list ? path + "[]" : member_path(path, child.key), out);
}

} // namespace

TEST_CASE("the schema says of every key what the reader does, and knows no other") {
  std::set<std::string> described;
  auto of_schema = keys_of_schema(described);
  auto of_reader = known_config_keys();
  CHECK(of_reader.size() > 40);
  for (const auto& [path, facts] : of_reader) {
    INFO("key: ", path);
    CHECK(of_schema.contains(path));
    CHECK(lines_of(of_schema[path]) == lines_of(facts));
    CHECK((path.ends_with("[]") || described.contains(path)));
  }
  for (const auto& [path, facts] : of_schema) {
    INFO("key: ", path);
    CHECK(of_reader.contains(path));
  }
}

TEST_CASE("the schema's lists of listeners and realms are the built-in ones") {
  const auto schema = shipped("wamp-gateway.schema.json");
  for (std::string key : {"listeners", "realms"}) {
    const auto& value = *schema.find("properties")->find(key)->find("default");
    const auto config = parse_config('{' + json_text(key) + ':' + json_of(value) + '}', key);
    REQUIRE(config);
    REQUIRE(config->listeners.size() == 1);
    CHECK(config->listeners[0].address == default_config().listeners[0].address);
    REQUIRE(config->realms.size() == 1);
    CHECK(config->realms[0].name == default_config().realms[0].name);
  }
}

TEST_CASE("the example mentions every key") {
  std::set<std::string> in_example;
  mentioned(shipped("example.json"), {}, in_example);
  for (const auto& [path, facts] : known_config_keys()) {
    INFO("key: ", path);
    // A listener's own limits have no defaults but those of all; some lists are empty, and not to
    // have roles is not the same as to have none.
    CHECK(
        (in_example.contains(path) || path.starts_with("listeners[].limits.")
         || path == "listeners[].allowed_origins[]" || path.starts_with("realms[].auth.users[]")
         || path.starts_with("realms[].event_history[]")
         || path.starts_with("realms[].trust_levels[]") || path.starts_with("realms[].roles")));
  }
}

TEST_CASE("the example is the default") {
  const auto example = shipped("example.json");
  // By its text: each value is the default that the reader, and so the schema, knows.
  const auto known = known_config_keys();
  const auto check = [&](const config_node& node, const std::string& path,
                         const auto& self) -> void {
    const auto& facts = known.at(path);
    if (const auto fact = facts.find("default"); fact != facts.end()) {
      INFO("key: ", path);
      CHECK(json_of(node) == fact->second);
    }
    const bool is_list = node.type == config_node::kind::array;
    for (const auto& child : node.children)
      self(child, is_list ? path + "[]" : member_path(path, child.key), self);
  };
  check(example, {}, check);
  CHECK(example.find("listeners")->children.size() == 1);
  CHECK(example.find("realms")->children.size() == 1);
}
