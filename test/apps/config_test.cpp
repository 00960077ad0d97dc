#include <wamp/apps/gateway/config.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <unistd.h>

using namespace wamp;
using namespace std::chrono_literals;

namespace {

/// All errors, a line each; the file is called "f". "" for a file without any.
std::string problems(std::string_view text) {
  const auto config = parse_config(text, "f");
  std::string out;
  if (!config)
    for (const auto& e : config.error())
      out += e.to_string() + '\n';
  return out;
}

gateway_config parsed(std::string_view text) {
  auto config = parse_config(text, "f");
  INFO(problems(text));
  REQUIRE(config);
  return *std::move(config);
}

void check_same(const connection_limits& a, const connection_limits& b) {
  CHECK(a.max_message_size == b.max_message_size);
  CHECK(a.handshake_timeout == b.handshake_timeout);
  CHECK(a.ping_interval == b.ping_interval);
  CHECK(a.ping_timeout == b.ping_timeout);
  CHECK(a.close_timeout == b.close_timeout);
  CHECK(a.write_queue == b.write_queue);
  CHECK(a.on_overflow == b.on_overflow);
  CHECK(a.max_http_header == b.max_http_header);
}

void check_same(const listener_config& a, const listener_config& b) {
  CHECK(a.address.to_string() == b.address.to_string());
  CHECK(a.options.max_connections == b.options.max_connections);
  CHECK(a.options.paths == b.options.paths);
  CHECK(a.options.formats == b.options.formats);
  CHECK(a.options.websocket == b.options.websocket);
  CHECK(a.options.rawsocket == b.options.rawsocket);
  CHECK(a.options.long_poll_path == b.options.long_poll_path);
  CHECK(a.options.deflate == b.options.deflate);
  CHECK(a.options.backlog == b.options.backlog);
  CHECK(a.options.max_connections_per_address == b.options.max_connections_per_address);
  CHECK(a.options.max_new_connections_per_second == b.options.max_new_connections_per_second);
  CHECK(a.options.allowed_origins == b.options.allowed_origins);
  CHECK(a.options.cookie.name == b.options.cookie.name);
  CHECK(a.options.cookie.max_age == b.options.cookie.max_age);
  CHECK(a.tls.files.certificate_file == b.tls.files.certificate_file);
  CHECK(a.tls.files.key_file == b.tls.files.key_file);
  CHECK(a.tls.files.client_ca_file == b.tls.files.client_ca_file);
  CHECK(a.tls.files.clients == b.tls.files.clients);
  CHECK(a.tls.files.minimum == b.tls.files.minimum);
  check_same(a.options.limits, b.options.limits);
}

void check_same(const gateway_config& a, const gateway_config& b) {
  REQUIRE(a.listeners.size() == b.listeners.size());
  for (std::size_t i = 0; i < a.listeners.size(); ++i)
    check_same(a.listeners[i], b.listeners[i]);
  REQUIRE(a.realms.size() == b.realms.size());
  for (std::size_t i = 0; i < a.realms.size(); ++i) {
    CHECK(a.realms[i].name == b.realms[i].name);
    CHECK(a.realms[i].uris == b.realms[i].uris);
    CHECK(a.realms[i].request_ids == b.realms[i].request_ids);
    CHECK(a.realms[i].disclose_publishers == b.realms[i].disclose_publishers);
    CHECK(a.realms[i].max_pending_calls == b.realms[i].max_pending_calls);
    CHECK(a.realms[i].max_waiting_calls == b.realms[i].max_waiting_calls);
    CHECK(a.realms[i].disclose_callers == b.realms[i].disclose_callers);
    CHECK(a.realms[i].event_history == b.realms[i].event_history);
    CHECK(a.realms[i].events.path == b.realms[i].events.path);
    CHECK(a.realms[i].events.bounds.retained_topics == b.realms[i].events.bounds.retained_topics);
    CHECK(a.realms[i].events.bounds.retained_bytes == b.realms[i].events.bounds.retained_bytes);
    CHECK(a.realms[i].events.bounds.history_bytes == b.realms[i].events.bounds.history_bytes);
    CHECK(bool{a.realms[i].trustlevel} == bool{b.realms[i].trustlevel});
  }
  CHECK(a.timeouts.hello == b.timeouts.hello);
  CHECK(a.timeouts.authenticate == b.timeouts.authenticate);
  CHECK(a.timeouts.goodbye == b.timeouts.goodbye);
  CHECK(a.log.level == b.log.level);
  CHECK(a.log.format == b.log.format);
  CHECK(a.shutdown_timeout == b.shutdown_timeout);
}

} // namespace

