// Entries under (match policy, URI), and which of them a concrete URI matches: all of them, as a
// broker needs it, or the best, as a dealer does.
// Spec: "Pattern-based Subscriptions", "Pattern-based Registrations" (advanced profile). A prefix
// matches by characters; a wildcard pattern by components, of which the empty ones stand for any.
// Pure, not thread-safe. The entries are the user's, and must stay where they are while they are
// in the index. Without patterns, a search is one hash look-up; with them, it hardly depends on
// their number (see prefix_tree.hpp, wildcard_table.hpp).
#pragma once

#include <wamp/actors/string_map.hpp>
#include <wamp/actors/uri_index/prefix_tree.hpp>
#include <wamp/actors/uri_index/wildcard_table.hpp>
#include <wamp/serialization/uri.hpp>

#include <string_view>
#include <utility>

namespace wamp {

template <class Entry>
class uri_index {
public:
  /// The entry under just this, or nullptr.
  Entry* find(match_policy match, std::string_view uri) const {
    switch (match) {
    case match_policy::exact:
      return exact(uri);
    case match_policy::prefix:
      return prefixes_.find(uri);
    case match_policy::wildcard:
      return wildcards_.find(uri);
    }
    return nullptr;
  }

  /// There must be none yet. False when there are more kinds of wildcard patterns already than a
  /// search can be expected to try.
  bool insert(match_policy match, std::string_view uri, Entry& entry) {
    switch (match) {
    case match_policy::exact:
      exact_.emplace(uri, &entry);
      break;
    case match_policy::prefix:
      prefixes_.insert(uri, entry);
      break;
    case match_policy::wildcard:
      return wildcards_.insert(uri, entry);
    }
    return true;
  }

  void erase(match_policy match, std::string_view uri) {
    switch (match) {
    case match_policy::exact:
      if (const auto found = exact_.find(uri); found != exact_.end())
        exact_.erase(found);
      break;
    case match_policy::prefix:
      prefixes_.erase(uri);
      break;
    case match_policy::wildcard:
      wildcards_.erase(uri);
      break;
    }
  }

  /// The entry of this very URI, or nullptr.
  Entry* exact(std::string_view uri) const {
    const auto found = exact_.find(uri);
    return found == exact_.end() ? nullptr : found->second;
  }

  /// `visit(Entry&)` for each pattern that `uri` matches.
  template <class Visit>
  void for_each_pattern(std::string_view uri, Visit visit) const {
    prefixes_.for_each_match(uri, visit);
    wildcards_.search(uri, [&](Entry& e) {
      visit(e);
      return true;
    });
  }

  /// Exact, else the longest prefix, else the wildcard pattern with the longest run of literal
  /// components before its first wildcard, then before its second, and so on; or nullptr.
  Entry* best_match(std::string_view uri) const {
    return best_match(uri, [](const Entry&) { return true; });
  }
  /// The best of those that fit: `fits(const Entry&)`.
  template <class Fits>
  Entry* best_match(std::string_view uri, Fits fits) const {
    Entry* best = nullptr;
    const auto take = [&](Entry& e) {
      if (fits(std::as_const(e)))
        best = &e;
    };
    if (const auto e = exact(uri))
      take(*e);
    if (!best)
      prefixes_.for_each_match(uri, take);
    if (!best)
      wildcards_.search(uri, [&](Entry& e) {
        take(e);
        return !best;
      });
    return best;
  }

private:
  string_map<Entry*> exact_;
  prefix_tree<Entry> prefixes_;
  wildcard_table<Entry> wildcards_;
};

} // namespace wamp
