#include <wamp/serialization/option_rules.hpp>

#include <doctest/doctest.h>

#include <string>

namespace wamp {

namespace {

/// "expected ... in [path]", or "" when the options are right.
std::string judge(message_code code, dict options, bool accept_integral_floats = false) {
  const auto violation = check_options(code, options, 2, accept_integral_floats);
  return violation ? violation->text + " in " + to_string(violation->path) : "";
}

constexpr auto expected_id = "expected an id, an integer from 1 to 2^53 in ";

} // namespace

TEST_CASE("a known option has its type, and only that") {
  using enum message_code;
  CHECK(judge(publish, {{"acknowledge", true}}) == "");
  CHECK(judge(publish, {{"acknowledge", 1}}) == "expected a bool in [2].acknowledge");
  // null is how JavaScript's `undefined` arrives: an option that is not given.
  CHECK(judge(publish, {{"retain", value{}}}) == "");
  CHECK(judge(subscribe, {{"match", value{}}, {"get_retained", value{}}}) == "");
  CHECK(judge(call, {{"timeout", 0}, {"receive_progress", false}}) == "");
  CHECK(judge(call, {{"timeout", -1}}) == "expected a non-negative integer in [2].timeout");
  CHECK(judge(call, {{"timeout", 1.0}}) == "expected a non-negative integer in [2].timeout");
  CHECK(judge(call, {{"timeout", UINT64_MAX}}) == "");
  CHECK(judge(hello, {{"agent", 1}}) == "expected a string in [2].agent");
  CHECK(judge(hello, {{"authextra", list{}}}) == "expected a dictionary in [2].authextra");
  CHECK(judge(welcome, {{"authextra", value{}}}) == "");
  CHECK(judge(welcome, {{"authextra", 1}}) == "expected a dictionary in [2].authextra");
  CHECK(judge(challenge, {{"channel_binding", value{}}, {"iterations", 1000}}) == "");
  CHECK(judge(challenge, {{"channel_binding", 1}}) == "expected a string in [2].channel_binding");
  CHECK(judge(event, {{"publisher", 1}, {"topic", "a.b"}, {"retained", true}}) == "");
  CHECK(judge(event, {{"publisher", "1"}}) == expected_id + std::string{"[2].publisher"});
  CHECK(judge(invocation, {{"caller", 0}}) == expected_id + std::string{"[2].caller"});
  CHECK(
      judge(unsubscribed, {{"subscription", true}})
      == expected_id + std::string{"[2].subscription"});
  CHECK(judge(unregistered, {{"registration", 7}, {"reason", "gone"}}) == "");
  CHECK(judge(interrupt, {{"mode", 1}}) == "expected a string in [2].mode");
}

TEST_CASE("options with a fixed set of words") {
  using enum message_code;
  for (auto word : {"exact", "prefix", "wildcard"}) {
    CHECK(judge(subscribe, {{"match", word}}) == "");
    CHECK(judge(register_, {{"match", word}}) == "");
  }
  CHECK(
      judge(subscribe, {{"match", "regex"}})
      == "expected \"exact\", \"prefix\" or \"wildcard\" in [2].match");
  for (auto word : {"single", "roundrobin", "random", "first", "last"})
    CHECK(judge(register_, {{"invoke", word}}) == "");
  CHECK(judge(register_, {{"invoke", "all"}}).ends_with("or \"last\" in [2].invoke"));
  CHECK(judge(register_, {{"invoke", 1}}).ends_with("or \"last\" in [2].invoke"));
  // The dealer answers unknown modes by itself.
  CHECK(judge(cancel, {{"mode", "whatever"}}) == "");
  CHECK(judge(cancel, {{"mode", 1}}) == "expected a string in [2].mode");
}

TEST_CASE("lists of ids and of strings, down to the wrong item") {
  using enum message_code;
  CHECK(judge(publish, {{"eligible", list{}}}) == "");
  CHECK(judge(publish, {{"exclude", list{1, std::int64_t{1} << 53}}}) == "");
  CHECK(judge(publish, {{"exclude", "x"}}) == "expected a list of ids in [2].exclude");
  CHECK(judge(publish, {{"exclude", list{1, 0}}}) == expected_id + std::string{"[2].exclude[1]"});
  CHECK(judge(publish, {{"exclude", list{(std::int64_t{1} << 53) + 1}}}) != "");
  CHECK(judge(publish, {{"eligible_authid", list{"a", "b"}}}) == "");
  CHECK(
      judge(publish, {{"eligible_authrole", list{"a", "b", 3}}})
      == "expected a string in [2].eligible_authrole[2]");
  CHECK(
      judge(hello, {{"authmethods", "ticket"}}) == "expected a list of strings in [2].authmethods");
}

TEST_CASE("roles are dictionaries, their features bools") {
  using enum message_code;
  const auto with_features = [](value features) {
    return dict{{"roles", dict{{"caller", dict{{"features", std::move(features)}}}}}};
  };
  CHECK(judge(hello, {{"roles", dict{{"caller", dict{}}, {"x", dict{{"y", 1}}}}}}) == "");
  CHECK(judge(hello, with_features(dict{{"call_canceling", true}})) == "");
  CHECK(judge(hello, {{"roles", list{}}}) == "expected a dictionary in [2].roles");
  CHECK(
      judge(hello, {{"roles", dict{{"caller", true}}}})
      == "expected a dictionary in [2].roles.caller");
  CHECK(judge(hello, with_features(1)) == "expected a dictionary in [2].roles.caller.features");
  CHECK(
      judge(welcome, with_features(dict{{"a", true}, {"b", 1}}))
      == "expected a bool in [2].roles.caller.features.b");
}

TEST_CASE("payload passthru is known to all messages with arguments") {
  using enum message_code;
  for (auto code : {publish, event, call, result, invocation, yield, error}) {
    CHECK(judge(code, {{"ppt_scheme", "x_custom"}, {"ppt_keyid", "k"}}) == "");
    CHECK(judge(code, {{"ppt_cipher", 1}}) == "expected a string in [2].ppt_cipher");
  }
  CHECK(judge(subscribe, {{"ppt_cipher", 1}}) == "");
}

TEST_CASE("unknown keys, and keys of other messages, are nobody's business") {
  using enum message_code;
  CHECK(judge(call, {{"x_mine", list{1}}, {"acknowledge", 1}, {"match", 3}}) == "");
  CHECK(judge(published, {{"acknowledge", 1}}) == "");
  CHECK(judge(call, {{"nkey", 7}}) == "");
  CHECK(judge(subscribe, {{"rkey", dict{}}}) == "");
}

TEST_CASE("the keys of resources and nodes are strings") {
  using enum message_code;
  for (auto code : {publish, call}) {
    CHECK(judge(code, {{"rkey", "sn1"}}) == "");
    CHECK(judge(code, {{"rkey", 7}}) == "expected a string in [2].rkey");
  }
  for (auto code : {subscribe, register_}) {
    CHECK(judge(code, {{"nkey", "node1"}}) == "");
    CHECK(judge(code, {{"nkey", 7}}) == "expected a string in [2].nkey");
  }
}

TEST_CASE("whole floats become integers on request") {
  dict options{{"timeout", 250.0}, {"x_other", 1.0}};
  CHECK_FALSE(check_options(message_code::call, options, 2, true));
  CHECK(options == dict{{"timeout", 250}, {"x_other", 1.0}});
  CHECK(judge(message_code::call, {{"timeout", 2.5}}, true) != "");
  CHECK(judge(message_code::call, {{"timeout", -1.0}}, true) != "");
  CHECK(judge(message_code::call, {{"timeout", 1e300}}, true) != "");
  dict lists{{"exclude", list{1.0}}};
  CHECK_FALSE(check_options(message_code::publish, lists, 2, true));
  CHECK(lists == dict{{"exclude", list{1}}});
}

} // namespace wamp