TEST_CASE("the built-in configuration") {
  const auto c = default_config();
  REQUIRE(c.listeners.size() == 1);
  CHECK(c.listeners[0].address.to_string() == "127.0.0.1:8080");
  CHECK(c.listeners[0].options.paths == std::vector<std::string>{"/ws", "/"});
  CHECK(c.listeners[0].options.formats.size() == format_count);
  REQUIRE(c.realms.size() == 1);
  CHECK(c.realms[0].name == "realm1");
  CHECK(c.realms[0].random);
  CHECK(c.log.level == "info");
  CHECK(c.log.format == log_format::text);
  CHECK(c.shutdown_timeout == 5s);
}

TEST_CASE("an empty object changes nothing") {
  check_same(parsed("{}"), default_config());
  check_same(parsed("// nothing\n{ /* \"log\": 1 */ }"), default_config());
}

TEST_CASE("the example file is the built-in configuration") {
  const auto config = read_config(WAMP_SOURCE_DIR "/apps/gateway/example.json");
  REQUIRE(config);
  check_same(*config, default_config());
}

TEST_CASE("every key arrives where it belongs") {
  const auto c = parsed(R"({
    "$schema": "./wamp-gateway.schema.json",
    "listeners": [
      {
        "listen": "[::1]:9000", "paths": ["/a"], "websocket": false, "rawsocket": true,
        "long_poll": "/lp", "deflate": true,
        "formats": ["cbor", "json"], "max_connections": 7, "backlog": 8,
        "max_connections_per_address": 5, "max_new_connections_per_second": 6,
        "allowed_origins": ["https://a.b", "*"], "cookie": {"name": "c", "max_age_s": 61},
        "tls": {
          "certificate": "/c.pem", "key": "/k.pem", "client_ca": "/a.pem",
          "client_certificate": "required", "minimum_version": "1.3"
        },
        "limits": {
          "max_message_bytes": 512, "write_queue_bytes": 1, "on_overflow": "disconnect",
          "handshake_timeout_ms": 11, "ping_interval_ms": 12, "ping_timeout_ms": 13,
          "close_timeout_ms": 14, "max_http_header_bytes": 256
        }
      },
      { "listen": "unix:/run/wamp.socket", "rawsocket": false }
    ],
    "realms": [
      { "name": "a.b", "uris": "strict", "request_ids": "lenient", "max_pending_calls": 9,
        "max_waiting_calls": 8, "disclose_callers": "always", "disclose_publishers": "never",
        "event_history": [
          { "uri": "a.topic" },
          { "uri": "a..", "match": "wildcard", "max_events": 5, "max_bytes": 1024 }
        ],
        "event_store": {
          "path": "/some/file", "max_retained_topics": 3, "max_retained_bytes": 1025,
          "max_history_bytes": 1026
        } },
      { "name": "c" }
    ],
    "limits": {
      "max_message_bytes": 1024, "write_queue_bytes": 2, "on_overflow": "drop_oldest_event",
      "handshake_timeout_ms": 21, "hello_timeout_ms": 25, "goodbye_timeout_ms": 26,
      "authenticate_timeout_ms": 27,
      "ping_interval_ms": 0, "ping_timeout_ms": 23, "close_timeout_ms": 24,
      "max_http_header_bytes": 300
    },
    "log": { "level": "off", "format": "json" },
    "shutdown_timeout_ms": 0
  })");

  gateway_config expected;
  expected.listeners.resize(2);
  auto& first = expected.listeners[0];
  first.address = *listen_address::parse("[::1]:9000");
  first.options.paths = {"/a"};
  first.options.websocket = false;
  first.options.long_poll_path = "/lp";
  first.options.deflate = true;
  first.options.formats = {format::cbor, format::json};
  first.options.max_connections = 7;
  first.options.backlog = 8;
  first.options.max_connections_per_address = 5;
  first.options.max_new_connections_per_second = 6;
  first.options.allowed_origins = {"https://a.b", "*"};
  first.options.cookie = {"c", 61s};
  first.tls.files = {
      "/c.pem", "/k.pem", client_certificates::required, "/a.pem", tls_version::tls_1_3};
  first.options.limits = {512, 11ms, 12ms, 13ms, 14ms, 1, overflow_policy::disconnect, 256};
  auto& second = expected.listeners[1];
  second.address = *listen_address::parse("unix:/run/wamp.socket");
  second.options.rawsocket = false;
  second.options.limits = {1024, 21ms, 0ms, 23ms, 24ms, 2, overflow_policy::drop_oldest_event, 300};
  expected.realms.resize(2);
  expected.realms[0].name = "a.b";
  expected.realms[0].uris = uri_rules::strict;
  expected.realms[0].request_ids = request_id_rules::lenient;
  expected.realms[0].disclose_publishers = disclosure::never;
  expected.realms[0].max_pending_calls = 9;
  expected.realms[0].max_waiting_calls = 8;
  expected.realms[0].disclose_callers = disclosure::always;
  expected.realms[0].event_history = {{"a.topic"}, {"a..", match_policy::wildcard, {5, 1024}}};
  expected.realms[0].events = {"/some/file", {}, {3, 1025, 1026}};
  expected.realms[1].name = "c";
  expected.timeouts = {25ms, 27ms, 26ms};
  expected.log = {"off", log_format::json};
  expected.shutdown_timeout = 0ms;
  check_same(c, expected);
}

