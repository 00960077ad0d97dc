// The few things that this project asks of SQLite: a connection, its statements, and errors as
// exceptions, for in the middle of a transaction everything can fail. Used by event_tables alone.
// One thread at a time.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace wamp {

/// Its text is SQLite's.
class sqlite_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// A parameter or a column that is bytes, not text.
struct blob {
  std::string_view bytes;
};

class sqlite_statement;

class sqlite_connection {
public:
  /// Opens a file, or makes it.
  explicit sqlite_connection(const std::string& path);

  /// Statements without parameters or rows.
  void run(const char* sql);
  bool is_in_transaction() const noexcept;

private:
  friend class sqlite_rows;
  friend class sqlite_statement;
  struct closing {
    void operator()(sqlite3* db) const noexcept;
  };
  [[noreturn]] void fail() const;

  std::unique_ptr<sqlite3, closing> db_;
};

/// The rows of one run of a statement. A view into a row is good until the next one.
class sqlite_rows {
public:
  explicit sqlite_rows(sqlite_statement& from) : from_(&from) {}
  ~sqlite_rows();
  sqlite_rows(const sqlite_rows&) = delete;
  sqlite_rows& operator=(const sqlite_rows&) = delete;

  /// False: there are no more.
  bool next();
  std::int64_t integer(int column) const;
  std::string_view bytes(int column) const; ///< also of a text

private:
  sqlite_statement* from_;
};

class sqlite_statement {
public:
  /// `connection` must outlive it.
  sqlite_statement(sqlite_connection& connection, const char* sql);

  /// Runs it with these parameters, in their order. One run at a time.
  template <class... Parameters>
  sqlite_rows rows(const Parameters&... parameters) {
    [[maybe_unused]] int position = 0;
    (bind(++position, parameters), ...);
    return sqlite_rows{*this};
  }
  /// The same, without rows.
  template <class... Parameters>
  void run(const Parameters&... parameters) {
    auto none = rows(parameters...);
    none.next();
  }

private:
  friend class sqlite_rows;
  struct finalizing {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  void bind(int position, std::int64_t number);
  void bind(int position, std::string_view text);
  void bind(int position, const blob& bytes);
  void check(int code) const;

  sqlite_connection* connection_;
  std::unique_ptr<sqlite3_stmt, finalizing> statement_;
};

} // namespace wamp
