#include <wamp/serialization/message_builder.hpp>
#include <wamp/serialization/position_tracker.hpp>
#include <wamp/serialization/rapidjson.hpp>
#include <wamp/serialization/readers.hpp>
#include <wamp/serialization/utf8.hpp>
#include <wamp/serialization/value_builder.hpp>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

namespace wamp {

namespace {

using rapid::SizeType;

/// RapidJSON's events as those of a sink. While it parses a string or number, it works on a copy
/// of the stream: so `Tell()` gives where such a token begins, of all others where it ends.
template <class Sink>
class json_events {
public:
  json_events(Sink& sink, rapid::InsituStringStream& stream, bool has_escapes)
      : sink_(sink), stream_(stream), has_escapes_(has_escapes) {}

  // NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's
  bool Null() { return at(tell() - 4), sink_.null(); }
  bool Bool(bool b) { return at(tell() - (b ? 4 : 5)), sink_.boolean(b); }
  bool RawNumber(const char* text, SizeType size, bool) {
    at(tell());
    return sink_.skips() || number({text, size});
  }
  bool String(const char* text, SizeType size, bool) {
    at(tell());
    const std::string_view s{text, size};
    if (!is_sound(s))
      return false;
    return !s.empty() && s.front() == '\0' ? sink_.nul_text(s) : sink_.text(s);
  }
  bool Key(const char* text, SizeType size, bool) {
    at(tell());
    const std::string_view s{text, size};
    return is_sound(s) && sink_.key(s);
  }
  bool StartArray() { return at(tell() - 1), sink_.begin_list(tell() - 1); }
  bool StartObject() { return at(tell() - 1), sink_.begin_dict(tell() - 1); }
  bool EndArray(SizeType size) { return at(tell() - 1), sink_.end_list(size == 0) && closed(); }
  bool EndObject(SizeType size) { return at(tell() - 1), sink_.end_dict(size == 0) && closed(); }

  // Numbers come as text: RapidJSON's own conversion is either inexact or slow.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  // NOLINTEND(readability-identifier-naming)

private:
  std::size_t tell() const { return stream_.Tell(); }

  void at([[maybe_unused]] std::size_t offset) {
    if constexpr (Sink::wants_offsets)
      sink_.at(offset);
  }

  bool closed() {
    if (sink_.at_element())
      sink_.element_ends(tell());
    return true;
  }

  /// RapidJSON lets "\udc00" pass, which would come out as invalid UTF-8.
  bool is_sound(std::string_view s) {
    return !has_escapes_ || is_valid_utf8(s) || sink_.fail("a lone surrogate is not a character");
  }

  template <class Number>
  static bool parse(std::string_view text, Number& n) {
    const auto end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, n);
    return stopped == end && error == std::errc{};
  }

  bool number(std::string_view text) {
    std::uint64_t natural = 0;
    if (parse(text, natural))
      return sink_.natural(natural);
    std::int64_t negative = 0;
    if (parse(text, negative))
      return sink_.integer(negative);
    double d = 0;
    if (parse(text, d))
      return sink_.real(d);
    // Too near to zero or too large for a double: the wider type tells which.
    long double wide = 0;
    return parse(text, wide) ? sink_.real(static_cast<double>(wide)) : sink_.real(0);
  }

  Sink& sink_;
  rapid::InsituStringStream& stream_;
  bool has_escapes_;
};

const char* text_of(rapid::ParseErrorCode code) {
  switch (code) {
  case rapid::kParseErrorDocumentEmpty:
    return "expected a list, the message";
  case rapid::kParseErrorDocumentRootNotSingular:
    return data_after_message;
  case rapid::kParseErrorValueInvalid:
    return "expected a JSON value";
  case rapid::kParseErrorObjectMissName:
    return "expected a string as key";
  case rapid::kParseErrorObjectMissColon:
    return "expected ':'";
  case rapid::kParseErrorObjectMissCommaOrCurlyBracket:
    return "expected ',' or '}'";
  case rapid::kParseErrorArrayMissCommaOrSquareBracket:
    return "expected ',' or ']'";
  case rapid::kParseErrorStringUnicodeEscapeInvalidHex:
    return "expected four hexadecimal digits";
  case rapid::kParseErrorStringUnicodeSurrogateInvalid:
    return "a lone surrogate is not a character";
  case rapid::kParseErrorStringEscapeInvalid:
    return "invalid escape or control character";
  case rapid::kParseErrorStringMissQuotationMark:
    return "expected '\"', the end of the string";
  case rapid::kParseErrorStringInvalidEncoding:
    return "invalid UTF-8";
  case rapid::kParseErrorNumberTooBig:
    return "the number is too large";
  case rapid::kParseErrorNumberMissFraction:
    return "expected digits after the decimal point";
  case rapid::kParseErrorNumberMissExponent:
    return "expected digits in the exponent";
  default:
    return "invalid JSON";
  }
}

// Reused, as its stack would be allocated for every message.
rapid::Reader& this_threads_reader() {
  static thread_local rapid::Reader reader;
  return reader;
}

/// The text to parse: three parts, one after the other.
struct json_text {
  std::string_view before;
  std::string_view bytes;
  std::string_view after;
  std::size_t size() const { return before.size() + bytes.size() + after.size(); }
};

/// A copy of the bytes that may be parsed in place, which spares a copy of each string.
class scratch {
public:
  /// Zeros that may be read beyond the end: RapidJSON looks at 16 bytes at a time.
  static constexpr std::size_t padding = 32;

