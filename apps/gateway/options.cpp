#include <wamp/actors/version.hpp>
#include <wamp/apps/gateway/options.hpp>

#include <CLI/CLI.hpp>

namespace wamp {

options read_options(int argc, char** argv) {
  options result;
  CLI::App app{"A WAMP router on WebSocket and RawSocket.", "wamp-gateway"};
  app.set_version_flag("--version", std::string{version});
  app.add_option("-c,--config", result.config_file, "Configuration file (JSON with comments)")
      ->type_name("FILE");
  app.add_option(
         "--listen", result.listen,
         "Where to listen instead, HOST:PORT or unix:PATH; repeatable (default 127.0.0.1:8080)")
      ->type_name("ADDRESS")
      ->take_all();
  app.add_option(
         "--realm", result.realms,
         "A realm to serve instead of the configured ones; repeatable (default realm1)")
      ->type_name("NAME")
      ->take_all();
  app.add_option("--threads", result.threads, "Threads that serve clients (default 1)")
      ->check(CLI::Range(1, 256));
  app.add_option("--log-level", result.log_level, "Least severe messages to log (default info)")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
  app.add_option("--log-format", result.log_format, "Lines of text, or of JSON (default text)")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--check", result.check_only, "Only check the configuration, and say what is wrong");
  wamp::new_user user;
  const auto add = app.add_subcommand(
      "add-user", "Read a password from standard input, and print what stands for it in a "
                  "configuration: an element of realms[].auth.users");
  add->add_option("AUTHID", user.authid, "Who it is")->required();
  add->add_option("--role", user.role, "The user's authrole")->required();
  add->add_option(
         "--method", user.methods,
         "What to derive of the password; repeatable (default wamp-scram)")
      ->check(CLI::IsMember({"ticket", "wampcra", "wamp-scram"}))
      ->take_all();
  add->add_flag("--argon2", user.argon2, "Derive for wamp-scram by Argon2id instead of PBKDF2");
  add->add_option(
         "--public-key", user.public_keys, "For cryptosign: 64 hexadecimal digits; repeatable")
      ->take_all();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // CLI11 has its own numbers; ours are 0 for an answered question, 2 for a wrong question.
    result.exit_code = app.exit(e) == 0 ? 0 : 2;
  }
  if (add->parsed())
    result.added = std::move(user);
  return result;
}

namespace {

using problems = std::vector<std::string>;

tl::expected<gateway_config, problems> base_config(const std::string& file) {
  if (file.empty())
    return default_config();
  auto config = read_config(file);
  if (config)
    return std::move(*config);
  problems result;
  for (auto& e : config.error())
    result.push_back(e.to_string());
  return tl::unexpected{std::move(result)};
}

void replace_listeners(
    gateway_config& config, const std::vector<std::string>& addresses, problems& found) {
  // They take the first listener's options: its limits, paths and formats.
  auto like = config.listeners.front();
  config.listeners.clear();
  for (auto& text : addresses) {
    auto address = listen_address::parse(text);
    if (address) {
      like.address = std::move(*address);
      config.listeners.push_back(like);
    } else {
      found.push_back("--listen " + text + ": " + address.error());
    }
  }
}

void replace_realms(
    gateway_config& config, const std::vector<std::string>& names, problems& found) {
  auto like = config.realms.front();
  config.realms.clear();
  for (auto& name : names) {
    if (!is_valid_uri(name, uri_rules::loose))
      found.push_back("--realm " + name + ": not a valid URI");
    like.name = name;
    config.realms.push_back(like);
  }
}

} // namespace

tl::expected<gateway_config, problems> configure(const options& given) {
  auto config = base_config(given.config_file);
  if (!config)
    return config;
  problems found;
  if (!given.listen.empty())
    replace_listeners(*config, given.listen, found);
  if (!given.realms.empty())
    replace_realms(*config, given.realms, found);
  if (given.threads != 0)
    config->threads = given.threads;
  if (!given.log_level.empty())
    config->log.level = given.log_level;
  if (!given.log_format.empty())
    config->log.format = given.log_format == "json" ? log_format::json : log_format::text;
  if (!found.empty())
    return tl::unexpected{std::move(found)};
  return config;
}

} // namespace wamp
