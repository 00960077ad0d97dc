// Wildcard patterns, and all of them that a URI matches: an empty component stands for any one.
// Part of uri_index; pure, not thread-safe; the entries are the user's.
//
// Patterns of as many components, with wildcards at the same places, are of one *form*. A search
// blanks those places out of the URI and looks the rest up, once for each form with the URI's
// number of components: it does not matter how many patterns there are. Nothing better is known
// for sets of patterns that somebody has made to be expensive, so the number of forms is bounded.
#pragma once

#include <wamp/actors/string_map.hpp>

#include <tsl/robin_map.h>

#include <algorithm>
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
  /// Characters in a pattern: what bounds a search for each form.
  static constexpr std::size_t max_length = 4096;

  Entry* find(std::string_view pattern) const {
    const auto found = patterns_.find(pattern);
    return found == patterns_.end() ? nullptr : found->second;
  }

  /// False when the bounds do not allow it.
  bool insert(std::string_view pattern, Entry& entry) {
    if (pattern.size() > max_length || !add_form(components_of(pattern)))
      return false;
    patterns_.emplace(pattern, &entry);
    return true;
  }

  void erase(std::string_view pattern) {
    const auto found = patterns_.find(pattern);
    if (found == patterns_.end())
      return;
    patterns_.erase(found);
    remove_form(components_of(pattern));
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
    const auto components = components_of(uri);
    std::string pattern;
    for (const auto& f : forms->second) {
      blank(components, f.is_wild, pattern);
      const auto entry = find(pattern);
      if (entry && !visit(*entry))
        return;
    }
  }

private:
  using parts = std::vector<std::string_view>;

  struct form {
    std::vector<bool> is_wild; ///< for each component
    std::size_t patterns = 0;
  };

  static std::size_t component_count(std::string_view uri) {
    return static_cast<std::size_t>(std::count(uri.begin(), uri.end(), '.')) + 1;
  }

  static parts components_of(std::string_view uri) {
    parts result;
    result.reserve(component_count(uri));
    for (auto dot = uri.find('.'); dot != uri.npos; dot = uri.find('.')) {
      result.push_back(uri.substr(0, dot));
      uri.remove_prefix(dot + 1);
    }
    result.push_back(uri);
    return result;
  }

  /// The pattern of this form that the URI would match; cut off where it is longer than any can be.
  static void blank(const parts& uri, const std::vector<bool>& is_wild, std::string& pattern) {
    pattern.clear();
    for (std::size_t i = 0; i < uri.size() && pattern.size() <= max_length; ++i) {
      if (i != 0)
        pattern += '.';
      if (!is_wild[i])
        pattern += uri[i].substr(0, max_length + 1);
    }
  }

  static std::vector<bool> wildcards_of(const parts& pattern) {
    std::vector<bool> result;
    for (auto c : pattern)
      result.push_back(c.empty());
    return result;
  }

  /// Where a form is, or belongs. In order: literals before wildcards, from left to right.
  static auto place_of(std::vector<form>& forms, const std::vector<bool>& is_wild) {
    return std::lower_bound(
        forms.begin(), forms.end(), is_wild,
        [](const form& f, const std::vector<bool>& w) { return f.is_wild < w; });
  }

  bool add_form(const parts& pattern) {
    auto& forms = forms_[pattern.size()];
    auto is_wild = wildcards_of(pattern);
    auto place = place_of(forms, is_wild);
    if (place == forms.end() || place->is_wild != is_wild) {
      if (forms.size() == max_forms)
        return false;
      place = forms.insert(place, {std::move(is_wild)});
    }
    ++place->patterns;
    return true;
  }

  void remove_form(const parts& pattern) {
    const auto owner = forms_.find(pattern.size());
    auto& forms = owner.value();
    const auto place = place_of(forms, wildcards_of(pattern));
    if (--place->patterns == 0)
      forms.erase(place);
    if (forms.empty())
      forms_.erase(owner);
  }

  string_map<Entry*> patterns_;
  tsl::robin_map<std::size_t, std::vector<form>> forms_; ///< by the number of components
};

} // namespace wamp
