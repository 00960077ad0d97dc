// Prefixes, and all of them that a URI begins with: a radix tree, by characters. Part of uri_index.
// A search takes at most one step for each character of the URI, however many prefixes there are.
// Pure, not thread-safe; the entries are the user's.
#pragma once

#include <algorithm>
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
    for (auto rest = std::move(root_.children); !rest.empty();) {
      auto children = std::move(rest.back().children);
      rest.pop_back();
      std::move(children.begin(), children.end(), std::back_inserter(rest));
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
    if (parent && n->children.empty()) {
      parent->remove_child(n->label.front());
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
  /// Laid out for few cache misses: a search looks at one node on each level, and at nothing else.
  struct node {
    std::string label = {};  ///< what it adds to the prefix of its parent
    std::string firsts = {}; ///< the first character of each child's label
    Entry* entry = nullptr;
    std::vector<node> children = {};

    node& add_child(std::string_view child_label) {
      firsts += child_label.front();
      return children.emplace_back(node{std::string{child_label}});
    }
    void remove_child(char first) {
      const auto i = firsts.find(first);
      std::swap(firsts[i], firsts.back());
      std::swap(children[i], children.back());
      firsts.pop_back();
      children.pop_back();
    }
  };

  /// The child whose label `rest` begins with, or nullptr. Takes the label off.
  template <class Node>
  static Node* next(Node& from, std::string_view& rest) {
    const auto i = rest.empty() ? std::string::npos : from.firsts.find(rest.front());
    if (i == std::string::npos || !rest.starts_with(from.children[i].label))
      return nullptr;
    rest.remove_prefix(from.children[i].label.size());
    return &from.children[i];
  }

  /// The child towards `rest`, made if there is none, split if it leads elsewhere. Takes its label
  /// off.
  static node& grow(node& from, std::string_view& rest) {
    const auto i = from.firsts.find(rest.front());
    auto& child = i == std::string::npos ? from.add_child(rest) : from.children[i];
    split(child, rest);
    rest.remove_prefix(child.label.size());
    return child;
  }

  /// Makes the label end where it stops being what `rest` begins with.
  static void split(node& n, std::string_view rest) {
    const auto differs =
        std::mismatch(n.label.begin(), n.label.end(), rest.begin(), rest.end()).first;
    if (differs == n.label.end())
      return;
    auto upper = node{{n.label.begin(), differs}};
    n.label.erase(n.label.begin(), differs);
    upper.firsts = n.label.front();
    upper.children.push_back(std::move(n));
    n = std::move(upper);
  }

  /// A node that nobody needs becomes one with its only child.
  void merge(node& n) {
    if (&n == &root_ || n.entry || n.children.size() != 1)
      return;
    auto child = std::move(n.children.front());
    child.label.insert(0, n.label);
    n = std::move(child);
  }

  node root_;
};

} // namespace wamp
