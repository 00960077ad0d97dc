// Replays the seeds of the fuzzers, and everything that they ever found.
#include <wamp/test/fuzz/check_decoding.hpp>

#include <doctest/doctest.h>

#include <filesystem>

namespace wamp::testing {

TEST_CASE("the fuzzers' corpus holds what must hold for any bytes") {
  for (auto f : all_formats) {
    const auto folder = std::filesystem::path{WAMP_TEST_DATA_DIR} / "fuzz/corpus" / name_of(f);
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator{folder}) {
      CAPTURE(file.path().string());
      CHECK(problem_with(f, read_file(file.path().string())) == "");
      ++files;
    }
    CHECK(files > 50);
  }
}

} // namespace wamp::testing