TEST_CASE("the limits of all hold for every listener, wherever they stand") {
  const auto listener =
      R"("listeners": [{"listen": "[::1]:1", "limits": {"close_timeout_ms": 7}}])";
  const auto limits = R"("limits": {"close_timeout_ms": 5, "ping_timeout_ms": 6})";
  for (const auto& text :
       {std::string{"{"} + listener + "," + limits + "}",
        std::string{"{"} + limits + "," + listener + "}"}) {
    const auto c = parsed(text);
    CHECK(c.listeners[0].options.limits.close_timeout == 7ms);
    CHECK(c.listeners[0].options.limits.ping_timeout == 6ms);
  }
  const auto built_in = parsed(std::string{"{"} + limits + "}");
  CHECK(built_in.listeners[0].address.port == 8080);
  CHECK(built_in.listeners[0].options.limits.close_timeout == 5ms);
}

TEST_CASE("a mistake in the syntax") {
  CHECK(
      problems("{\n  \"log\": { \"level\": info }\n}")
      == "f:2:21: log.level: expected a value, found 'i'\n");
  CHECK(problems("") == "f:1:1: expected an object, found the end of the file\n");
  // Nothing more is told, as what follows may be misunderstood.
  CHECK(
      problems("{\"lgo\": {},\n\"realms\": [],\n}")
      == "f:3:1: expected a key in quotation marks, found '}'\n");
}

TEST_CASE("unknown keys, with the one that was meant if it is close") {
  CHECK(problems(R"({"realm": []})") == "f:1:2: realm: unknown key; did you mean \"realms\"?\n");
  CHECK(problems(R"({"colour": 1})") == "f:1:2: colour: unknown key\n");
  CHECK(
      problems(R"({"log": {"level": "info", "formt": "text"}})")
      == "f:1:27: log.formt: unknown key; did you mean \"format\"?\n");
  CHECK(
      problems("{\"limits\": {\n\t\"ping_intervall_ms\": 1}}")
      == "f:2:2: limits.ping_intervall_ms: unknown key; did you mean \"ping_interval_ms\"?\n");
  // Sessions know no listeners.
  CHECK(problems(R"({"listeners": [{"listen": "[::1]:1", "limits": {"hello_timeout_ms": 1}}]})")
            .starts_with("f:1:49: listeners[0].limits.hello_timeout_ms: unknown key"));
  CHECK(problems("{\"a\\nb\": 1}") == "f:1:2: a?b: unknown key\n");
  CHECK(problems(R"({"": 1})") == "f:1:2: \"\": unknown key\n");
  CHECK(
      problems(R"({"realms": [{"name": "é", "nam": 1}]})")
      == "f:1:27: realms[0].nam: unknown key; did you mean \"name\"?\n");
}

TEST_CASE("keys that are there twice") {
  CHECK(
      problems("{\"log\": {},\n \"log\": {\"level\": 5}}")
      == "f:2:2: log: the key is there twice, first in line 1\n");
  CHECK(
      problems(R"({"realms": [{"name": "a", "name": "a"}]})")
      == "f:1:27: realms[0].name: the key is there twice, first in line 1\n");
}

TEST_CASE("values of the wrong type") {
  CHECK(problems("[1]") == "f:1:1: expected an object, found a list\n");
  CHECK(problems(" \"x\"") == "f:1:2: expected an object, found \"x\"\n");
  CHECK(problems(R"({"log": []})") == "f:1:9: log: expected an object, found a list\n");
  CHECK(problems(R"({"log": null})") == "f:1:9: log: expected an object, found null\n");
  CHECK(problems(R"({"realms": {}})") == "f:1:12: realms: expected a list, found an object\n");
  CHECK(problems(R"({"realms": ["a"]})") == "f:1:13: realms[0]: expected an object, found \"a\"\n");
  CHECK(
      problems(R"({"realms": [{"name": 1}]})")
      == "f:1:22: realms[0].name: expected a string, found 1\n");
  CHECK(problems(R"({"$schema": 1})") == "f:1:13: $schema: expected a string, found 1\n");
  CHECK(
      problems(R"({"log": {"level": true}})")
      == "f:1:19: log.level: expected a string, found true\n");
  CHECK(
      problems(R"({"shutdown_timeout_ms": "5s"})")
      == "f:1:25: shutdown_timeout_ms: expected a number, found \"5s\"\n");
  CHECK(
      problems(R"({"listeners": [{"listen": "[::1]:1", "websocket": 1, "paths": "/"}]})")
      == "f:1:51: listeners[0].websocket: expected true or false, found 1\n"
         "f:1:63: listeners[0].paths: expected a list, found \"/\"\n");
  CHECK(
      problems(R"({"listeners": [{"listen": "[::1]:1", "formats": ["json", 2]}]})")
      == "f:1:58: listeners[0].formats[1]: expected a string, found 2\n");
}

