#include <wamp/transport/received.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace wamp {

void apply_mask(char* bytes, std::size_t size, mask_key key, std::size_t phase) noexcept {
  std::array<char, 8> doubled;
  for (std::size_t i = 0; i < doubled.size(); ++i)
    doubled[i] = key[(phase + i) % key.size()];
  std::uint64_t wide = 0;
  std::memcpy(&wide, doubled.data(), sizeof wide);
  std::size_t done = 0;
  for (; done + sizeof wide <= size; done += sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + done, sizeof word);
    word ^= wide;
    std::memcpy(bytes + done, &word, sizeof word);
  }
  for (std::size_t i = 0; done < size; ++done, ++i)
    bytes[done] = static_cast<char>(bytes[done] ^ doubled[i]);
}

void append_announced(std::string& to, std::string_view part, std::uint64_t missing) {
  if (to.size() + part.size() > to.capacity()) {
    auto announced = to.size() + static_cast<std::size_t>(missing);
    // Room for all of a large message costs addresses only, until it is filled.
    auto whole = to.size() + part.size() >= announced_is_believed ? announced : 0;
    auto doubled = std::max({2 * to.size(), to.size() + part.size(), whole});
    // A new string, since reserve() of one that has memory at least doubles it.
    std::string larger;
    larger.reserve(std::min(doubled, announced));
    larger.append(to);
    to = std::move(larger);
  }
  to.append(part);
}

void received::add_in_place(std::string_view masked, mask_key key) {
  pieces_.push_back({masked, messages.size(), key});
  messages.emplace_back();
  total_ += masked.size();
}

void received::fail(close_reason why, std::string_view what) noexcept {
  end = ending::failed;
  reason = why;
  detail = what;
}

void received::finish() {
  if (pieces_.empty())
    return;
  auto owner = std::make_shared_for_overwrite<char[]>(total_);
  auto* to = owner.get();
  for (const auto& p : pieces_) {
    if (!p.bytes.empty())
      std::memcpy(to, p.bytes.data(), p.bytes.size());
    if (p.key != mask_key{})
      apply_mask(to, p.bytes.size(), p.key, 0);
    messages[p.index] = slice(owner, std::string_view(to, p.bytes.size()));
    to += p.bytes.size();
  }
  pieces_.clear();
  total_ = 0;
}

void received::clear() noexcept {
  messages.clear();
  constexpr std::size_t worth_keeping = 4096;
  if (replies.capacity() > worth_keeping)
    std::string().swap(replies);
  replies.clear();
  end = ending::none;
  close_code = 0;
  detail = {};
  pieces_.clear();
  total_ = 0;
}

} // namespace wamp
