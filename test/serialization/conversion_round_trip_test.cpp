// Random nested C++ structures through the data model, every format and back, and damaged values
// into typed structures. The seed is fixed: a failure repeats.
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/test/serialization/testing.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <unordered_map>

namespace wamp::testing {

namespace {

enum class grade : std::int16_t { low = -5, high = 5 };

struct leaf {
  float weight = 0;
  std::optional<std::string> note;
  std::pair<std::uint8_t, std::int16_t> place;
  grade mark = grade::low;
  bool operator==(const leaf&) const = default;
};
WAMP_STRUCT(leaf, weight, note, place, mark)

struct tree {
  std::int64_t number = 0;
  std::uint64_t huge = 0;
  std::vector<tree> children;
  std::map<std::string, std::variant<std::int32_t, double, std::string, leaf>> labels;
  std::unordered_map<std::string, std::vector<bool>> flags;
  std::tuple<std::optional<double>, std::set<std::string>, binary> mixed;
  std::array<std::optional<leaf>, 2> leaves;
  std::vector<std::byte> blob;
  bool operator==(const tree&) const = default;
};
WAMP_STRUCT(tree, number, huge, children, labels, flags, mixed, leaves, blob)

class generator {
public:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  /// Every width equally often, and so the ends of the range.
  template <std::integral T>
  void fill(T& x) {
    x = static_cast<T>(random_() >> below(64));
  }
  void fill(bool& x) { x = below(2) == 0; }
  void fill(double& x) {
    x = below(3) ? std::bit_cast<double>(random_()) : static_cast<double>(below(100));
    if (!std::isfinite(x))
      x = 0.5;
  }
  void fill(float& x) { x = static_cast<float>(below(1000)) / 8; }
  void fill(grade& x) { x = below(2) ? grade::low : grade::high; }
  void fill(std::byte& x) { x = static_cast<std::byte>(below(256)); }
  /// No U+0000: in JSON, a string that begins with it is binary.
  void fill(std::string& x) {
    x.clear();
    for (auto n = below(6); n > 0; --n)
      x += static_cast<char>(1 + below(127));
  }
  void fill(binary& x) { fill(x.bytes); }
  void fill(leaf& x) { fill_all(x.weight, x.note, x.place, x.mark); }
  void fill(tree& x) {
    ++depth_;
    fill_all(x.number, x.huge, x.labels, x.flags, x.mixed, x.leaves, x.blob);
    x.children.resize(depth_ < 4 ? below(3) : 0);
    for (auto& child : x.children)
      fill(child);
    --depth_;
  }
  template <class T>
  void fill(std::optional<T>& x) {
    x.reset();
    if (below(2))
      fill(x.emplace());
  }
  template <class... Ts>
  void fill(std::variant<Ts...>& x) {
    const auto chosen = below(sizeof...(Ts));
    std::size_t i = 0;
    ((i++ == chosen ? fill(x.template emplace<Ts>()) : void()), ...);
  }
  template <class... Ts>
  void fill(std::tuple<Ts...>& x) {
    std::apply([&](auto&... part) { fill_all(part...); }, x);
  }
  template <class A, class B>
  void fill(std::pair<A, B>& x) {
    fill_all(x.first, x.second);
  }
  template <class T, std::size_t N>
  void fill(std::array<T, N>& x) {
    for (auto& item : x)
      fill(item);
  }
  void fill(std::set<std::string>& x) {
    for (auto n = below(4); n > 0; --n)
      x.insert(made<std::string>());
  }
  template <class T>
  void fill(std::vector<T>& x) {
    for (auto n = below(4); n > 0; --n)
      x.push_back(made<T>());
  }
  template <class T>
  void fill(std::map<std::string, T>& x) {
    for (auto n = below(4); n > 0; --n)
      x[made<std::string>()] = made<T>();
  }
  template <class T>
  void fill(std::unordered_map<std::string, T>& x) {
    for (auto n = below(4); n > 0; --n)
      x[made<std::string>()] = made<T>();
  }

  template <class T>
  T made() {
    T x{};
    fill(x);
    return x;
  }

  /// `v` with some part of it replaced by something else.
  value damaged(const value& v) {
    if (below(4) == 0)
      return any();
    if (auto l = v.get_if<list>(); l && !l->empty()) {
      auto copy = *l;
      auto& item = copy[below(copy.size())];
      item = damaged(item);
      if (below(8) == 0)
        copy.pop_back();
      return copy;
    }
    if (auto d = v.get_if<dict>(); d && !d->empty()) {
      auto copy = *d;
      const auto& key = (d->begin() + static_cast<std::ptrdiff_t>(below(d->size())))->key;
      if (below(8) == 0)
        copy.erase(key);
      else
        copy.set(key, damaged(*d->find(key)));
      return copy;
    }
    return any();
  }

private:
  template <class... Ts>
  void fill_all(Ts&... xs) {
    (fill(xs), ...);
  }

  value any() {
    switch (below(9)) {
    case 0:
      return {};
    case 1:
      return made<bool>();
    case 2:
      return made<std::int64_t>();
    case 3:
      return made<std::uint64_t>();
    case 4:
      return made<double>();
    case 5:
      return made<std::string>();
    case 6:
      return made<binary>();
    case 7:
      return list{1, "a"};
    default:
      return dict{{"a", 1}};
    }
  }

  std::mt19937_64 random_{20240229};
  int depth_ = 0;
};

} // namespace

TEST_CASE("random nested structures survive the data model and every format") {
  generator g;
  for (int round = 0; round < 100; ++round) {
    const auto before = g.made<tree>();
    REQUIRE(from_value<tree>(to_value(before)) == before);
    const auto sent = make_payload(before, kwargs::from(before));
    for (auto f : all_formats) {
      const auto got = payload::encoded(f, sent.bytes(f), sent.parts());
      const auto after = arguments_as<tree, kwargs>(got.values());
      if (!after)
        FAIL(after.error().to_string());
      REQUIRE(std::get<tree>(*after) == before);
      REQUIRE(std::get<kwargs>(*after).as<tree>() == before);
    }
  }
}

TEST_CASE("a damaged structure is refused with a reason, or else means the same both ways") {
  generator g;
  std::size_t refused = 0, accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto v = g.damaged(to_value(g.made<tree>()));
    const auto x = from_value<tree>(v);
    if (x) {
      ++accepted;
      CHECK(from_value<tree>(to_value(*x)) == *x);
    } else {
      ++refused;
      CHECK(x.error().expected != "");
      CHECK(x.error().found != "");
    }
  }
  CHECK(refused > 1000);
  CHECK(accepted > 100);
}

} // namespace wamp::testing
