#include <wamp/serialization/message_builder.hpp>
#include <wamp/serialization/position_tracker.hpp>
#include <wamp/serialization/readers.hpp>
#include <wamp/serialization/utf8.hpp>
#include <wamp/serialization/value_builder.hpp>

#include <cbor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace wamp {

namespace {

enum class item_kind : std::uint8_t {
  natural,
  negative,
  bytes,
  text,
  bytes_start,
  text_start,
  list,
  list_start,
  dict,
  dict_start,
  tag,
  real,
  boolean,
  null,
  end,
};

/// One item's head as libcbor tells it, with the content of strings.
struct item {
  item_kind kind{};
  std::uint64_t number = 0; ///< of a negative one: -1 minus the value
  double real = 0;
  std::string_view content;
};

item& out(void* context) {
  return *static_cast<item*>(context);
}

template <item_kind Kind, class Integer>
void take_number(void* context, Integer n) {
  out(context).kind = Kind;
  out(context).number = n;
}

template <item_kind Kind>
void take_content(void* context, cbor_data data, std::size_t size) {
  out(context).kind = Kind;
  out(context).content = {reinterpret_cast<const char*>(data), size};
}

template <item_kind Kind>
void take_kind(void* context) {
  out(context).kind = Kind;
}

template <class Float>
void take_real(void* context, Float f) {
  out(context).kind = item_kind::real;
  out(context).real = static_cast<double>(f);
}

constexpr cbor_callbacks callbacks{
    .uint8 = take_number<item_kind::natural>,
    .uint16 = take_number<item_kind::natural>,
    .uint32 = take_number<item_kind::natural>,
    .uint64 = take_number<item_kind::natural>,
    .negint64 = take_number<item_kind::negative>,
    .negint32 = take_number<item_kind::negative>,
    .negint16 = take_number<item_kind::negative>,
    .negint8 = take_number<item_kind::negative>,
    .byte_string_start = take_kind<item_kind::bytes_start>,
    .byte_string = take_content<item_kind::bytes>,
    .string = take_content<item_kind::text>,
    .string_start = take_kind<item_kind::text_start>,
    .indef_array_start = take_kind<item_kind::list_start>,
    .array_start = take_number<item_kind::list>,
    .indef_map_start = take_kind<item_kind::dict_start>,
    .map_start = take_number<item_kind::dict>,
    .tag = take_number<item_kind::tag>,
    .float2 = take_real,
    .float4 = take_real,
    .float8 = take_real,
    .undefined = take_kind<item_kind::null>,
    .null = take_kind<item_kind::null>,
    .boolean = take_number<item_kind::boolean>,
    .indef_break = take_kind<item_kind::end>,
};

constexpr const char* key_expected = "expected a string as key";

/// Reads consecutive items, with the nesting that libcbor's stateless decoder leaves to its user.
template <class Sink>
class cbor_items {
public:
  cbor_items(std::string_view bytes, Sink& sink) : bytes_(bytes), sink_(sink) { open().clear(); }

  std::size_t next() const { return next_; }

  std::optional<read_error> read_one() {
    is_done_ = false;
    while (!is_done_) {
      if (is_full()) {
        at(next_);
        if (!close())
          return read_error{nullptr, next_};
        continue;
      }
      begin_ = next_;
      at(begin_);
      if (auto error = read_head())
        return error;
      if (!tell())
        return read_error{nullptr, begin_};
    }
    return std::nullopt;
  }

private:
  struct container {
    bool is_dict;
    bool has_size;
    bool is_empty;
    bool is_value_due;  ///< in a dictionary: the key has been read
    std::uint64_t rest; ///< how many items or pairs, with a size
  };

  // Reused, as it would be allocated for every message.
  static std::vector<container>& open() {
    static thread_local std::vector<container> containers;
    return containers;
  }

  void at([[maybe_unused]] std::size_t offset) {
    if constexpr (Sink::wants_offsets)
      sink_.at(offset);
  }

  bool is_full() const { return !open_.empty() && open_.back().has_size && open_.back().rest == 0; }
  bool is_key_due() const {
    return !open_.empty() && open_.back().is_dict && !open_.back().is_value_due;
  }

  std::optional<read_error> read_head() {
    const auto rest = bytes_.substr(next_);
    if (rest.empty())
      return read_error{ends_too_early, next_};
    if (const auto size = size_of_unassigned_simple(rest)) {
      if (size > rest.size())
        return read_error{ends_too_early, bytes_.size()};
      head_.kind = item_kind::null;
      next_ += size;
      return std::nullopt;
    }
    const auto decoded = cbor_stream_decode(
        reinterpret_cast<cbor_data>(rest.data()), rest.size(), &callbacks, &head_);
    switch (decoded.status) {
    case CBOR_DECODER_FINISHED:
      next_ += decoded.read;
      return std::nullopt;
    case CBOR_DECODER_NEDATA:
      return read_error{ends_too_early, bytes_.size()};
    default:
      return read_error{"invalid CBOR", next_};
    }
  }

  /// libcbor refuses simple values without a meaning, which are well-formed all the same.
  static std::size_t size_of_unassigned_simple(std::string_view rest) {
    const auto first = static_cast<unsigned char>(rest[0]);
    if (first >= 0xe0 && first <= 0xf3)
      return 1;
    if (first == 0xf8 && (rest.size() < 2 || static_cast<unsigned char>(rest[1]) >= 32))
      return 2;
    return 0;
  }

