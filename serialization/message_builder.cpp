#include <wamp/serialization/message_builder.hpp>
#include <wamp/serialization/message_fields.hpp>

#include <algorithm>
#include <cmath>

namespace wamp {

namespace {

template <class T>
struct kind_of_field;
template <class Tag>
struct kind_of_field<strong_id<Tag>> {
  static constexpr auto kind = element_kind::id;
};
template <>
struct kind_of_field<std::string> {
  static constexpr auto kind = element_kind::text;
};
template <>
struct kind_of_field<dict> {
  static constexpr auto kind = element_kind::dictionary;
};
template <>
struct kind_of_field<message_code> {
  static constexpr auto kind = element_kind::request_type;
};

template <class Tuple>
struct head_of;
template <class... Fields>
struct head_of<std::tuple<Fields&...>> {
  static constexpr std::array<element_kind, 4> kinds{kind_of_field<Fields>::kind...};
  static constexpr auto size = static_cast<std::uint8_t>(sizeof...(Fields));
};

template <class Message>
inline constexpr message_form form_of = [] {
  using head = head_of<decltype(fields_of(std::declval<Message&>()))>;
  return message_form{head::kinds, head::size, has_payload<Message>, has_revocation_form<Message>};
}();

const message_form* find_form(message_code code) {
  return with_message_type(
      code, []<class Message>() { return &form_of<Message>; },
      [] { return static_cast<const message_form*>(nullptr); });
}

/// What an ERROR may answer.
bool is_request(std::uint64_t code) {
  switch (static_cast<message_code>(code)) {
  case message_code::publish:
  case message_code::subscribe:
  case message_code::unsubscribe:
  case message_code::call:
  case message_code::cancel:
  case message_code::register_:
  case message_code::unregister:
  case message_code::invocation:
    return code <= UINT16_MAX;
  default:
    return false;
  }
}

} // namespace

message_builder::message_builder(const decode_limits& limits) noexcept
    : limits_(limits), values_(key_rules::strict, limits.max_values) {}

std::optional<element_kind> message_builder::expected() const noexcept {
  if (form_ && index_ >= 1 && index_ <= form_->size)
    return form_->head[index_ - 1];
  if (form_ && form_->revocation && index_ == 2 && ids_[0] == 0)
    return element_kind::dictionary;
  return std::nullopt;
}

bool message_builder::fail_expected() noexcept {
  if (mode_ == mode::outside)
    return fail("expected a list, the message");
  if (index_ == 0)
    return fail("expected a message code, an integer");
  if (auto kind = expected())
    switch (*kind) {
    case element_kind::id:
      return fail("expected an id, an integer from 1 to 2^53");
    case element_kind::text:
      return fail("expected a string");
    case element_kind::dictionary:
      return fail("expected a dictionary");
    case element_kind::request_type:
      return fail("expected the code of a request, an integer");
    }
  const bool has_arguments = form_ && form_->payload;
  if (has_arguments && parts_ == 0 && !bare_payload_)
    return fail("expected a list, the arguments");
  if (has_arguments && parts_ == 1)
    return fail("expected a dictionary, the keyword arguments");
  return fail("expected the end of the message");
}

bool message_builder::take_code(std::uint64_t n) {
  if (n > UINT16_MAX)
    return fail("unknown message code");
  code_ = static_cast<message_code>(n);
  form_ = find_form(code_);
  if (!form_)
    return fail("unknown message code");
  ++index_;
  return true;
}

bool message_builder::take_id(std::uint64_t n) {
  // A revocation's request id is 0; that its dictionary follows is checked at the end.
  if (n > max_id || (n == 0 && !form_->revocation))
    return fail_expected();
  ids_[id_count_++] = n;
  ++index_;
  return true;
}

bool message_builder::number(std::uint64_t n) {
  if (mode_ == mode::outside)
    return fail_expected();
  if (index_ == 0)
    return take_code(n);
  const auto kind = expected();
  if (kind == element_kind::id)
    return take_id(n);
  if (kind != element_kind::request_type || !is_request(n))
    return fail_expected();
  request_type_ = static_cast<message_code>(n);
  ++index_;
  return true;
}

bool message_builder::whole_number(double d) {
  const bool is_whole = d >= 0 && d <= static_cast<double>(max_id) && d == std::floor(d);
  return limits_.accept_integral_floats && is_whole ? number(static_cast<std::uint64_t>(d))
                                                    : fail_expected();
}

bool message_builder::head_text(std::string_view s) {
  if (mode_ == mode::outside || index_ == 0 || expected() != element_kind::text)
    return fail_expected();
  text_ = s;
  ++index_;
  return true;
}

bool message_builder::head_nul_text(std::string_view s) {
  if (auto bytes = bytes_of_nul_text(s); bytes && take_bare_payload(std::move(*bytes)))
    return true;
  return head_text(s);
}

bool message_builder::head_bytes(std::string_view b) {
  return take_bare_payload(std::string{b}) || fail_expected();
}

bool message_builder::take_bare_payload(std::string bytes) {
  if (!limits_.accept_bare_payload || !form_ || !form_->payload || parts_ != 0 || bare_payload_
      || index_ != form_->size + 1U)
    return false;
  bare_payload_ = std::move(bytes);
  ++index_;
  return true;
}

bool message_builder::deeper() noexcept {
  if (depth_ >= std::min(limits_.max_depth, depth_ceiling))
    return fail("nested too deeply");
  ++depth_;
  return true;
}

bool message_builder::begin_arguments(std::size_t offset, bool is_list) {
  const bool fits = form_ && form_->payload && !bare_payload_ && index_ == form_->size + 1U + parts_
                    && is_list == (parts_ == 0) && parts_ < 2;
  if (!fits)
    return fail_expected();
  if (!deeper())
    return false;
  if (parts_++ == 0)
    payload_begin_ = offset;
  mode_ = mode::skipping;
  return true;
}

bool message_builder::begin_list(std::size_t offset) {
  switch (mode_) {
  case mode::skipping:
    return deeper();
  case mode::building:
    return deeper() && values_.begin_list();
  case mode::head:
    return begin_arguments(offset, true);
  case mode::outside:
    break;
  }
  if (!deeper())
    return false;
  mode_ = mode::head;
  return true;
}

bool message_builder::begin_dict(std::size_t offset) {
  switch (mode_) {
  case mode::skipping:
    return deeper();
  case mode::building:
    return deeper() && values_.begin_dict();
  case mode::outside:
    return fail_expected();
  case mode::head:
    break;
  }
  if (index_ == 0 || expected() != element_kind::dictionary)
    return begin_arguments(offset, false);
  if (!deeper())
    return false;
  mode_ = mode::building;
  return values_.begin_dict();
}

void message_builder::close() noexcept {
  if (--depth_ != 1)
    return;
  ++index_;
  mode_ = mode::head;
}

bool message_builder::end_list(bool is_empty) {
  if (mode_ == mode::head)
    return finish_list();
  if (mode_ == mode::building)
    values_.end_list();
  else if (depth_ == 2)
    part_empty_[parts_ - 1] = is_empty;
  close();
  return true;
}

bool message_builder::end_dict(bool is_empty) {
  if (mode_ == mode::building) {
    if (!values_.end_dict())
      return false;
  } else if (depth_ == 2)
    part_empty_[parts_ - 1] = is_empty;
  close();
  return true;
}

bool message_builder::finish_list() {
  // What is missing is told like what is wrong: by what was expected here.
  if (index_ == 0 || expected())
    return fail_expected();
  --depth_;
  mode_ = mode::outside;
  return true;
}

bool message_builder::number_key() {
  // Deeper in the arguments such keys become text; ArgumentsKw itself has strings only.
  return depth_ != 2 || fail("expected a string as key");
}

payload message_builder::take_payload(format f, const slice& bytes) {
  if (bare_payload_)
    return payload::native({{value{binary{std::move(*bare_payload_)}}}, {}});
  unsigned parts = parts_;
  if (parts == 2 && part_empty_[1])
    parts = 1;
  if (parts == 1 && part_empty_[0])
    parts = 0;
  if (parts == 0)
    return {};
  const auto size = part_end_[parts - 1] - payload_begin_;
  return payload::encoded(f, bytes.sub(bytes.view().substr(payload_begin_, size)), parts);
}

template <class Message>
message message_builder::make(payload&& args) {
  message m{std::in_place_type<Message>};
  auto& typed = std::get<Message>(m);
  std::size_t next_id = 0;
  auto fill = [&]<class Field>(Field& field) {
    if constexpr (std::is_same_v<Field, std::string>)
      field = std::move(text_);
    else if constexpr (std::is_same_v<Field, dict>)
      field = std::move(*values_.result().template get_if<dict>());
    else if constexpr (std::is_same_v<Field, message_code>)
      field = request_type_;
    else
      field = Field{ids_[next_id++]};
  };
  std::apply([&](auto&... field) { (fill(field), ...); }, fields_of(typed));
  if constexpr (has_revocation_form<Message>)
    if (auto details = values_.result().template get_if<dict>())
      typed.details = std::move(*details);
  if constexpr (has_payload<Message>)
    typed.args = std::move(args);
  return m;
}

std::optional<rule_violation> message_builder::find_violation() {
  const auto options = values_.result().get_if<dict>();
  if (!options)
    return std::nullopt;
  const auto kinds = form_->head.begin();
  const auto at = std::find(kinds, kinds + form_->size, element_kind::dictionary);
  const auto index = static_cast<std::size_t>(at - kinds) + 1;
  return check_options(code_, *options, index, limits_.accept_integral_floats);
}

message message_builder::take(format f, const slice& bytes) {
  return with_message_type(
      code_, [&]<class Message>() { return make<Message>(take_payload(f, bytes)); },
      []() -> message { return {}; });
}

} // namespace wamp
