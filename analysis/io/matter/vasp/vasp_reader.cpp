#include "io/file_text.h"
#include "io/gzip_source.h"
#include "io/matter/density.h"
#include "io/matter/elements.h"
#include "io/matter/matter_formats.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

namespace {

constexpr std::int64_t mostHeader = 64 << 20, mostAtoms = 2000000;

/// The first lines, down to the places of atoms.
struct Head {
  std::string comment;
  Lattice lattice{};
  std::vector<std::string> labels; ///< one an atom
};

Head readHead(Lines& lines) {
  Head head;
  head.comment = cleanText(lines.next("a comment"));
  const std::string_view scaleLine = lines.next("a scale");
  const auto scales = wordsOf(scaleLine);
  data::Vec3 scale{1, 1, 1};
  const auto first = scales.empty() ? std::nullopt : numberOf(scales[0]);
  if (!first || *first == 0) lines.fail("a scale", scaleLine);
  scale.fill(*first);
  if (scales.size() >= 3 && numberOf(scales[1]) && numberOf(scales[2]))
    scale = {*first, *numberOf(scales[1]), *numberOf(scales[2])};
  for (data::Vec3& vector : head.lattice)
    vector = lines.three("a vector of the cell");
  if (*first < 0) scale.fill(std::cbrt(-*first / volume(head.lattice))); // the volume is given
  for (data::Vec3& vector : head.lattice)
    for (std::size_t i = 0; i < 3; ++i)
      vector[i] *= scale[i];
  if (!(volume(head.lattice) > 0) || !std::isfinite(volume(head.lattice)))
    lines.fail("a cell that is not flat", "a volume of " + numberText(volume(head.lattice)));
  // VASP 5 names the elements; VASP 4 does not, but then the comment often does.
  std::string_view countLine = lines.next("the elements or their counts");
  auto counts = wordsOf(countLine, 256);
  std::vector<std::string> names;
  if (!counts.empty() && !wholeOf(counts[0])) {
    names.assign(counts.begin(), counts.end());
    countLine = lines.next("the counts of atoms");
    counts = wordsOf(countLine, 256);
  } else {
    for (const auto word : wordsOf(head.comment, 256))
      names.emplace_back(word);
    const bool all = names.size() >= counts.size() && std::all_of(names.begin(), names.end(), [](const auto& name) {
                       return elementOfSymbol(name) != 0;
                     });
    if (!all) names.assign(counts.size(), "?");
  }
  if (counts.empty() || counts.size() > names.size()) lines.fail("a count of atoms for each element", countLine);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto count = wholeOf(counts[i]);
    if (!count || *count < 0 || *count > mostAtoms ||
        static_cast<std::int64_t>(head.labels.size()) + *count > mostAtoms)
      lines.fail("counts of atoms, up to two million", countLine);
    head.labels.insert(head.labels.end(), static_cast<std::size_t>(*count), names[i]);
  }
  return head;
}

Structure readAtoms(Lines& lines, const Head& head, bool cartesian, double scale) {
  Structure structure;
  structure.lattice = head.lattice;
  for (const std::string& label : head.labels) {
    Atom atom;
    atom.label = label;
    atom.number = elementNumber(label);
    const data::Vec3 place = lines.three("an atom's place");
    if (cartesian)
      for (std::size_t i = 0; i < 3; ++i)
        atom.place[i] = place[i] * scale;
    else
      atom.place = fromFractions(head.lattice, place);
    structure.atoms.push_back(std::move(atom));
  }
  return structure;
}

/// What the values of a grid are. A file does not say; its name does.
struct Kind {
  std::string format;
  std::vector<std::string> names; ///< of one, two and four grids: as many as there are
  std::string quantity, unit;
  bool perVolume = false;
};

Kind kindOf(const std::string& path) {
  const std::string name = path.substr(path.find_last_of('/') + 1);
  const auto has = [&](const char* word) { return name.find(word) != std::string::npos; };
  if (has("LOCPOT")) return {"VASP LOCPOT", {"potential", "potential, spin down"}, "Local potential", "eV"};
  if (has("ELFCAR")) return {"VASP ELFCAR", {"ELF", "ELF, spin down"}, "Electron localisation function", ""};
  if (has("CHG") || has("AECCAR"))
    return {"VASP CHGCAR", {"charge density", "spin density"}, "Charge density", "e/Å³", true};
  return {"VASP grid", {"values", "values 2"}, "", ""};
}

