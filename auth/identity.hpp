// Who a session is, as the router knows it and as WELCOME says it.
// Made by an authentication method, read by routers, brokers, dealers and policies.
// Spec: "Authentication" (advanced profile), WELCOME.Details.
#pragma once

#include <string>

namespace wamp {

struct identity {
  std::string authid;
  std::string authrole;
  std::string authmethod;
  std::string authprovider;
};

} // namespace wamp
