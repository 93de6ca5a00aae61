#include "io/file_text.h"
#include "io/matter/cif/cif_text.h"
#include "io/matter/elements.h"
#include "io/matter/lines.h"
#include "io/matter/matter_formats.h"
#include "io/matter/structure.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

namespace {

constexpr std::int64_t mostText = 100 << 20;
constexpr double mostImages = 5e6; ///< sites times operations
constexpr double samePlace = 2e-3; ///< fractions of the cell; files round 1/3 to 0.333

/// x' = rotation · x + shift, in fractions.
struct Operation {
  std::array<std::array<double, 3>, 3> rotation{};
  data::Vec3 shift{0, 0, 0};
};

/// "x, 1/2-y, z+0.25" as an operation; nothing when it is none.
std::optional<Operation> operationOf(std::string_view text) {
  Operation operation;
  std::size_t row = 0;
  double sign = 1;
  double number = 0;
  bool pending = false, any = false; ///< a number was read, not yet used; the part says anything
  const auto finishNumber = [&] {
    if (pending) operation.shift[row] += sign * number;
    pending = false;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] - 'A' + 'a') : text[at];
    if (c == ' ' || c == '\t') continue;
    if (c == ',') {
      finishNumber();
      if (!any || row == 2) break; // a fourth part is the reversal of time of magnetic groups
      ++row;
      sign = 1;
      any = false;
    } else if (c == '+' || c == '-') {
      finishNumber();
      sign = c == '-' ? -1 : 1;
    } else if (c >= 'x' && c <= 'z') {
      operation.rotation[row][static_cast<std::size_t>(c - 'x')] += sign * (pending ? number : 1);
      pending = false;
      any = true;
      sign = 1;
    } else if ((c >= '0' && c <= '9') || c == '.') {
      const NumberAt value = nextNumber(text.data() + at, text.data() + text.size());
      if (!value.behind) return std::nullopt;
      number = value.value;
      pending = true;
      at = static_cast<std::size_t>(value.behind - text.data()) - 1;
      any = true;
    } else if (c == '/') {
      const NumberAt value = nextNumber(text.data() + at + 1, text.data() + text.size());
      if (!value.behind || value.value == 0 || !pending) return std::nullopt;
      number /= value.value;
      at = static_cast<std::size_t>(value.behind - text.data()) - 1;
    } else if (c == '*') {
      continue;
    } else {
      return std::nullopt;
    }
  }
  finishNumber();
  return row == 2 && any ? std::optional(operation) : std::nullopt;
}

/// Into the cell: from 0 up to, not including, 1; what rounding puts just below 1 is 0.
double inCell(double fraction) {
  const double inside = fraction - std::floor(fraction);
  return inside > 1 - samePlace / 4 ? 0 : inside;
}

bool isSame(const data::Vec3& a, const data::Vec3& b) {
  for (std::size_t i = 0; i < 3; ++i) {
    const double apart = std::abs(a[i] - b[i]);
    if (std::min(apart, 1 - apart) > samePlace) return false;
  }
  return true;
}

/// The different places that the operations make of one, all in the cell.
std::vector<data::Vec3> imagesOf(const data::Vec3& site, const std::vector<Operation>& operations) {
  std::vector<data::Vec3> images;
  for (const Operation& operation : operations) {
    data::Vec3 image = operation.shift;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t k = 0; k < 3; ++k)
        image[i] += operation.rotation[i][k] * site[k];
      image[i] = inCell(image[i]);
    }
    if (std::none_of(images.begin(), images.end(), [&](const data::Vec3& other) { return isSame(image, other); }))
      images.push_back(image);
  }
  return images;
}

std::optional<Lattice> cellOf(const CifBlock& block) {
  const auto number = [&](const char* tag) {
    const auto& values = block.of({tag});
    return values.empty() ? 0.0 : numberOf(values[0]).value_or(0);
  };
  return latticeOf({number("_cell_length_a"), number("_cell_length_b"), number("_cell_length_c")},
                   {number("_cell_angle_alpha"), number("_cell_angle_beta"), number("_cell_angle_gamma")});
}

std::vector<Operation> operationsOf(const std::string& path, const CifBlock& block, Matter& matter) {
  const auto& listed = block.of(
      {"_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz", "_space_group_symop_magn_operation_xyz"});
  const auto& groups =
      block.of({"_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_magn_name_bns"});
  const std::string group = groups.empty() ? "" : cleanText(groups[0]);
  if (!group.empty()) matter.info.attributes["space group"] = group;
  std::vector<Operation> operations;
  for (const std::string_view text : listed) {
    const auto operation = operationOf(text);
    if (!operation)
      throw data::ReadError(path, "\"" + cleanText(text.substr(0, 60)) +
                                      "\" was found; a symmetry operation like "
                                      "\"-x, y+1/2, z\" was expected");
    operations.push_back(*operation);
  }
  // Magnetic groups list the translations of their cell apart.
  std::vector<Operation> centred;
  for (const std::string_view text : block.of({"_space_group_symop_magn_centering_xyz"}))
    if (const auto shift = operationOf(text))
      for (Operation operation : operations) {
        for (std::size_t i = 0; i < 3; ++i)
          operation.shift[i] += shift->shift[i];
        centred.push_back(operation);
      }
  if (!centred.empty()) operations = std::move(centred);
  if (operations.empty()) {
    operations.push_back(*operationOf("x,y,z"));
    if (!group.empty() && group != "P 1" && group != "P1")
      matter.info.warnings.push_back("The operations of space group " + group +
                                     " are not listed in the file; only the atoms that it names are shown.");
  }
  return operations;
}

} // namespace