TEST_CASE("numbers out of their range") {
  const auto range = [](std::string_view key, std::string_view number) {
    return problems("{\"limits\": {\"" + std::string{key} + "\":\n" + std::string{number} + "}}");
  };
  CHECK(
      range("handshake_timeout_ms", "15001")
      == "f:2:1: limits.handshake_timeout_ms: expected a whole number from 1 to 15000, found "
         "15001\n");
  CHECK(
      range("hello_timeout_ms", "0")
      == "f:2:1: limits.hello_timeout_ms: expected a whole number from 1 to 15000, found 0\n");
  CHECK(
      range("max_message_bytes", "-1")
      == "f:2:1: limits.max_message_bytes: expected a whole number from 512 to 16777216, found "
         "-1\n");
  CHECK(
      range("write_queue_bytes", "0")
      == "f:2:1: limits.write_queue_bytes: expected a whole number from 1 to 1073741824, found "
         "0\n");
  CHECK(
      range("close_timeout_ms", "1.5")
      == "f:2:1: limits.close_timeout_ms: expected a whole number from 1 to 60000, found 1.5\n");
  CHECK(
      range("goodbye_timeout_ms", "1e3")
      == "f:2:1: limits.goodbye_timeout_ms: expected a whole number from 1 to 60000, found 1e3\n");
  CHECK(
      range("max_http_header_bytes", "99999999999999999999999")
      == "f:2:1: limits.max_http_header_bytes: expected a whole number from 256 to 1048576, found "
         "99999999999999999999999\n");
  CHECK(
      range("max_http_header_bytes", std::string(200, '9'))
      == "f:2:1: limits.max_http_header_bytes: expected a whole number from 256 to 1048576, found "
             + std::string(60, '9') + "...\n");
}

TEST_CASE("the ends of the ranges are within them") {
  for (const auto* text : {
           R"({"limits": {"handshake_timeout_ms": 15000, "hello_timeout_ms": 15000}})",
           R"({"limits": {"handshake_timeout_ms": 1, "hello_timeout_ms": 1}})",
           R"({"limits": {"max_message_bytes": 512, "max_http_header_bytes": 256}})",
           R"({"limits": {"max_message_bytes": 16777216, "max_http_header_bytes": 1048576}})",
           R"({"limits": {"write_queue_bytes": 1073741824, "close_timeout_ms": 60000}})",
           R"({"shutdown_timeout_ms": 600000})",
       })
    CHECK(problems(text) == "");
}

TEST_CASE("a dead peer is found within 30 seconds") {
  const std::string rule = "ping_interval_ms and ping_timeout_ms together may be at most 30000";
  CHECK(
      problems(R"({"limits": {"ping_interval_ms": 20000, "ping_timeout_ms": 10001}})")
      == "f:1:59: limits.ping_timeout_ms: " + rule + ", they are 30001\n");
  CHECK(problems(R"({"limits": {"ping_interval_ms": 20000, "ping_timeout_ms": 10000}})") == "");
  // The other one as it is by default.
  CHECK(
      problems(R"({"limits": {"ping_interval_ms": 20001}})")
      == "f:1:33: limits.ping_interval_ms: " + rule + ", they are 30001\n");
  // Without pings there is nothing to add.
  CHECK(problems(R"({"limits": {"ping_interval_ms": 0, "ping_timeout_ms": 30000}})") == "");
  // A listener's own limits with those of all; which are not complained of again where they
  // are only inherited.
  CHECK(
      problems(
          "{\"limits\": {\"ping_interval_ms\": 15000},\n\"listeners\": [{\"listen\": \"[::1]:1\", "
          "\"limits\": {\"ping_timeout_ms\": 15001}}]}")
      == "f:2:67: listeners[0].limits.ping_timeout_ms: " + rule + ", they are 30001\n");
  const auto inherited = parse_config(
      R"({"limits": {"ping_interval_ms": 30000},
          "listeners": [{"listen": "[::1]:1", "limits": {"close_timeout_ms": 1}}]})",
      "f");
  REQUIRE(!inherited);
  CHECK(inherited.error().size() == 1);
}

