#include "io/grids/amrex/amrex_header.h"

#include "io/file.h"
#include "io/file_text.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace discern::io {

namespace {

namespace fs = std::filesystem;

std::string textOf(const std::string& path) {
  constexpr std::int64_t most = 256 << 20;
  const File file(path);
  if (file.size() > most)
    throw data::ReadError(path,
                          "expected text of less than 256 MB, found " + byteText(static_cast<double>(file.size())));
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  file.readAt(0, std::as_writable_bytes(std::span(text)));
  return text;
}

/// The words of a text, one after the other, with a message when one is not what it should be.
class Words {
public:
  Words(std::string path, const std::string& text) : path_(std::move(path)), in_(text) {}
  template <typename T>
  T next(const char* what) {
    T value{};
    if (!(in_ >> value)) fail(std::string("expected ") + what);
    return value;
  }
  std::string line(const char* what) {
    std::string text;
    if (!std::getline(in_ >> std::ws, text)) fail(std::string("expected ") + what);
    while (!text.empty() && (text.back() == '\r' || text.back() == ' '))
      text.pop_back();
    return text;
  }
  std::int64_t count(const char* what, std::int64_t most) {
    const auto value = next<std::int64_t>(what);
    if (value < 0 || value > most) fail(std::string("expected ") + what + ", found " + std::to_string(value));
    return value;
  }
  /// Skips to behind the next `letter`.
  void past(char letter) {
    for (char c = 0; in_.get(c);)
      if (c == letter) return;
    fail(std::string("expected '") + letter + "'");
  }
  /// "((0,0,0) (7,7,7) (0,0,0))"
  AmrBox box(int dimensions) {
    AmrBox box;
    past('(');
    for (auto* corner : {&box.lo, &box.hi}) {
      past('(');
      for (int axis = 0; axis < dimensions; ++axis) {
        (*corner)[static_cast<std::size_t>(axis)] = next<int>("a corner of a box");
        if (axis + 1 < dimensions) past(',');
      }
      past(')');
    }
    past(')'); // the type: cells or nodes
    past(')');
    constexpr int most = 1 << 28;
    for (std::size_t axis = 0; axis < 3; ++axis)
      if (box.lo[axis] > box.hi[axis] || box.lo[axis] < -most || box.hi[axis] > most)
        fail("expected a box, found " + std::to_string(box.lo[axis]) + " to " + std::to_string(box.hi[axis]));
    return box;
  }
  [[noreturn]] void fail(const std::string& problem) {
    in_.clear();
    const auto at = static_cast<std::int64_t>(in_.tellg());
    throw data::ReadError(path_, problem + (at >= 0 ? ", near byte " + std::to_string(at) : ", at its end"));
  }

private:
  std::string path_;
  std::istringstream in_;
};

void readLevel(const fs::path& cells, AmrexPlot& plot, AmrLevel& level, std::vector<AmrexFab>& fabs,
               std::int64_t expected) {
  const std::string path = cells.string() + "_H";
  Words words(path, textOf(path));
  words.count("the version", 10);
  words.count("how the values lie", 10);
  const std::int64_t components = words.count("the number of components", 1 << 20);
  if (components != static_cast<std::int64_t>(plot.names.size()))
    words.fail("expected " + std::to_string(plot.names.size()) + " components, found " + std::to_string(components));
  words.next<std::string>("the number of cells around a box"); // one number, or one a dimension: the boxes tell
  words.past('(');
  const std::int64_t boxes = words.count("the number of boxes", 1 << 24);
  if (boxes != expected)
    words.fail("expected " + std::to_string(expected) + " boxes as the Header has, found " + std::to_string(boxes));
  words.next<std::string>("a number behind that of the boxes");
  for (std::int64_t i = 0; i < boxes; ++i)
    level.boxes.push_back(words.box(plot.dimensions));
  words.past(')');
  if (words.count("the number of boxes on disk", 1 << 24) != boxes) words.fail("expected a place for every box");
  for (std::int64_t i = 0; i < boxes; ++i) {
    if (words.next<std::string>("FabOnDisk:") != "FabOnDisk:") words.fail("expected \"FabOnDisk:\"");
    const auto name = words.next<std::string>("a file's name");
    if (name.find('/') != std::string::npos)
      words.fail("expected a file in the same folder, found \"" + cleanText(name) + "\"");
    const auto offset = words.next<std::int64_t>("a place in a file");
    fabs.push_back({(cells.parent_path() / name).string(), offset});
  }
}

} // namespace

