#pragma once
// Octets to be sent, or waiting for the rest of their frame. What std::string would do, but for
// its terminating zero and its calls out of line, which are a tenth of what the floor costs.
// Used by the floor and by the load generator; not thread-safe.

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace wamp::bench {

class byte_buffer {
public:
  char* data() { return data_.get(); }
  const char* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_.get(), size_}; }

  /// Keeps its memory.
  void clear() { size_ = 0; }

  void push_back(char octet) {
    if (size_ == capacity_)
      grow(1);
    data_[size_++] = octet;
  }

  /// `octets` must not be a view of this buffer.
  byte_buffer& append(std::string_view octets) {
    if (octets.empty())
      return *this;
    if (capacity_ - size_ < octets.size())
      grow(octets.size());
    std::memcpy(data_.get() + size_, octets.data(), octets.size());
    size_ += octets.size();
    return *this;
  }

  /// Removes the first `count` octets.
  void erase_front(std::size_t count) {
    size_ -= count;
    if (size_ > 0)
      std::memmove(data_.get(), data_.get() + count, size_);
  }

private:
  /// Doubles, but starts with no more than is needed: an idle session keeps what it had to say.
  void grow(std::size_t more) {
    auto capacity = std::max(size_ + more, 2 * capacity_);
    auto data = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0)
      std::memcpy(data.get(), data_.get(), size_);
    data_ = std::move(data);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

} // namespace wamp::bench
