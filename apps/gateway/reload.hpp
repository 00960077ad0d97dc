// Reads the configuration again while the gateway serves (SIGHUP): changes what can be changed
// without anybody noticing, and says what can not. Used by main, on its thread.
#pragma once

#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/apps/gateway/config.hpp>
#include <wamp/apps/gateway/options.hpp>

namespace wamp {

class reloader {
public:
  /// `running` is what `given` led to, and what `served` was opened with; `served` must outlive
  /// this.
  reloader(options given, gateway_config running, gateway& served);

  /// If anything is wrong with the file, or with those that it names, nothing changes.
  void reload();

private:
  void apply(const gateway_config& wanted);
  void apply_tls(const gateway_config& wanted);
  void apply_users(const gateway_config& wanted);
  void apply_roles(const gateway_config& wanted);
  void tell_what_must_wait(const gateway_config& wanted) const;
  bool takes_effect(std::string_view key, const gateway_config& wanted) const;
  bool keeps_tls(std::size_t listener, const gateway_config& wanted) const;
  bool is_about_people(std::string_view key, const gateway_config& wanted) const;

  const options given_;
  gateway_config running_;
  gateway& served_;
};

} // namespace wamp