AmrexPlot amrexPlot(const std::string& folder) {
  const std::string path = (fs::path(folder) / "Header").string();
  Words words(path, textOf(path));
  AmrexPlot plot;
  plot.version = words.line("the version");
  const std::int64_t components = words.count("the number of components", 1 << 16);
  for (std::int64_t i = 0; i < components; ++i)
    plot.names.push_back(cleanText(words.line("a component's name")));
  plot.dimensions = static_cast<int>(words.count("2 or 3 dimensions", 3));
  if (plot.dimensions < 2) words.fail("expected 2 or 3 dimensions, found " + std::to_string(plot.dimensions));
  plot.time = words.next<double>("the time");
  const auto levels = static_cast<std::size_t>(words.count("the finest level, below 64", 63)) + 1;
  plot.levels.resize(levels);
  plot.fabs.resize(levels);
  const auto dimensions = static_cast<std::size_t>(plot.dimensions);
  for (std::size_t axis = 0; axis < dimensions; ++axis)
    plot.origin[axis] = words.next<double>("the lower corner");
  for (std::size_t axis = 0; axis < dimensions; ++axis)
    words.next<double>("the upper corner");
  for (std::size_t l = 0; l + 1 < levels; ++l) {
    const auto ratio = words.next<std::string>("the ratio of refinement"); // "2", or "(2,2,2)"
    plot.levels[l].ratio = std::atoi(ratio.c_str() + (ratio.starts_with('(') ? 1 : 0));
    if (plot.levels[l].ratio < 1 || plot.levels[l].ratio > 64)
      words.fail("expected a ratio of refinement, found \"" + cleanText(ratio) + "\"");
  }
  for (std::size_t l = 0; l < levels; ++l)
    words.box(plot.dimensions); // of the whole domain
  for (std::size_t l = 0; l < levels; ++l)
    words.next<std::int64_t>("a level's step");
  for (AmrLevel& level : plot.levels) {
    for (std::size_t axis = 0; axis < dimensions; ++axis) {
      level.spacing[axis] = words.next<double>("a level's spacing");
      if (!(level.spacing[axis] > 0)) words.fail("expected a spacing above zero");
    }
    if (dimensions == 2) level.spacing[2] = level.spacing[0];
  }
  plot.coordinates = static_cast<int>(words.count("the kind of coordinates", 2));
  words.next<std::string>("the width of the boundary");
  for (std::size_t l = 0; l < levels; ++l) {
    words.count("a level's number", 63);
    const std::int64_t boxes = words.count("the number of boxes", 1 << 24);
    words.next<double>("the time");
    words.next<std::int64_t>("the step");
    for (std::int64_t i = 0; i < boxes * plot.dimensions * 2; ++i)
      words.next<double>("an edge of a box");
    const auto cells = words.next<std::string>("the level's files");
    if (cells.starts_with('/') || cells.find("..") != std::string::npos)
      words.fail("expected files in this folder, found \"" + cleanText(cells) + "\"");
    readLevel(fs::path(folder) / cells, plot, plot.levels[l], plot.fabs[l], boxes);
  }
  return plot;
}

AmrexFabHeader amrexFab(const AmrexFab& fab, int dimensions) {
  constexpr std::int64_t longest = 1024;
  const File file(fab.file);
  if (fab.offset < 0 || fab.offset >= file.size())
    throw data::ReadError(fab.file, "expected a box at byte " + std::to_string(fab.offset) + ", the file has " +
                                        std::to_string(file.size()));
  std::string line(static_cast<std::size_t>(std::min(longest, file.size() - fab.offset)), '\0');
  file.readAt(fab.offset, std::as_writable_bytes(std::span(line)));
  const std::size_t end = line.find('\n');
  if (!line.starts_with("FAB ((") || end == std::string::npos)
    throw data::ReadError(fab.file, "expected \"FAB ((\" at byte " + std::to_string(fab.offset) + ", found \"" +
                                        cleanText(line.substr(0, 12)) + "\"");
  line.resize(end);
  // FAB ((8, (64 11 52 0 1 12 0 1023)),(8, (8 7 6 5 4 3 2 1)))((0,0,0) (7,7,7) (0,0,0)) 4
  Words words(fab.file, line);
  AmrexFabHeader header;
  words.past('(');
  words.past('(');
  words.count("8 numbers", 8);
  words.past('(');
  const std::int64_t bits = words.count("64 or 32 bits", 64);
  if (bits != 64 && bits != 32) words.fail("expected 64 or 32 bits, found " + std::to_string(bits));
  header.size = static_cast<int>(bits / 8);
  words.past(')');
  words.past('(');
  words.count("8 bytes", 8);
  words.past('(');
  header.big = words.count("the order of bytes", 8) == 1;
  for (int i = 0; i < 3; ++i)
    words.past(')');
  header.box = words.box(dimensions);
  header.components = static_cast<int>(words.count("the number of components", 1 << 20));
  header.data = fab.offset + static_cast<std::int64_t>(end) + 1;
  const double bytes = static_cast<double>(header.box.cells()) * header.components * header.size;
  if (bytes > static_cast<double>(file.size() - header.data))
    throw data::ReadError(fab.file, "the box at byte " + std::to_string(fab.offset) + " has " + byteText(bytes) +
                                        ", the file ends after " +
                                        byteText(static_cast<double>(file.size() - header.data)));
  return header;
}

} // namespace discern::io
