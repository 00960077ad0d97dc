#include <wamp/auth/cookie.hpp>
#include <wamp/test/auth/testing.hpp>

#include <thread>

namespace wamp::test {

namespace {

using namespace std::chrono_literals;

const identity joe{"joe", "user", "ticket", "static"};

/// A store whose clock stands still.
struct shop {
  explicit shop(cookie_store::limits l = {}) : store(l, [this] { return now; }) {}

  bool knows(std::string_view cookie) const { return store.find("realm1", cookie).has_value(); }

  cookie_store::clock::time_point now{};
  cookie_store store;
};

login with_cookie(const std::string& cookie, const std::string& authid = {}) {
  peer_facts facts;
  facts.cookie = cookie;
  return login_of("cookie", authid, {}, facts);
}

} // namespace

TEST_CASE("a browser comes back as who it was") {
  const auto store = std::make_shared<cookie_store>();
  const cookie_method router{store};
  store->remember("realm1", "a cookie", joe);
  const auto let_in = admitted(router.challenge(with_cookie("a cookie")));
  CHECK(let_in.who.authid == "joe");
  CHECK(let_in.who.authrole == "user");
  CHECK(let_in.who.authmethod == "cookie");
  CHECK(let_in.who.authprovider == "static");
  CHECK(router.suits(with_cookie("a cookie")));
  CHECK(admitted(router.challenge(with_cookie("a cookie", "joe"))).who.authid == "joe");
}

TEST_CASE("an unknown cookie, none, another realm's, or for another name, is denied") {
  const auto store = std::make_shared<cookie_store>();
  const cookie_method router{store};
  store->remember("realm1", "a cookie", joe);
  store->remember("realm", "1another", joe);
  store->remember("realm1", "", joe);
  CHECK(store->size() == 2);
  for (const auto& who :
       {with_cookie("A cookie"), with_cookie(""), with_cookie("a cookie", "jim"),
        with_cookie("another"), with_cookie("1another")}) {
    CHECK(is_denied(router.challenge(who)));
    CHECK_FALSE(router.suits(who));
  }
}

TEST_CASE("a cookie is good while the user is there that it stands for, in his role") {
  const auto store = std::make_shared<cookie_store>();
  const auto users = std::make_shared<static_users>();
  const cookie_method router{store, users};
  store->remember("realm1", "a cookie", joe);
  CHECK_FALSE(router.suits(with_cookie("a cookie")));
  REQUIRE(users->replace({{"joe", "boss"}}));
  CHECK_FALSE(router.suits(with_cookie("a cookie")));
  REQUIRE(users->replace({{"joe", "user"}}));
  CHECK(router.suits(with_cookie("a cookie")));
  auto by_another = joe;
  by_another.authprovider = "dynamic"; // of whom the list says nothing
  store->remember("realm1", "another", by_another);
  REQUIRE(users->replace({}));
  CHECK(router.suits(with_cookie("another")));
}

TEST_CASE("a cookie is good for its time, and no longer") {
  shop s{{.entries = 10, .time_to_live = 60s}};
  s.store.remember("realm1", "a", joe);
  s.now += 59s;
  CHECK(s.knows("a"));
  s.now += 1s;
  CHECK_FALSE(s.knows("a"));
  s.store.remember("realm1", "b", joe);
  CHECK(s.store.size() == 1);
}

TEST_CASE("a store has room for so many, and forgets the oldest") {
  shop s{{.entries = 2, .time_to_live = 60s}};
  s.store.remember("realm1", "a", joe);
  s.store.remember("realm1", "b", joe);
  s.store.remember("realm1", "a", {"jim", "user", "ticket", "static"});
  CHECK(s.store.size() == 2);
  CHECK(s.store.find("realm1", "a")->authid == "jim");
  s.store.remember("realm1", "c", joe);
  CHECK(s.store.size() == 2);
  CHECK_FALSE(s.knows("b"));
  CHECK(s.knows("a"));
  CHECK(s.knows("c"));

  shop none{{.entries = 0, .time_to_live = 60s}};
  none.store.remember("realm1", "a", joe);
  CHECK(none.store.size() == 0);
}

TEST_CASE("cookies are forgotten one by one, or by whom they stand for") {
  shop s;
  s.store.remember("realm1", "a", joe);
  s.store.remember("realm1", "b", {"jim", "user", "ticket", "static"});
  s.store.remember("realm2", "a", joe);
  s.store.forget("realm1", "a");
  s.store.forget("realm1", "unknown");
  CHECK_FALSE(s.knows("a"));
  CHECK(s.store.find("realm2", "a"));
  s.store.keep_if([](std::string_view realm, const identity& who) {
    return realm == "realm1" && who.authid == "jim";
  });
  CHECK(s.store.size() == 1);
  CHECK(s.knows("b"));
}

TEST_CASE("many threads may remember, find and forget") {
  cookie_store store{{.entries = 8, .time_to_live = 60s}};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&store, t] {
      for (int i = 0; i < 200; ++i) {
        const auto cookie = std::to_string((i + t) % 16);
        store.remember("realm1", cookie, {cookie, "user", "ticket", "static"});
        if (const auto found = store.find("realm1", cookie))
          CHECK(found->authid == cookie);
        if (i % 10 == 0)
          store.forget("realm1", cookie);
        if (i % 50 == 0)
          store.keep_if([](std::string_view, const identity& who) { return who.authid != "3"; });
      }
    });
  for (auto& t : threads)
    t.join();
  CHECK(store.size() <= 8);
}

} // namespace wamp::test
