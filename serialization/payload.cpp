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

} // namespace

/// What a payload came as, and the forms that were asked for since. A form that is there is
/// never changed again: references to it stay good without a lock.
/// (Not `std::call_once`: glibc's makes a system call each time that it has made something.)
struct payload::store {
  std::optional<format> origin; ///< nothing: native
  unsigned parts = 0;
  std::size_t size = 0;
  mutable std::array<slice, format_count> forms;
  mutable arguments values;
  mutable std::atomic<unsigned> made{0}; ///< one bit per form, and one for the values
  mutable std::mutex making;

  static constexpr unsigned values_bit = 1U << format_count;
  static constexpr unsigned bit_of(format f) { return 1U << index_of(f); }

  bool has(unsigned bit) const { return (made.load(std::memory_order_acquire) & bit) != 0; }

  const arguments& open() const {
    if (!has(values_bit)) {
      std::scoped_lock lock{making};
      make_values();
    }
    return values;
  }

  const slice& encoded(format f) const {
    auto& wanted = forms[index_of(f)];
    if (!has(bit_of(f))) {
      std::scoped_lock lock{making};
      if (!has(bit_of(f))) {
        make_values();
        wanted = slice{encode_arguments(f, values, parts)};
        made.fetch_or(bit_of(f), std::memory_order_release);
      }
    }
    return wanted;
  }

private:
  void make_values() const {
    if (has(values_bit))
      return;
    values = decode_arguments(*origin, forms[index_of(*origin)], parts);
    made.fetch_or(values_bit, std::memory_order_release);
  }
};

payload payload::encoded(format f, slice bytes, unsigned parts) {
  if (parts == 0)
    return {};
  auto s = std::make_shared<store>();
  s->origin = f;
  s->parts = parts;
  s->size = bytes.size();
  s->forms[index_of(f)] = std::move(bytes);
  s->made.store(store::bit_of(f), std::memory_order_relaxed);
  return payload{std::move(s)};
}

payload payload::native(arguments values) {
  if (values.args.empty() && values.kwargs.empty())
    return {};
  auto s = std::make_shared<store>();
  s->parts = values.kwargs.empty() ? 1 : 2;
  s->size = estimated_size(values);
  s->values = std::move(values);
  s->made.store(store::values_bit, std::memory_order_relaxed);
  return payload{std::move(s)};
}

unsigned payload::parts() const noexcept {
  return store_ ? store_->parts : 0;
}

slice payload::bytes(format f) const {
  return store_ ? store_->encoded(f) : slice{};
}

const arguments& payload::values() const {
  static const arguments none;
  return store_ ? store_->open() : none;
}

std::size_t payload::size() const noexcept {
  return store_ ? store_->size : 0;
}

payload_counters read_payload_counters() noexcept {
  return {decodes.load(std::memory_order_relaxed), encodes.load(std::memory_order_relaxed)};
}

} // namespace wamp