TEST_CASE("words that are no choice") {
  CHECK(
      problems(R"({"log": {"level": "loud", "format": "xml"}})")
      == "f:1:19: log.level: expected \"trace\", \"debug\", \"info\", \"warn\", \"error\" or "
         "\"off\", "
         "found \"loud\"\n"
         "f:1:37: log.format: expected \"text\" or \"json\", found \"xml\"\n");
  CHECK(
      problems(R"({"limits": {"on_overflow": "drop"}})")
      == "f:1:28: limits.on_overflow: expected \"drop_newest_event\", \"drop_oldest_event\" or "
         "\"disconnect\", found \"drop\"\n");
  CHECK(
      problems(R"({"realms": [{"name": "a", "uris": "Strict", "request_ids": "loose"}]})")
      == "f:1:35: realms[0].uris: expected \"loose\" or \"strict\", found \"Strict\"\n"
         "f:1:60: realms[0].request_ids: expected \"strict\" or \"lenient\", found \"loose\"\n");
}

TEST_CASE("lists that are empty or say something twice") {
  CHECK(
      problems("{\"listeners\": [],\n\"realms\": []}")
      == "f:1:15: listeners: the list is empty\nf:2:11: realms: the list is empty\n");
  CHECK(
      problems(R"({"listeners": [{"listen": "[::1]:1", "paths": [], "formats": []}]})")
      == "f:1:47: listeners[0].paths: the list is empty\n"
         "f:1:62: listeners[0].formats: the list is empty\n");
  CHECK(
      problems(
          R"({"listeners": [{"listen": "[::1]:1", "paths": ["/", "/a", "/"],
"formats": ["xml", "json", "json"]}]})")
      == "f:1:59: listeners[0].paths[2]: stands in this list twice\n"
         "f:2:13: listeners[0].formats[0]: expected \"json\", \"msgpack\" or \"cbor\", found "
         "\"xml\"\n"
         "f:2:28: listeners[0].formats[2]: stands in this list twice\n");
}

TEST_CASE("listeners") {
  CHECK(
      problems(R"({"listeners": [{}]})")
      == "f:1:16: listeners[0].listen: must be given in this object\n");
  CHECK(
      problems("{\"listeners\": [{\"listen\": \"127.0.0.1\"}]}").substr(0, 29)
      == "f:1:27: listeners[0].listen: ");
  CHECK(
      problems(R"({"listeners": [{"listen": "[::1]:1", "websocket": false, "rawsocket": false}]})")
      == "f:1:71: listeners[0].rawsocket: a listener needs websocket, rawsocket or both\n");
  const auto path = [](std::string_view p) {
    return problems(
        "{\"listeners\": [{\"listen\": \"[::1]:1\", \"paths\":\n[\"" + std::string{p} + "\"]}]}");
  };
  CHECK(path("ws") == "f:2:2: listeners[0].paths[0]: a path begins with '/'\n");
  CHECK(path("") == "f:2:2: listeners[0].paths[0]: a path begins with '/'\n");
  CHECK(
      path("/a b")
      == "f:2:2: listeners[0].paths[0]: a path is of ASCII characters without spaces\n");
  CHECK(
      path("/é") == "f:2:2: listeners[0].paths[0]: a path is of ASCII characters without spaces\n");
  CHECK(path("/a?b") == "f:2:2: listeners[0].paths[0]: a path has no query and no fragment\n");
  CHECK(path("/a#b") == "f:2:2: listeners[0].paths[0]: a path has no query and no fragment\n");
  CHECK(path("/!~%20") == "");
  const auto long_poll = [](std::string_view p) {
    return problems(
        "{\"listeners\": [{\"listen\": \"[::1]:1\", \"long_poll\":\n\"" + std::string{p} + "\"}]}");
  };
  CHECK(long_poll("") == "");
  CHECK(long_poll("/a/b") == "");
  CHECK(long_poll("a") == "f:2:1: listeners[0].long_poll: a path begins with '/'\n");
  CHECK(
      long_poll("/")
      == "f:2:1: listeners[0].long_poll: a path that others stand below does not end with '/'\n");
}

TEST_CASE("two listeners at one address") {
  CHECK(
      problems(R"({"listeners": [
        { "listen": "127.0.0.1:80" },
        { "listen": 5 },
        { "listen": "unix:/x" },
        { "listen": "127.0.0.1:80" },
        { "listen": "unix:/x" }
      ]})")
      == "f:3:21: listeners[1].listen: expected a string, found 5\n"
         "f:5:21: listeners[3].listen: taken by listeners[0] already\n"
         "f:6:21: listeners[4].listen: taken by listeners[2] already\n");
  // The system chooses another port for each.
  CHECK(problems(R"({"listeners": [{"listen": "[::]:0"}, {"listen": "[::]:0"}]})") == "");
}

