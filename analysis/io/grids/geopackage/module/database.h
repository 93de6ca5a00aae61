#pragma once
#include "io/file.h"

#include <functional>
#include <memory>
#include <sqlite3.h>
#include <string>

namespace discern::io {

/// A row of an answer.
class Row {
public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] int size() const { return sqlite3_column_count(statement_); }
  [[nodiscard]] std::string name(int column) const;
  [[nodiscard]] int type(int column) const { return sqlite3_column_type(statement_, column); }
  [[nodiscard]] std::int64_t whole(int column) const { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(statement_, column); }
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::span<const std::byte> blob(int column) const;

private:
  sqlite3_stmt* statement_;
};

/// An SQLite database, opened for reading alone and never trusted: no locks, no journal, no functions out of its
/// schema, only plain tables may be asked.
class Database {
public:
  explicit Database(const std::string& path);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() = default;
  /// Throws data::ReadError with SQLite's own words.
  void ask(const std::string& sql, const std::function<void(const Row&)>& row) const;
  /// A table by that name, not a view or a virtual one.
  [[nodiscard]] bool hasTable(const std::string& name) const;
  /// A name in an SQL sentence.
  [[nodiscard]] static std::string quoted(const std::string& name);
  /// A text in an SQL sentence.
  [[nodiscard]] static std::string literal(const std::string& text);

private:
  std::string path_;
  std::unique_ptr<sqlite3, decltype(&sqlite3_close)> handle_;
};

} // namespace discern::io
