// The house's one logger, "wamp": spdlog's, whoever the program has configured it to be.
// Any thread.
#pragma once

#include <spdlog/spdlog.h>

#include <exception>
#include <memory>
#include <string_view>

namespace wamp {

/// The logger registered as "wamp", or spdlog's default one.
inline std::shared_ptr<spdlog::logger> logger() {
  auto own = spdlog::get("wamp");
  return own ? own : spdlog::default_logger();
}

/// An exception that ends an actor is a defect: it is always worth a line.
inline void log_exception(std::string_view actor, const std::exception_ptr& e) {
  try {
    std::rethrow_exception(e);
  } catch (const std::exception& x) {
    logger()->error("{} failed: {}", actor, x.what());
  } catch (...) {
    logger()->error("{} failed", actor);
  }
}

} // namespace wamp
