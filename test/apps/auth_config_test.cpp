// What a configuration says of who may come in: read, found wrong, and made true.
#include <wamp/apps/gateway/add_user.hpp>
#include <wamp/apps/gateway/authentication.hpp>
#include <wamp/apps/gateway/config.hpp>
#include <wamp/auth/cookie_store.hpp>
#include <wamp/auth/crypto.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/test/support/temporary_folder.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace wamp;
using wamp::test::temporary_folder;
using namespace std::chrono_literals;

namespace {

std::string problems(const std::string& auth) {
  const auto config = parse_config(
      "{\"realms\": [{\"name\": \"a\", \"roles\": [], \"auth\":\n" + auth + "}]}", "f");
  std::string out;
  if (!config)
    for (const auto& e : config.error())
      out += e.to_string() + '\n';
  return out;
}

gateway_config parsed(const std::string& realms) {
  auto config = parse_config(
      "{\"realms\": " + realms
          + R"(, "listeners": [{"listen": "unix:/x", "cookie": {"name": "c"}}]})",
      "f");
  if (!config)
    FAIL(config.error().front().to_string());
  return *std::move(config);
}

std::vector<std::string> names_of(const realm_config& realm) {
  std::vector<std::string> names;
  for (const auto& way : realm.authentication)
    names.push_back(way.name);
  return names;
}

/// What `add_user` prints.
std::string entry_of(const new_user& who, const std::string& typed = "secret\n") {
  std::istringstream in{typed};
  std::ostringstream out;
  std::ostringstream trouble;
  CHECK(add_user(who, in, out, trouble) == 0);
  return out.str();
}

const std::string key(64, 'a');

} // namespace

TEST_CASE("a realm without \"auth\" lets everybody in, as it always did") {
  auto c = default_config();
  REQUIRE(open_authentication(c).empty());
  CHECK(names_of(c.realms[0]) == std::vector<std::string>{"anonymous"});
  CHECK(c.realms[0].cookies == nullptr);
}

TEST_CASE("methods come in the order of the file, users with what they have") {
  const auto ticket = secrets::text_of(secrets::new_ticket("secret", 10));
  auto c = parsed(
      R"([{"name": "a", "roles": [], "auth": {
        "methods": ["cookie", "tls", "cryptosign", "wamp-scram", "wampcra", "ticket", "anonymous"],
        "anonymous_role": "guest",
        "users": [
          {"authid": "joe", "role": "clerk", "ticket": ")"
      + ticket + R"(", "wampcra": "key$0123456789abcdef", "cryptosign": [")" + key
      + R"("], "tls": [")" + key + R"("], "tls_names": ["joe's"]},
          {"authid": "eve", "role": "guest"}
        ]}}])");
  const auto& users = c.realms[0].auth.users;
  REQUIRE(users.size() == 2);
  CHECK(users[0].authid == "joe");
  CHECK(users[0].role == "clerk");
  CHECK(secrets::text_of(*users[0].ticket) == ticket);
  CHECK(users[0].cra->key == "0123456789abcdef");
  CHECK_FALSE(users[0].scram);
  CHECK(users[0].public_keys == std::vector<std::string>{std::string(32, '\xaa')});
  CHECK(users[0].certificates == std::vector<std::string>{key});
  CHECK(users[0].common_names == std::vector<std::string>{"joe's"});
  REQUIRE(open_authentication(c).empty());
  CHECK(
      names_of(c.realms[0])
      == std::vector<std::string>{
          "cookie", "tls", "cryptosign", "wamp-scram", "wampcra", "ticket", "anonymous"});
  CHECK(c.realms[0].cookies);
  CHECK(c.realms[0].users->by_authid("eve")->role == "guest");
}

