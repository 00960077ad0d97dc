// Payload passthru mode in the client: what it sends and receives, and what it does not send
// because the session would end over it. Spec: "Payload Passthru Mode" (advanced profile).
#include <wamp/test/actors/client/client_fixture.hpp>
#include <wamp/test/support/fake_router.hpp>

#include <string>
#include <utility>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

const dict ppt{
    {"ppt_scheme", "x_mine"},
    {"ppt_serializer", "cbor"},
    {"ppt_cipher", "xsalsa20poly1305"},
    {"ppt_keyid", "key 1"}};

payload secret(std::string bytes = "secret") {
  return make_payload(binary{std::move(bytes)});
}

/// The ppt_* among other details.
dict attributes_of(const dict& details) {
  dict those;
  for (const auto& m : details)
    if (m.key.starts_with("ppt_"))
      those.set(m.key, m.value);
  return those;
}

struct protocol_fixture : fake_router {
  answers<result> results;
  answers<published> publications;

  void join_router_that(bool broker_knows, bool dealer_knows) {
    const auto role = [](bool knows) {
      return value{dict{{"features", dict{{"payload_passthru_mode", knows}}}}};
    };
    client.join(hello{"realm1", {}});
    take<hello>();
    client.receive(welcome{
        session_id{7},
        {{"roles", dict{{"broker", role(broker_knows)}, {"dealer", role(dealer_knows)}}}}});
  }
  void call(payload args) { client.call({{}, ppt, "a.b", std::move(args)}, results.keep()); }
  void publish(payload args) {
    client.publish({{}, ppt, "a.b", std::move(args)}, publications.keep());
  }
};

} // namespace

TEST_CASE_FIXTURE(protocol_fixture, "what the router knows is sent as it is") {
  join_router_that(true, true);
  call(secret());
  const auto m = take<wamp::call>();
  CHECK(m.options == ppt);
  CHECK(m.args.values().args == list{binary{"secret"}});
  publish(secret());
  CHECK(take<wamp::publish>().options == ppt);
  client.receive(invocation{invocation_id{1}, registration_id{41}, ppt, secret()});
  CHECK(invocations.front().details == ppt);
  client.yield({invocation_id{1}, ppt, secret()});
  CHECK(take<yield>().options == ppt);
}

TEST_CASE_FIXTURE(protocol_fixture, "what the router does not know is refused here") {
  join_router_that(true, false);
  call(secret());
  CHECK(results.take_error().uri == uris::feature_not_supported);
  publish(secret());
  take<wamp::publish>();
  client.receive(invocation{invocation_id{1}, registration_id{41}, {}, {}});
  client.yield({invocation_id{1}, ppt, secret()});
  const auto no = take<error>();
  CHECK(no.request_type == message_code::invocation);
  CHECK(no.request == request_id{1});
  CHECK(no.uri == uris::feature_not_supported);
  client.connection_lost("gone");
  join_router_that(false, true);
  publish(secret());
  CHECK(publications.take_error().uri == uris::feature_not_supported);
  call(secret());
  CHECK(take<wamp::call>().request == request_id{1});
}

TEST_CASE_FIXTURE(protocol_fixture, "what is passed through is one binary") {
  join_router_that(true, true);
  for (const auto& args :
       {payload{}, make_payload("text"), make_payload(binary{"x"}, binary{"y"}),
        make_payload(binary{"x"}, kwargs{{"k", 1}})}) {
    call(args);
    CHECK(results.take_error().uri == uris::invalid_argument);
    publish(args);
    CHECK(publications.take_error().uri == uris::invalid_argument);
    CHECK(to_router.empty());
  }
  client.receive(invocation{invocation_id{1}, registration_id{41}, {}, {}});
  client.yield({invocation_id{1}, ppt, make_payload("text")});
  CHECK(take<error>().uri == uris::invalid_argument);
}

TEST_CASE_FIXTURE(protocol_fixture, "wrong options of an answer do not cost the session") {
  join_router_that(true, true);
  client.receive(invocation{invocation_id{1}, registration_id{41}, {}, {}});
  client.yield({invocation_id{1}, {{"ppt_scheme", 1}}, {}});
  CHECK(take<error>().uri == uris::invalid_argument);
}

TEST_CASE_FIXTURE(client_fixture, "calls, results and events are passed through unread") {
  auto peer = join();
  auto other = join();
  seen<std::pair<dict, std::string>> heard;
  const auto note = [&](const auto& m) { heard.add({m.details, as<binary>(m).bytes}); };
  peer->procedure("a.echo", [note](const invocation& m, const responder& to) {
    note(m);
    to.progress(m.args, attributes_of(m.details));
    to.result(m.args, attributes_of(m.details));
  });
  peer->procedure("a.returns", [] { return result{{}, ppt, secret("returned")}; });
  peer->procedure("a.passes_on", [&] { return peer->call("a.returns"); });
  peer->procedure("a.fails", [](const invocation&, const responder& to) {
    to.fail(error{message_code::invocation, {}, ppt, "a.failure", secret()});
  });
  peer->procedure("a.typed", [](const binary& b) { return b.bytes.size(); });
  peer->channel("a.topic", note);
  answer_of(peer->declared());

  const auto parts = other->stream({"a.echo", ppt}, binary{"hidden"});
  const auto [details, bytes] = heard.take();
  CHECK(attributes_of(details) == ppt);
  CHECK(bytes == "hidden");
  for (int i = 0; i < 2; ++i) {
    const auto part = answer_of(parts.next());
    CHECK(attributes_of((*part)->details) == ppt);
    CHECK(as<binary>(**part).bytes == "hidden");
  }
  for (const auto* procedure : {"a.returns", "a.passes_on"}) {
    const auto returned = answer_of(other->call(procedure));
    REQUIRE(returned.has_value());
    CHECK(attributes_of(returned->details) == ppt);
    CHECK(as<binary>(*returned).bytes == "returned");
  }
  const auto failed = answer_of(other->call({"a.fails", ppt}, binary{"x"}));
  CHECK(attributes_of(failed.error().details) == ppt);
  CHECK(other->call({"a.typed", ppt}, binary{"four"}).get<int>() == 4);
  CHECK(answer_of(other->ack_publish({"a.topic", ppt}, binary{"event"})).has_value());
  CHECK(heard.take() == std::pair{ppt, std::string{"event"}});
  CHECK(uri_of_error(other->call({"a.echo", ppt}, "text")) == uris::invalid_argument);
}
