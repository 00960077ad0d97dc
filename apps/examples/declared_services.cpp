// A class of the application that is a client: what it serves and what it hears is declared where
// it is made, and set up in every session.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <iostream>

namespace {

class math_service {
public:
  math_service(caf::actor_system& system, const wamp::router_actor& router)
      : client_(system, {.realm = "realm1"}, router) {
    client_.procedure("com.myapp.add", [](int a, int b) { return a + b; });
    client_.procedure("com.myapp.divide", [this](double a, double b) { return divide(a, b); });
    client_.procedure("com.myapp.divisions", [this] { return divisions_; });
    client_.channel("com.myapp.reset", [this](int to) { divisions_ = to; });
  }

  /// Until others may call.
  void wait_until_ready() { client_.declared().get(); }

private:
  double divide(double a, double b) {
    ++divisions_;
    if (b == 0)
      throw wamp::invocation_error{"com.myapp.error.division_by_zero", {"b must not be 0"}};
    return a / b;
  }

  int divisions_ = 0;   // handlers run one at a time: no lock
  wamp::client client_; // the last member, so that its handlers end before what they use
};

void use(caf::actor_system& system, const wamp::router_actor& router) {
  math_service math{system, router};
  math.wait_until_ready();

  wamp::client user{system, {.realm = "realm1"}, router};
  user.joined().get();
  std::cout << "2 + 3 = " << user.call("com.myapp.add", 2, 3).get<int>() << '\n';
  std::cout << "7 / 2 = " << user.call("com.myapp.divide", 7, 2).get<double>() << '\n';
  try {
    user.call("com.myapp.divide", 7, 0).get<double>();
  } catch (const wamp::wamp_error& e) {
    std::cout << "7 / 0 : " << e.what() << '\n';
  }
  if (auto sum = user.call("com.myapp.add", 2, "three").await(); !sum)
    std::cout << "2 + three : " << wamp::wamp_error{sum.error()}.what() << '\n';
  std::cout << user.call("com.myapp.divisions").get<int>() << " divisions\n";
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  use(system, router);
}
