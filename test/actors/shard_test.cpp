// Which node a resource belongs to: equal shares, and nothing moves without need.
#include <wamp/actors/shard.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace wamp;

namespace {

std::string node_of(int resource, const std::vector<std::string>& nodes) {
  std::string best;
  for (const auto& node : nodes)
    if (best.empty()
        || affinity("sn" + std::to_string(resource), node)
               > affinity("sn" + std::to_string(resource), best))
      best = node;
  return best;
}

} // namespace

TEST_CASE("resources are shared out evenly, and a node that goes moves only its own") {
  const std::vector<std::string> nodes{"node1", "node2", "node3", "node4"};
  std::map<std::string, int> share;
  for (int r = 0; r < 10'000; ++r) {
    const auto at = node_of(r, nodes);
    ++share[at];
    if (at != "node4")
      CHECK(node_of(r, {"node1", "node2", "node3"}) == at);
  }
  for (const auto& [node, count] : share) {
    CHECK(count > 2300);
    CHECK(count < 2700);
  }
}

TEST_CASE("resource and node do not run into each other") {
  CHECK(affinity("ab", "c") != affinity("a", "bc"));
}

TEST_CASE("a resource keeps its node in all programs") {
  CHECK(affinity("sn239019", "node23") == 0xa3bf9d192559625);
}
