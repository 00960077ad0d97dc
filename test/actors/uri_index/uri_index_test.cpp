// Which patterns a URI matches, and which of them is the best: the specification's examples, and
// whatever chance finds, against a model that does it the slow way.
#include <wamp/actors/uri_index/uri_index.hpp>
#include <wamp/actors/uri_index/uri_match.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace wamp;

namespace {

struct pattern {
  match_policy match;
  std::string uri;
  bool operator<(const pattern& other) const {
    return std::tie(match, uri) < std::tie(other.match, other.uri);
  }
  bool operator==(const pattern&) const = default;
};

constexpr auto exact = match_policy::exact;
constexpr auto prefix = match_policy::prefix;
constexpr auto wildcard = match_policy::wildcard;

class index_of_patterns {
public:
  bool add(const pattern& p) {
    const auto [entry, is_new] = patterns_.insert(p);
    CHECK((index_.find(p.match, p.uri) == nullptr) == is_new);
    if (!is_new)
      return true;
    const auto fits = index_.insert(p.match, p.uri, *entry);
    if (!fits)
      patterns_.erase(entry);
    return fits;
  }
  void remove(const pattern& p) {
    index_.erase(p.match, p.uri);
    patterns_.erase(p);
    CHECK(index_.find(p.match, p.uri) == nullptr);
  }

  std::multiset<pattern> matches(std::string_view uri) const {
    std::multiset<pattern> result;
    if (auto e = index_.exact(uri))
      result.insert(*e);
    index_.for_each_pattern(uri, [&](const pattern& p) { result.insert(p); });
    return result;
  }
  /// The URI of the best match; "-" for none.
  std::string best(std::string_view uri) const {
    auto e = index_.best_match(uri);
    return e ? e->uri : "-";
  }
  std::string best_of(std::string_view uri, const std::set<pattern>& these) const {
    auto e = index_.best_match(uri, [&](const pattern& p) { return these.contains(p); });
    return e ? e->uri : "-";
  }

