// Names and addresses, as far as this machine knows them by itself.
#include <wamp/transport/name_lookup.hpp>

#include <doctest/doctest.h>

#include <future>
#include <netinet/in.h>
#include <string>
#include <utility>

using namespace wamp;

namespace {

lookup_result wait_for(const std::string& host) {
  std::promise<lookup_result> found;
  auto begun =
      look_up(resolve_name, host, 80, [&](lookup_result r) { found.set_value(std::move(r)); });
  REQUIRE(begun.has_value());
  return found.get_future().get();
}

} // namespace

TEST_CASE("an address is read without asking anybody, a name is none") {
  auto v4 = read_address("127.0.0.1", 80);
  REQUIRE(v4.has_value());
  CHECK(name_of(v4->storage) == "tcp4:127.0.0.1:80");
  CHECK(v4->size == sizeof(sockaddr_in));
  auto v6 = read_address("::1", 65535);
  REQUIRE(v6.has_value());
  CHECK(name_of(v6->storage) == "tcp6:[::1]:65535");
  CHECK(!read_address("localhost", 80).has_value());
}

TEST_CASE("a name is looked up on another thread") {
  auto found = wait_for("localhost");
  REQUIRE(found.has_value());
  for (const auto& a : *found) {
    auto name = name_of(a.storage);
    CHECK((name.starts_with("tcp4:127.") || name == "tcp6:[::1]:80"));
  }
  auto none = wait_for("no..such..name");
  REQUIRE(!none.has_value());
  CHECK(!none.error().empty());
}