std::shared_ptr<data::Dataset> openTrajectory(Matter matter, Lines& lines, Head head) {
  matter.info.format = "VASP XDATCAR";
  while (!lines.atEnd() && matter.frames.size() < 1000000) {
    const std::string_view line = lines.peek();
    if (wordsOf(line, 1).empty()) break;
    if (!lowerCase(line).starts_with("direct configuration")) { // the cell changes: all of the head comes again
      head = readHead(lines);
      if (!lowerCase(lines.peek()).starts_with("direct configuration"))
        lines.fail("\"Direct configuration\"", lines.peek());
    }
    lines.next("\"Direct configuration\"");
    matter.frames.push_back(readAtoms(lines, head, false, 1));
  }
  matter.info.attributes["periodic"] = "yes";
  return std::move(matter).dataset();
}

/// Where grids begin in the text: behind each line that has the same three counts.
std::vector<std::size_t> gridsIn(std::string_view text, std::size_t first, const data::Index3& shape,
                                 std::string_view countLine) {
  std::vector<std::size_t> starts{first};
  const std::string mark = "\n" + std::string(countLine) + "\n";
  const auto count = static_cast<std::size_t>(shape[0] * shape[1] * shape[2]);
  std::size_t at = first + count * 2; // no grid is shorter
  while (starts.size() < 4 && at < text.size()) {
    const auto found = text.find(mark, at - 1);
    if (found == std::string_view::npos) break;
    starts.push_back(found + mark.size());
    at = starts.back() + count * 2;
  }
  return starts;
}

void addGrids(Matter& matter, const Candidate& candidate, const data::Index3& shape, std::size_t first,
              const std::string& countLine, const Lattice& lattice) {
  const std::string& path = candidate.path();
  const Kind kind = kindOf(path);
  matter.info.format = kind.format;
  Lattice axes = lattice;
  for (std::size_t i = 0; i < 3; ++i)
    for (double& value : axes[i])
      value /= static_cast<double>(shape[i]);
  data::FieldInfo info = densityInfo(path, kind.names[0], shape, {0, 0, 0}, axes, kind.format);
  info.quantity = kind.quantity;
  info.unit = kind.unit;
  const double count = static_cast<double>(info.voxels());
  if (!candidate.gzip) checkRoom(path, static_cast<double>(candidate.file->size()) - static_cast<double>(first), count);
  const std::string text = wholeText(candidate, densityLimit);
  checkRoom(path, static_cast<double>(text.size()) - static_cast<double>(first), count);
  const auto starts = gridsIn(text, first, shape, countLine);
  std::vector<data::FieldInfo> infos(starts.size(), info);
  constexpr std::array<const char*, 4> directions{"charge density", "magnetisation x", "magnetisation y",
                                                  "magnetisation z"};
  for (std::size_t i = 1; i < infos.size(); ++i) {
    infos[i].name = i < kind.names.size() ? kind.names[i] : "values " + std::to_string(i + 1);
    if (kind.perVolume && starts.size() == 4) infos[i].name = directions[i];
    if (kind.perVolume) infos[i].quantity = starts.size() == 4 ? "Magnetisation density" : "Spin density";
  }
  if (kind.perVolume && starts.size() > 1) infos[0].name = directions[0];
  if (kind.format == "VASP ELFCAR" && starts.size() > 1) infos[0].name = "ELF, spin up";
  if (kind.format == "VASP LOCPOT" && starts.size() > 1) infos[0].name = "potential, spin up";
  if (kind.format == "VASP grid")
    matter.info.warnings.push_back(
        "Neither CHGCAR, LOCPOT nor ELFCAR is in the file's name: the values are shown as they "
        "stand, without a unit.");
  const double factor = kind.perVolume ? 1 / volume(lattice) : 1;
  matter.fields = densityFields(std::move(infos), candidate, [path, starts, shape, factor](std::string_view all) {
    DensityValues values;
    for (const std::size_t start : starts) {
      if (start > all.size()) throw data::ReadError(path, "the file has changed since it was opened");
      auto& grid = values.emplace_back(static_cast<std::size_t>(shape[0] * shape[1] * shape[2]));
      readNumbers(path, all.substr(start), static_cast<std::int64_t>(grid.size()),
                  [&](std::int64_t i, double value) { grid[static_cast<std::size_t>(i)] = value * factor; });
    }
    return values;
  });
}

} // namespace

