// Lists what config_layout.hpp describes: every key that the config reader takes, with its type,
// range and default, by standing in for the reader. Used to compare them with the schema file.
#pragma once

#include <wamp/apps/gateway/config_layout.hpp>

#include <map>
#include <string>
#include <type_traits>

namespace wamp::test {

/// What a schema says of one value: keyword -> JSON text.
using config_facts = std::map<std::string, std::string>;

/// By path, such as "listeners[].limits.ping_interval_ms"; the file itself is "".
using config_keys = std::map<std::string, config_facts>;

inline std::string json_text(std::string_view text) {
  return '"' + std::string{text} + '"';
}

inline void append_json(std::string& list, std::string_view element) {
  list.pop_back();
  list += (list.size() > 1 ? "," : "");
  list.append(element) += ']';
}

/// Takes the place of a config_reader at a value that is always there.
class key_lister {
public:
  key_lister(config_keys& keys, std::string path) : keys_(keys), path_(std::move(path)) {}

  bool boolean(bool& out) {
    note("type", "\"boolean\"");
    note("default", out ? "true" : "false");
    return true;
  }

  template <std::integral T>
  bool number(T& out, std::uint64_t least, std::uint64_t most) {
    note("type", "\"integer\"");
    note("minimum", std::to_string(least));
    note("maximum", std::to_string(most));
    note("default", std::to_string(out));
    return true;
  }

  bool milliseconds(std::chrono::milliseconds& out, std::uint64_t least, std::uint64_t most) {
    auto n = out.count();
    return number(n, least, most);
  }

  template <class T, class Parse>
  bool text(T& out, Parse) {
    note("type", "\"string\"");
    if constexpr (std::is_same_v<T, std::string>)
      if (!out.empty())
        note("default", json_text(out));
    return true;
  }

  template <class T, class Value, std::size_t N>
  bool choice(T& out, const config_choices<Value, N>& choices) {
    std::string words = "[]";
    for (const auto& [word, value] : choices) {
      append_json(words, json_text(word));
      if (out == value)
        note("default", json_text(word));
    }
    note("enum", words);
    return true;
  }

  template <class T, class Read>
  void list(std::vector<T>& out, const T& initial, Read read) {
    note("minItems", "1");
    list_or_none(out, initial, read);
  }

  template <class T, class Read>
  bool list_or_none(std::vector<T>&, const T& initial, Read read) {
    note("type", "\"array\"");
    auto item = initial;
    read(key_lister{keys_, path_ + "[]"}, item);
    return false;
  }

  template <class T, class Read>
  void set(std::vector<T>& out, Read read) {
    note("type", "\"array\"");
    note("minItems", "1");
    note("uniqueItems", "true");
    std::string defaults = "[]";
    for (auto& item : out) {
      read(key_lister{keys_, path_ + "[]"}, item);
      // The list has a default, made of those of its elements.
      const auto element = keys_[path_ + "[]"].extract("default");
      append_json(defaults, element.mapped());
    }
    note("default", defaults);
  }

  void place(config_error&) const {}

  class members;

  template <class Read>
  void object(Read read);

private:
  void note(const std::string& keyword, std::string json) {
    keys_[path_][keyword] = std::move(json);
  }

  config_keys& keys_;
  std::string path_;
};

class key_lister::members {
public:
  explicit members(key_lister object) : object_(std::move(object)) {}

  key_lister operator[](std::string_view key) {
    return {object_.keys_, member_path(object_.path_, key)};
  }

  key_lister required(std::string_view key) {
    auto& list = object_.keys_[object_.path_].emplace("required", "[]").first->second;
    append_json(list, json_text(key));
    return (*this)[key];
  }

  // What several keys must be together cannot be said in a schema.
  void rule(bool, std::initializer_list<std::string_view>, const std::string&) {}

private:
  key_lister object_;
};

template <class Read>
void key_lister::object(Read read) {
  note("type", "\"object\"");
  note("additionalProperties", "false");
  members m{*this};
  read(m);
}

/// All keys of the config reader.
inline config_keys known_config_keys() {
  config_keys keys;
  auto config = default_config();
  key_lister{keys, {}}.object([&](auto& m) { config_layout::describe(m, config); });
  return keys;
}

} // namespace wamp::test