  const uri_index<const pattern>& index() const { return index_; }
  const std::set<pattern>& patterns() const { return patterns_; }

private:
  std::set<pattern> patterns_;
  uri_index<const pattern> index_;
};

// -- the model -----------------------------------------------------------------------------------

std::vector<std::string> split(const std::string& uri) {
  std::vector<std::string> parts{""};
  for (char c : uri)
    if (c == '.')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

bool does_match(const pattern& p, const std::string& uri) {
  if (p.match == exact)
    return p.uri == uri;
  if (p.match == prefix)
    return uri.starts_with(p.uri);
  const auto wanted = split(p.uri);
  const auto given = split(uri);
  return wanted.size() == given.size()
         && std::equal(wanted.begin(), wanted.end(), given.begin(), [](auto& w, auto& g) {
              return w.empty() || w == g;
            });
}

std::vector<int> literal_runs(const std::string& uri) {
  std::vector<int> runs{0};
  for (auto& part : split(uri))
    if (part.empty())
      runs.push_back(0);
    else
      ++runs.back();
  return runs;
}

/// Whether the dealer prefers `a`.
bool is_better(const pattern& a, const pattern& b) {
  if (a.match != b.match)
    return a.match < b.match;
  if (a.match == prefix)
    return a.uri.size() > b.uri.size();
  return literal_runs(a.uri) > literal_runs(b.uri);
}

std::string random_uri(std::mt19937& random, bool with_empty_parts) {
  static const std::vector<std::string> parts{"a", "b", "ab", "abc", "b-x"};
  std::string uri;
  for (auto left = 1 + random() % 4; left > 0; --left) {
    if (!with_empty_parts || random() % 3 != 0)
      uri += parts[random() % parts.size()];
    if (left > 1)
      uri += '.';
  }
  return uri;
}

pattern random_pattern(std::mt19937& random) {
  switch (random() % 3) {
  case 0:
    return {exact, random_uri(random, false)};
  case 1: {
    auto uri = random_uri(random, false);
    return {prefix, uri.substr(0, random() % (uri.size() + 1))};
  }
  default:
    return {wildcard, random_uri(random, true)};
  }
}

} // namespace

TEST_CASE("the specification's seven registrations") {
  index_of_patterns index;
  index.add({exact, "a1.b2.c3.d4.e55"});
  index.add({prefix, "a1.b2.c3"});
  index.add({prefix, "a1.b2.c3.d4"});
  index.add({wildcard, "a1.b2..d4.e5"});
  index.add({wildcard, "a1.b2.c33..e5"});
  index.add({wildcard, "a1.b2..d4.e5..g7"});
  index.add({wildcard, "a1.b2..d4..f6.g7"});
  CHECK(index.best("a1.b2.c3.d4.e55") == "a1.b2.c3.d4.e55");
  CHECK(index.best("a1.b2.c3.d98.e74") == "a1.b2.c3");
  CHECK(index.best("a1.b2.c3.d4.e325") == "a1.b2.c3.d4");
  CHECK(index.best("a1.b2.c55.d4.e5") == "a1.b2..d4.e5");
  // The specification says a1.b2.c33..e5 here, but a prefix matches by characters and comes first.
  CHECK(index.best("a1.b2.c33.d4.e5") == "a1.b2.c3");
  CHECK(index.best("a1.b2.c88.d4.e5.f6.g7") == "a1.b2..d4.e5..g7");
  CHECK(index.best("a2.b2.c2.d2.e2") == "-");
  index.remove({prefix, "a1.b2.c3"});
  CHECK(index.best("a1.b2.c33.d4.e5") == "a1.b2.c33..e5");
}

TEST_CASE("a prefix matches by characters") {
  index_of_patterns index;
  index.add({prefix, "com.a.b"});
  for (auto uri : {"com.a.b", "com.a.b.c", "com.a.bc", "com.a.b-x"})
    CHECK(index.best(uri) == "com.a.b");
  for (auto uri : {"com.a", "com.a.", "com.a.c", "com.A.b", "x.com.a.b"})
    CHECK(index.best(uri) == "-");
  index.add({prefix, ""});
  CHECK(index.best("com.a") == "");
  CHECK(index.matches("com.a.b.c").size() == 2);
}

TEST_CASE("a wildcard matches just one component, and nothing but a wildcard does") {
  index_of_patterns index;
  index.add({wildcard, "com..b"});
  CHECK(index.best("com.a.b") == "com..b");
  for (auto uri : {"com.b", "com.a.a.b", "com.a.b.c", "com.a.bc", "com.a.c", "com.a.*"})
    CHECK(index.best(uri) == "-");
  index.add({wildcard, "com.*.c"}); // no special character
  CHECK(index.best("com.a.c") == "-");
  index.add({wildcard, ".."});
  CHECK(index.best("com.a.c") == "..");
  index.add({wildcard, ""});
  CHECK(index.best("com") == "");
  index.add({wildcard, "com.a.x"}); // a pattern need not have a wildcard
  CHECK(index.best("com.a.x") == "com.a.x");
}

TEST_CASE("one URI under three policies is three entries") {
  index_of_patterns index;
  for (auto match : {exact, prefix, wildcard})
    index.add({match, "com.a"});
  CHECK(index.matches("com.a").size() == 3);
  CHECK(index.matches("com.a.b") == std::multiset<pattern>{{prefix, "com.a"}});
  index.remove({prefix, "com.a"});
  CHECK(index.matches("com.a").size() == 2);
}

TEST_CASE("whatever comes and goes, the index finds what a slow search finds") {
  std::mt19937 random{20240607}; // NOLINT: the same test each time
  for (int run = 0; run < 60; ++run) {
    CAPTURE(run);
    index_of_patterns index;
    for (int step = 0; step < 120; ++step) {
      auto p = random_pattern(random);
      if (step % 3 == 2 && !index.patterns().empty())
        p = *std::next(
            index.patterns().begin(), static_cast<long>(random() % index.patterns().size()));
      if (random() % 3 == 0)
        index.remove(p);
      else
        REQUIRE(index.add(p));
      const auto uri = random_uri(random, false);
      CAPTURE(uri);
      std::multiset<pattern> expected;
      for (auto& candidate : index.patterns()) {
        const auto fits = does_match(candidate, uri);
        REQUIRE(matches(candidate.match, candidate.uri, uri) == fits);
        if (fits)
          expected.insert(candidate);
      }
      REQUIRE(index.matches(uri) == expected);
      const auto best = std::min_element(expected.begin(), expected.end(), is_better);
      REQUIRE(index.best(uri) == (best == expected.end() ? "-" : best->uri));
      while (!expected.empty()) {
        expected.erase(std::min_element(expected.begin(), expected.end(), is_better));
        const auto next = std::min_element(expected.begin(), expected.end(), is_better);
        REQUIRE(
            index.best_of(uri, {expected.begin(), expected.end()})
            == (next == expected.end() ? "-" : next->uri));
      }
    }
    while (!index.patterns().empty())
      index.remove(pattern{*index.patterns().begin()});
    CHECK(index.matches("a.b").empty());
  }
}

namespace {

/// 16 components, where the bits of `n` say which of the last 15 are wildcards.
std::string hostile(unsigned n, std::string_view first) {
  std::string uri{first};
  for (unsigned bit = 0; bit < 15; ++bit)
    uri += (n >> bit & 1U) != 0 ? "." : ".a";
  return uri;
}

} // namespace

TEST_CASE("a hostile mix of wildcards is refused where a search would become slow") {
  index_of_patterns index;
  std::size_t accepted = 0;
  for (unsigned n = 0; n < 1U << 15U; ++n)
    accepted += index.add({wildcard, hostile(n, "a")}) ? 1U : 0U;
  CHECK(accepted == wildcard_table<pattern>::max_forms);
  CHECK(index.matches(hostile(0, "a")).size() == accepted);
  CHECK(index.matches(hostile(0, "b")).empty());
  // Others are not disturbed by it: patterns of a form that is there, or of other lengths.
  CHECK(index.add({wildcard, hostile(1, "b")}));
  CHECK(index.add({wildcard, "a..b"}));
  CHECK_FALSE(index.add({wildcard, hostile((1U << 15U) - 1, "b")}));
  for (unsigned n = 0; n < 1U << 15U; ++n)
    index.remove({wildcard, hostile(n, "a")});
  CHECK(index.add({wildcard, hostile((1U << 15U) - 1, "b")}));
}

TEST_CASE("what is too long for a wildcard pattern is no match either") {
  index_of_patterns index;
  const std::string longest(wildcard_table<pattern>::max_length - 1, 'a');
  CHECK(index.add({wildcard, longest + "."}));
  CHECK_FALSE(index.add({wildcard, longest + "a."}));
  const std::string endless(100'000, 'b');
  CHECK(index.best(longest + "." + endless) == longest + ".");
  CHECK(index.best(longest + "a." + endless) == "-");
  CHECK(index.best(endless + "." + endless) == "-");
  CHECK(index.best(std::string(100'000, '.')) == "-");
}

TEST_CASE("a prefix for each character of a long URI") {
  index_of_patterns index;
  const std::string uri(2000, 'a');
  for (std::size_t n = 0; n <= uri.size(); ++n)
    index.add({prefix, uri.substr(0, n)});
  CHECK(index.best(uri) == uri);
  CHECK(index.matches(uri.substr(0, 1000)).size() == 1001);
  for (std::size_t n = 0; n < uri.size(); ++n)
    index.remove({prefix, uri.substr(0, n)});
  CHECK(index.matches(uri + "b") == std::multiset<pattern>{{prefix, uri}});
}

TEST_CASE("what matches begins as the pattern does") {
  CHECK(literal_begin(exact, "com.a") == "com.a");
  CHECK(literal_begin(prefix, "com.a") == "com.a");
  CHECK(literal_begin(wildcard, "com.a") == "com.a");
  CHECK(literal_begin(wildcard, "com..a..b") == "com.");
  CHECK(literal_begin(wildcard, "com.a.") == "com.a.");
  for (auto pattern : {"", ".com", ".", ".."})
    CHECK(literal_begin(wildcard, pattern) == "");
}