bool isCif(const Candidate& candidate) {
  const std::string_view text = candidate.text();
  if (text.find('\0') != std::string_view::npos) return false;
  std::size_t at = 0; // comments and blanks in front of the block
  if (text.starts_with("\xEF\xBB\xBF")) at = 3;
  while (at < text.size()) {
    if (text[at] == '#')
      at = std::min(text.find('\n', at), text.size());
    else if (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')
      ++at;
    else
      break;
  }
  return lowerCase(text.substr(at, 5)) == "data_" &&
         (text.find("\n_", at) != std::string_view::npos || text.find("loop_", at) != std::string_view::npos);
}

std::shared_ptr<data::Dataset> openCif(const Candidate& candidate) {
  const std::string& path = candidate.path();
  const std::string text = wholeText(candidate, mostText);
  const auto blocks = parseCif(path, text);
  const auto has = [](const CifBlock& block) {
    return !block.of({"_atom_site_fract_x", "_atom_site_cartn_x"}).empty();
  };
  const auto found = std::find_if(blocks.begin(), blocks.end(), has);
  if (found == blocks.end())
    throw data::ReadError(path, "none of its " + std::to_string(blocks.size()) +
                                    " blocks has atoms (_atom_site_fract_x or _atom_site_Cartn_x)");
  const CifBlock& block = *found;
  Matter matter;
  matter.info.path = path;
  matter.info.format = "CIF";
  matter.info.attributes["block"] = block.name;
  if (const auto& formula = block.of({"_chemical_formula_sum"}); !formula.empty())
    matter.info.attributes["formula"] = cleanText(formula[0]);
  const auto others = std::count_if(blocks.begin(), blocks.end(), has) - 1;
  if (others > 0)
    matter.info.warnings.push_back("Only the first block with atoms is shown; " + std::to_string(others) +
                                   " more have some.");
  Structure structure;
  structure.lattice = cellOf(block);
  const bool fractions = !block.of({"_atom_site_fract_x"}).empty();
  if (fractions && !structure.lattice)
    throw data::ReadError(path,
                          "the atoms are in fractions of a cell, but its lengths and angles (_cell_length_a, …) are "
                          "missing or make no cell");
  const std::array<const std::vector<std::string_view>*, 3> places{
      &block.of({fractions ? "_atom_site_fract_x" : "_atom_site_cartn_x"}),
      &block.of({fractions ? "_atom_site_fract_y" : "_atom_site_cartn_y"}),
      &block.of({fractions ? "_atom_site_fract_z" : "_atom_site_cartn_z"})};
  if (places[1]->size() != places[0]->size() || places[2]->size() != places[0]->size())
    throw data::ReadError(path, "the atoms have not all of three coordinates");
  const auto& symbols = block.of({"_atom_site_type_symbol"});
  const auto& labels = block.of({"_atom_site_label", "_atom_site_auth_atom_id", "_atom_site_label_atom_id"});
  const auto& shares = block.of({"_atom_site_occupancy"});
  const auto operations = fractions ? operationsOf(path, block, matter) : std::vector<Operation>{};
  if (static_cast<double>(places[0]->size()) * static_cast<double>(std::max<std::size_t>(operations.size(), 1)) >
      mostImages)
    throw data::ReadError(path, std::to_string(places[0]->size()) + " atoms and " + std::to_string(operations.size()) +
                                    " symmetry operations are more than can be shown");
  std::size_t unplaced = 0;
  bool crowded = false;
  for (std::size_t i = 0; i < places[0]->size(); ++i) {
    data::Vec3 place{};
    bool whole = true;
    for (std::size_t k = 0; k < 3; ++k) {
      const auto value = numberOf((*places[k])[i]);
      whole = whole && value && std::isfinite(*value) && std::abs(*value) < 1e6;
      place[k] = value.value_or(0);
    }
    if (!whole) {
      ++unplaced;
      continue;
    }
    Atom atom;
    const std::string_view symbol = i < symbols.size() ? symbols[i] : std::string_view{};
    const std::string_view label = i < labels.size() ? labels[i] : symbol;
    atom.label = cleanText(label);
    std::size_t letters = 0; // of "FE3+", "O2-"
    while (letters < symbol.size() && std::isalpha(static_cast<unsigned char>(symbol[letters])) != 0)
      ++letters;
    atom.number = elementOfSymbol(symbol.substr(0, letters));
    if (atom.number == 0) atom.number = elementNumber(symbol.empty() || symbol == "?" ? label : symbol);
    if (i < shares.size()) atom.occupancy = numberOf(shares[i]).value_or(1);
    crowded = crowded || atom.occupancy > 1.001;
    if (!fractions) {
      atom.place = place;
      structure.atoms.push_back(std::move(atom));
      continue;
    }
    for (const data::Vec3& image : imagesOf(place, operations)) {
      atom.place = fromFractions(*structure.lattice, image);
      structure.atoms.push_back(atom);
    }
  }
  if (unplaced > 0) matter.info.warnings.push_back(std::to_string(unplaced) + " atoms without a place are left out.");
  if (crowded) matter.info.warnings.push_back("Some places are occupied more than once over (occupancy above 1).");
  if (structure.atoms.empty()) throw data::ReadError(path, "no atom of the file has a place");
  matter.info.attributes["periodic"] = structure.lattice ? "yes" : "no";
  matter.frames.push_back(std::move(structure));
  return std::move(matter).dataset();
}

} // namespace discern::io
