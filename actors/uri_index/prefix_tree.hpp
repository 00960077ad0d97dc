// Prefixes, and all of them that a URI begins with: a radix tree, by characters. Part of uri_index.
// A search takes at most one step for each character of the URI, however many prefixes there are.
// Pure, not thread-safe; the entries are the user's.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wamp {

template <class Entry>
class prefix_tree {
public:
  prefix_tree() = default;
  prefix_tree(const prefix_tree&) = delete;
  prefix_tree& operator=(const prefix_tree&) = delete;

  /// Without recursion: a hostile set of prefixes makes a tree that is deep.
  ~prefix_tree() {
    for (auto rest = std::move(root_.edges); !rest.empty();) {
      auto n = std::move(rest.back().to);
      rest.pop_back();
      std::move(n->edges.begin(), n->edges.end(), std::back_inserter(rest));
    }
  }

  Entry* find(std::string_view prefix) const {
    auto n = &root_;
    while (n && !prefix.empty())
      n = next(*n, prefix);
    return n ? n->entry : nullptr;
  }

  void insert(std::string_view prefix, Entry& entry) {
    auto n = &root_;
    while (!prefix.empty())
      n = &grow(*n, prefix);
    n->entry = &entry;
  }

  void erase(std::string_view prefix) {
    node* parent = nullptr;
    node* n = &root_;
    while (!prefix.empty()) {
      parent = n;
      n = next(*n, prefix);
      if (!n)
        return;
    }
    n->entry = nullptr;
    if (parent && n->edges.empty()) {
      parent->edges.erase(place_of(parent->edges, n->label.front()));
      n = parent;
    }
    merge(*n);
  }

  /// `visit(Entry&)` for each prefix of `uri`, the shortest first.
  template <class Visit>
  void for_each_match(std::string_view uri, Visit visit) const {
    for (auto n = &root_; n; n = next(*n, uri))
      if (n->entry)
        visit(*n->entry);
  }

private:
  struct node;
  struct edge {
    char first; ///< of the node's label: so that a search looks at one node on each level
    std::unique_ptr<node> to;
  };
  struct node {
    std::string label; ///< what it adds to the prefix of its parent
    Entry* entry = nullptr;
    std::vector<edge> edges{}; ///< in order
  };

  /// Where `first` is among the edges, or belongs.
  template <class Edges>
  static auto place_of(Edges& edges, char first) {
    return std::lower_bound(
        edges.begin(), edges.end(), first, [](const edge& e, char c) { return e.first < c; });
  }

  /// The child whose label `rest` begins with, or nullptr. Takes the label off.
  template <class Node>
  static Node* next(Node& from, std::string_view& rest) {
    if (rest.empty())
      return nullptr;
    auto place = place_of(from.edges, rest.front());
    if (place == from.edges.end() || !rest.starts_with(place->to->label))
      return nullptr;
    rest.remove_prefix(place->to->label.size());
    return place->to.get();
  }

  /// The child towards `rest`, made if there is none, split if it leads elsewhere. Takes its label
  /// off.
  static node& grow(node& from, std::string_view& rest) {
    auto place = place_of(from.edges, rest.front());
    if (place == from.edges.end() || place->first != rest.front())
      place =
          from.edges.insert(place, {rest.front(), std::make_unique<node>(node{std::string{rest}})});
    split(place->to, rest);
    rest.remove_prefix(place->to->label.size());
    return *place->to;
  }

  /// Makes the label end where it stops being what `rest` begins with.
  static void split(std::unique_ptr<node>& n, std::string_view rest) {
    const auto& label = n->label;
    const auto differs = std::mismatch(label.begin(), label.end(), rest.begin(), rest.end()).first;
    if (differs == label.end())
      return;
    auto upper = std::make_unique<node>(node{std::string{label.begin(), differs}});
    n->label.erase(0, upper->label.size());
    upper->edges.push_back({n->label.front(), std::move(n)});
    n = std::move(upper);
  }

  /// A node that nobody needs becomes one with its only child.
  void merge(node& n) {
    if (&n == &root_ || n.entry || n.edges.size() != 1)
      return;
    const auto child = std::move(n.edges.front().to);
    n.label += child->label;
    n.entry = child->entry;
    n.edges = std::move(child->edges);
  }

  node root_;
};

} // namespace wamp
