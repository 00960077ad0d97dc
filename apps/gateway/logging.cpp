#include <wamp/apps/gateway/logging.hpp>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace wamp {

namespace {

/// The message as the inside of a JSON string.
class json_message : public spdlog::custom_flag_formatter {
public:
  void
  format(const spdlog::details::log_msg& m, const std::tm&, spdlog::memory_buf_t& out) override {
    for (auto c : m.payload) {
      auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out.push_back('\\');
        out.push_back(c);
      } else if (byte < 0x20) {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
      } else {
        out.push_back(c);
      }
    }
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<json_message>();
  }
};

} // namespace

void start_logging(const log_settings& settings) {
  auto log = spdlog::stderr_color_mt("wamp");
  log->set_level(spdlog::level::from_str(settings.level));
  if (settings.format == log_format::json) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<json_message>('*').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":"%*"})");
    log->set_formatter(std::move(formatter));
  } else {
    log->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-5l%$ %v");
  }
  spdlog::set_default_logger(log);
}

const std::string& louder(const std::string& a, const std::string& b) {
  return spdlog::level::from_str(a) < spdlog::level::from_str(b) ? a : b;
}

void set_log_level(const std::string& level) {
  spdlog::get("wamp")->set_level(spdlog::level::from_str(level));
}

} // namespace wamp
