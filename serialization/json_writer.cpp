#include <wamp/serialization/base64.hpp>
#include <wamp/serialization/rapidjson.hpp>
#include <wamp/serialization/utf8.hpp>
#include <wamp/serialization/writers.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace wamp {

namespace {

/// RapidJSON's output stream onto a string.
class string_sink {
public:
  using Ch = char;

  explicit string_sink(std::string& out) : out_(out) {}
  // NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's
  void Put(char c) { out_.push_back(c); }
  void Flush() {}
  // NOLINTEND(readability-identifier-naming)

private:
  std::string& out_;
};

template <class Integer>
void append_number(std::string& out, bool comma, Integer n) {
  char text[24] = {','};
  const auto begin = text + (comma ? 1 : 0);
  const auto end = std::to_chars(begin, std::end(text), n).ptr;
  out.append(text, static_cast<std::size_t>(end - text));
}

bool is_verbatim(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

void append_escaped(std::string& out, std::string_view s) {
  string_sink sink{out};
  rapid::Writer<string_sink> writer{sink};
  writer.String(s.data(), static_cast<rapid::SizeType>(s.size()));
}

void append_text(std::string& out, std::string_view s) {
  if (!is_valid_utf8(s))
    return append_escaped(out, repaired_utf8(s));
  if (!std::all_of(s.begin(), s.end(), is_verbatim))
    return append_escaped(out, s);
  out.push_back('"');
  out.append(s);
  out.push_back('"');
}

} // namespace

void json_writer::separate() {
  if (needs_comma_)
    out_.push_back(',');
  needs_comma_ = true;
}

void json_writer::null() {
  separate();
  out_ += "null";
}

void json_writer::boolean(bool b) {
  separate();
  out_ += b ? "true" : "false";
}

void json_writer::integer(std::int64_t n) {
  append_number(out_, std::exchange(needs_comma_, true), n);
}

void json_writer::natural(std::uint64_t n) {
  append_number(out_, std::exchange(needs_comma_, true), n);
}

void json_writer::real(double d) {
  if (!std::isfinite(d))
    return null();
  separate();
  string_sink sink{out_};
  rapid::Writer<string_sink>{sink}.Double(d);
}

void json_writer::text(std::string_view s) {
  separate();
  append_text(out_, s);
}

void json_writer::bytes(std::string_view b) {
  separate();
  out_ += "\"\\u0000";
  append_base64(out_, b);
  out_.push_back('"');
}

void json_writer::begin_list(std::size_t) {
  separate();
  out_.push_back('[');
  needs_comma_ = false;
}

void json_writer::end_list() {
  out_.push_back(']');
  needs_comma_ = true;
}

void json_writer::begin_dict(std::size_t) {
  separate();
  out_.push_back('{');
  needs_comma_ = false;
}

void json_writer::key(std::string_view k) {
  separate();
  append_text(out_, k);
  out_.push_back(':');
  needs_comma_ = false;
}

void json_writer::end_dict() {
  out_.push_back('}');
  needs_comma_ = true;
}

void json_writer::splice(std::string_view encoded) {
  separate();
  out_ += encoded;
}

} // namespace wamp
