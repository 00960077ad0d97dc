// Who learns who has published, and how far to trust that.
#include <wamp/actors/broker/broker.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  explicit fixture(disclosure rule) : settings(test_realm()) {
    settings.disclose_publishers = rule;
    b.emplace(settings, out);
    b->subscribe(bob, {request_id{1}, {}, "com.topic"});
    out.take<subscribed>(bob);
  }

  void publish(dict options) {
    b->publish(alice, {request_id{7}, std::move(options), "com.topic", {}});
  }

  recorder out;
  realm_settings settings;
  std::optional<broker> b;
  session_ref alice = make_session(1, "alice", "user");
  session_ref bob = make_session(2, "bob", "user");
  dict is_alice{{"publisher", 1}, {"publisher_authid", "alice"}, {"publisher_authrole", "user"}};
};

} // namespace

TEST_CASE("subscribers learn who has published when the publisher wants it") {
  fixture f{disclosure::on_request};
  f.publish({{"disclose_me", true}});
  CHECK(f.out.take<event>(f.bob).details == f.is_alice);
  f.publish({{"disclose_me", false}});
  CHECK(f.out.take<event>(f.bob).details.empty());
  f.publish({});
  CHECK(f.out.take<event>(f.bob).details.empty());
}

TEST_CASE("a realm may disclose all publishers") {
  fixture f{disclosure::always};
  f.publish({});
  CHECK(f.out.take<event>(f.bob).details == f.is_alice);
  f.publish({{"disclose_me", false}});
  CHECK(f.out.take<event>(f.bob).details == f.is_alice);
}

TEST_CASE("where disclosure is forbidden, who asks for it publishes nothing") {
  fixture f{disclosure::never};
  f.publish({{"disclose_me", true}, {"acknowledge", true}});
  auto e = f.out.take<error>(f.alice);
  CHECK(e.request_type == message_code::publish);
  CHECK(e.uri == uris::option_disallowed_disclose_me);
  f.publish({{"disclose_me", true}});
  CHECK(f.out.empty());
  f.publish({});
  CHECK(f.out.take<event>(f.bob).details.empty());
}

TEST_CASE("subscribers learn how far the realm trusts a publication, if it has a say in that") {
  recorder out;
  auto settings = test_realm();
  settings.trustlevel = [](const session_info& who, action what,
                           std::string_view topic) -> std::optional<std::uint32_t> {
    CHECK(what == action::publish);
    if (topic == "com.plain")
      return std::nullopt;
    return who.identity.authrole == "admin" ? 2U : 0U;
  };
  broker b{settings, out};
  const auto user = make_session(1, "u", "user");
  const auto admin = make_session(2, "a", "admin");
  const auto reader = make_session(3);
  for (auto topic : {"com.topic", "com.plain"}) {
    b.subscribe(reader, {request_id{1}, {}, topic});
    out.take<subscribed>(reader);
  }
  const auto heard_of = [&](const session_ref& publisher, const char* topic) {
    b.publish(publisher, {request_id{7}, {}, topic, {}});
    return out.take<event>(reader).details;
  };
  CHECK(heard_of(user, "com.topic") == dict{{"trustlevel", 0}});
  CHECK(heard_of(admin, "com.topic") == dict{{"trustlevel", 2}});
  CHECK(heard_of(admin, "com.plain").empty());
}
