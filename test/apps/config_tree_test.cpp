#include <wamp/apps/gateway/config_tree.hpp>

#include <doctest/doctest.h>

using namespace wamp;

namespace {

std::string place(text_position p) {
  return std::to_string(p.line) + ':' + std::to_string(p.column);
}

/// Every value of a tree: where it stands, where its key stands, and what it is.
void print(const config_node& node, std::string& out) {
  static constexpr const char* names[] = {"null", "boolean", "number", "string", "array", "object"};
  out += place(node.at) + ' ';
  if (!node.key.empty())
    out += node.key + '@' + place(node.key_at) + ' ';
  out += names[static_cast<unsigned>(node.type)];
  out += node.text.empty() ? "\n" : ' ' + node.text + '\n';
  for (const auto& child : node.children)
    print(child, out);
}

std::string tree_of(std::string_view text) {
  const auto tree = parse_config_tree(text);
  std::string out;
  if (tree)
    print(*tree, out);
  else
    out = place(tree.error().at) + ' ' + tree.error().key + ": " + tree.error().text;
  return out;
}

} // namespace

TEST_CASE("every value and key knows where it begins") {
  CHECK(
      tree_of("{ \"a\" : [1, -2.5e3, true ,false,\tnull],\n"
              "\n"
              "  \"b\": {\"c\": \"x\", \"d\":{}, \"e\": []} }\n")
      == "1:1 object\n"
         "1:9 a@1:3 array\n"
         "1:10 number 1\n"
         "1:13 number -2.5e3\n"
         "1:21 boolean true\n"
         "1:27 boolean false\n"
         "1:34 null null\n"
         "3:8 b@3:3 object\n"
         "3:14 c@3:9 string x\n"
         "3:23 d@3:19 object\n"
         "3:32 e@3:27 array\n");
}

TEST_CASE("columns count characters, not bytes") {
  CHECK(
      tree_of("[\"\u00e9\", \"\u20ac\U0001F600\", 1]")
      == "1:1 array\n1:2 string \u00e9\n1:7 string \u20ac\U0001F600\n1:13 number 1\n");
  CHECK(tree_of("[\"\\u00e9\\n\", 1]") == "1:1 array\n1:2 string \u00e9\n\n1:14 number 1\n");
  CHECK(tree_of("{\"\u00e9\": 1}") == "1:1 object\n1:7 \u00e9@1:2 number 1\n");
}

TEST_CASE("comments may stand wherever white space may") {
  CHECK(
      tree_of("// one: \u00e9 {\n/* two\n * { */ { /**/ \"a\" /* \" */ : // three\n"
              "1 /***/ } // the end")
      == "3:9 object\n4:1 a@3:16 number 1\n");
  CHECK(tree_of("[\"// no comment\"]") == "1:1 array\n1:2 string // no comment\n");
}

TEST_CASE("line ends and a byte order mark do not count") {
  CHECK(tree_of("\r\n[\r\n1]\r\n") == "2:1 array\n3:1 number 1\n");
  CHECK(tree_of("\xEF\xBB\xBF[1]") == "1:1 array\n1:2 number 1\n");
}

TEST_CASE("members keep their order, and duplicates") {
  const auto tree = parse_config_tree(R"({"b": 1, "a": 2, "b": 3})");
  REQUIRE(tree);
  REQUIRE(tree->children.size() == 3);
  CHECK(tree->children[2].text == "3");
  CHECK(tree->find("b") == &tree->children[0]);
  CHECK(tree->find("a") == &tree->children[1]);
  CHECK(tree->find("c") == nullptr);
}

