#include "io/file_text.h"
#include "io/matter/density.h"
#include "io/matter/elements.h"
#include "io/matter/matter_formats.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

namespace {

constexpr std::int64_t mostAtoms = 2000000, mostFrames = 1000000;

std::string_view firstWord(std::string_view line) {
  const auto words = wordsOf(line, 1);
  return words.empty() ? std::string_view{} : words[0];
}

bool isKeyword(std::string_view word) {
  return !word.empty() && (std::isupper(static_cast<unsigned char>(word[0])) != 0) && elementOfSymbol(word) == 0;
}

/// The places of grids' values, found at opening.
struct Grid {
  std::size_t start = 0;
  data::Index3 shape{};
};

class Xsf {
public:
  Xsf(const Candidate& candidate, std::string_view text) : candidate_(candidate), lines_(candidate.path(), text) {
    matter_.info.path = candidate.path();
    matter_.info.format = "XSF";
  }

  std::shared_ptr<data::Dataset> read() {
    while (!lines_.atEnd()) {
      const std::string_view line = lines_.next("a keyword");
      const std::string_view word = firstWord(line);
      if (word.empty() || word.starts_with('#')) continue;
      const auto words = wordsOf(line, 3);
      if (word == "ANIMSTEPS") {
        stated_ = words.size() > 1 ? wholeOf(words[1]).value_or(0) : 0;
      } else if (word == "CRYSTAL" || word == "SLAB" || word == "POLYMER" || word == "MOLECULE") {
        matter_.info.attributes["periodic"] = word == "MOLECULE" ? "no" : "yes";
      } else if (word == "PRIMVEC") {
        Lattice lattice{};
        for (data::Vec3& vector : lattice)
          vector = lines_.three("a vector of the cell");
        lattice_ = lattice;
      } else if (word == "CONVVEC") {
        for (int i = 0; i < 3; ++i)
          lines_.three("a vector of the cell");
      } else if (word == "PRIMCOORD" || word == "CONVCOORD") {
        const std::string_view countLine = lines_.next("the count of atoms");
        const auto count = wholeOf(firstWord(countLine));
        if (!count || *count < 0 || *count > mostAtoms) lines_.fail("a count of atoms", countLine);
        readAtoms(word == "PRIMCOORD", *count);
      } else if (word == "ATOMS") {
        readAtoms(true, -1);
      } else if (word.starts_with("DATAGRID_3D") || word.starts_with("BEGIN_DATAGRID_3D")) {
        readGrid(word);
      } else if (word.starts_with("DATAGRID_2D") || word.starts_with("BEGIN_DATAGRID_2D")) {
        matter_.info.warnings.push_back("A grid of two dimensions is left out.");
        skipGrid();
      } else if (word == "BEGIN_BLOCK_DATAGRID_3D" || word == "BEGIN_BLOCK_DATAGRID3D") {
        block_ = cleanText(lines_.peek());
        while (block_.starts_with(' '))
          block_.erase(0, 1);
      } else if (word == "BEGIN_INFO") {
        while (!lines_.atEnd() && firstWord(lines_.peek()) != "END_INFO")
          lines_.next("END_INFO");
      }
    }
    if (stated_ > 0 && stated_ != static_cast<std::int64_t>(matter_.frames.size()))
      matter_.info.warnings.push_back(std::to_string(stated_) + " steps are promised; " +
                                      std::to_string(matter_.frames.size()) + " are there.");
    if (matter_.frames.empty() && infos_.empty())
      throw data::ReadError(candidate_.path(), "the XSF file has neither atoms nor a grid of three dimensions in it");
    matter_.fields = densityFields(std::move(infos_), candidate_, [path = candidate_.path(), grids = grids_](auto all) {
      DensityValues values;
      for (const Grid& grid : grids) {
        if (grid.start > all.size()) throw data::ReadError(path, "the file has changed since it was opened");
        auto& own = values.emplace_back(static_cast<std::size_t>(grid.shape[0] * grid.shape[1] * grid.shape[2]));
        readNumbers(path, all.substr(grid.start), static_cast<std::int64_t>(own.size()),
                    [&](std::int64_t i, double value) { own[static_cast<std::size_t>(i)] = value; });
      }
      return values;
    });
    return std::move(matter_).dataset();
  }

private:
  /// So many atoms, or all up to the next keyword when `count` is negative.
  void readAtoms(bool wanted, std::int64_t count) {
    Structure structure;
    structure.lattice = lattice_;
    while (count < 0 || static_cast<std::int64_t>(structure.atoms.size()) < count) {
      if (count < 0 && (lines_.atEnd() || firstWord(lines_.peek()).empty() || isKeyword(firstWord(lines_.peek()))))
        break;
      const std::string_view line = lines_.next("an atom");
      const auto words = wordsOf(line, 4);
      Atom atom;
      if (words.size() < 4) lines_.fail("an atom and its place", line);
      const auto number = wholeOf(words[0]);
      atom.number = number ? static_cast<int>(std::clamp<std::int64_t>(*number, 0, 118)) : elementNumber(words[0]);
      atom.label = cleanText(words[0]);
      for (std::size_t i = 0; i < 3; ++i) {
        const auto value = numberOf(words[i + 1]);
        if (!value || !std::isfinite(*value)) lines_.fail("an atom's place", line);
        atom.place[i] = *value;
      }
      structure.atoms.push_back(std::move(atom));
      if (static_cast<std::int64_t>(structure.atoms.size()) > mostAtoms) lines_.fail("at most two million atoms", line);
    }
    if (wanted && static_cast<std::int64_t>(matter_.frames.size()) < mostFrames)
      matter_.frames.push_back(std::move(structure));
  }