TEST_CASE("realms") {
  CHECK(
      problems(R"({"realms": [{"uris": "loose"}]})")
      == "f:1:13: realms[0].name: must be given in this object\n");
  const auto invalid = "not a URI: no part between dots may be empty or hold white space or '#'\n";
  CHECK(
      problems(R"({"realms": [{"name": "a..b"}]})")
      == std::string{"f:1:22: realms[0].name: "} + invalid);
  CHECK(
      problems(R"({"realms": [{"name": ""}]})")
      == std::string{"f:1:22: realms[0].name: "} + invalid);
  CHECK(
      problems(R"({"realms": [{"name": "a b"}]})")
      == std::string{"f:1:22: realms[0].name: "} + invalid);
  CHECK(
      problems("{\"realms\": [{\"name\": \"a\"}, {},\n{\"name\": \"b\"}, {\"name\": \"b\"}]}")
      == "f:1:28: realms[1].name: must be given in this object\n"
         "f:2:25: realms[3].name: taken by realms[2] already\n");
}

TEST_CASE("topics whose past is kept") {
  const auto history = [](std::string_view topics, std::string_view uris = "loose") {
    return problems(
        R"({"realms": [{"name": "a", "uris": ")" + std::string{uris} + "\", \"event_history\":\n["
        + std::string{topics} + "]}]}");
  };
  CHECK(history("") == "");
  CHECK(history(R"({"uri": "a.b"}, {"uri": "a.b", "match": "prefix"})") == "");
  CHECK(
      history(R"({"match": "prefix"})")
      == "f:2:2: realms[0].event_history[0].uri: must be given in this object\n");
  CHECK(
      history(R"({"uri": "a..b"})")
      == "f:2:10: realms[0].event_history[0].uri: not a URI that \"exact\" can match in this "
         "realm\n");
  CHECK(history(R"({"uri": "a..b", "match": "wildcard"})") == "");
  CHECK(
      history(R"({"uri": "A.b"})", "strict")
      == "f:2:10: realms[0].event_history[0].uri: not a URI that \"exact\" can match in this "
         "realm\n");
  CHECK(
      history(R"({"uri": "a"}, {"uri": "a", "max_events": 3})")
      == "f:2:24: realms[0].event_history[1].uri: stands in this list twice\n");
  CHECK(
      history(R"({"uri": "a", "max_events": 0, "max_bytes": 1})")
      == "f:2:29: realms[0].event_history[0].max_events: expected a whole number from 1 to "
         "10000000, found 0\n"
         "f:2:45: realms[0].event_history[0].max_bytes: expected a whole number from 1024 to "
         "1099511627776, found 1\n");
}

TEST_CASE("files of events: each realm has its own, and its place is known") {
  const auto c = parsed("{\"realms\": [{\"name\": \"a\", \"event_store\":\n{\"path\": \"x\"}}]}");
  CHECK(c.realms[0].events.at == config_error{"f", 2, 10, "realms[0].event_store.path", ""});
  CHECK(
      problems("{\"realms\": [{\"name\": \"a\", \"event_store\": {\"path\": \"x\"}},\n"
               "{\"name\": \"b\", \"event_store\": {\"path\": \"\"}},\n"
               "{\"name\": \"c\", \"event_store\": {\"path\": \"\"}},\n"
               "{\"name\": \"d\", \"event_store\": {\"path\": \"x\"}}]}")
      == "f:4:39: realms[3].event_store.path: taken by realms[0] already\n");
}

TEST_CASE("what roles may do") {
  const auto c = parsed(R"({"realms": [{"name": "a", "roles": [
    { "name": "user", "permissions": [
      { "uri": "com.", "match": "prefix", "allow": ["call", "publish"], "disclose": ["caller"] },
      { "uri": "com.x", "allow": ["register", "subscribe"], "cache": false }
    ] },
    { "name": "guest" }
  ]}, {"name": "b"}, {"name": "c", "roles": []}]})");
  permission below{"com.", match_policy::prefix, true, false, true, false, true};
  permission one{"com.x", match_policy::exact, false, true, false, true, false, false, false};
  CHECK(
      c.realms[0].authorization.roles == std::vector<role>{{"user", {below, one}}, {"guest", {}}});
  CHECK_FALSE(c.realms[1].authorization.roles);
  const auto may = [&](std::size_t realm, std::string authrole, action what, std::string_view uri) {
    const session_info who{session_id{1}, {{}, std::move(authrole), {}, {}}, {}};
    const auto& by = c.realms[realm].authorize;
    return !by || by->known(who, {what, uri})->allow;
  };
  CHECK(may(0, "user", action::call, "com.y"));
  CHECK_FALSE(may(0, "user", action::subscribe, "com.y"));
  CHECK(may(0, "user", action::subscribe, "com.x"));
  CHECK_FALSE(may(0, "guest", action::call, "com.y"));
  CHECK_FALSE(may(0, "nobody", action::call, "com.y"));
  CHECK(may(1, "nobody", action::call, "com.y"));
  CHECK_FALSE(may(2, "nobody", action::call, "com.y"));
}

