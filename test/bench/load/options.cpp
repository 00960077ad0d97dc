#include <wamp/test/bench/load/options.hpp>

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace wamp::bench {
namespace {

bool to_bool(const std::string& name) {
  if (name != "yes" && name != "no")
    throw std::invalid_argument("yes or no, not " + name);
  return name == "yes";
}

format to_format(const std::string& name) {
  if (name == "json")
    return format::json;
  if (name == "msgpack")
    return format::msgpack;
  throw std::invalid_argument("a format is json or msgpack, not " + name);
}

transport to_transport(const std::string& name) {
  if (name == "ws")
    return transport::websocket;
  if (name == "raw")
    return transport::rawsocket;
  throw std::invalid_argument("a transport is ws or raw, not " + name);
}

std::size_t to_count(const std::string& text) {
  std::size_t end = 0;
  auto value = std::stoul(text, &end);
  if (end != text.size())
    throw std::invalid_argument("not a number: " + text);
  return value;
}

void validate(const options& o) {
  if (o.workload != "call" && o.workload != "event" && o.workload != "idle" && o.workload != "join")
    throw std::invalid_argument("unknown workload " + o.workload);
  if (o.port == 0)
    throw std::invalid_argument("--port is needed");
  if (o.payload < 16 || o.payload > 16'000'000)
    throw std::invalid_argument("--payload must be from 16 to 16000000");
  if (o.callers == 0 || o.outstanding == 0 || o.subscribers == 0 || o.topics == 0
      || o.connections == 0 || o.spread == 0)
    throw std::invalid_argument("counts must be positive");
}

} // namespace

options parse_options(int argc, char** argv) {
  options o;
  std::optional<format> subscriber_encoding;
  const std::map<std::string_view, std::function<void(const std::string&)>> setters{
      {"--workload", [&](auto& v) { o.workload = v; }},
      {"--port", [&](auto& v) { o.port = static_cast<std::uint16_t>(to_count(v)); }},
      {"--path", [&](auto& v) { o.path = v; }},
      {"--realm", [&](auto& v) { o.realm = v; }},
      {"--transport", [&](auto& v) { o.carrier = to_transport(v); }},
      {"--tls", [&](auto& v) { o.tls = to_bool(v); }},
      {"--format", [&](auto& v) { o.encoding = to_format(v); }},
      {"--subscriber-format", [&](auto& v) { subscriber_encoding = to_format(v); }},
      {"--name", [&](auto& v) { o.name = v; }},
      {"--spread", [&](auto& v) { o.spread = to_count(v); }},
      {"--callers", [&](auto& v) { o.callers = to_count(v); }},
      {"--outstanding", [&](auto& v) { o.outstanding = to_count(v); }},
      {"--payload", [&](auto& v) { o.payload = to_count(v); }},
      {"--subscribers", [&](auto& v) { o.subscribers = to_count(v); }},
      {"--topics", [&](auto& v) { o.topics = to_count(v); }},
      {"--connections", [&](auto& v) { o.connections = to_count(v); }},
      {"--seconds", [&](auto& v) { o.seconds = std::stod(v); }},
      {"--warm-up", [&](auto& v) { o.warm_up = std::stod(v); }},
      {"--pid", [&](auto& v) { o.pid = static_cast<int>(to_count(v)); }},
  };
  for (int i = 1; i < argc; i += 2) {
    auto setter = setters.find(argv[i]);
    if (setter == setters.end())
      throw std::invalid_argument(std::string{"unknown option "} + argv[i]);
    if (i + 1 == argc)
      throw std::invalid_argument(std::string{argv[i]} + " needs a value");
    setter->second(argv[i + 1]);
  }
  o.subscriber_encoding = subscriber_encoding.value_or(o.encoding);
  validate(o);
  return o;
}

const char* usage() {
  return "usage: wamp-bench-load --port N [OPTION VALUE]...\n"
         "  --workload NAME       call, event, idle or join (call)\n"
         "  --transport T         ws or raw (ws)\n"
         "  --tls yes|no          whether the router is spoken to through TLS (no)\n"
         "  --format F            json or msgpack (json)\n"
         "  --subscriber-format F event: what subscribers speak, if not the publisher's format\n"
         "  --path PATH           of the WebSocket handshake (/)\n"
         "  --realm URI           (realm1)\n"
         "  --name URI            what all URIs of the run begin with (com.bench)\n"
         "  --callers N           call: calling sessions (1)\n"
         "  --outstanding N       calls, or publications, of each session in flight (32)\n"
         "  --payload OCTETS      of the one argument (16)\n"
         "  --topics N            event: topics, one publisher each (1)\n"
         "  --subscribers N       event: subscribers of each topic (1)\n"
         "  --spread N            URIs that each topic, or the procedure, is made of; the traffic\n"
         "                        goes round them (1)\n"
         "  --connections N       idle: sessions held; join: sessions joining at a time (100)\n"
         "  --seconds S           measured window (2)\n"
         "  --warm-up S           the same traffic before it, unmeasured (0.5)\n"
         "  --pid PID             the router, for its CPU time and memory\n"
         "Prints one JSON object in a line. Exit code 0 says that the run came to its end, not "
         "that\n"
         "nothing was lost: read the counters.\n";
}

} // namespace wamp::bench