TEST_CASE("syntax errors are found where they are") {
  CHECK(tree_of("") == "1:1 : expected an object, found the end of the file");
  CHECK(tree_of(" \n// nothing\n") == "3:1 : expected an object, found the end of the file");
  CHECK(tree_of("{\n\"a\": 1,\n}") == "3:1 : expected a key in quotation marks, found '}'");
  CHECK(tree_of("{a: 1}") == "1:2 : expected a key in quotation marks, found 'a'");
  CHECK(tree_of("{\"a\" 1}") == "1:6 a: expected ':', found '1'");
  CHECK(tree_of("{\"a\": }") == "1:7 a: expected a value, found '}'");
  CHECK(tree_of("{\"a\": 1 \"b\": 2}") == "1:9 : expected ',' or '}', found '\"'");
  CHECK(tree_of("{\"a\": {\"b\": 1") == "1:14 a: expected ',' or '}', found the end of the file");
  CHECK(tree_of("{\"a\": [1,\n2 3]}") == "2:3 a[2]: expected ',' or ']', found '3'");
  CHECK(tree_of("{\"a\": [1, ]}") == "1:11 a[1]: expected a value, found ']'");
  CHECK(tree_of("[1, \u00e9]") == "1:5 [1]: expected a value, found '\u00e9'");
  CHECK(tree_of("{} {}") == "1:4 : expected nothing after the object, found '{'");
  CHECK(tree_of("{\"a\": {\"b\": tru}}") == "1:13 a.b: expected a value, found 't'");
  CHECK(tree_of("[False]") == "1:2 [0]: expected a value, found 'F'");
  CHECK(tree_of("[-]") == "1:2 [0]: expected a value, found '-'");
  CHECK(tree_of("[nullx]") == "1:6 [1]: expected ',' or ']', found 'x'");
  CHECK(tree_of("[01]") == "1:3 [1]: expected ',' or ']', found '1'");
  CHECK(tree_of("[1.]") == "1:4 [0]: expected digits after the decimal point, found ']'");
  CHECK(tree_of("[1e+]") == "1:5 [0]: expected digits in the exponent, found ']'");
}

TEST_CASE("mistakes within strings") {
  CHECK(tree_of("[\"\u00e9\\x\"]") == "1:4 [0]: there is no such escape in JSON");
  CHECK(tree_of("[\"\\u12g4\"]") == "1:3 [0]: expected four hexadecimal digits after \\u");
  CHECK(
      tree_of("{\"a\": \"b\n\"}")
      == "1:9 a: the string holds a line break or another control character");
  CHECK(tree_of("[\"a") == "1:4 [0]: expected '\"', found the end of the file");
  CHECK(tree_of("[1, \"\\ud800x\"]") == "1:6 [1]: a lone surrogate is not a character");
  CHECK(tree_of("[1, \"\\udc00\"]") == "1:5 [1]: a lone surrogate is not a character");
  CHECK(tree_of("{\"a\": {\"\\udc00\": 1}}") == "1:8 a: a lone surrogate is not a character");
}

TEST_CASE("mistakes in comments") {
  CHECK(tree_of("{} / x") == "1:4 : a comment begins with // or /*");
  CHECK(tree_of("{ /* x\n") == "2:1 : expected */, found the end of the file");
}

TEST_CASE("bytes that are no text are found even in comments") {
  CHECK(tree_of("// \u00e9 \xE9\n{}") == "1:6 : invalid UTF-8");
  CHECK(tree_of("{\n\"a\xC3\": 1}") == "2:3 : invalid UTF-8");
  using namespace std::string_view_literals;
  CHECK(tree_of("{}\n \0{"sv) == "2:2 : a zero byte");
  CHECK(tree_of("\0\xFF"sv) == "1:1 : a zero byte");
  CHECK(tree_of("\xFF\0"sv) == "1:1 : invalid UTF-8");
}

TEST_CASE("depth is bounded") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse_config_tree(nested(max_config_depth)));
  const auto error = parse_config_tree(nested(max_config_depth + 1));
  REQUIRE(!error);
  CHECK(place(error.error().at) == "1:33");
  CHECK(error.error().text == "lists and objects are nested too deeply");
  // Nothing below is read, so that no input can use the stack up.
  CHECK(!parse_config_tree(std::string(1'000'000, '[')));
}

TEST_CASE("text is shown in one line, whole characters, not too long") {
  CHECK(shown("a\nb\x1b[31m\x7f") == "a?b?[31m?");
  CHECK(shown("\u20ac") == "\u20ac");
  CHECK(shown(std::string(60, 'x')) == std::string(60, 'x'));
  CHECK(shown(std::string(61, 'x')) == std::string(60, 'x') + "...");
  CHECK(shown(std::string(59, 'x') + "\u20acy") == std::string(59, 'x') + "\u20ac...");
}
