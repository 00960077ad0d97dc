// The sub-command "add-user": makes the entry of a user for a configuration, from which nobody can
// tell the password. Called by main, once.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace wamp {

struct new_user {
  std::string authid;
  std::string role;
  /// Of "ticket", "wampcra", "wamp-scram"; empty: by what is given.
  std::vector<std::string> methods = {};
  bool argon2 = false;
  std::vector<std::string> public_keys = {}; ///< as the command line has them
};

/// Reads the password, one line, from `in` if a method needs one; writes the entry to `out`, and
/// what it asks or complains of to `trouble`. The exit code.
int add_user(const new_user& who, std::istream& in, std::ostream& out, std::ostream& trouble);

} // namespace wamp