  char* fill(const json_text& text) {
    if (text.size() + padding > capacity_) {
      capacity_ = (text.size() + padding) * 2;
      memory_ = std::make_unique_for_overwrite<char[]>(capacity_);
    }
    auto end = memory_.get();
    for (auto part : {text.before, text.bytes, text.after})
      if (!part.empty())
        end = static_cast<char*>(std::memcpy(end, part.data(), part.size())) + part.size();
    std::memset(end, 0, padding);
    return memory_.get();
  }

  /// Large messages are rare: they do not keep their memory.
  void trim() {
    constexpr std::size_t kept = std::size_t{256} * 1024;
    if (capacity_ > kept) {
      memory_.reset();
      capacity_ = 0;
    }
  }

private:
  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
};

scratch& this_threads_scratch() {
  static thread_local scratch memory;
  return memory;
}

template <unsigned Flags, class Sink>
std::optional<read_error> parse(const json_text& text, bool has_escapes, Sink& sink) {
  constexpr unsigned flags = rapid::kParseInsituFlag | rapid::kParseNumbersAsStringsFlag | Flags;
  auto& copy = this_threads_scratch();
  rapid::InsituStringStream stream{copy.fill(text)};
  json_events<Sink> events{sink, stream, has_escapes};
  const auto parsed = this_threads_reader().Parse<flags>(stream, events);
  copy.trim();
  if (!parsed.IsError())
    // An embedded NUL looks like the end.
    return stream.Tell() == text.size()
               ? std::nullopt
               : std::optional{read_error{data_after_message, stream.Tell()}};
  if (parsed.Code() == rapid::kParseErrorTermination)
    return read_error{nullptr, parsed.Offset()};
  if (parsed.Offset() >= text.size())
    return read_error{ends_too_early, text.size()};
  return read_error{text_of(parsed.Code()), parsed.Offset()};
}

/// What one look at all bytes says before the parser runs.
struct survey {
  bool is_ascii = true;
  bool has_escapes = false;
  bool has_controls = false; ///< which are nowhere legal, but for white space
};

void look_at_bytes(const char* p, const char* end, survey& s) {
  for (; p != end; ++p) {
    const auto c = static_cast<unsigned char>(*p);
    s.is_ascii = s.is_ascii && c < 0x80;
    s.has_escapes = s.has_escapes || c == '\\';
    s.has_controls = s.has_controls || (c < 0x20 && c != '\n' && c != '\r' && c != '\t');
  }
}

/// Eight bytes at a time, if they hold nothing of interest. (It also finds the controls that
/// RapidJSON 1.1 overlooks in strings when it uses SSE2: 0x1a to 0x1f.)
survey look_at(std::string_view bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t high_bits = ones * 0x80;
  survey s;
  auto p = bytes.data();
  const auto end = p + bytes.size();
  for (; end - p >= 8; p += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    const auto below_space = (word - ones * 0x20) & ~word;
    const auto no_backslash = word ^ (ones * '\\');
    const auto is_backslash = (no_backslash - ones) & ~no_backslash;
    if ((word | below_space | is_backslash) & high_bits)
      look_at_bytes(p, p + 8, s);
  }
  look_at_bytes(p, end, s);
  return s;
}

} // namespace

template <class Sink>
std::optional<read_error> read_json(std::string_view bytes, Sink& sink) {
  if constexpr (Sink::wants_offsets) {
    // The parser itself meets what the survey would find.
    return parse<rapid::kParseValidateEncodingFlag>({{}, bytes, {}}, true, sink);
  } else {
    const auto seen = look_at(bytes);
    if (seen.has_controls)
      return read_error{"invalid control character", 0};
    if (!seen.is_ascii && !is_valid_utf8(bytes))
      return read_error{"invalid UTF-8", 0};
    return parse<0>({{}, bytes, {}}, seen.has_escapes, sink);
  }
}

template <class Sink>
std::optional<read_error> read_json_elements(std::string_view bytes, unsigned, Sink& sink) {
  return parse<0>({"[", bytes, "]"}, false, sink);
}

template std::optional<read_error> read_json(std::string_view, message_builder&);
template std::optional<read_error> read_json(std::string_view, position_tracker<message_builder>&);
template std::optional<read_error> read_json_elements(std::string_view, unsigned, value_builder&);

} // namespace wamp
