#include "io/grids/legacy/legacy_check.h"

#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <sstream>

namespace discern::io {

namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char l) { return std::toupper(l); });
  return text;
}

bool isCells(const std::string& key) {
  return key == "CELLS" || key == "POLYGONS" || key == "VERTICES" || key == "LINES" || key == "TRIANGLE_STRIPS";
}

/// The numbers behind a line like "POLYGONS 2 8": every cell as its count of corners and their points. VTK's reader
/// runs past its own memory when they don't add up. Files of version 5 have OFFSETS there instead.
void checkCells(const File& file, const std::string& line, std::int64_t at, std::int64_t cells, std::int64_t numbers,
                bool text) {
  const auto wrong = [&](const std::string& found) {
    throw data::ReadError(file.path(), "the line \"" + line + "\" is followed by " + found);
  };
  std::array<char, 8> next{};
  file.readAt(at, std::as_writable_bytes(std::span(next.data(), static_cast<std::size_t>(std::clamp<std::int64_t>(
                                                                    file.size() - at, 0, next.size())))));
  if (upper(std::string(next.data(), 7)) == "OFFSETS") return;
  std::vector<std::byte> bytes;
  std::int64_t pieceBegin = at;
  const auto byte = [&]() -> int {
    constexpr std::int64_t pieceBytes = 1 << 18;
    if (at >= pieceBegin + static_cast<std::int64_t>(bytes.size())) {
      if (at >= file.size()) return -1;
      bytes.resize(static_cast<std::size_t>(std::min(pieceBytes, file.size() - at)));
      pieceBegin = at;
      file.readAt(at, bytes);
    }
    return std::to_integer<int>(bytes[static_cast<std::size_t>(at++ - pieceBegin)]);
  };
  const auto number = [&]() -> std::int64_t {
    std::int64_t value = 0;
    int c = byte();
    if (!text) {
      std::uint32_t word = 0;
      for (int i = 0; i < 4 && c >= 0; ++i) {
        word = word << 8 | static_cast<std::uint32_t>(c);
        if (i < 3) c = byte();
      }
      return c < 0 ? -1 : static_cast<std::int32_t>(word);
    }
    while (c >= 0 && std::isspace(c))
      c = byte();
    if (!std::isdigit(c)) return -1;
    for (; std::isdigit(c); c = byte())
      value = std::min<std::int64_t>(value * 10 + (c - '0'), INT32_MAX);
    // VTK's reader stops at what else stands behind a number, and at one too large for it.
    return (c < 0 || std::isspace(c)) && value < INT32_MAX ? value : -1;
  };
  std::int64_t used = 0, found = 0;
  for (; used < numbers; ++found) {
    const std::int64_t corners = number();
    if (corners < 0)
      wrong("fewer whole numbers of 32 bits than it says: " + std::to_string(used) + " of " + std::to_string(numbers));
    if (corners > numbers - used - 1)
      wrong("cell " + std::to_string(found) + " of " + std::to_string(corners) + " corners; there is room for " +
            std::to_string(numbers - used - 1));
    for (std::int64_t i = 0; i < corners; ++i)
      if (number() < 0)
        wrong("fewer whole numbers of 32 bits than it says: " + std::to_string(used + i) + " of " +
              std::to_string(numbers));
    used += corners + 1;
  }
  if (found != cells) wrong(std::to_string(found) + " cells");
}

/// The number of values that a header line promises; 0 when it is no such line. Every value takes a bit at least.
double promised(const std::string& line) {
  std::istringstream in(line);
  std::string key;
  double a = 0, b = 0, c = 0;
  in >> key;
  key = upper(key);
  static const std::set<std::string> ones{"POINT_DATA",    "CELL_DATA",     "CELL_TYPES",    "X_COORDINATES",
                                          "Y_COORDINATES", "Z_COORDINATES", "VERTEX_DATA",   "EDGE_DATA",
                                          "ROW_DATA",      "VERTICES_DATA", "LOOKUP_TABLE_N"};
  if (ones.contains(key)) return in >> a ? a : 0;
  if (key == "POINTS") return in >> a ? 3 * a : 0;
  if (key == "DIMENSIONS") return in >> a >> b >> c ? a * b * c : 0;
  if (isCells(key)) return in >> a >> b ? std::max(a, b) : 0;
  static const std::set<std::string> types{"bit",    "unsigned_char", "char",          "unsigned_short", "short",
                                           "int",    "unsigned_int",  "unsigned_long", "long",           "float",
                                           "double", "vtkidtype",     "vtktypeint64"};
  std::string type;
  if (in >> a >> b >> type && types.contains(lowerCase(type))) return a * b; // an array of a FIELD
  return 0;
}

} // namespace

void checkLegacyVtk(const File& file) {
  constexpr std::int64_t pieceBytes = 1 << 20;
  constexpr std::size_t longest = 256; // header lines are shorter
  std::string line;
  std::vector<char> piece;
  const double room = 8.0 * static_cast<double>(file.size());
  int lines = 0;
  bool text = false;
  const auto check = [&](std::int64_t end) {
    if (++lines == 3) text = upper(line).starts_with("ASCII");
    if (line.empty() || line.size() >= longest) return;
    const double count = promised(line);
    if (count < 0 || count > room)
      throw data::ReadError(file.path(), "the line \"" + cleanText(line) + "\" promises more than the file of " +
                                             byteText(static_cast<double>(file.size())) + " can hold");
    std::istringstream in(line);
    std::string key;
    std::int64_t cells = 0, numbers = 0;
    if (in >> key >> cells >> numbers && isCells(upper(key)))
      checkCells(file, cleanText(line), end, cells, numbers, text);
  };
  for (std::int64_t at = 0; at < file.size(); at += pieceBytes) {
    piece.resize(static_cast<std::size_t>(std::min(pieceBytes, file.size() - at)));
    file.readAt(at, std::as_writable_bytes(std::span(piece)));
    for (std::size_t i = 0; i < piece.size(); ++i) {
      const char c = piece[i];
      if (c == '\n' || c == '\r') {
        check(at + static_cast<std::int64_t>(i) + 1);
        line.clear();
      } else if (line.size() < longest) {
        line += c;
      }
    }
  }
  check(file.size());
}

} // namespace discern::io
