#include <wamp/transport/arrival_rates.hpp>
#include <wamp/transport/unpredictable.hpp>

#include <algorithm>
#include <functional>

namespace wamp {

arrival_rates::arrival_rates(unsigned per_second)
    : rate_(per_second), secret_(unpredictable_token()) {
  for (auto& row : rows_)
    row.resize(places);
}

bool arrival_rates::admit(std::string_view address, time_point now) {
  auto hash = std::hash<std::string>{}(std::string(secret_).append(address));
  std::array<bucket*, 2> mine{};
  for (std::size_t i = 0; i < rows_.size(); ++i, hash /= places) {
    auto& b = rows_[i][hash % places];
    const std::chrono::duration<double> since = now - b.at;
    b = {std::max(0.0, b.level - since.count() * rate_), now};
    mine[i] = &b;
  }
  if (std::min(mine[0]->level, mine[1]->level) + 1 > rate_)
    return false;
  for (auto b : mine)
    b->level = std::min(b->level + 1, rate_);
  return true;
}

} // namespace wamp
