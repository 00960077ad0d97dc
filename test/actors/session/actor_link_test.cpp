// What a peer that is an actor may leave unhandled, and what then becomes of more.
#include <wamp/actors/session/actor_link.hpp>
#include <wamp/test/support/deterministic.hpp>
#include <wamp/test/support/peer.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace wamp;
using namespace wamp::test;

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

payload large() {
  return payload::native(arguments{{std::string(mebibyte, 'x')}, {}});
}

struct fixture {
  deterministic_system system;
  std::shared_ptr<inbox> received = std::make_shared<inbox>();
  peer_actor peer = static_cast<caf::actor_system&>(system).spawn(recording_peer, received);
  session_actor nobody = caf::actor_cast<session_actor>(peer); // only its address is used
  actor_link link{nobody, peer};

  fixture() = default;
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() {
    caf::anon_send_exit(peer, caf::exit_reason::user_shutdown);
    system.run();
  }

  void send_event() {
    link.send(std::make_shared<const shared_event>(event{{}, {}, {}, large()}));
    link.flush();
  }
  void handle_all() {
    system.run();
    while (!received->empty())
      received->drop_first();
  }
  void fill() {
    for (int i = 0; i < 16; ++i)
      send_event();
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a peer that handles nothing loses events, and gets them again later") {
  for (int i = 0; i < 40; ++i)
    send_event();
  system.run();
  CHECK(received->size() == 16);
  handle_all();
  send_event();
  system.run();
  CHECK(received->size() == 1);
}

TEST_CASE_FIXTURE(fixture, "what was added and not yet sent counts, too") {
  for (int i = 0; i < 40; ++i)
    link.send(std::make_shared<const shared_event>(event{{}, {}, {}, large()}));
  link.flush();
  system.run();
  CHECK(received->size() == 16);
}

TEST_CASE_FIXTURE(fixture, "it is not called, either, but gets all that it has asked for") {
  const invocation asked{invocation_id{1}, registration_id{1}, {}, {}};
  CHECK(link.send(asked) == delivery::accepted);
  fill();
  CHECK(link.send(asked) == delivery::full);
  CHECK(link.send(result{request_id{1}, {{"progress", true}}, large()}) == delivery::full);
  CHECK(link.send(result{request_id{1}, {}, large()}) == delivery::accepted);
  CHECK(
      link.send(message{error{message_code::call, request_id{2}, {}, "a.b", {}}})
      == delivery::accepted);
  link.flush();
  handle_all();
  CHECK(link.send(asked) == delivery::accepted);
}
