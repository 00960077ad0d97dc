// A sink that passes events on and remembers where they came from. Internal to this room:
// `decode` reads a message again through it when something is wrong, so that messages which are
// right pay nothing for exact errors.
#pragma once

#include <wamp/serialization/value_path.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wamp {

template <class Sink>
class position_tracker {
public:
  static constexpr bool wants_offsets = true;

  /// Stops at the first event that `inner` refuses, or at the value at `target`.
  explicit position_tracker(Sink& inner, const value_path* target = nullptr)
      : inner_(inner), target_(target) {}

  void at(std::size_t offset) noexcept { offset_ = offset; }

  bool null() {
    return scalar([&] { return inner_.null(); });
  }
  bool boolean(bool b) {
    return scalar([&] { return inner_.boolean(b); });
  }
  bool integer(std::int64_t n) {
    return scalar([&] { return inner_.integer(n); });
  }
  bool natural(std::uint64_t n) {
    return scalar([&] { return inner_.natural(n); });
  }
  bool real(double d) {
    return scalar([&] { return inner_.real(d); });
  }
  bool text(std::string_view s) {
    return scalar([&] { return inner_.text(s); });
  }
  bool nul_text(std::string_view s) {
    return scalar([&] { return inner_.nul_text(s); });
  }
  bool bytes(std::string_view b) {
    return scalar([&] { return inner_.bytes(b); });
  }

  bool begin_list(std::size_t offset) {
    return begins() && inner_.begin_list(offset) && enter({true, 0, {}, false});
  }
  bool begin_dict(std::size_t offset) {
    return begins() && inner_.begin_dict(offset) && enter({false, 0, {}, false});
  }
  bool end_list(bool is_empty) {
    // Where the list ends, the path of its next element tells best what is missing.
    if (!inner_.end_list(is_empty))
      return false;
    open_.pop_back();
    return ends();
  }
  bool end_dict(bool is_empty) {
    open_.pop_back();
    return inner_.end_dict(is_empty) && ends();
  }

  bool key(std::string_view k) { return set_key(std::string{k}) && inner_.key(k); }
  bool integer_key(std::int64_t k) { return set_key(std::to_string(k)) && inner_.integer_key(k); }
  bool natural_key(std::uint64_t k) { return set_key(std::to_string(k)) && inner_.natural_key(k); }
  bool fail(const char* text) noexcept { return inner_.fail(text); }

  bool skips() const noexcept { return false; }
  bool at_element() const noexcept { return inner_.at_element(); }
  void element_ends(std::size_t offset) noexcept { inner_.element_ends(offset); }

  /// Where the last event began, and which value that was.
  std::size_t offset() const noexcept { return offset_; }
  bool found_target() const noexcept { return found_; }
  std::string path() const {
    value_path steps;
    for (const auto& c : open_)
      if (c.is_list)
        steps.emplace_back(c.index);
      else if (c.has_key)
        steps.emplace_back(c.key);
    return to_string(steps);
  }

private:
  struct container {
    bool is_list;
    std::size_t index;
    std::string key;
    bool has_key;
  };

  template <class Event>
  bool scalar(Event event) {
    return begins() && event() && ends();
  }

  bool begins() {
    found_ = target_ && is_target();
    return !found_;
  }

  bool ends() noexcept {
    if (!open_.empty()) {
      ++open_.back().index;
      open_.back().has_key = false;
    }
    return true;
  }

  bool enter(container c) {
    open_.push_back(std::move(c));
    return true;
  }

  bool set_key(std::string&& k) {
    open_.back().key = std::move(k);
    open_.back().has_key = true;
    return true;
  }

  bool is_target() const {
    if (open_.size() != target_->size())
      return false;
    for (auto i = open_.size(); i-- > 0;) {
      const auto& step = (*target_)[i];
      const auto index = std::get_if<std::size_t>(&step);
      const bool same = open_[i].is_list ? index && *index == open_[i].index
                                         : !index && std::get<std::string>(step) == open_[i].key;
      if (!same)
        return false;
    }
    return true;
  }

  Sink& inner_;
  const value_path* target_;
  std::vector<container> open_;
  std::size_t offset_ = 0;
  bool found_ = false;
};

} // namespace wamp
