#include <wamp/serialization/message_builder.hpp>
#include <wamp/serialization/position_tracker.hpp>
#include <wamp/serialization/readers.hpp>
#include <wamp/serialization/utf8.hpp>
#include <wamp/serialization/value_builder.hpp>

#include <msgpack.hpp>

#include <cstdint>

namespace wamp {

namespace {

/// msgpack-c's events as those of a sink. They come without offsets.
template <class Sink>
class msgpack_events : public msgpack::null_visitor {
public:
  explicit msgpack_events(Sink& sink) : sink_(sink) {}

  /// Called by msgpack-c before each item.
  void init() {}

  /// The next event's begin.
  void begins_at(std::size_t offset) { offset_ = offset; }
  bool has_read_something() { return std::exchange(has_event_, false); }

  bool visit_nil() {
    return scalar([&] { return sink_.null(); });
  }
  bool visit_boolean(bool b) {
    return scalar([&] { return sink_.boolean(b); });
  }
  bool visit_positive_integer(std::uint64_t n) {
    at();
    return in_key_ ? sink_.natural_key(n) : sink_.natural(n);
  }
  bool visit_negative_integer(std::int64_t n) {
    at();
    return in_key_ ? sink_.integer_key(n) : sink_.integer(n);
  }
  bool visit_float32(float f) {
    return scalar([&] { return sink_.real(static_cast<double>(f)); });
  }
  bool visit_float64(double d) {
    return scalar([&] { return sink_.real(d); });
  }
  bool visit_str(const char* data, std::uint32_t size) {
    at();
    const auto s = size == 0 ? std::string_view{} : std::string_view{data, size};
    if (!is_valid_utf8(s))
      return sink_.fail("invalid UTF-8");
    return in_key_ ? sink_.key(s) : sink_.text(s);
  }
  bool visit_bin(const char* data, std::uint32_t size) {
    const auto b = size == 0 ? std::string_view{} : std::string_view{data, size};
    return scalar([&] { return sink_.bytes(b); });
  }
  /// WAMP has no extension types: their data is taken as bytes, their type is dropped. But type 0
  /// with one zero byte is how JavaScript's encoders write `undefined`, so it means null.
  bool visit_ext(const char* data, std::uint32_t size) {
    if (size == 2 && data[0] == 0 && data[1] == 0)
      return visit_nil();
    return scalar([&] { return sink_.bytes({data + 1, size - 1}); });
  }

  bool start_array(std::uint32_t size) {
    return container(size, [&] { return sink_.begin_list(offset_); });
  }
  bool start_map(std::uint32_t size) {
    return container(size, [&] { return sink_.begin_dict(offset_); });
  }
  bool end_array() {
    at();
    return sink_.end_list(std::exchange(is_empty_, false));
  }
  bool end_map() {
    at();
    return sink_.end_dict(std::exchange(is_empty_, false));
  }
  bool start_map_key() {
    in_key_ = true;
    return true;
  }
  bool end_map_key() {
    in_key_ = false;
    return true;
  }

private:
  void at() {
    if constexpr (Sink::wants_offsets) {
      sink_.at(offset_);
      has_event_ = true;
    }
  }

  bool refuse_key() { return sink_.fail("expected a string as key"); }

  template <class Event>
  bool scalar(Event event) {
    at();
    return in_key_ ? refuse_key() : event();
  }

  template <class Event>
  bool container(std::uint32_t size, Event event) {
    at();
    is_empty_ = size == 0;
    return in_key_ ? refuse_key() : event();
  }

  Sink& sink_;
  std::size_t offset_ = 0;
  bool in_key_ = false;
  bool is_empty_ = false; ///< the container that was just begun
  bool has_event_ = false;
};

/// Reads consecutive items. msgpack-c's `parse` would allocate its stack for each of them; what
/// it wraps can be used again after each item.
template <class Sink>
class msgpack_items {
public:
  msgpack_items(std::string_view bytes, std::size_t begin, Sink& sink)
      : bytes_(bytes), next_(begin), events_(sink), parser_(events_) {}

  std::size_t next() const { return next_; }