TEST_CASE("what is wrong with \"auth\" is told with its place") {
  CHECK(problems(R"({"methods": []})").starts_with("f:2:13: realms[0].auth.methods: "));
  CHECK(problems(R"({"methods": ["tikket"]})").starts_with("f:2:14: realms[0].auth.methods[0]: "));
  CHECK(
      problems(R"({"methods": ["ticket", "ticket"]})")
      == "f:2:24: realms[0].auth.methods[1]: stands in this list twice\n");
  CHECK(
      problems(R"({"users": [{"authid": "joe"}]})").starts_with("f:2:12: realms[0].auth.users[0]"));
  CHECK(
      problems(R"({"users": [{"authid": "", "role": "r"}]})")
      == "f:2:23: realms[0].auth.users[0].authid: a name is not empty\n");
  const auto of_secret =
      problems(R"({"users": [{"authid": "j", "role": "r", "ticket": "plain"}]})");
  CHECK(of_secret.starts_with("f:2:51: realms[0].auth.users[0].ticket: "));
  CHECK(of_secret.find("plain") == std::string::npos); // it may be somebody's
  CHECK(problems(R"({"users": [{"authid": "j", "role": "r"}, {"authid": "j", "role": "s"}]})")
            .starts_with("f:2:11: realms[0].auth.users: user \"j\": "));
  CHECK(problems(R"({"dynamic": {"procedure": "com.x"}})")
            .starts_with("f:2:27: realms[0].auth.dynamic.procedure: "));
  CHECK(problems(R"({"dynamic": {"methods": ["cryptosign"]}})")
            .starts_with("f:2:26: realms[0].auth.dynamic.methods[0]: "));
  CHECK(
      problems(R"({"dynamic": {"procedure": "not a uri"}})")
      == "f:2:27: realms[0].auth.dynamic.procedure: not a URI\n");
}

TEST_CASE("whom a realm lets in for who he is, it says what he may do") {
  const auto config =
      parse_config(R"({"realms": [{"name": "a", "auth": {"methods": ["ticket"]}}]})", "f");
  REQUIRE_FALSE(config.has_value());
  REQUIRE(config.error().size() == 1);
  CHECK(
      config.error().front().to_string()
      == "f:1:35: realms[0].auth: needs roles: what those who come in may do");
}

TEST_CASE("a realm with the method \"cookie\" needs a listener that has one") {
  const std::string realms = R"("realms": [{"name": "a", "roles": [],
      "auth": {"methods": ["cookie", "ticket"]}}])";
  for (const std::string listener : {"", R"("listeners": [{"listen": "unix:/x"}], )"}) {
    const auto config = parse_config("{" + listener + realms + "}", "f");
    REQUIRE_FALSE(config.has_value());
    REQUIRE(config.error().size() == 1);
    CHECK(
        config.error().front().to_string()
        == "f:2:15: realms[0].auth: its method \"cookie\" needs a listener with a cookie");
  }
  const std::string with_cookie =
      R"("listeners": [{"listen": "unix:/x"}, {"listen": "unix:/y", "cookie": {"name": "c"}}])";
  CHECK(parse_config("{" + realms + ", " + with_cookie + "}", "f").has_value()); // in any order
}

TEST_CASE("a procedure may decide, of this realm or another that is there") {
  const auto with_realm = [](const std::string& realm) {
    return parsed(
        R"([{"name": "a", "roles": [], "auth": {"methods": ["ticket"],
             "dynamic": {"procedure": "com.x", "realm": ")"
        + realm + R"(", "timeout_ms": 7}}}, {"name": "b"}])");
  };
  auto own = with_realm("");
  CHECK(own.realms[0].auth.dynamic.timeout == 7ms);
  CHECK(open_authentication(own).empty());
  auto others = with_realm("b");
  CHECK(open_authentication(others).empty());
  REQUIRE(others.realms[1].caller);
  CHECK(others.realms[1].caller.use_count() == 2); // it is that realm's procedure
  auto nobodys = with_realm("c");
  const auto found = open_authentication(nobodys);
  REQUIRE(found.size() == 1);
  CHECK(found[0].to_string() == "f:2:57: realms[0].auth.dynamic.realm: there is no realm c");
}

TEST_CASE("users can be replaced while the realm runs, and browsers of who is gone are forgotten") {
  const auto with_users = [](const std::string& users) {
    return parsed(
        R"([{"name": "a", "roles": [], "auth": {"methods": ["cookie", "wampcra"], "users": [)"
        + users + "]}}]");
  };
  const auto user = [](const std::string& authid, const std::string& role) {
    return R"({"authid": ")" + authid + R"(", "role": ")" + role + R"("})";
  };
  const auto with_secret = [](const std::string& key) {
    return R"(,{"authid": "stolen", "role": "r", "wampcra": "key$)" + key + R"("})";
  };
  auto running = with_users(
      user("stays", "r") + "," + user("goes", "r") + "," + user("rises", "r")
      + with_secret("0123456789abcdef"));
  REQUIRE(open_authentication(running).empty());
  auto& realm = running.realms[0];
  for (auto authid : {"stays", "goes", "rises", "stolen"})
    realm.cookies->remember("a", authid, {authid, "r", "wampcra", "static"});
  realm.cookies->remember("a", "other", {"other", "r", "ticket", "dynamic"});
  const auto users_before = realm.users;
  replace_users(
      running.realms, with_users(
                          user("stays", "r") + "," + user("rises", "boss") + "," + user("new", "r")
                          + with_secret("fedcba9876543210"))
                          .realms);
  CHECK(realm.users == users_before); // the methods hold it
  CHECK(realm.users->by_authid("new"));
  CHECK_FALSE(realm.users->by_authid("goes"));
  CHECK(realm.cookies->find("a", "stays"));
  CHECK_FALSE(realm.cookies->find("a", "goes"));
  CHECK_FALSE(realm.cookies->find("a", "rises"));
  CHECK_FALSE(realm.cookies->find("a", "stolen")); // by whomever had the old key
  CHECK(realm.cookies->find("a", "other"));        // of whom the list says nothing
}

