// An immutable, shared run of bytes: how messages and payloads travel through the house
// without being copied. Copying a slice copies a reference; any thread may hold one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace wamp {

class slice {
public:
  slice() = default;

  /// Takes over `bytes`: one allocation for the owner, none for the content.
  explicit slice(std::string bytes) {
    auto owner = std::make_shared<const std::string>(std::move(bytes));
    bytes_ = *owner;
    owner_ = std::move(owner);
  }

  /// A view into memory that `owner` keeps alive and that nobody writes to any more.
  slice(std::shared_ptr<const void> owner, std::string_view bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}

  /// A part of this slice that shares its owner. `part` must lie within `view()`.
  slice sub(std::string_view part) const { return {owner_, part}; }

  std::string_view view() const noexcept { return bytes_; }
  const char* data() const noexcept { return bytes_.data(); }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

private:
  std::shared_ptr<const void> owner_;
  std::string_view bytes_;
};

} // namespace wamp
