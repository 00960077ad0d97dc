#include <wamp/serialization/codec.hpp>
#include <wamp/serialization/encoding.hpp>
#include <wamp/serialization/message_builder.hpp>
#include <wamp/serialization/position_tracker.hpp>
#include <wamp/serialization/readers.hpp>
#include <wamp/serialization/utf8.hpp>

namespace wamp {

namespace {

template <class Sink>
std::optional<read_error> read(format f, std::string_view bytes, Sink& sink) {
  switch (f) {
  case format::json:
    return read_json(bytes, sink);
  case format::msgpack:
    return read_msgpack(bytes, sink);
  case format::cbor:
    return read_cbor(bytes, sink);
  }
  return read_error{"unknown format", 0};
}

/// Reads the message again, slowly, to tell exactly where the error is. `violation`: the message
/// is well-formed, and this was found in it.
decode_error explain(
    format f, std::string_view bytes, const decode_limits& limits,
    const rule_violation* violation = nullptr) {
  message_builder builder{limits};
  position_tracker tracker{builder, violation ? &violation->path : nullptr};
  const auto found = read(f, bytes, tracker);

  decode_error e;
  e.invalid_utf8 = f == format::json && !is_valid_utf8(bytes);
  e.path = violation ? to_string(violation->path) : tracker.path();
  if (violation)
    e.text = violation->text;
  else if (builder.error())
    e.text = builder.error();
  else
    e.text = found && found->text ? found->text : "not a WAMP message";
  const bool refused = found && !found->text;
  e.offset = refused ? tracker.offset() : found ? found->offset : bytes.size();
  return e;
}

template <class Message>
std::size_t reserve_for(const Message& m) {
  // Code, ids, brackets and the usual URI; a dictionary's members are small.
  std::size_t size = 128;
  auto add = [&size]<class Field>(const Field& field) {
    if constexpr (std::is_same_v<Field, std::string>)
      size += field.size();
    else if constexpr (std::is_same_v<Field, dict>)
      size += field.size() * 48;
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, fields_of(m));
  if constexpr (has_payload<Message>)
    size += m.args.size();
  return size;
}

} // namespace

std::string decode_error::to_string() const {
  auto s = text + " at byte " + std::to_string(offset);
  return path.empty() ? s : s + ", in " + path;
}

tl::expected<message, decode_error>
decode(format f, const slice& bytes, const decode_limits& limits) {
  message_builder builder{limits};
  if (read(f, bytes.view(), builder))
    return tl::unexpected(explain(f, bytes.view(), limits));
  if (const auto violation = builder.find_violation())
    return tl::unexpected(explain(f, bytes.view(), limits, &*violation));
  return builder.take(f, bytes);
}

template <class Message>
void encode_to(std::string& out, format f, const Message& m) {
  with_writer(f, out, [&m](auto w) { write_message(w, m); });
}

template <class Message>
std::string encode(format f, const Message& m) {
  std::string out;
  out.reserve(reserve_for(m));
  encode_to(out, f, m);
  return out;
}

template <class Message>
std::size_t encode_around_args(std::string& out, format f, const Message& m) {
  with_writer(f, out, [&m](auto w) { write_message(w, m, {}); });
  return f == format::json ? 1 : 0; // the bracket
}

template std::size_t encode_around_args(std::string&, format, const invocation&);
template std::size_t encode_around_args(std::string&, format, const result&);

template std::string encode(format, const hello&);
template void encode_to(std::string&, format, const hello&);
template std::string encode(format, const welcome&);
template void encode_to(std::string&, format, const welcome&);
template std::string encode(format, const abort&);
template void encode_to(std::string&, format, const abort&);
template std::string encode(format, const challenge&);
template void encode_to(std::string&, format, const challenge&);
template std::string encode(format, const authenticate&);
template void encode_to(std::string&, format, const authenticate&);
template std::string encode(format, const goodbye&);
template void encode_to(std::string&, format, const goodbye&);
template std::string encode(format, const error&);
template void encode_to(std::string&, format, const error&);
template std::string encode(format, const publish&);
template void encode_to(std::string&, format, const publish&);
template std::string encode(format, const published&);
template void encode_to(std::string&, format, const published&);
template std::string encode(format, const subscribe&);
template void encode_to(std::string&, format, const subscribe&);
template std::string encode(format, const subscribed&);
template void encode_to(std::string&, format, const subscribed&);
template std::string encode(format, const unsubscribe&);
template void encode_to(std::string&, format, const unsubscribe&);
template std::string encode(format, const unsubscribed&);
template void encode_to(std::string&, format, const unsubscribed&);
template std::string encode(format, const event&);
template void encode_to(std::string&, format, const event&);
template std::string encode(format, const call&);
template void encode_to(std::string&, format, const call&);
template std::string encode(format, const cancel&);
template void encode_to(std::string&, format, const cancel&);
template std::string encode(format, const result&);
template void encode_to(std::string&, format, const result&);
template std::string encode(format, const register_&);
template void encode_to(std::string&, format, const register_&);
template std::string encode(format, const registered&);
template void encode_to(std::string&, format, const registered&);
template std::string encode(format, const unregister&);
template void encode_to(std::string&, format, const unregister&);
template std::string encode(format, const unregistered&);
template void encode_to(std::string&, format, const unregistered&);
template std::string encode(format, const invocation&);
template void encode_to(std::string&, format, const invocation&);
template std::string encode(format, const interrupt&);
template void encode_to(std::string&, format, const interrupt&);
template std::string encode(format, const yield&);
template void encode_to(std::string&, format, const yield&);

std::string encode(format f, const message& m) {
  return std::visit([f](const auto& alternative) { return encode(f, alternative); }, m);
}

void encode_to(std::string& out, format f, const message& m) {
  std::visit([&](const auto& alternative) { encode_to(out, f, alternative); }, m);
}

} // namespace wamp