TEST_CASE("an authorizer") {
  const auto c = parsed(R"({"realms": [{"name": "a", "authorizer": "com.may", "roles": [
    { "name": "judge", "permissions": [{ "uri": "com.may", "allow": ["register"] }] }
  ]}]})");
  REQUIRE(c.realms[0].authorize);
  const session_info judge{session_id{1}, {{}, "judge", {}, {}}, {}};
  CHECK(c.realms[0].authorize->known(judge, {action::register_, "com.may"})->allow);
  CHECK_FALSE(c.realms[0].authorize->known(judge, {action::register_, "com.other"}));
  CHECK(c.realms[0].caller);
}

TEST_CASE("mistakes in roles") {
  const auto wrong = [](std::string_view keys) {
    return problems("{\"realms\": [{\"name\": \"a\",\n" + std::string{keys} + "}]}");
  };
  CHECK(
      wrong(R"("roles": [{"permissions": [{"allow": ["cal"]}]}])")
      == "f:2:11: realms[0].roles[0].name: must be given in this object\n"
         "f:2:28: realms[0].roles[0].permissions[0].uri: must be given in this object\n"
         "f:2:38: realms[0].roles[0].permissions[0].allow[0]: expected \"call\", \"register\", "
         "\"publish\" or \"subscribe\", found \"cal\"\n");
  CHECK(
      wrong(R"("roles": [{"name": "u", "permissions": [{"uri": "a..b", "match": "prefix"}]}])")
      == "f:2:49: realms[0].roles[0].permissions[0].uri: not a URI that \"prefix\" can match in "
         "this realm\n");
  CHECK(
      wrong(R"("roles": [{"name": "u", "permissions": [{"uri": "a"}, {"uri": "a"}]}])")
      == "f:2:63: realms[0].roles[0].permissions[1].uri: stands in this list twice\n");
  CHECK(
      wrong(R"("roles": [{"name": "u"}, {"name": "u"}])")
      == "f:2:34: realms[0].roles[1].name: stands in this list twice\n");
  CHECK(
      wrong(R"("authorizer": "com.may")")
      == "f:2:15: realms[0].authorizer: needs roles, one of which may register it\n");
  CHECK(
      wrong(R"("authorizer": "com.may", "roles": [{"name": "u"}])")
      == "f:2:15: realms[0].authorizer: none of the roles may register the authorizer\n");
  CHECK(
      wrong(R"("authorizer": "a b", "roles": [])")
      == "f:2:15: realms[0].authorizer: not a URI that a procedure of this realm can have\n");
  std::string rules;
  for (unsigned n = 0; n < 1000; ++n) {
    rules += rules.empty() ? "" : ",";
    rules += R"({"match": "wildcard", "uri": "a)";
    for (unsigned bit = 0; bit < 10; ++bit)
      rules += (n >> bit & 1U) != 0 ? "." : ".a";
    rules += "\"}";
  }
  CHECK(wrong(R"("roles": [{"name": "u", "permissions": [)" + rules + "]}]").find("f:2:10: ") == 0);
}

TEST_CASE("trust levels") {
  const auto c = parsed(R"({"realms": [{"name": "a", "trust_levels": [
    { "authrole": "admin", "uri": "com.", "match": "prefix", "level": 3 },
    { "authid": "anna", "uri": "org.x" }
  ]}]})");
  const auto level = [&](std::string authid, std::string authrole, std::string_view uri) {
    const session_info who{session_id{1}, {std::move(authid), std::move(authrole), {}, {}}, {}};
    return c.realms[0].trustlevel(who, action::call, uri);
  };
  CHECK(level("anna", "admin", "com.x") == 3);
  CHECK(level("anna", "user", "org.x") == 0);
  CHECK(level("bob", "user", "org.x") == std::nullopt);
  CHECK(
      problems("{\"realms\": [{\"name\": \"a\", \"trust_levels\":\n[{\"uri\": \"a b\"}]}]}")
      == "f:2:10: realms[0].trust_levels[0].uri: not a URI that \"exact\" can match in this "
         "realm\n");
}

