// libFuzzer target: any bytes as a message in this format. See check_decoding.hpp.
#include <wamp/test/fuzz/check_decoding.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto problem = wamp::testing::problem_with(wamp::format::json, bytes);
  if (!problem.empty()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
