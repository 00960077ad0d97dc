#include <wamp/apps/gateway/tls_files.hpp>

#include <utility>

namespace wamp {

namespace {

using fault = tls_server_context::fault;

config_error error_at(const tls_settings& t, fault f) {
  // A key that is named nowhere stands in the certificate's file.
  auto at = f.which == fault::file::client_ca                          ? t.client_ca_at
            : f.which == fault::file::key && !t.files.key_file.empty() ? t.key_at
                                                                       : t.certificate_at;
  at.text = std::move(f.text);
  return at;
}

} // namespace

std::vector<config_error> load_tls(std::vector<listener_config>& listeners) {
  std::vector<config_error> problems;
  for (auto& l : listeners) {
    if (l.tls.files.certificate_file.empty())
      continue;
    if (auto made = tls_server_context::make(l.tls.files))
      l.options.tls = *std::move(made);
    else
      problems.push_back(error_at(l.tls, std::move(made.error())));
  }
  return problems;
}

} // namespace wamp
