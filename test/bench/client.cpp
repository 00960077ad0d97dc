// The bench of the client and of actors in one process: prints its figures as a JSON list of
// {"name", "unit", "value", "floor"}. See README.md.
//   wamp-bench-client --rounds N [--port PORT]     with the port of a gateway, as its callee, too
#include <wamp/test/bench/client/benches.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  int rounds = 5;
  std::uint16_t port = 0;
  CLI::App app{"What the client costs."};
  app.add_option("--rounds", rounds, "the median of so many");
  app.add_option("--port", port, "of a gateway on 127.0.0.1");
  CLI11_PARSE(app, argc, argv);
  try {
    using namespace wamp::bench;
    // Those that fork come first: there must not be other threads by then.
    auto all = measure_memory();
    if (port != 0)
      for (auto& f : measure_callee(port, rounds))
        all.push_back(f);
    for (auto& f : measure_in_process(rounds))
      all.push_back(f);
    const char* separator = "[";
    for (auto& f : all) {
      std::printf(
          R"(%s{"name": "%s", "unit": "%s", "value": %.3f, "floor": %.3f})", separator,
          f.name.c_str(), f.unit.c_str(), f.value, f.floor);
      separator = ",\n ";
    }
    std::puts("]");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
