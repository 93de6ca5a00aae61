#include "io/grids/checks/ensight_check.h"

#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

namespace discern::io {

namespace {

constexpr std::int64_t lineBytes = 80;

/// Corners of an element of that name; 0 for those with a count of their own, -1 for no element.
int cornersOf(std::string name) {
  if (name.starts_with("g_")) name.erase(0, 2); // ghosts
  static const std::map<std::string, int> known{
      {"point", 1},    {"bar2", 2},   {"bar3", 3},     {"tria3", 3},    {"tria6", 6},  {"quad4", 4},
      {"quad8", 8},    {"tetra4", 4}, {"tetra10", 10}, {"pyramid5", 5}, {"penta6", 6}, {"pyramid13", 13},
      {"penta15", 15}, {"hexa8", 8},  {"hexa20", 20},  {"nsided", 0},   {"nfaced", 0}};
  const auto found = known.find(name);
  return found == known.end() ? -1 : found->second;
}

class Walk {
public:
  Walk(const File& file, bool swapped) : file_(file), swapped_(swapped) {}
  [[nodiscard]] bool atEnd() const { return at_ >= file_.size(); }
  std::string line(const char* what) {
    need(lineBytes, what);
    std::string text(lineBytes, '\0');
    file_.readAt(at_, std::as_writable_bytes(std::span(text)));
    at_ += lineBytes;
    return cleanText(text);
  }
  std::int32_t number(const char* what) {
    need(4, what);
    std::array<std::byte, 4> bytes{};
    file_.readAt(at_, bytes);
    at_ += 4;
    if (swapped_) std::reverse(bytes.begin(), bytes.end());
    std::int32_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::int64_t count(const char* what) {
    const std::int32_t value = number(what);
    if (value < 0)
      throw data::ReadError(file_.path(), std::string("expected ") + what + ", found " + std::to_string(value));
    return value;
  }
  void skip(std::int64_t bytes, const char* what) {
    need(bytes, what);
    at_ += bytes;
  }
  /// Skips a row of counts and gives their sum.
  std::int64_t sum(std::int64_t numbers, const char* what) {
    need(4 * numbers, what);
    std::int64_t total = 0;
    for (; numbers > 0; --numbers)
      total += count(what);
    return total;
  }
  void turn() {
    swapped_ = !swapped_;
    at_ -= 4;
  }
  [[nodiscard]] bool swapped() const { return swapped_; }
  [[nodiscard]] std::int64_t at() const { return at_; }

private:
  void need(std::int64_t bytes, const char* what) const {
    if (bytes > file_.size() - at_)
      throw data::ReadError(file_.path(), "the file ends early: " + std::string(what) + " at byte " +
                                              std::to_string(at_) + " takes " + std::to_string(bytes) +
                                              " bytes, there are " + std::to_string(file_.size() - at_));
  }
  const File& file_;
  std::int64_t at_ = 0;
  bool swapped_ = false;
};

} // namespace

void EnsightCheck::geometry(const File& file) {
  Walk walk(file, false);
  if (walk.line("the first line") != "C Binary") return;
  std::string line = walk.line("a line of description");
  if (line.starts_with("BEGIN TIME STEP")) return; // several steps in a file
  walk.line("a line of description");
  const std::string nodeIds = walk.line("node id"), elementIds = walk.line("element id");
  const auto stored = [](const std::string& text) {
    return text.find("given") != std::string::npos || text.find("ignore") != std::string::npos;
  };
  line = walk.line("a part");
  if (line.starts_with("extents")) {
    walk.skip(24, "the extents");
    line = walk.line("a part");
  }
  bool first = true;
  while (line.starts_with("part")) {
    Part& part = parts_.emplace_back();
    part.number = walk.number("a part's number");
    constexpr std::int32_t most = 1 << 20; // in the other order of bytes, even part 1 is more than that
    if (first && (part.number < 0 || part.number > most)) {
      walk.turn();
      part.number = walk.number("a part's number");
    }
    first = false;
    walk.line("a part's description");
    line = walk.line("coordinates");
    if (line.starts_with("block")) return parts_.clear(); // structured parts are left to the reader
    if (line.starts_with("coordinates")) {
      part.nodes = walk.count("the number of nodes");
      walk.skip(part.nodes * ((stored(nodeIds) ? 4 : 0) + 12), "the coordinates");
      line = walk.atEnd() ? std::string() : walk.line("elements");
    }
    for (int corners = cornersOf(line); corners >= 0; corners = cornersOf(line)) {
      const std::int64_t elements = walk.count("the number of elements");
      part.sections.push_back({line, elements});
      if (stored(elementIds)) walk.skip(4 * elements, "the ids of elements");
      if (corners > 0) {
        walk.skip(4 * corners * elements, "the corners of elements");
      } else {
        std::int64_t rows = walk.sum(elements, "the sizes of elements");
        if (line.find("nfaced") != std::string::npos) rows = walk.sum(rows, "the sizes of faces");
        walk.skip(4 * rows, "the corners of elements");
      }
      line = walk.atEnd() ? std::string() : walk.line("elements or a part");
    }
  }
  if (!line.empty() && !line.starts_with("END TIME STEP"))
    throw data::ReadError(file.path(), "expected elements or a part before byte " + std::to_string(walk.at()) +
                                           ", found \"" + line + "\"");
  known_ = true;
  swapped_ = walk.swapped();
}

void EnsightCheck::variable(const File& file, int components, bool onNodes) {
  if (!known_) return;
  Walk walk(file, swapped_);
  if (walk.line("a line of description").starts_with("BEGIN TIME STEP")) return;
  std::string line = walk.atEnd() ? std::string() : walk.line("a part");
  while (line.starts_with("part")) {
    const std::int32_t number = walk.number("a part's number");
    const auto part = std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.number == number; });
    if (part == parts_.end())
      throw data::ReadError(file.path(), "part " + std::to_string(number) + " is not in the geometry");
    line = walk.line("the values");
    const auto undefined = [&] {
      return line.find("undef") != std::string::npos || line.find("partial") != std::string::npos;
    };
    if (onNodes) {
      if (undefined() || !line.starts_with("coordinates")) return; // left to the reader
      walk.skip(4 * components * part->nodes, "the values");
      line = walk.atEnd() ? std::string() : walk.line("a part");
      continue;
    }
    while (!line.empty() && !line.starts_with("part")) {
      if (undefined()) return;
      const auto section =
          std::find_if(part->sections.begin(), part->sections.end(), [&](const Section& s) { return s.name == line; });
      if (section == part->sections.end())
        throw data::ReadError(file.path(), "part " + std::to_string(number) + " has no \"" + line + "\"");
      walk.skip(4 * components * section->count, "the values");
      line = walk.atEnd() ? std::string() : walk.line("elements or a part");
    }
  }
  if (!line.empty())
    throw data::ReadError(file.path(),
                          "expected a part before byte " + std::to_string(walk.at()) + ", found \"" + line + "\"");
}

} // namespace discern::io
