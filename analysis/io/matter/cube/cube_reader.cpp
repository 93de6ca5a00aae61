#include "io/file_text.h"
#include "io/gzip_source.h"
#include "io/matter/density.h"
#include "io/matter/elements.h"
#include "io/matter/matter_formats.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

namespace {

constexpr double bohr = 0.529177210903; ///< Å, CODATA 2018
constexpr std::int64_t mostHeader = 64 << 20, mostOrbitals = 256;

/// Whether the line is a whole number and so many numbers behind it.
bool isRow(std::string_view line, std::size_t numbers, std::size_t more = 0) {
  const auto words = wordsOf(line, 8);
  if (words.size() < numbers + 1 || words.size() > numbers + 1 + more || !wholeOf(words[0])) return false;
  return std::all_of(words.begin() + 1, words.end(), [](auto word) { return numberOf(word).has_value(); });
}

} // namespace

bool isCube(const Candidate& candidate) {
  if (!candidate.isText()) return false;
  Lines lines(candidate.path(), candidate.text());
  for (int i = 0; i < 6; ++i) {
    if (lines.atEnd()) return false;
    const std::string_view line = lines.next("a header line");
    if (i == 2 && !isRow(line, 3, 1)) return false;
    if (i > 2 && !isRow(line, 3)) return false;
  }
  return true;
}

std::shared_ptr<data::Dataset> openCube(const Candidate& candidate) {
  const std::string& path = candidate.path();
  const std::string text = beginning(candidate, mostHeader);
  Lines lines(path, text);
  Matter matter;
  matter.info.path = path;
  matter.info.format = "Gaussian cube";
  const std::string title = cleanText(lines.next("a title")), kind = cleanText(lines.next("a title"));
  matter.info.attributes["title"] = title + " / " + kind;
  const std::string_view counts = lines.next("the count of atoms");
  const auto words = wordsOf(counts);
  if (!isRow(counts, 3, 1)) lines.fail("a count of atoms and the origin", counts);
  const std::int64_t stated = *wholeOf(words[0]);
  const std::int64_t atoms = std::abs(stated);
  std::int64_t perPoint = words.size() > 4 ? wholeOf(words[4]).value_or(1) : 1;
  data::Vec3 origin{*numberOf(words[1]), *numberOf(words[2]), *numberOf(words[3])};
  data::Index3 shape{};
  Lattice axes{};
  double unit = bohr;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string_view line = lines.next("an axis of the grid");
    if (!isRow(line, 3)) lines.fail("a count of points and a vector", line);
    const auto row = wordsOf(line);
    shape[i] = *wholeOf(row[0]);
    if (shape[i] < 0) { // Gaussian's mark of Å
      unit = 1;
      shape[i] = -shape[i];
    }
    for (std::size_t k = 0; k < 3; ++k)
      axes[i][k] = *numberOf(row[1 + k]);
  }
  for (data::Vec3* vector : {&origin, &axes[0], &axes[1], &axes[2]})
    for (double& value : *vector)
      value *= unit;
  constexpr std::int64_t shortestLine = 9;
  if (atoms > static_cast<std::int64_t>(text.size()) / shortestLine)
    throw data::ReadError(path, "the header promises " + std::to_string(atoms) + " atoms, more than the file can hold");
  Structure structure;
  for (std::int64_t i = 0; i < atoms; ++i) {
    const std::string_view line = lines.next("an atom");
    if (!isRow(line, 4)) lines.fail("an atom (its number, charge and place)", line);
    const auto row = wordsOf(line);
    Atom atom;
    atom.number = static_cast<int>(std::clamp<std::int64_t>(*wholeOf(row[0]), 0, 118));
    atom.label = elementSymbol(atom.number);
    for (std::size_t k = 0; k < 3; ++k)
      atom.place[k] = *numberOf(row[2 + k]) * unit;
    structure.atoms.push_back(std::move(atom));
  }
  std::vector<std::string> names;
  if (stated < 0) { // orbitals: their count and numbers, over as many lines as they need
    std::vector<std::int64_t> ids;
    do {
      const std::string_view line = lines.next("the numbers of orbitals");
      for (const auto word : wordsOf(line, 4096)) {
        const auto id = wholeOf(word);
        if (!id) lines.fail("numbers of orbitals", line);
        ids.push_back(*id);
      }
      if (ids.empty() || ids[0] < 1 || ids[0] > mostOrbitals) lines.fail("1 to 256 orbitals", line);
    } while (static_cast<std::int64_t>(ids.size()) < ids[0] + 1);
    perPoint = ids[0];
    for (std::int64_t i = 0; i < perPoint; ++i)
      names.push_back("orbital " + std::to_string(ids[static_cast<std::size_t>(i) + 1]));
  } else {
    if (perPoint < 1 || perPoint > mostOrbitals)
      throw data::ReadError(path, "more than 256 values a point are promised");
    for (std::int64_t i = 0; i < perPoint; ++i)
      names.push_back(perPoint == 1 ? "density" : "value " + std::to_string(i + 1));
  }
  const std::size_t header = lines.position();
  const std::int64_t points = shape[0] * shape[1] * shape[2];
  const std::string words2 = lowerCase(title + " " + kind);
  const bool density = words2.find("density") != std::string::npos;
  std::vector<data::FieldInfo> infos;
  for (const std::string& name : names) {
    data::FieldInfo info = densityInfo(path, name, shape, origin, axes, "Gaussian cube");
    info.quantity = stated < 0 ? "Orbital" : kind;
    if (stated > 0 && density) info.unit = "e/bohr³";
    infos.push_back(std::move(info));
  }
  if (stated > 0 && !density) {
    for (auto& info : infos)
      info.name = perPoint == 1 ? "value" : info.name;
    matter.info.warnings.push_back("The titles do not say what the values are; their unit is not known.");
  }
  if (static_cast<double>(points) * static_cast<double>(perPoint) * 8 > 512e6)
    throw data::ReadError(path, "its " + std::to_string(perPoint) + " values at " + shapeText(shape) +
                                    " points are more than the 512 MB that are read whole");
  const double bytes = candidate.gzip ? GzipSource::statedSize(*candidate.file) : candidate.file->size();
  checkRoom(path, bytes - static_cast<double>(header), static_cast<double>(points * perPoint));
  matter.fields = densityFields(std::move(infos), candidate, [path, header, shape, perPoint](std::string_view all) {
    const std::int64_t count = shape[0] * shape[1] * shape[2];
    DensityValues values(static_cast<std::size_t>(perPoint), std::vector<double>(static_cast<std::size_t>(count)));
    // In the file x is slowest, then y, then z, then the orbital.
    std::int64_t x = 0, y = 0, z = 0;
    std::size_t orbital = 0;
    readNumbers(path, all.substr(std::min(header, all.size())), count * perPoint, [&](std::int64_t, double value) {
      values[orbital][static_cast<std::size_t>((z * shape[1] + y) * shape[0] + x)] = value;
      if (++orbital < values.size()) return;
      orbital = 0;
      if (++z < shape[2]) return;
      z = 0;
      if (++y < shape[1]) return;
      y = 0;
      ++x;
    });
    return values;
  });
  matter.frames.push_back(std::move(structure));
  return std::move(matter).dataset();
}

} // namespace discern::io