TEST_CASE("all errors are told, in the order of the file") {
  CHECK(
      problems(R"({
  "shutdown_timeout_ms": -1,
  "realms": [{ "nmae": "a", "uris": 1 }],
  "logs": {},
  "limits": { "on_overflow": 1, "on_overflow": 2 },
  "log": { "format": 3, "colour": "red", "level": "all" }
})")
      == "f:2:26: shutdown_timeout_ms: expected a whole number from 0 to 600000, found -1\n"
         "f:3:14: realms[0].name: must be given in this object\n"
         "f:3:16: realms[0].nmae: unknown key; did you mean \"name\"?\n"
         "f:3:37: realms[0].uris: expected a string, found 1\n"
         "f:4:3: logs: unknown key; did you mean \"log\"?\n"
         "f:5:30: limits.on_overflow: expected a string, found 1\n"
         "f:5:33: limits.on_overflow: the key is there twice, first in line 5\n"
         "f:6:22: log.format: expected a string, found 3\n"
         "f:6:25: log.colour: unknown key\n"
         "f:6:51: log.level: expected \"trace\", \"debug\", \"info\", \"warn\", \"error\" or "
         "\"off\", "
         "found \"all\"\n");
}

TEST_CASE("an error's parts") {
  const auto config = parse_config("{\n  \"log\": 5\n}", "dir/file.json");
  REQUIRE(!config);
  const std::vector<config_error> expected{
      {"dir/file.json", 2, 10, "log", "expected an object, found 5"}};
  CHECK(config.error() == expected);
}

TEST_CASE("files that cannot be read, or are too large") {
  const auto first_error = [](const std::string& path) {
    const auto config = read_config(path);
    REQUIRE(!config);
    REQUIRE(config.error().size() == 1);
    return config.error()[0].to_string();
  };
  CHECK(
      first_error("/nonexistent/wamp.json")
      == "/nonexistent/wamp.json: cannot be read: No such file or directory");
  CHECK(first_error("/") == "/: cannot be read: Is a directory");
  CHECK(first_error("/dev/zero") == "/dev/zero: larger than 1048576 bytes");
  CHECK(problems(std::string(1'048'577, ' ')) == "f: larger than 1048576 bytes\n");
  CHECK(problems("{}" + std::string(1'048'574, ' ')) == "");
}

TEST_CASE("a file is read") {
  auto path = std::string{"/tmp/wamp_config_test_XXXXXX"};
  const int handle = mkstemp(path.data());
  REQUIRE(handle >= 0);
  close(handle);
  std::ofstream{path} << "// mine\n{\"log\": {\"level\": \"warn\"}}\n";
  const auto config = read_config(path);
  std::ofstream{path} << "{\n";
  const auto broken = read_config(path);
  std::remove(path.c_str());
  REQUIRE(config);
  CHECK(config->log.level == "warn");
  REQUIRE(!broken);
  CHECK(
      broken.error()[0].to_string()
      == path + ":2:1: expected a key in quotation marks, found the end of the file");
}

TEST_CASE("mistakes about TLS, origins and cookies") {
  const auto listener = [](const std::string& more) {
    return problems("{\"listeners\": [{\"listen\": \"[::1]:1\",\n" + more + "}]}");
  };
  CHECK(listener(R"("tls": {"certificate": "a"})").empty());
  CHECK(
      listener(R"("tls": {"key": "a"})")
      == "f:2:16: listeners[0].tls.key: there is no certificate, so no TLS\n");
  CHECK(
      listener(R"("tls": {"client_certificate": "optional", "client_ca": "x"})")
      == "f:2:31: listeners[0].tls.client_certificate: there is no certificate, so no TLS\n");
  CHECK(
      listener(R"("tls": {"certificate": "a", "client_certificate": "required"})")
      == "f:2:51: listeners[0].tls.client_certificate: client_ca must say whose clients' "
         "certificates are good\n");
  CHECK(
      listener(R"("tls": {"certificate": "a", "minimum_version": "1.1"})")
      == "f:2:48: listeners[0].tls.minimum_version: expected \"1.2\" or \"1.3\", found \"1.1\"\n");
  CHECK(
      listener(R"("tls": {"certificate": "a\u0000"})")
      == "f:2:24: listeners[0].tls.certificate: a file's name holds no U+0000\n");
  CHECK(
      listener(R"("allowed_origins": ["https://a.b/"])")
      == "f:2:21: listeners[0].allowed_origins[0]: an origin is \"scheme://host\" or "
         "\"scheme://host:port\" without a path, or \"*\" for all\n");
  CHECK(
      listener(R"("cookie": {"name": "a b"})")
      == "f:2:20: listeners[0].cookie.name: a cookie's name is of letters, digits, '-' and '_'\n");
}
