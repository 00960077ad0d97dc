#include <wamp/actors/broker/history_query.hpp>
#include <wamp/serialization/rfc3339.hpp>

#include <string_view>

namespace wamp {

namespace {

// Each takes a value if it is one of its kind.

bool take(const value& v, bool& out) {
  const auto b = v.get_if<bool>();
  return b && (out = *b, true);
}

bool take(const value& v, std::optional<std::size_t>& out) {
  const auto n = v.get_if<std::int64_t>();
  return n && *n > 0 && (out = static_cast<std::size_t>(*n), true);
}

bool take(const value& v, std::optional<history_query::time>& out) {
  const auto text = v.get_if<std::string>();
  return text && (out = from_rfc3339(*text), out.has_value());
}

bool take(const value& v, std::optional<std::string>& out) {
  const auto text = v.get_if<std::string>();
  return text && (out = *text, true);
}

bool take(const value& v, std::optional<publication_id>& out) {
  const auto n = v.get_if<std::int64_t>();
  return n && *n > 0 && (out = publication_id{static_cast<std::uint64_t>(*n)}, true);
}

} // namespace

bool history_query::wants(time when, const std::string& of_topic) const {
  return (!from_time || when >= *from_time) && (!after_time || when > *after_time)
         && (!before_time || when < *before_time) && (!until_time || when <= *until_time)
         && (!topic || of_topic == *topic);
}

tl::expected<history_query, std::string> history_query::from(const dict& kwargs) {
  history_query result;
  std::string problem;
  const auto read = [&](std::string_view key, auto& out, std::string_view what) {
    const auto given = kwargs.find(key);
    if (given && !given->is_null() && !take(*given, out))
      problem = std::string{key}.append(" must be ").append(what);
  };
  constexpr std::string_view a_time = "an RFC 3339 timestamp";
  constexpr std::string_view an_id = "the id of a publication";
  read("reverse", result.reverse, "a bool");
  read("limit", result.limit, "a positive integer");
  read("from_time", result.from_time, a_time);
  read("after_time", result.after_time, a_time);
  read("before_time", result.before_time, a_time);
  read("until_time", result.until_time, a_time);
  read("topic", result.topic, "a URI");
  read("from_publication", result.from_publication, an_id);
  read("after_publication", result.after_publication, an_id);
  read("before_publication", result.before_publication, an_id);
  read("until_publication", result.until_publication, an_id);
  if (!problem.empty())
    return tl::unexpected{std::move(problem)};
  return result;
}

} // namespace wamp
