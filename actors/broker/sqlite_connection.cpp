#include <wamp/actors/broker/sqlite_connection.hpp>

#include <sqlite3.h>

namespace wamp {

sqlite_connection::sqlite_connection(const std::string& path) {
  sqlite3* db = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  db_.reset(db); // there is one even then
  if (code != SQLITE_OK)
    fail();
}

void sqlite_connection::closing::operator()(sqlite3* db) const noexcept {
  sqlite3_close_v2(db);
}

void sqlite_connection::run(const char* sql) {
  if (sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    fail();
}

bool sqlite_connection::is_in_transaction() const noexcept {
  return sqlite3_get_autocommit(db_.get()) == 0;
}

void sqlite_connection::fail() const {
  throw sqlite_error{sqlite3_errmsg(db_.get())};
}

sqlite_statement::sqlite_statement(sqlite_connection& connection, const char* sql)
    : connection_(&connection) {
  sqlite3_stmt* made = nullptr;
  check(
      sqlite3_prepare_v3(connection.db_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr));
  statement_.reset(made);
}

void sqlite_statement::finalizing::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

void sqlite_statement::check(int code) const {
  if (code != SQLITE_OK)
    connection_->fail();
}

void sqlite_statement::bind(int position, std::int64_t number) {
  check(sqlite3_bind_int64(statement_.get(), position, number));
}

// What is bound is there until the run is over: nothing needs a copy.
void sqlite_statement::bind(int position, std::string_view text) {
  check(sqlite3_bind_text64(
      statement_.get(), position, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
      SQLITE_UTF8));
}

void sqlite_statement::bind(int position, const blob& b) {
  check(sqlite3_bind_blob64(
      statement_.get(), position, b.bytes.data() ? b.bytes.data() : "", b.bytes.size(),
      SQLITE_STATIC));
}

sqlite_rows::~sqlite_rows() {
  sqlite3_reset(from_->statement_.get());
  sqlite3_clear_bindings(from_->statement_.get());
}

bool sqlite_rows::next() {
  const int code = sqlite3_step(from_->statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    from_->connection_->fail();
  return code == SQLITE_ROW;
}

std::int64_t sqlite_rows::integer(int column) const {
  return sqlite3_column_int64(from_->statement_.get(), column);
}

std::string_view sqlite_rows::bytes(int column) const {
  const auto data = static_cast<const char*>(sqlite3_column_blob(from_->statement_.get(), column));
  const auto size = sqlite3_column_bytes(from_->statement_.get(), column);
  return data ? std::string_view{data, static_cast<std::size_t>(size)} : std::string_view{};
}

} // namespace wamp