  void skipGrid() {
    const auto end = lines_.rest().find("END_DATAGRID");
    if (end == std::string_view::npos)
      throw data::ReadError(candidate_.path(), "a grid has no end (END_DATAGRID_…); the file is cut short");
    lines_.seek(lines_.position() + end);
  }

  void readGrid(std::string_view word) {
    const std::string_view countLine = lines_.next("the counts of points");
    const auto words = wordsOf(countLine, 3);
    Grid grid;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto n = i < words.size() ? wholeOf(words[i]) : std::nullopt;
      if (!n || *n < 2) lines_.fail("three counts of points (two at least)", countLine);
      grid.shape[i] = *n;
    }
    const data::Vec3 origin = lines_.three("the grid's origin");
    Lattice axes{};
    for (std::size_t k = 0; k < 3; ++k) {
      axes[k] = lines_.three("a vector of the grid");
      for (double& value : axes[k])
        value /= static_cast<double>(grid.shape[k] - 1); // first and last point lie on the vector's ends
    }
    const auto underscore = word.find("3D_");
    std::string name = underscore == std::string_view::npos ? "grid" : cleanText(word.substr(underscore + 3));
    const std::string plain = name;
    for (int k = 2; std::any_of(infos_.begin(), infos_.end(), [&](const auto& info) { return info.name == name; }); ++k)
      name = plain + " (" + std::to_string(k) + ")";
    data::FieldInfo info = densityInfo(candidate_.path(), name, grid.shape, origin, axes, "XSF");
    info.quantity = block_;
    grid.start = lines_.position();
    const std::string_view rest = lines_.rest();
    checkRoom(candidate_.path(), static_cast<double>(rest.size()), static_cast<double>(info.voxels()));
    skipGrid();
    total_ += static_cast<double>(info.voxels()) * 8;
    if (total_ > 512e6)
      throw data::ReadError(candidate_.path(), "its grids are more than the 512 MB that are read whole");
    infos_.push_back(std::move(info));
    grids_.push_back(grid);
    matter_.info.attributes["grid"] = "general: the last point along each axis is where the period ends";
  }

  const Candidate& candidate_;
  Lines lines_;
  Matter matter_;
  std::optional<Lattice> lattice_;
  std::int64_t stated_ = 0;
  std::string block_;
  double total_ = 0;
  std::vector<data::FieldInfo> infos_;
  std::vector<Grid> grids_;
};

} // namespace

bool isXsf(const Candidate& candidate) {
  if (!candidate.isText()) return false;
  Lines lines(candidate.path(), candidate.text());
  while (!lines.atEnd()) {
    const std::string_view word = firstWord(lines.next("a line"));
    if (word.empty() || word.starts_with('#')) continue;
    for (const char* keyword : {"ANIMSTEPS", "CRYSTAL", "SLAB", "POLYMER", "MOLECULE", "PRIMVEC", "ATOMS", "DIM-GROUP",
                                "BEGIN_INFO", "BEGIN_BLOCK_DATAGRID_3D", "BEGIN_BLOCK_DATAGRID3D"})
      if (word == keyword) return true;
    return false;
  }
  return false;
}

std::shared_ptr<data::Dataset> openXsf(const Candidate& candidate) {
  const std::string text = wholeText(candidate, densityLimit);
  return Xsf(candidate, text).read();
}

} // namespace discern::io
