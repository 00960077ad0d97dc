// What must hold for any bytes in any format. The fuzzers ask it of bytes that libFuzzer makes,
// the ordinary tests of the files below corpus/.
#pragma once

#include <wamp/serialization/codec.hpp>
#include <wamp/test/serialization/testing.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <variant>

namespace wamp::testing {

/// Whether JSON can say it: neither a number that is none, nor text that looks like bytes.
inline bool survives_json(const value& v);

inline bool survives_json(const list& l) {
  return std::all_of(l.begin(), l.end(), [](const value& v) { return survives_json(v); });
}

inline bool survives_json(const dict& d) {
  return std::all_of(d.begin(), d.end(), [](const member& m) { return survives_json(m.value); });
}

inline bool survives_json(const value& v) {
  if (auto d = v.get_if<double>())
    return std::isfinite(*d);
  if (auto s = v.get_if<std::string>())
    return !s->starts_with('\0');
  if (auto l = v.get_if<list>())
    return survives_json(*l);
  if (auto d = v.get_if<dict>())
    return survives_json(*d);
  return true;
}

inline bool survives_json(const message& m) {
  return std::visit(
      []<class M>(const M& typed) {
        const auto is_good = []<class Field>(const Field& field) {
          if constexpr (std::is_same_v<Field, dict>)
            return survives_json(field);
          else
            return true;
        };
        bool good = std::apply(
            [&](const auto&... field) { return (is_good(field) && ...); }, fields_of(typed));
        if constexpr (has_revocation_form<M>)
          good = good && survives_json(typed.details);
        if constexpr (has_payload<M>)
          good = good && survives_json(typed.args.values().args)
                 && survives_json(typed.args.values().kwargs);
        return good;
      },
      m);
}

/// Decodes the bytes. If they are a message, it must survive every format and come back equal;
/// if not, the error must say where within the bytes. Gives what is wrong, or nothing.
inline std::string problem_with(format f, std::string_view bytes) {
  const auto m = decode(f, slice{std::string{bytes}});
  if (!m) {
    const auto& e = m.error();
    if (e.offset > bytes.size())
      return "the error lies outside: " + e.to_string();
    return e.text.empty() || e.text == "not a WAMP message" ? "an error without a reason" : "";
  }
  for (auto to : all_formats) {
    const auto encoded = encode(to, *m);
    const auto again = decode(to, slice{encoded});
    const bool is_exact = to != format::json || survives_json(*m);
    if (!again && is_exact)
      return "cannot be decoded again: " + again.error().to_string();
    if (again && is_exact && !same(*m, *again))
      return "changed in " + std::string{name_of(to)} + ": " + to_hex(encoded);
  }
  return "";
}

} // namespace wamp::testing