bool isVasp(const Candidate& candidate) {
  if (!candidate.isText()) return false;
  Lines lines(candidate.path(), candidate.text());
  std::array<std::string_view, 8> head;
  for (auto& line : head)
    if (!lines.atEnd()) line = lines.next("a header line");
  const auto numbers = [](std::string_view line) {
    const auto words = wordsOf(line, 8);
    return std::all_of(words.begin(), words.end(), [](auto word) { return numberOf(word).has_value(); }) ? words.size()
                                                                                                         : 0;
  };
  const std::size_t scales = numbers(head[1]);
  if ((scales != 1 && scales != 3) || numbers(head[2]) != 3 || numbers(head[3]) != 3 || numbers(head[4]) != 3)
    return false;
  const auto wholes = [](std::string_view line) {
    const auto words = wordsOf(line, 256);
    return !words.empty() &&
           std::all_of(words.begin(), words.end(), [](auto word) { return wholeOf(word).has_value(); });
  };
  return wholes(head[5]) ||
         (wholes(head[6]) && elementNumber(wordsOf(head[5]).empty() ? "" : wordsOf(head[5])[0]) != 0);
}

std::shared_ptr<data::Dataset> openVasp(const Candidate& candidate) {
  const std::string& path = candidate.path();
  Matter matter;
  matter.info.path = path;
  const std::string text = beginning(candidate, mostHeader);
  Lines lines(path, text);
  Head head = readHead(lines);
  matter.info.attributes["comment"] = head.comment;
  if (lowerCase(lines.peek()).starts_with("direct configuration")) {
    if (text.size() == static_cast<std::size_t>(mostHeader))
      matter.info.warnings.push_back("Only the frames in the first 64 MB are read.");
    return openTrajectory(std::move(matter), lines, std::move(head));
  }
  std::string_view mode = lines.next("\"Direct\" or \"Cartesian\"");
  if (lowerCase(mode).starts_with("s")) mode = lines.next("\"Direct\" or \"Cartesian\"");
  const auto modeWord = wordsOf(mode, 1);
  const char letter = modeWord.empty() ? ' ' : lowerCase(modeWord[0])[0];
  if (letter != 'd' && letter != 'c' && letter != 'k' && letter != 'f') lines.fail("\"Direct\" or \"Cartesian\"", mode);
  // Cartesian places are scaled as the cell is; the scale is what the cell's first vector was stretched by.
  Lines again(path, text);
  again.next("a comment");
  const auto scaleWords = wordsOf(again.next("a scale"));
  double scale = numberOf(scaleWords[0]).value_or(1);
  const double raw = [&] {
    Lattice unscaled{};
    for (data::Vec3& vector : unscaled)
      vector = again.three("a vector of the cell");
    return volume(unscaled);
  }();
  if (scale < 0) scale = std::cbrt(volume(head.lattice) / raw);
  matter.info.format = "VASP POSCAR";
  matter.info.attributes["periodic"] = "yes";
  matter.frames.push_back(readAtoms(lines, head, letter == 'c' || letter == 'k', scale));
  // A blank line and three counts: a grid follows. Else velocities, or nothing.
  while (!lines.atEnd() && wordsOf(lines.peek(), 1).empty())
    lines.next("the grid");
  const std::string countLine(lines.peek());
  const auto counts = wordsOf(countLine, 4);
  data::Index3 shape{};
  bool grid = counts.size() == 3;
  for (std::size_t i = 0; grid && i < 3; ++i) {
    const auto n = wholeOf(counts[i]);
    grid = n && *n > 0;
    if (grid) shape[i] = *n;
  }
  if (grid) {
    lines.next("the grid");
    addGrids(matter, candidate, shape, lines.position(), countLine, head.lattice);
  } else if (kindOf(path).format != "VASP grid") {
    matter.info.warnings.push_back("No grid of values follows the atoms, although the name speaks of one.");
  }
  return std::move(matter).dataset();
}

} // namespace discern::io
