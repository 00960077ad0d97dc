// Takes settings out of a config tree and collects what is wrong with them. Handed to the
// functions of config_layout.hpp, which say what keys there are. For one thread.
#pragma once

#include <wamp/apps/gateway/config.hpp>
#include <wamp/apps/gateway/config_tree.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>

namespace wamp {

/// The words of a file for the values of a setting.
template <class T, std::size_t N>
using config_choices = std::array<std::pair<std::string_view, T>, N>;

/// A value of the file that may be missing. The functions that take an `out` leave it as it is,
/// and return false, when the value is missing or wrong; what is wrong becomes an error.
class config_reader {
public:
  using errors = std::vector<config_error>;

  /// `file_name` and `found` must outlive this.
  config_reader(
      const config_node* node, std::string path, std::string_view file_name, errors& found)
      : node_(node), path_(std::move(path)), file_name_(file_name), found_(&found) {}

  bool boolean(bool& out);

  /// A whole number from `least` to `most`.
  template <std::integral T>
  bool number(T& out, std::uint64_t least, std::uint64_t most) {
    const auto n = number_between(least, most);
    if (n)
      out = static_cast<T>(*n);
    return n.has_value();
  }

  bool milliseconds(std::chrono::milliseconds& out, std::uint64_t least, std::uint64_t most);

  /// A string that `parse` makes a T of, or an error's text.
  template <class T, class Parse>
  requires std::same_as<std::invoke_result_t<Parse, std::string_view>, tl::expected<T, std::string>>
  bool text(T& out, Parse parse) {
    if (!is(config_node::kind::string))
      return false;
    auto parsed = parse(std::string_view{node_->text});
    if (!parsed)
      return fail(parsed.error());
    out = *std::move(parsed);
    return true;
  }

  /// One of a few strings.
  template <class T, class Value, std::size_t N>
  bool choice(T& out, const config_choices<Value, N>& choices) {
    if (!is(config_node::kind::string))
      return false;
    for (const auto& [word, value] : choices)
      if (word == node_->text)
        return out = value, true;
    std::array<std::string_view, N> words;
    std::transform(choices.begin(), choices.end(), words.begin(), [](auto& c) { return c.first; });
    return no_such_choice(words.data(), N);
  }

  /// A list, not empty, that replaces `out`. Each element is `initial` with what
  /// `read(element, item)` changes; `out` holds those before it at that time.
  template <class T, class Read>
  void list(std::vector<T>& out, const T& initial, Read read) {
    if (is_filled_list())
      take(out, initial, read);
  }

  /// The same, but it may be empty.
  template <class T, class Read>
  bool list_or_none(std::vector<T>& out, const T& initial, Read read) {
    if (!is(config_node::kind::array))
      return false;
    take(out, initial, read);
    return true;
  }

  /// A list, not empty, of strings that differ; `read(element, item)` is text() or choice().
  template <class T, class Read>
  void set(std::vector<T>& out, Read read) {
    if (!is_filled_list())
      return;
    out.clear();
    for (std::size_t i = 0; i < node_->children.size(); ++i) {
      T item{};
      if (!read(element(i), item))
        continue;
      if (std::find(out.begin(), out.end(), item) != out.end())
        element(i).fail("stands in this list twice");
      else
        out.push_back(std::move(item));
    }
  }

  class members;

  /// An object: calls `read(members&)`, in which every key must be asked for that may be there.
  template <class Read>
  void object(Read read);

  /// Where this value stands, for errors that are found later; unchanged, if there is no value.
  void place(config_error& out) const;

  /// Adds an error at this value, or none if there is no value. Returns false.
  bool fail(std::string text);

private:
  template <class T, class Read>
  void take(std::vector<T>& out, const T& initial, Read read) {
    out.clear();
    for (std::size_t i = 0; i < node_->children.size(); ++i) {
      auto item = initial;
      read(element(i), item);
      out.push_back(std::move(item));
    }
  }
  bool is(config_node::kind wanted);
  bool is_filled_list();
  std::optional<std::uint64_t> number_between(std::uint64_t least, std::uint64_t most);
  bool no_such_choice(const std::string_view* words, std::size_t count);
  config_reader element(std::size_t i) const;
  void add_error(text_position at, std::string key, std::string text);

  const config_node* node_; ///< null: missing
  std::string path_;
  std::string_view file_name_;
  errors* found_;
};

/// The members of an object of the file.
class config_reader::members {
public:
  explicit members(config_reader object);

  config_reader operator[](std::string_view key);

  /// As operator[], but the key must be there.
  config_reader required(std::string_view key);

  /// Unless `holds`, an error at the first of `keys` that is there; none, when none is: the
  /// values come from elsewhere then.
  void rule(bool holds, std::initializer_list<std::string_view> keys, std::string text);

  /// Complains of keys that were not asked for, and of those that are there twice.
  void finish();

private:
  config_reader object_;
  std::vector<std::string_view> known_;
};

template <class Read>
void config_reader::object(Read read) {
  if (!is(config_node::kind::object))
    return;
  members m{*this};
  read(m);
  m.finish();
}

} // namespace wamp
