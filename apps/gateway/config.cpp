#include <wamp/actors/authorization/procedure_authorizer.hpp>
#include <wamp/apps/gateway/config.hpp>
#include <wamp/apps/gateway/config_layout.hpp>
#include <wamp/apps/gateway/config_reader.hpp>
#include <wamp/apps/gateway/config_tree.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <tuple>

namespace wamp {

namespace {

using config_errors = std::vector<config_error>;

constexpr std::size_t max_file_size = 1U << 20U;

tl::unexpected<config_errors> file_error(std::string_view file, std::string text) {
  return tl::unexpected(config_errors{{std::string{file}, 0, 0, {}, std::move(text)}});
}

/// At most one byte more than a file may have. The error is a phrase.
tl::expected<std::string, std::string> read_file(const std::string& path) {
  const auto failure = [] {
    return tl::unexpected("cannot be read: " + std::generic_category().message(errno));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{
      std::fopen(path.c_str(), "rb"), std::fclose};
  if (!file)
    return failure();
  std::string text(max_file_size + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()))
    return failure();
  return text;
}

} // namespace

std::string config_error::to_string() const {
  auto out = file;
  if (line > 0)
    out += ':' + std::to_string(line) + ':' + std::to_string(column);
  if (!key.empty())
    out += ": " + key;
  return out + ": " + text;
}

std::shared_ptr<authorizer> authorizer_of(
    const authorization_settings& settings, const std::shared_ptr<procedure_caller>& caller,
    std::chrono::milliseconds timeout) {
  if (!settings.roles)
    return nullptr;
  return authorize_by_roles(
      *settings.roles, settings.authorizer.empty()
                           ? nullptr
                           : authorize_by_procedure(caller, settings.authorizer, timeout));
}

gateway_config default_config() {
  gateway_config c;
  listener_config l;
  l.address.host = "127.0.0.1";
  l.address.port = 8080;
  c.listeners.push_back(std::move(l));
  realm_config r;
  r.name = "realm1";
  c.realms.push_back(std::move(r));
  return c;
}

tl::expected<gateway_config, config_errors> read_config(const std::string& path) {
  const auto text = read_file(path);
  if (!text)
    return file_error(path, text.error());
  return parse_config(*text, path);
}

tl::expected<gateway_config, config_errors>
parse_config(std::string_view text, std::string_view file_name) {
  if (text.size() > max_file_size)
    return file_error(file_name, "larger than " + std::to_string(max_file_size) + " bytes");
  auto tree = parse_config_tree(text);
  if (!tree) {
    const auto& e = tree.error();
    return tl::unexpected(
        config_errors{{std::string{file_name}, e.at.line, e.at.column, e.key, e.text}});
  }
  auto config = default_config();
  config_errors errors;
  config_reader{&*tree, {}, file_name, errors}.object(
      [&](auto& members) { config_layout::describe(members, config); });
  config.file = *std::move(tree);
  if (errors.empty()) {
    for (auto& r : config.realms) {
      r.caller = std::make_shared<procedure_caller>();
      r.authorize = authorizer_of(r.authorization, r.caller, r.authorization_timeout);
    }
    return config;
  }
  const auto place = [](const config_error& e) { return std::tie(e.line, e.column); };
  std::stable_sort(errors.begin(), errors.end(), [&](const auto& a, const auto& b) {
    return place(a) < place(b);
  });
  return tl::unexpected(std::move(errors));
}

} // namespace wamp
