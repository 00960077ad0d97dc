// Values and messages as operations of a writer: how they look on every wire, said once.
// Internal to this room. Spec: "Message Definitions", "Application Payload" (basic profile).
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/serialization/message_fields.hpp>
#include <wamp/serialization/value.hpp>
#include <wamp/serialization/writers.hpp>

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>

namespace wamp {

/// Calls `write(writer)` with the writer for `f`.
template <class Write>
void with_writer(format f, std::string& out, Write&& write) {
  switch (f) {
  case format::json:
    return write(json_writer{out});
  case format::msgpack:
    return write(msgpack_writer{out});
  case format::cbor:
    return write(cbor_writer{out});
  }
}

template <class Writer>
void write_value(Writer& w, const value& v);

template <class Writer>
void write_list(Writer& w, const list& l) {
  w.begin_list(l.size());
  for (const auto& v : l)
    write_value(w, v);
  w.end_list();
}

template <class Writer>
void write_dict(Writer& w, const dict& d) {
  w.begin_dict(d.size());
  for (const auto& m : d) {
    w.key(m.key);
    write_value(w, m.value);
  }
  w.end_dict();
}

template <class Writer>
void write_value(Writer& w, const value& v) {
  std::visit(
      [&w]<class T>(const T& content) {
        if constexpr (std::is_same_v<T, null_value>)
          w.null();
        else if constexpr (std::is_same_v<T, bool>)
          w.boolean(content);
        else if constexpr (std::is_same_v<T, std::int64_t>)
          w.integer(content);
        else if constexpr (std::is_same_v<T, std::uint64_t>)
          w.natural(content);
        else if constexpr (std::is_same_v<T, double>)
          w.real(content);
        else if constexpr (std::is_same_v<T, std::string>)
          w.text(content);
        else if constexpr (std::is_same_v<T, binary>)
          w.bytes(content.bytes);
        else if constexpr (std::is_same_v<T, list>)
          write_list(w, content);
        else
          write_dict(w, content);
      },
      v.data());
}

template <class Writer, class Tag>
void write_field(Writer& w, strong_id<Tag> id) {
  w.natural(id.value());
}
template <class Writer>
void write_field(Writer& w, const std::string& s) {
  w.text(s);
}
template <class Writer>
void write_field(Writer& w, const dict& d) {
  write_dict(w, d);
}
template <class Writer>
void write_field(Writer& w, message_code code) {
  w.natural(static_cast<std::uint64_t>(code));
}

/// `args` are the elements to be written for the message's arguments.
template <class Writer, class Message>
void write_message(Writer& w, const Message& m, std::string_view args) {
  const auto fields = fields_of(m);
  std::size_t size = 1 + std::tuple_size_v<std::remove_const_t<decltype(fields)>>;
  if constexpr (has_payload<Message>)
    size += m.args.parts();
  if constexpr (has_revocation_form<Message>)
    size += m.request ? 0 : 1;
  w.begin_list(size);
  write_field(w, Message::code);
  std::apply([&w](const auto&... field) { (write_field(w, field), ...); }, fields);
  if constexpr (has_revocation_form<Message>)
    if (!m.request)
      write_dict(w, m.details);
  if constexpr (has_payload<Message>)
    if (!m.args.empty())
      w.splice(args);
  w.end_list();
}

template <class Writer, class Message>
void write_message(Writer& w, const Message& m) {
  if constexpr (has_payload<Message>)
    write_message(w, m, m.args.view(Writer::format));
  else
    write_message(w, m, {});
}

} // namespace wamp
