#include <wamp/actors/broker/kept_publication.hpp>

namespace wamp {

namespace {

std::size_t size_of(const value& v) {
  auto size = sizeof(value);
  if (auto text = v.get_if<std::string>())
    size += text->size();
  if (auto items = v.get_if<list>())
    for (auto& item : *items)
      size += size_of(item);
  return size;
}

std::size_t size_of(const dict& d) {
  std::size_t size = 0;
  for (auto& m : d)
    size += sizeof(member) + m.key.size() + size_of(m.value);
  return size;
}

/// Of the options of a PUBLISH, those that an audience is made of.
dict lists_of(const dict& options) {
  dict result;
  for (auto& m : options)
    if (m.key.starts_with("exclude") || m.key.starts_with("eligible"))
      result.set(m.key, m.value);
  return result;
}

} // namespace

kept_publication::kept_publication(const publication& what)
    : what_{what.id, what.publisher, lists_of(what.options), what.topic, what.details, {}},
      format_(what.args.origin().value_or(format::cbor)),
      bytes_(std::string{what.args.view(format_)}),
      parts_(what.args.parts()),
      size_(
          sizeof(kept_publication) + what.topic.size() + bytes_.size() + size_of(what_.options)
          + size_of(what_.details)) {}

publication kept_publication::whole() const {
  auto result = what_;
  result.args = payload::encoded(format_, bytes_, parts_);
  return result;
}

} // namespace wamp