  bool tell() {
    if (chunks_ != item_kind::end)
      return tell_chunk();
    if (is_tagged_ && head_.kind == item_kind::end)
      return sink_.fail("a tag without a value");
    is_tagged_ = head_.kind == item_kind::tag;
    switch (head_.kind) {
    case item_kind::tag:
      return true; // of a tagged value, WAMP has only the value
    case item_kind::end:
      return end_container();
    case item_kind::text_start:
      return start_chunks(item_kind::text);
    case item_kind::bytes_start:
      return start_chunks(item_kind::bytes);
    case item_kind::list:
    case item_kind::list_start:
      return start_container(false);
    case item_kind::dict:
    case item_kind::dict_start:
      return start_container(true);
    default:
      return is_key_due() ? tell_key() : tell_scalar() && item_done();
    }
  }

  bool tell_scalar() {
    switch (head_.kind) {
    case item_kind::natural:
      return sink_.natural(head_.number);
    case item_kind::negative:
      return head_.number <= INT64_MAX ? sink_.integer(-1 - static_cast<std::int64_t>(head_.number))
                                       : sink_.real(-1.0 - static_cast<double>(head_.number));
    case item_kind::real:
      return sink_.real(head_.real);
    case item_kind::boolean:
      return sink_.boolean(head_.number != 0);
    case item_kind::bytes:
      return sink_.bytes(head_.content);
    case item_kind::text:
      return is_valid_text() && sink_.text(head_.content);
    default:
      return sink_.null();
    }
  }

  bool tell_key() {
    open_.back().is_value_due = true;
    if (head_.kind == item_kind::text)
      return is_valid_text() && sink_.key(head_.content);
    if (head_.kind == item_kind::natural)
      return sink_.natural_key(head_.number);
    if (head_.kind == item_kind::negative && head_.number <= INT64_MAX)
      return sink_.integer_key(-1 - static_cast<std::int64_t>(head_.number));
    return sink_.fail(key_expected);
  }

  bool is_valid_text() { return is_valid_utf8(head_.content) || sink_.fail("invalid UTF-8"); }

  bool start_chunks(item_kind kind) {
    chunks_ = kind;
    joined_.clear();
    chunks_begin_ = begin_;
    return true;
  }

  bool tell_chunk() {
    if (head_.kind == item_kind::end) {
      head_.kind = std::exchange(chunks_, item_kind::end);
      head_.content = joined_;
      at(chunks_begin_);
      return is_key_due() ? tell_key() : tell_scalar() && item_done();
    }
    if (head_.kind != chunks_)
      return sink_.fail("expected a part of the string, or its end");
    joined_ += head_.content;
    return chunks_ != item_kind::text || is_valid_text();
  }

  bool start_container(bool is_dict) {
    if (is_key_due())
      return sink_.fail(key_expected);
    const bool has_size = head_.kind == item_kind::list || head_.kind == item_kind::dict;
    open_.push_back({is_dict, has_size, true, false, has_size ? head_.number : 0});
    return is_dict ? sink_.begin_dict(begin_) : sink_.begin_list(begin_);
  }

  bool end_container() {
    if (open_.empty() || open_.back().has_size)
      return sink_.fail("an end without a begin");
    if (open_.back().is_value_due)
      return sink_.fail("a key without a value");
    return close();
  }

  bool close() {
    const auto closed = open_.back();
    open_.pop_back();
    const bool good =
        closed.is_dict ? sink_.end_dict(closed.is_empty) : sink_.end_list(closed.is_empty);
    if (good && sink_.at_element())
      sink_.element_ends(next_);
    return good && item_done();
  }

  bool item_done() {
    if (open_.empty()) {
      is_done_ = true;
      return true;
    }
    auto& parent = open_.back();
    parent.is_empty = false;
    parent.is_value_due = false;
    if (parent.has_size)
      --parent.rest;
    return true;
  }

  std::string_view bytes_;
  Sink& sink_;
  std::vector<container>& open_ = open();
  item head_;
  std::size_t next_ = 0;
  std::size_t begin_ = 0;
  bool is_done_ = false;
  bool is_tagged_ = false;
  item_kind chunks_ = item_kind::end; ///< the kind of string that comes in parts, else `end`
  std::size_t chunks_begin_ = 0;
  std::string joined_;
};

} // namespace

template <class Sink>
std::optional<read_error> read_cbor(std::string_view bytes, Sink& sink) {
  cbor_items<Sink> items{bytes, sink};
  if (auto error = items.read_one())
    return error;
  if (items.next() != bytes.size())
    return read_error{data_after_message, items.next()};
  return std::nullopt;
}

template <class Sink>
std::optional<read_error> read_cbor_elements(std::string_view bytes, unsigned count, Sink& sink) {
  sink.begin_list();
  cbor_items<Sink> items{bytes, sink};
  for (unsigned i = 0; i < count; ++i)
    if (auto error = items.read_one())
      return error;
  if (items.next() != bytes.size())
    return read_error{data_after_message, items.next()};
  sink.end_list();
  return std::nullopt;
}

template std::optional<read_error> read_cbor(std::string_view, message_builder&);
template std::optional<read_error> read_cbor(std::string_view, position_tracker<message_builder>&);
template std::optional<read_error> read_cbor_elements(std::string_view, unsigned, value_builder&);

} // namespace wamp
