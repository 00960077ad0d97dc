// The specification's own test vectors: see vectors/README.md.
#include <wamp/test/serialization/testing.hpp>

#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include <algorithm>

namespace wamp::testing {

namespace {

std::string text_of(const rapidjson::Value& v) {
  return {v.GetString(), v.GetStringLength()};
}

/// The vectors are read independently of the code under test.
value value_of(const rapidjson::Value& v) {
  if (v.IsNull())
    return {};
  if (v.IsBool())
    return v.GetBool();
  if (v.IsInt64())
    return v.GetInt64();
  if (v.IsDouble())
    return v.GetDouble();
  if (v.IsString())
    return text_of(v);
  if (v.IsArray()) {
    list l;
    for (const auto& item : v.GetArray())
      l.push_back(value_of(item));
    return l;
  }
  dict d;
  for (const auto& m : v.GetObject())
    d.set(text_of(m.name), value_of(m.value));
  return d;
}

list load(const std::string& name) {
  rapidjson::Document document;
  document.Parse(read_file(WAMP_TEST_DATA_DIR "/serialization/vectors/" + name).c_str());
  REQUIRE_FALSE(document.HasParseError());
  return std::move(*value_of(document).get_if<list>());
}

dict with_arguments(dict attributes, const payload& p) {
  attributes.set("args", p.values().args);
  attributes.set("kwargs", p.values().kwargs);
  return attributes;
}

value number(auto id) {
  return value{id.value()};
}

/// What the vectors call the fields of each message.
struct attributes_of {
  dict operator()(const hello& m) const {
    return {{"realm", m.realm}, {"roles", *m.details.find("roles")}};
  }
  dict operator()(const welcome& m) const {
    return {{"session_id", number(m.session)}, {"roles", *m.details.find("roles")}};
  }
  dict operator()(const abort& m) const { return {{"details", m.details}, {"reason", m.reason}}; }
  dict operator()(const challenge& m) const { return {{"method", m.method}, {"extra", m.extra}}; }
  dict operator()(const authenticate& m) const {
    return {{"signature", m.signature}, {"extra", m.extra}};
  }
  dict operator()(const goodbye& m) const { return {{"details", m.details}, {"reason", m.reason}}; }
  dict operator()(const error& m) const {
    return with_arguments(
        {{"request_type", static_cast<int>(m.request_type)},
         {"request_id", number(m.request)},
         {"details", m.details},
         {"error", m.uri}},
        m.args);
  }
  dict operator()(const publish& m) const {
    return with_arguments(
        {{"request_id", number(m.request)}, {"options", m.options}, {"topic", m.topic}}, m.args);
  }
  dict operator()(const published& m) const {
    return {{"request_id", number(m.request)}, {"publication_id", number(m.publication)}};
  }
  dict operator()(const subscribe& m) const {
    return {{"request_id", number(m.request)}, {"options", m.options}, {"topic", m.topic}};
  }
  dict operator()(const subscribed& m) const {
    return {{"request_id", number(m.request)}, {"subscription_id", number(m.subscription)}};
  }
  dict operator()(const unsubscribe& m) const {
    return {{"request_id", number(m.request)}, {"subscription_id", number(m.subscription)}};
  }
  dict operator()(const unsubscribed& m) const { return {{"request_id", number(m.request)}}; }
  dict operator()(const event& m) const {
    return with_arguments(
        {{"subscription", number(m.subscription)},
         {"publication", number(m.publication)},
         {"details", m.details}},
        m.args);
  }
  dict operator()(const call& m) const {
    return with_arguments(
        {{"request_id", number(m.request)}, {"options", m.options}, {"procedure", m.procedure}},
        m.args);
  }
  dict operator()(const cancel& m) const {
    return {{"request_id", number(m.request)}, {"options", m.options}};
  }
  dict operator()(const result& m) const {
    return with_arguments({{"request_id", number(m.request)}, {"details", m.details}}, m.args);
  }
  dict operator()(const register_& m) const {
    return {{"request_id", number(m.request)}, {"options", m.options}, {"procedure", m.procedure}};
  }
  dict operator()(const registered& m) const {
    return {{"request_id", number(m.request)}, {"registration_id", number(m.registration)}};
  }
  dict operator()(const unregister& m) const {
    return {{"request_id", number(m.request)}, {"registration_id", number(m.registration)}};
  }
  dict operator()(const unregistered& m) const { return {{"request_id", number(m.request)}}; }
  dict operator()(const invocation& m) const {
    return with_arguments(
        {{"request_id", number(m.request)},
         {"registration_id", number(m.registration)},
         {"details", m.details}},
        m.args);
  }
  dict operator()(const interrupt& m) const {
    return {{"request_id", number(m.request)}, {"options", m.options}};
  }
  dict operator()(const yield& m) const {
    return with_arguments({{"request_id", number(m.request)}, {"options", m.options}}, m.args);
  }
};

/// The vectors tell absent arguments as null or not at all, and a bare payload as hex.
dict normalised(dict expected) {
  auto hex = find<std::string>(expected, "payload");
  if (hex)
    expected.set("args", list{value{binary{from_hex(*hex)}}});
  expected.erase("payload");
  return expected;
}

void check_attributes(const message& m, const dict& expected) {
  CHECK(static_cast<int>(code_of(m)) == *find<std::int64_t>(expected, "message_type"));
  const auto actual = std::visit(attributes_of{}, m);
  for (const auto& [key, wanted] : expected) {
    if (key == "message_type")
      continue;
    CAPTURE(key);
    auto got = actual.find(key);
    REQUIRE(got);
    if (wanted.is_null())
      CHECK((key == "args" ? got->get_if<list>()->empty() : got->get_if<dict>()->empty()));
    else
      CHECK(same(*got, wanted));
  }
}

} // namespace

TEST_CASE("every sample decodes to its attributes, and encodes to one of its variants") {
  const auto samples = load("samples.json");
  CHECK(samples.size() == 35);
  for (const auto& sample : samples) {
    const auto& row = *sample.get_if<dict>();
    CAPTURE(*find<std::string>(row, "name"));
    const auto& attributes = *find<dict>(row, "attributes");
    const bool is_bare = find<std::string>(attributes, "payload") != nullptr;
    const bool is_provisional = *find<std::int64_t>(attributes, "message_type") == 337;
    for (auto f : all_formats) {
      CAPTURE(name_of(f));
      std::vector<std::string> variants;
      for (const auto& variant : *find<list>(row, name_of(f)))
        variants.push_back(from_hex(*variant.get_if<std::string>()));
      for (const auto& bytes : variants) {
        if (is_provisional) {
          CHECK(error_of(f, slice{bytes}).text == "unknown message code");
          continue;
        }
        const auto m = decoded(f, slice{bytes}, {.accept_bare_payload = is_bare});
        check_attributes(m, normalised(attributes));
        // A bare payload is passed on as the one argument that it is.
        if (is_bare)
          CHECK_FALSE(decode(f, slice{bytes}));
        else
          CHECK(std::find(variants.begin(), variants.end(), encode(f, m)) != variants.end());
      }
    }
  }
}

TEST_CASE("every option of the validation samples is judged as they say, in every format") {
  const auto samples = load("option_rules.json");
  CHECK(samples.size() == 46);
  for (const auto& sample : samples) {
    const auto& row = *sample.get_if<dict>();
    CAPTURE(*find<std::string>(row, "name"));
    for (auto f : all_formats) {
      CAPTURE(name_of(f));
      const auto bytes = wire(f, *find<list>(row, "message"));
      if (auto named = find<std::string>(row, "error_names"))
        CHECK(error_of(f, bytes).path.find("." + *named) != std::string::npos);
      else
        CHECK_NOTHROW(decoded(f, bytes));
    }
  }
}

} // namespace wamp::testing
