// What is logged while this lives.
#pragma once

#include <wamp/actors/log.hpp>

#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace wamp::test {

class logged {
public:
  logged() {
    auto lines = std::make_shared<spdlog::logger>(
        "wamp", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
    lines->set_pattern("%v");
    spdlog::register_logger(std::move(lines));
  }
  ~logged() { spdlog::drop("wamp"); }
  logged(const logged&) = delete;
  logged& operator=(const logged&) = delete;

  std::vector<std::string> all() const {
    std::istringstream from{text_.str()};
    std::vector<std::string> lines;
    for (std::string line; std::getline(from, line);)
      lines.push_back(line);
    return lines;
  }

private:
  std::ostringstream text_;
};

} // namespace wamp::test
