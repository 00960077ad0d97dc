// What is wrong with a configuration file. A value.
#pragma once

#include <string>

namespace wamp {

/// What is wrong with a file, and where.
struct config_error {
  std::string file;
  /// Both from 1, as an editor counts them: a column is a Unicode character. 0 where there is no
  /// such place: the file cannot be read.
  unsigned line = 0;
  unsigned column = 0;
  std::string key;  ///< such as "listeners[0].listen"; empty for the file as a whole
  std::string text; ///< a phrase for the user

  /// "file:line:column: key: text", without the parts that are not known.
  std::string to_string() const;

  bool operator==(const config_error&) const = default;
};

} // namespace wamp
