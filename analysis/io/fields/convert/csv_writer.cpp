#include "io/file.h"
#include "io/write.h"

#include <array>
#include <charconv>
#include <cmath>

namespace discern::io {

namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r;\t") == std::string::npos && !text.starts_with(' ') && !text.ends_with(' '))
    return text;
  std::string safe = "\"";
  for (const char c : text)
    safe += c == '"' ? std::string("\"\"") : std::string(1, c);
  return safe + "\"";
}

std::string numberOf(double value) {
  if (std::isnan(value)) return {}; // an empty cell is what everyone reads as missing
  std::array<char, 40> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

} // namespace

void writeCsv(const std::string& path, const data::Table& table) {
  FileWriter file(path);
  std::string out;
  const auto flush = [&] {
    file.write(std::as_bytes(std::span(out)));
    out.clear();
  };
  const std::size_t columns = table.info.columns.size();
  for (std::size_t c = 0; c < columns; ++c) {
    const std::string unit = c < table.info.units.size() ? table.info.units[c] : std::string();
    out += (c ? "," : "") + quoted(table.info.columns[c] + (unit.empty() ? "" : " [" + unit + "]"));
  }
  out += '\n';
  for (std::size_t row = 0; row < static_cast<std::size_t>(table.info.rows); ++row) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (c) out += ',';
      if (c < table.texts.size() && row < table.texts[c].size())
        out += quoted(table.texts[c][row]);
      else if (c < table.numbers.size() && row < table.numbers[c].size())
        out += numberOf(table.numbers[c][row]);
    }
    out += '\n';
    if (out.size() > (1U << 20)) flush();
  }
  flush();
  file.commit();
}

} // namespace discern::io
