#include <wamp/apps/gateway/config_tree.hpp>
#include <wamp/serialization/utf8.hpp>

#include <rapidjson/reader.h>

#include <algorithm>
#include <optional>
#include <utility>

// RapidJSON says what the members of its streams and handlers are called.
// NOLINTBEGIN(readability-identifier-naming)

namespace wamp {

namespace {

/// RapidJSON's input. As it works on copies of such a stream while it reads a string or a number,
/// the original's Tell() is the begin of that token, not its end.
class text_stream {
public:
  using Ch = char;

  explicit text_stream(std::string_view text)
      : begin_(text.data()), next_(begin_), end_(begin_ + text.size()) {}

  char Peek() const { return next_ == end_ ? '\0' : *next_; }
  char Take() { return next_ == end_ ? '\0' : *next_++; }
  std::size_t Tell() const { return static_cast<std::size_t>(next_ - begin_); }

  // Only in-situ parsing would write.
  char* PutBegin() { return nullptr; }
  void Put(char) {}
  std::size_t PutEnd(char*) { return 0; }

private:
  const char* begin_;
  const char* next_;
  const char* end_;
};

} // namespace

} // namespace wamp

template <>
struct rapidjson::StreamTraits<wamp::text_stream> {
  enum { copyOptimization = 1 };
};

namespace wamp {

namespace {

using rapidjson::ParseErrorCode;
using rapidjson::SizeType;

/// Turns offsets into positions in one pass, as tokens come in the order of the file.
class position_counter {
public:
  explicit position_counter(std::string_view text) : text_(text) {}

  /// `offset` may not be less than the one before.
  text_position at(std::size_t offset) {
    for (; offset_ < offset; ++offset_) {
      const auto c = static_cast<unsigned char>(text_[offset_]);
      if (c == '\n')
        position_ = {position_.line + 1, 1};
      else if ((c & 0xC0U) != 0x80) // the other bytes of a character count no column
        ++position_.column;
    }
    return position_;
  }

private:
  std::string_view text_;
  std::size_t offset_ = 0;
  text_position position_;
};

/// Takes RapidJSON's events and makes the tree.
class tree_builder {
public:
  tree_builder(const text_stream& stream, position_counter& positions)
      : stream_(stream), positions_(positions) {}

  bool Null() { return scalar(config_node::kind::null, tell() - 4, "null"); }
  bool Bool(bool b) {
    // The word has been read to its end when this is called.
    const std::string_view word = b ? "true" : "false";
    return scalar(config_node::kind::boolean, tell() - word.size(), word);
  }
  bool RawNumber(const char* text, SizeType size, bool) {
    return scalar(config_node::kind::number, tell(), {text, size});
  }
  bool String(const char* text, SizeType size, bool) {
    return is_sound({text, size}) && scalar(config_node::kind::string, tell(), {text, size});
  }
  bool Key(const char* text, SizeType size, bool) {
    if (!is_sound({text, size}))
      return false;
    pending_ = config_node{};
    pending_.key_at = positions_.at(tell());
    pending_.key.assign(text, size);
    has_key_ = true;
    return true;
  }
  bool StartArray() { return begin(config_node::kind::array); }
  bool StartObject() { return begin(config_node::kind::object); }
  bool EndArray(SizeType) { return end(); }
  bool EndObject(SizeType) { return end(); }

  // Numbers come as text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  const std::optional<config_syntax_error>& failure() const { return failure_; }
  config_node take_root() { return std::move(root_); }

  /// The path of the value that is, or should be, next.
  std::string path() const {
    std::string p;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (open_[i].type == config_node::kind::array)
        p = element_path(p, open_[i].children.size());
      else if (i + 1 < open_.size())
        p = member_path(p, open_[i + 1].key);
      else if (has_key_)
        p = member_path(p, pending_.key);
    }
    return p;
  }

private:
  std::size_t tell() const { return stream_.Tell(); }

  config_node make(config_node::kind type, std::size_t offset) {
    auto node = std::exchange(pending_, {});
    has_key_ = false;
    node.type = type;
    node.at = positions_.at(offset);
    return node;
  }

  bool scalar(config_node::kind type, std::size_t offset, std::string_view text) {
    auto node = make(type, offset);
    node.text = text;
    return add(std::move(node));
  }

  bool begin(config_node::kind type) {
    if (open_.size() == max_config_depth)
      return fail("lists and objects are nested too deeply");
    open_.push_back(make(type, tell()));
    return true;
  }

  bool end() {
    auto node = std::move(open_.back());
    open_.pop_back();
    return add(std::move(node));
  }

  bool add(config_node node) {
    (open_.empty() ? root_ : open_.back().children.emplace_back()) = std::move(node);
    return true;
  }

  /// RapidJSON lets "\udc00" pass, which comes out as invalid UTF-8.
  bool is_sound(std::string_view text) {
    return is_valid_utf8(text) || fail("a lone surrogate is not a character");
  }

  bool fail(const char* text) {
    failure_ = config_syntax_error{positions_.at(tell()), path(), text};
    return false;
  }

