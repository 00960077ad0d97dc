// Wildcard patterns, and all of them that a URI matches: an empty component stands for any one.
// Part of uri_index; pure, not thread-safe; the entries are the user's.
//
// Patterns of as many components, with wildcards at the same places, are of one *form*. A search
// blanks those places out of the URI and looks the rest up, once for each form with the URI's
// number of components: it does not matter how many patterns there are. Nothing better is known
// for sets of patterns that somebody has made to be expensive, so the number of forms is bounded.
#pragma once

#include <tsl/robin_map.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wamp {

template <class Entry>
class wildcard_table {
public:
  /// Forms of patterns with the same number of components.
  static constexpr std::size_t max_forms = 256;
  /// Characters in a pattern, and so its components.
  static constexpr std::size_t max_length = 4096;

  Entry* find(std::string_view pattern) const {
    const auto found = patterns_.find(pattern);
    return found == patterns_.end() ? nullptr : found->second;
  }

  /// False when the bounds do not allow it.
  bool insert(std::string_view pattern, Entry& entry) {
    if (pattern.size() > max_length || !add_form(pattern))
      return false;
    patterns_.emplace(pattern, &entry);
    return true;
  }

  void erase(std::string_view pattern) {
    const auto found = patterns_.find(pattern);
    if (found == patterns_.end())
      return;
    patterns_.erase(found);
    remove_form(pattern);
  }

  /// `visit(Entry&)` for each match until it returns false. What has its first wildcard later comes
  /// first, then what has its second later, and so on.
  template <class Visit>
  void search(std::string_view uri, Visit visit) const {
    if (forms_.empty())
      return;
    const auto forms = forms_.find(component_count(uri));
    if (forms == forms_.end())
      return;
    const auto parts = parts_of(uri);
    for (const auto& f : forms->second) {
      const auto found = patterns_.find(blanked{parts, f.is_wild});
      if (found != patterns_.end() && !visit(*found->second))
        return;
    }
  }

private:
  /// A component, with its hash: it is looked at once for each form.
  struct part {
    std::string_view text;
    std::size_t hash;
  };
  using split_uri = std::vector<part>;

  struct form {
    std::vector<bool> is_wild; ///< for each component
    std::size_t patterns = 0;
  };

  /// The pattern of a form that a URI matches, never written down.
  struct blanked {
    const split_uri& uri;
    const std::vector<bool>& is_wild;
  };

  static std::size_t hash_of(std::string_view component) {
    return component.empty() ? 0 : std::hash<std::string_view>{}(component);
  }

  struct pattern_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view pattern) const {
      std::size_t sum = 0;
      for_each_component(pattern, [&](std::string_view c) { sum = add(sum, hash_of(c)); });
      return sum;
    }
    std::size_t operator()(const blanked& b) const {
      std::size_t sum = 0;
      for (std::size_t i = 0; i < b.uri.size(); ++i)
        sum = add(sum, b.is_wild[i] ? 0 : b.uri[i].hash);
      return sum;
    }
    static std::size_t add(std::size_t sum, std::size_t hash) {
      return (sum ^ hash) * 0x9e3779b97f4a7c15ULL;
    }
  };

  struct pattern_equal {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const { return a == b; }
    bool operator()(const blanked& b, std::string_view pattern) const {
      auto rest = pattern;
      for (std::size_t i = 0; i < b.uri.size(); ++i) {
        const auto wanted = b.is_wild[i] ? std::string_view{} : b.uri[i].text;
        if ((i != 0 && !take(rest, ".")) || !take(rest, wanted))
          return false;
      }
      return rest.empty();
    }
    static bool take(std::string_view& from, std::string_view begin) {
      if (!from.starts_with(begin))
        return false;
      from.remove_prefix(begin.size());
      return true;
    }
    bool operator()(std::string_view pattern, const blanked& b) const {
      return (*this)(b, pattern);
    }
  };

  static std::size_t component_count(std::string_view uri) {
    return static_cast<std::size_t>(std::count(uri.begin(), uri.end(), '.')) + 1;
  }

  template <class Visit>
  static void for_each_component(std::string_view uri, Visit visit) {
    for (auto dot = uri.find('.'); dot != uri.npos; dot = uri.find('.')) {
      visit(uri.substr(0, dot));
      uri.remove_prefix(dot + 1);
    }
    visit(uri);
  }

  static split_uri parts_of(std::string_view uri) {
    split_uri result;
    result.reserve(component_count(uri));
    for_each_component(uri, [&](std::string_view c) { result.push_back({c, hash_of(c)}); });
    return result;
  }

  static std::vector<bool> wildcards_of(std::string_view pattern) {
    std::vector<bool> result;
    for_each_component(pattern, [&](std::string_view c) { result.push_back(c.empty()); });
    return result;
  }

  /// Where a form is, or belongs. In order: literals before wildcards, from left to right.
  static auto place_of(std::vector<form>& forms, const std::vector<bool>& is_wild) {
    return std::lower_bound(
        forms.begin(), forms.end(), is_wild,
        [](const form& f, const std::vector<bool>& w) { return f.is_wild < w; });
  }

  bool add_form(std::string_view pattern) {
    auto is_wild = wildcards_of(pattern);
    auto& forms = forms_[is_wild.size()];
    auto place = place_of(forms, is_wild);
    if (place == forms.end() || place->is_wild != is_wild) {
      if (forms.size() == max_forms)
        return false;
      place = forms.insert(place, {std::move(is_wild)});
    }
    ++place->patterns;
    return true;
  }

  void remove_form(std::string_view pattern) {
    const auto is_wild = wildcards_of(pattern);
    const auto owner = forms_.find(is_wild.size());
    auto& forms = owner.value();
    const auto place = place_of(forms, is_wild);
    if (--place->patterns == 0)
      forms.erase(place);
    if (forms.empty())
      forms_.erase(owner);
  }

  tsl::robin_map<std::string, Entry*, pattern_hash, pattern_equal> patterns_;
  tsl::robin_map<std::size_t, std::vector<form>> forms_; ///< by the number of components
};

} // namespace wamp
