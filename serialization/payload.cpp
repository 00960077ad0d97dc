#include <wamp/serialization/encoding.hpp>
#include <wamp/serialization/payload.hpp>
#include <wamp/serialization/readers.hpp>
#include <wamp/serialization/value_builder.hpp>

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <stdexcept>

namespace wamp {

namespace {

std::atomic<std::uint64_t> decodes{0};
std::atomic<std::uint64_t> encodes{0};

std::optional<read_error>
read_elements(format f, std::string_view bytes, unsigned parts, value_builder& builder) {
  switch (f) {
  case format::json:
    return read_json_elements(bytes, parts, builder);
  case format::msgpack:
    return read_msgpack_elements(bytes, parts, builder);
  case format::cbor:
    return read_cbor_elements(bytes, parts, builder);
  }
  return std::nullopt;
}

arguments decode_arguments(format f, const slice& bytes, unsigned parts) {
  decodes.fetch_add(1, std::memory_order_relaxed);
  value_builder builder{key_rules::lax};
  const auto error = read_elements(f, bytes.view(), parts, builder);
  auto elements = builder.result().get_if<list>();
  if (error || !elements || elements->size() != parts)
    throw std::invalid_argument{"a payload was made of bytes that are not valid"};
  arguments result;
  auto args = elements->front().get_if<list>();
  auto kwargs = parts == 2 ? elements->back().get_if<dict>() : &result.kwargs;
  if (!args || !kwargs)
    throw std::invalid_argument{"a payload was made of bytes that are not arguments"};
  result.args = std::move(*args);
  if (parts == 2)
    result.kwargs = std::move(*kwargs);
  return result;
}

std::string encode_arguments(format f, const arguments& values, unsigned parts) {
  encodes.fetch_add(1, std::memory_order_relaxed);
  std::string out;
  with_writer(f, out, [&](auto w) {
    write_list(w, values.args);
    if (parts == 2)
      write_dict(w, values.kwargs);
  });
  return out;
}

bool holds_one_binary(const list& args) {
  return args.size() == 1 && args.front().get_if<binary>();
}

std::size_t estimated_size(const value& v) {
  constexpr std::size_t scalar = 8;
  if (auto s = v.get_if<std::string>())
    return s->size() + scalar;
  if (auto b = v.get_if<binary>())
    return b->bytes.size() + scalar;
  std::size_t sum = scalar;
  if (auto l = v.get_if<list>())
    for (const auto& item : *l)
      sum += estimated_size(item);
  if (auto d = v.get_if<dict>())
    for (const auto& m : *d)
      sum += m.key.size() + estimated_size(m.value);
  return sum;
}

std::size_t estimated_size(const arguments& values) {
  std::size_t sum = 0;
  for (const auto& v : values.args)
    sum += estimated_size(v);
  for (const auto& m : values.kwargs)
    sum += m.key.size() + estimated_size(m.value);
  return sum;
}

/// The forms of a payload that were asked for since it came. One that is there is never changed
/// again: references to it stay good without a lock.
/// (Not `std::call_once`: glibc's makes a system call each time that it has made something.)
class made_forms {
public:
  /// `decode` makes the values, should they not be there.
  template <class Decode>
  const arguments& values(Decode decode) {
    make(values_bit, [&] { values_ = decode(); });
    return values_;
  }

  const slice& encoded(format f, const arguments& values, unsigned parts) {
    auto& wanted = forms_[index_of(f)];
    make(1U << index_of(f), [&] { wanted = slice{encode_arguments(f, values, parts)}; });
    return wanted;
  }

private:
  static constexpr unsigned values_bit = 1U << format_count;

  bool has(unsigned bit) const { return (made_.load(std::memory_order_acquire) & bit) != 0; }

  template <class Make>
  void make(unsigned bit, Make make_it) {
    if (has(bit))
      return;
    std::scoped_lock lock{making_};
    if (has(bit))
      return;
    make_it();
    made_.fetch_or(bit, std::memory_order_release);
  }

  std::array<slice, format_count> forms_;
  arguments values_;
  std::atomic<unsigned> made_{0}; ///< one bit per form, and one for the values
  std::mutex making_;
};

} // namespace

/// What a payload came as. Most are passed on in that form and nobody asks for another: what is
/// needed for others is made when somebody does.
struct payload::store {
  std::size_t size = 0;
  std::optional<format> origin; ///< nothing: native
  std::uint8_t parts = 0;
  mutable std::atomic<made_forms*> others{nullptr};

  store() = default;
  ~store() { delete others.load(std::memory_order_acquire); }
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  const arguments& open() const;
  const slice& encoded(format f) const;

private:
  made_forms& forms() const {
    if (auto there = others.load(std::memory_order_acquire))
      return *there;
    auto made = std::make_unique<made_forms>();
    made_forms* winner = nullptr;
    if (others.compare_exchange_strong(winner, made.get(), std::memory_order_acq_rel))
      winner = made.release();
    return *winner;
  }
};

struct payload::encoded_store : store {
  slice original;
};

struct payload::native_store : store {
  explicit native_store(arguments v) : values(std::move(v)) {}
  arguments values;
};

const arguments& payload::store::open() const {
  if (!origin)
    return static_cast<const native_store*>(this)->values;
  return forms().values([this] {
    return decode_arguments(*origin, static_cast<const encoded_store*>(this)->original, parts);
  });
}

const slice& payload::store::encoded(format f) const {
  if (f == origin)
    return static_cast<const encoded_store*>(this)->original;
  return forms().encoded(f, open(), parts);
}

payload payload::encoded(format f, slice bytes, unsigned parts) {
  if (parts == 0)
    return {};
  auto s = std::make_shared<encoded_store>();
  s->origin = f;
  s->parts = static_cast<std::uint8_t>(parts);
  s->size = bytes.size();
  s->original = std::move(bytes);
  return payload{std::move(s)};
}

payload payload::native(arguments values) {
  if (values.args.empty() && values.kwargs.empty())
    return {};
  const std::uint8_t parts = values.kwargs.empty() ? 1 : 2;
  const auto size = estimated_size(values);
  auto s = std::make_shared<native_store>(std::move(values));
  s->parts = parts;
  s->size = size;
  return payload{std::move(s)};
}

unsigned payload::parts() const noexcept {
  return store_ ? store_->parts : 0;
}

std::optional<format> payload::origin() const noexcept {
  return store_ ? store_->origin : std::nullopt;
}

slice payload::bytes(format f) const {
  return store_ ? store_->encoded(f) : slice{};
}

std::string_view payload::view(format f) const {
  return store_ ? store_->encoded(f).view() : std::string_view{};
}

const arguments& payload::values() const {
  static const arguments none;
  return store_ ? store_->open() : none;
}

bool payload::is_one_binary() const {
  if (parts() != 1)
    return false;
  if (!store_->origin)
    return holds_one_binary(values().args);
  constexpr std::size_t values_of_one_binary = 3; // the elements, the list, and the binary in it
  value_builder builder{key_rules::lax, values_of_one_binary};
  if (read_elements(*store_->origin, store_->encoded(*store_->origin).view(), 1, builder))
    return false;
  const auto elements = builder.result().get_if<list>();
  const auto args = elements ? elements->front().get_if<list>() : nullptr;
  return args && holds_one_binary(*args);
}

std::size_t payload::size() const noexcept {
  return store_ ? store_->size : 0;
}

payload_counters read_payload_counters() noexcept {
  return {decodes.load(std::memory_order_relaxed), encodes.load(std::memory_order_relaxed)};
}

} // namespace wamp
