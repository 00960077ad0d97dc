#include <wamp/serialization/utf8.hpp>
#include <wamp/serialization/writers.hpp>

#include <cbor.h>

namespace wamp {

namespace {

/// Appends what one of libcbor's encoders makes: a head of at most nine bytes.
template <class Encoder, class... Value>
void append(std::string& out, Encoder encode, Value... value) {
  unsigned char head[9];
  const auto size = encode(value..., head, sizeof head);
  out.append(reinterpret_cast<const char*>(head), size);
}

} // namespace

void cbor_writer::null() {
  append(out_, cbor_encode_null);
}
void cbor_writer::boolean(bool b) {
  append(out_, cbor_encode_bool, b);
}

void cbor_writer::integer(std::int64_t n) {
  if (n >= 0)
    append(out_, cbor_encode_uint, static_cast<std::uint64_t>(n));
  else
    append(out_, cbor_encode_negint, static_cast<std::uint64_t>(-(n + 1)));
}

void cbor_writer::natural(std::uint64_t n) {
  append(out_, cbor_encode_uint, n);
}
void cbor_writer::real(double d) {
  append(out_, cbor_encode_double, d);
}

void cbor_writer::text(std::string_view s) {
  if (!is_valid_utf8(s))
    return text(repaired_utf8(s));
  append(out_, cbor_encode_string_start, s.size());
  out_ += s;
}

void cbor_writer::bytes(std::string_view b) {
  append(out_, cbor_encode_bytestring_start, b.size());
  out_ += b;
}

void cbor_writer::begin_list(std::size_t size) {
  append(out_, cbor_encode_array_start, size);
}
void cbor_writer::begin_dict(std::size_t size) {
  append(out_, cbor_encode_map_start, size);
}

} // namespace wamp
