// A test of one's own code: a realm in the test's process, and a clock that the test turns.
#undef NDEBUG // asserts in every build
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/testing/test_realm.hpp>
#include <wamp/serialization/uris.hpp>

#include <cassert>
#include <future>
#include <iostream>

using namespace std::chrono_literals;

namespace {

/// What is tested: it gives a thermometer half a minute.
class weather {
public:
  explicit weather(wamp::client& c) : client_(c) {}

  wamp::outgoing_call temperature() {
    return client_.call({"com.myapp.temperature", {{"timeout", 30'000}}});
  }

private:
  wamp::client& client_;
};

void test_that_it_asks_the_thermometer() {
  wamp::test_realm realm;
  wamp::client c{realm.system(), realm.settings(), realm.router()};
  auto thermometer = c.register_("com.myapp.temperature", [] { return 21.5; });
  thermometer.confirmed().get();

  assert(weather{c}.temperature().get<double>() == 21.5);
}

void test_that_it_waits_half_a_minute_and_no_longer() {
  std::promise<wamp::responder> asked; // before the client whose handler uses it
  wamp::test_realm realm;
  wamp::client c{realm.system(), realm.settings(), realm.router()};
  auto thermometer =
      c.register_("com.myapp.temperature", [&](const wamp::invocation&, const wamp::responder& to) {
        asked.set_value(to);
      });
  thermometer.confirmed().get();

  auto answer = weather{c}.temperature();
  auto unanswered = asked.get_future().get(); // the call has come this far

  realm.advance(29s);
  c.call("com.myapp.another").await(); // by then the client has seen the clock
  assert(!answer.ready());

  realm.advance(1s);
  auto late = answer.await();
  assert(!late && late.error().uri == wamp::uris::timeout);
}

} // namespace

int main() {
  test_that_it_asks_the_thermometer();
  test_that_it_waits_half_a_minute_and_no_longer();
  std::cout << "all is well\n";
}
