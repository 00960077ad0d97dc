#include <wamp/serialization/utf8.hpp>
#include <wamp/serialization/writers.hpp>

#include <msgpack.hpp>

#include <bit>
#include <iterator>

namespace wamp {

namespace {

struct string_sink {
  std::string& out;
  void write(const char* data, std::size_t size) { out.append(data, size); }
};

struct packer {
  string_sink sink;
  msgpack::packer<string_sink> pack;
  explicit packer(std::string& out) : sink{out}, pack{sink} {}
};

std::uint32_t size32(std::size_t size) {
  return static_cast<std::uint32_t>(size);
}

} // namespace

void msgpack_writer::null() {
  packer{out_}.pack.pack_nil();
}

void msgpack_writer::boolean(bool b) {
  packer to{out_};
  b ? to.pack.pack_true() : to.pack.pack_false();
}

void msgpack_writer::integer(std::int64_t n) {
  packer{out_}.pack.pack_int64(n);
}
void msgpack_writer::natural(std::uint64_t n) {
  packer{out_}.pack.pack_uint64(n);
}

void msgpack_writer::real(double d) {
  // By hand, as msgpack-c's pack_double writes whole numbers as integers.
  auto bits = std::bit_cast<std::uint64_t>(d);
  char encoded[9]{'\xcb'};
  for (auto i = std::size(encoded); --i > 0; bits >>= 8)
    encoded[i] = static_cast<char>(bits & 0xff);
  out_.append(encoded, sizeof encoded);
}

void msgpack_writer::text(std::string_view s) {
  if (!is_valid_utf8(s))
    return text(repaired_utf8(s));
  packer to{out_};
  to.pack.pack_str(size32(s.size()));
  to.pack.pack_str_body(s.data(), size32(s.size()));
}

void msgpack_writer::bytes(std::string_view b) {
  packer to{out_};
  to.pack.pack_bin(size32(b.size()));
  to.pack.pack_bin_body(b.data(), size32(b.size()));
}

void msgpack_writer::begin_list(std::size_t size) {
  packer{out_}.pack.pack_array(size32(size));
}
void msgpack_writer::begin_dict(std::size_t size) {
  packer{out_}.pack.pack_map(size32(size));
}

} // namespace wamp
