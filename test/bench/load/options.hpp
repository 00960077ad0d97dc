#pragma once
// What one run of the load generator is asked to do: its command line, parsed.

#include <wamp/test/bench/wire/format.hpp>

#include <string>

namespace wamp::bench {

struct options {
  std::string workload = "call"; // call, event, idle or join
  std::uint16_t port = 0;
  std::string path = "/"; // of the WebSocket handshake
  std::string realm = "realm1";
  std::string name = "com.bench"; // what all URIs of the run begin with
  bool tls = false;               // below all of it
  transport carrier = transport::websocket;
  format encoding = format::json;
  format subscriber_encoding = format::json; // as `encoding`, unless given
  std::size_t callers = 1;
  std::size_t outstanding = 32;  // calls per caller, or publications per publisher, in flight
  std::size_t payload = 16;      // octets of the one argument, at least 16
  std::size_t subscribers = 1;   // of each topic
  std::size_t topics = 1;        // with one publisher each
  std::size_t spread = 1;        // URIs that each topic, or the procedure, is made of
  std::size_t connections = 100; // idle: sessions held open; join: sessions joining at a time
  double seconds = 2;            // length of the measured window
  double warm_up = 0.5;          // seconds of the same traffic before it
  int pid = 0;                   // the router's process; 0: measure no CPU time and memory
};

/// Throws std::invalid_argument that says what is wrong with the command line.
options parse_options(int argc, char** argv);

/// One line per option, for `--help`.
const char* usage();

} // namespace wamp::bench