  std::optional<read_error> read_one() {
    // msgpack-c forgets to leave its state after an item that is an empty wide list or map.
    parser_.init();
    events_.begins_at(next_);
    const auto result = Sink::wants_offsets ? execute_bytewise()
                                            : parser_.execute(bytes_.data(), bytes_.size(), next_);
    switch (result) {
    case msgpack::PARSE_SUCCESS:
      return std::nullopt;
    case msgpack::PARSE_CONTINUE:
      return read_error{ends_too_early, bytes_.size()};
    case msgpack::PARSE_STOP_VISITOR:
      return read_error{nullptr, next_};
    default:
      return read_error{"0xc1 is no MessagePack type", next_};
    }
  }

private:
  /// Feeds byte by byte, as the parser tells an event once it has seen its last byte: so the
  /// next one begins behind it.
  msgpack::parse_return execute_bytewise() {
    auto result = msgpack::PARSE_CONTINUE;
    for (auto fed = next_ + 1; fed <= bytes_.size() && result == msgpack::PARSE_CONTINUE; ++fed) {
      result = parser_.execute(bytes_.data(), fed, next_);
      if (events_.has_read_something() && result == msgpack::PARSE_CONTINUE)
        events_.begins_at(fed);
    }
    return result;
  }

  std::string_view bytes_;
  std::size_t next_;
  msgpack_events<Sink> events_;
  msgpack::detail::parse_helper<msgpack_events<Sink>> parser_;
};

struct list_head {
  std::size_t bytes;
  std::uint32_t size;
};

/// The head of the message itself, whose elements are then read one by one to learn where each
/// begins. Nothing: not a list. `bytes` may exceed the input.
std::optional<list_head> head_of_list(std::string_view bytes) {
  auto big_endian = [&](std::size_t count) {
    std::uint32_t n = 0;
    for (char c : bytes.substr(1, count))
      n = (n << 8) | static_cast<unsigned char>(c);
    return n;
  };
  const auto first = static_cast<unsigned char>(bytes.front());
  if ((first & 0xf0) == 0x90)
    return list_head{1, first & 0x0fU};
  if (first == 0xdc)
    return list_head{3, big_endian(2)};
  if (first == 0xdd)
    return list_head{5, big_endian(4)};
  return std::nullopt;
}

template <class Sink>
void at([[maybe_unused]] Sink& sink, [[maybe_unused]] std::size_t offset) {
  if constexpr (Sink::wants_offsets)
    sink.at(offset);
}

} // namespace

template <class Sink>
std::optional<read_error> read_msgpack(std::string_view bytes, Sink& sink) {
  if (bytes.empty())
    return read_error{ends_too_early, 0};
  at(sink, 0);
  const auto head = head_of_list(bytes);
  if (!head) {
    sink.null();
    return read_error{nullptr, 0};
  }
  if (head->bytes > bytes.size())
    return read_error{ends_too_early, bytes.size()};
  if (!sink.begin_list(0))
    return read_error{nullptr, 0};
  msgpack_items<Sink> items{bytes, head->bytes, sink};
  for (std::uint32_t i = 0; i < head->size; ++i) {
    if (auto error = items.read_one())
      return error;
    sink.element_ends(items.next());
  }
  at(sink, items.next());
  if (!sink.end_list(head->size == 0))
    return read_error{nullptr, items.next()};
  if (items.next() != bytes.size())
    return read_error{data_after_message, items.next()};
  return std::nullopt;
}

template <class Sink>
std::optional<read_error>
read_msgpack_elements(std::string_view bytes, unsigned count, Sink& sink) {
  sink.begin_list();
  msgpack_items<Sink> items{bytes, 0, sink};
  for (unsigned i = 0; i < count; ++i)
    if (auto error = items.read_one())
      return error;
  if (items.next() != bytes.size())
    return read_error{data_after_message, items.next()};
  sink.end_list();
  return std::nullopt;
}

template std::optional<read_error> read_msgpack(std::string_view, message_builder&);
template std::optional<read_error>
read_msgpack(std::string_view, position_tracker<message_builder>&);
template std::optional<read_error>
read_msgpack_elements(std::string_view, unsigned, value_builder&);

} // namespace wamp
