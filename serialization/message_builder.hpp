// Builds a message out of parse events: the sink that all three readers feed. Internal to this
// room; `decode` makes one per message, on one thread.
//
// The elements of a message up to its arguments (its head) become values; of the arguments it
// records only where they begin and end, while the reader goes on validating them.
// Spec: "Message Definitions" (basic profile).
#pragma once

#include <wamp/serialization/codec.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/option_rules.hpp>
#include <wamp/serialization/value_builder.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wamp {

/// What an element of a message's head must be.
enum class element_kind : std::uint8_t { id, text, dictionary, request_type };

/// The elements between code and arguments, and what may follow; made from `fields_of`.
struct message_form {
  std::array<element_kind, 4> head{};
  std::uint8_t size = 0;
  bool payload = false;
  bool revocation = false;
};

class message_builder {
public:
  static constexpr bool wants_offsets = false;

  explicit message_builder(const decode_limits& limits) noexcept;

  // Events, in the order of the message. False: an error, told by `error()`.
  bool null() { return skips() || (builds() ? values_.null() : scalar()); }
  bool boolean(bool b) { return skips() || (builds() ? values_.boolean(b) : scalar()); }
  bool integer(std::int64_t n) {
    return skips() || (builds() ? values_.integer(n) : number(n < 0 ? no_number : as_natural(n)));
  }
  bool natural(std::uint64_t n) { return skips() || (builds() ? values_.natural(n) : number(n)); }
  bool real(double d) { return skips() || (builds() ? values_.real(d) : whole_number(d)); }
  bool text(std::string_view s) { return skips() || (builds() ? values_.text(s) : head_text(s)); }
  bool nul_text(std::string_view s) {
    return skips() || (builds() ? values_.nul_text(s) : head_nul_text(s));
  }
  bool bytes(std::string_view b) {
    return skips() || (builds() ? values_.bytes(b) : head_bytes(b));
  }
  /// `offset`: of the container's first byte.
  bool begin_list(std::size_t offset);
  bool begin_dict(std::size_t offset);
  bool end_list(bool is_empty);
  bool end_dict(bool is_empty);
  bool key(std::string_view k) { return skips() || values_.key(k); }
  bool integer_key(std::int64_t k) { return skips() ? number_key() : values_.integer_key(k); }
  bool natural_key(std::uint64_t k) { return skips() ? number_key() : values_.natural_key(k); }
  bool fail(const char* text) noexcept {
    error_ = text;
    return false;
  }

  /// Inside arguments: values need not be converted, only checked.
  bool skips() const noexcept { return mode_ == mode::skipping; }
  /// Directly inside the message: the next event is an element of it.
  bool at_element() const noexcept { return depth_ == 1; }
  /// Tells where the element that was just closed ends. Readers call it `at_element()`.
  void element_ends(std::size_t offset) noexcept {
    if (parts_ != 0)
      part_end_[parts_ - 1] = offset;
  }

  const char* error() const noexcept { return error_ ? error_ : values_.error(); }

  /// After the last event: the first option that breaks a rule, if one does.
  std::optional<rule_violation> find_violation();
  /// After that: the message. `bytes` is what was read, in format `f`. May be called once.
  message take(format f, const slice& bytes);

private:
  enum class mode : std::uint8_t { outside, head, building, skipping };
  static constexpr std::uint64_t no_number = ~std::uint64_t{0};

  static std::uint64_t as_natural(std::int64_t n) { return static_cast<std::uint64_t>(n); }
  bool builds() const noexcept { return mode_ == mode::building; }
  std::optional<element_kind> expected() const noexcept;
  bool fail_expected() noexcept;
  bool scalar() noexcept { return fail_expected(); }
  bool number(std::uint64_t n);
  bool whole_number(double d);
  bool head_text(std::string_view s);
  bool head_nul_text(std::string_view s);
  bool head_bytes(std::string_view b);
  bool take_bare_payload(std::string bytes);
  bool take_code(std::uint64_t n);
  bool take_id(std::uint64_t n);
  bool deeper() noexcept;
  bool begin_arguments(std::size_t offset, bool is_list);
  void close() noexcept;
  bool finish_list();
  bool number_key();
  payload take_payload(format f, const slice& bytes);
  template <class Message>
  message make(payload&& args);

  const decode_limits& limits_;
  const char* error_ = nullptr;
  const message_form* form_ = nullptr;
  std::size_t depth_ = 0;
  std::size_t index_ = 0; ///< of the element that is read or expected next
  mode mode_ = mode::outside;
  message_code code_{};

  std::array<std::uint64_t, 2> ids_{};
  std::size_t id_count_ = 0;
  message_code request_type_{};
  std::string text_;
  value_builder values_;

  unsigned parts_ = 0;
  std::array<bool, 2> part_empty_{};
  std::size_t payload_begin_ = 0;
  std::array<std::size_t, 2> part_end_{};
  std::optional<std::string> bare_payload_;
};

} // namespace wamp
