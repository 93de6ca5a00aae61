#include "database.h"

#include "io/file_text.h"

#include <array>
#include <cctype>
#include <cstdio>

namespace discern::io {

namespace {

constexpr int longestValue = 200'000'000;

/// A path in a URI: "?" and "#" would end it.
std::string uriOf(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
      uri += c;
      continue;
    }
    std::array<char, 4> code{};
    std::snprintf(code.data(), code.size(), "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    uri += code.data();
  }
  return uri + "?mode=ro&immutable=1";
}

std::string doubled(const std::string& text, char mark) {
  std::string out(1, mark);
  for (const char c : text) {
    if (c == mark) out += c;
    if (c != '\0') out += c;
  }
  return out + mark;
}

} // namespace

std::string Row::name(int column) const {
  const char* name = sqlite3_column_name(statement_, column);
  return cleanText(name ? name : "");
}

std::string Row::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return text ? cleanText({text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))}) : std::string();
}

std::span<const std::byte> Row::blob(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  return {bytes, bytes ? static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)) : 0};
}

Database::Database(const std::string& path) : path_(path), handle_(nullptr, sqlite3_close) {
  sqlite3* handle = nullptr;
  const int state = sqlite3_open_v2(uriOf(path).c_str(), &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  handle_.reset(handle);
  if (state != SQLITE_OK)
    throw data::ReadError(path, std::string("the database can't be opened: ") + sqlite3_errstr(state));
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, longestValue);
  ask("PRAGMA cell_size_check=ON", [](const Row&) {});
}

void Database::ask(const std::string& sql, const std::function<void(const Row&)>& row) const {
  sqlite3_stmt* made = nullptr;
  int state = sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &made, nullptr);
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(made, sqlite3_finalize);
  while (state == SQLITE_OK || state == SQLITE_ROW) {
    state = sqlite3_step(made);
    if (state == SQLITE_ROW) row(Row(made));
  }
  if (state != SQLITE_DONE)
    throw data::ReadError(path_,
                          "the database is damaged, or is no GeoPackage: " + cleanText(sqlite3_errmsg(handle_.get())));
}

bool Database::hasTable(const std::string& name) const {
  bool found = false;
  ask("SELECT 1 FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'create virtual%' AND name = " + literal(name),
      [&](const Row&) { found = true; });
  return found;
}

std::string Database::quoted(const std::string& name) { return doubled(name, '"'); }
std::string Database::literal(const std::string& text) { return doubled(text, '\''); }

} // namespace discern::io