TEST_CASE("add-user makes an entry that the configuration takes, and that holds no password") {
  for (const auto& method : {"ticket", "wampcra", "wamp-scram"}) {
    CAPTURE(method);
    const auto entry = entry_of({"joe", "clerk", {method}});
    CHECK(entry.find("secret") == std::string::npos);
    const auto c = parsed(R"([{"name": "a", "auth": {"users": [)" + entry + "]}}]");
    const auto& u = c.realms[0].auth.users.at(0);
    CHECK(u.authid == "joe");
    CHECK(u.role == "clerk");
    const std::string has{method};
    CHECK(u.ticket.has_value() == (has == "ticket"));
    CHECK(u.cra.has_value() == (has == "wampcra"));
    CHECK(u.scram.has_value() == (has == "wamp-scram"));
  }
}

TEST_CASE("add-user takes what it is told, and says what is wrong") {
  CHECK(entry_of({"j", "r"}).find("wamp-scram\":\"pbkdf2$") != std::string::npos);
  CHECK(entry_of({"j", "r", {}, true}).find("argon2id13$") != std::string::npos);
  const auto by_key = entry_of({"j", "r", {}, false, {key}}, ""); // it asks for no password
  CHECK(by_key == R"({"authid":"j","role":"r","cryptosign":[")" + key + "\"]}\n");
  std::istringstream empty{"\n"};
  std::ostringstream out;
  std::ostringstream trouble;
  CHECK(add_user({"j", "r"}, empty, out, trouble) == 2);
  CHECK(trouble.str().find("a password is not empty") != std::string::npos);
  CHECK(add_user({"j", "r", {}, false, {"xyz"}}, empty, out, trouble) == 2);
  CHECK(trouble.str().find("--public-key xyz") != std::string::npos);
  CHECK(out.str().empty());
}

TEST_CASE("the router's own key is read from its file, or told to be missing at its name") {
  const temporary_folder folder;
  const auto with_key = [&](const char* file) {
    return parsed(
        R"([{"name": "a", "roles": [], "auth": {"methods": ["cryptosign"], "router_key":")"
        + folder / file + R"("}}])");
  };
  const auto path = folder / "key";
  std::ofstream{path} << std::string(64, '1') << '\n';
  auto good = with_key("key");
  CHECK(open_authentication(good).empty());
  const auto key = crypto::ed25519_key::from_seed(std::string(32, '\x11'));
  CHECK(good.realms[0].public_key == key->public_key());

  const auto told_of = [&](const char* file) {
    auto config = with_key(file);
    const auto found = open_authentication(config);
    REQUIRE(found.size() == 1);
    return found[0].to_string();
  };
  const std::string place = "f:1:89: realms[0].auth.router_key: ";
  CHECK(told_of("none") == place + "can not read " + folder / "none");
  CHECK(told_of(".") == place + "can not read " + folder / ".");
  std::ofstream{path} << "public-key-ed25519: " << std::string(64, '1') << '\n';
  CHECK(told_of("key") == place + path + ": the private key has not 64 hexadecimal digits");
}

TEST_CASE("how many may be on their way in, and for how long") {
  auto c = parsed(R"([{"name": "a", "auth": {"login_timeout_ms": 7, "max_logins": 3}}])");
  REQUIRE(open_authentication(c).empty());
  CHECK(c.realms[0].login_timeout == 7ms);
  CHECK(c.realms[0].max_logins == 3);
}

TEST_CASE("who came in is known as long as a browser keeps its cookie") {
  auto c = parse_config(
      R"({"listeners": [{"listen": "unix:/x", "cookie": {"name": "c", "max_age_s": 1}},
                        {"listen": "unix:/y", "cookie": {"max_age_s": 2592000}}],
          "realms": [{"name": "a", "roles": [], "auth": {"methods": ["cookie", "ticket"]}}]})",
      "f");
  REQUIRE(c);
  REQUIRE(open_authentication(*c).empty());
  CHECK(c->realms[0].cookies->time_to_live() == std::chrono::hours{24 * 30});
}