  const text_stream& stream_;
  position_counter& positions_;
  std::vector<config_node> open_;
  config_node pending_; ///< the key of the value to come
  bool has_key_ = false;
  config_node root_;
  std::optional<config_syntax_error> failure_;
};

// NOLINTEND(readability-identifier-naming)

std::string found_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size())
    return ", found the end of the file";
  auto end = offset + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80)
    ++end;
  return ", found '" + shown(text.substr(offset, end - offset)) + "'";
}

std::string text_of(ParseErrorCode code, std::string_view text, std::size_t offset) {
  const auto found = found_at(text, offset);
  switch (code) {
  case rapidjson::kParseErrorDocumentEmpty:
    return "expected an object" + found;
  case rapidjson::kParseErrorDocumentRootNotSingular:
    return "expected nothing after the object" + found;
  case rapidjson::kParseErrorValueInvalid:
    return "expected a value" + found;
  case rapidjson::kParseErrorObjectMissName:
    return "expected a key in quotation marks" + found;
  case rapidjson::kParseErrorObjectMissColon:
    return "expected ':'" + found;
  case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
    return "expected ',' or '}'" + found;
  case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
    return "expected ',' or ']'" + found;
  case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
    return "expected four hexadecimal digits after \\u";
  case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
    return "a lone surrogate is not a character";
  case rapidjson::kParseErrorStringEscapeInvalid:
    return text[offset] == '\\' ? "there is no such escape in JSON"
                                : "the string holds a line break or another control character";
  case rapidjson::kParseErrorStringMissQuotationMark:
    return "expected '\"'" + found;
  case rapidjson::kParseErrorNumberMissFraction:
    return "expected digits after the decimal point" + found;
  case rapidjson::kParseErrorNumberMissExponent:
    return "expected digits in the exponent" + found;
  case rapidjson::kParseErrorNumberTooBig:
    return "the number is too large";
  case rapidjson::kParseErrorUnspecificSyntaxError:
    return offset < text.size() ? "a comment begins with // or /*" : "expected */" + found;
  default:
    return "invalid JSON";
  }
}

/// RapidJSON points into a word that is none, and behind the '/' that begins no comment.
std::size_t begin_of_mistake(ParseErrorCode code, std::string_view text, std::size_t offset) {
  const auto belongs_to_word = [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); };
  if (code == rapidjson::kParseErrorUnspecificSyntaxError && offset < text.size())
    return offset - 1;
  if (code == rapidjson::kParseErrorValueInvalid)
    while (offset > 0 && belongs_to_word(text[offset - 1]))
      --offset;
  return offset;
}

/// What RapidJSON does not look at: comments, and zeros, which it takes for the end.
std::optional<config_syntax_error> look_at_bytes(std::string_view text) {
  const auto sound = valid_utf8_prefix(text);
  const auto zero = text.find('\0');
  if (zero < sound)
    return config_syntax_error{position_counter{text}.at(zero), {}, "a zero byte"};
  if (sound < text.size())
    return config_syntax_error{position_counter{text}.at(sound), {}, "invalid UTF-8"};
  return std::nullopt;
}

} // namespace

const config_node* config_node::find(std::string_view name) const noexcept {
  const auto it =
      std::find_if(children.begin(), children.end(), [&](auto& c) { return c.key == name; });
  return it == children.end() ? nullptr : &*it;
}

tl::expected<config_node, config_syntax_error> parse_config_tree(std::string_view text) {
  constexpr unsigned flags = rapidjson::kParseCommentsFlag | rapidjson::kParseIterativeFlag
                             | rapidjson::kParseValidateEncodingFlag
                             | rapidjson::kParseNumbersAsStringsFlag;
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark))
    text.remove_prefix(byte_order_mark.size());
  if (auto error = look_at_bytes(text))
    return tl::unexpected(*std::move(error));

  text_stream stream{text};
  position_counter positions{text};
  tree_builder builder{stream, positions};
  const auto parsed = rapidjson::Reader{}.Parse<flags>(stream, builder);
  if (builder.failure())
    return tl::unexpected(*builder.failure());
  if (!parsed.IsError())
    return builder.take_root();
  const auto offset = begin_of_mistake(parsed.Code(), text, parsed.Offset());
  return tl::unexpected(config_syntax_error{
      positions.at(offset), builder.path(), text_of(parsed.Code(), text, offset)});
}

std::string member_path(std::string_view parent, std::string_view key) {
  std::string path{parent};
  if (!path.empty())
    path += '.';
  return path += key.empty() ? "\"\"" : shown(key);
}

std::string element_path(std::string_view parent, std::size_t index) {
  return std::string{parent} + '[' + std::to_string(index) + ']';
}

std::string shown(std::string_view text) {
  constexpr std::size_t most_bytes = 60;
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (out.size() >= most_bytes && (byte & 0xC0U) != 0x80) // not within a character
      return out + "...";
    out += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return out;
}

} // namespace wamp
