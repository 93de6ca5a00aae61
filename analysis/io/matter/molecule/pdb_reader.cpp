#include "io/file_text.h"
#include "io/matter/elements.h"
#include "io/matter/lines.h"
#include "io/matter/matter_formats.h"
#include "io/matter/structure.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

namespace {

constexpr std::int64_t mostText = 200 << 20;

/// Columns `first` to `last` of a line, counted from 1 as the format's description does, without blanks.
std::string_view columns(std::string_view line, std::size_t first, std::size_t last) {
  if (line.size() < first) return {};
  std::string_view part = line.substr(first - 1, last - first + 1);
  while (part.starts_with(' '))
    part.remove_prefix(1);
  while (part.ends_with(' '))
    part.remove_suffix(1);
  return part;
}

bool isAtom(std::string_view line) { return line.starts_with("ATOM  ") || line.starts_with("HETATM"); }

Atom atomOf(Lines& lines, std::string_view line) {
  Atom atom;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto value = numberOf(columns(line, 31 + 8 * i, 38 + 8 * i));
    if (!value || !std::isfinite(*value)) lines.fail("an atom's place in columns 31 to 54", line);
    atom.place[i] = *value;
  }
  atom.occupancy = numberOf(columns(line, 55, 60)).value_or(1);
  const std::string_view name = columns(line, 13, 16);
  atom.label = cleanText(name);
  const std::string_view residue = columns(line, 18, 20), chain = columns(line, 22, 22), number = columns(line, 23, 26);
  if (!residue.empty())
    atom.label += " " + cleanText(residue) + (chain.empty() ? "" : " " + cleanText(chain)) + cleanText(number);
  atom.number = elementOfSymbol(columns(line, 77, 78));
  if (atom.number == 0 && line.size() >= 14) {
    // Without the element's column: a symbol of two letters begins in column 13, one of one letter in column 14.
    const bool two = std::isalpha(static_cast<unsigned char>(line[12])) != 0 && line[12] != 'H';
    atom.number = two ? elementOfSymbol(line.substr(12, 2)) : 0;
    std::string_view letters = name;
    while (!letters.empty() && std::isalpha(static_cast<unsigned char>(letters[0])) == 0)
      letters.remove_prefix(1);
    if (atom.number == 0) atom.number = elementNumber(letters.substr(0, 1));
  }
  return atom;
}

} // namespace

bool isPdb(const Candidate& candidate) {
  if (!candidate.isText()) return false;
  Lines lines(candidate.path(), candidate.text());
  constexpr std::array<std::string_view, 12> records{"HEADER", "OBSLTE", "TITLE ", "COMPND", "REMARK", "CRYST1",
                                                     "MODEL ", "ATOM  ", "HETATM", "AUTHOR", "EXPDTA", "NUMMDL"};
  const std::string_view first = lines.peek();
  if (std::none_of(records.begin(), records.end(), [&](auto record) { return first.starts_with(record); }))
    return false;
  int known = 0;
  while (!lines.atEnd()) {
    const std::string_view line = lines.next("a record");
    if (isAtom(line)) return line.size() >= 54 && numberOf(columns(line, 31, 38)).has_value();
    known += line.starts_with("CRYST1") || line.starts_with("COMPND") || line.starts_with("EXPDTA") ? 1 : 0;
  }
  return known > 0; // a long header: the atoms lie behind what was looked at
}

std::shared_ptr<data::Dataset> openPdb(const Candidate& candidate) {
  const std::string text = wholeText(candidate, mostText);
  Lines lines(candidate.path(), text);
  Matter matter;
  matter.info.path = candidate.path();
  matter.info.format = "PDB";
  std::optional<Lattice> lattice;
  Structure structure;
  const auto finish = [&] {
    if (structure.atoms.empty()) return;
    structure.lattice = lattice;
    matter.frames.push_back(std::move(structure));
    structure = {};
  };
  while (!lines.atEnd()) {
    const std::string_view line = lines.next("a record");
    if (isAtom(line)) {
      structure.atoms.push_back(atomOf(lines, line));
    } else if (line.starts_with("CRYST1")) {
      data::Vec3 lengths{}, angles{};
      for (std::size_t i = 0; i < 3; ++i) {
        lengths[i] = numberOf(columns(line, 7 + 9 * i, 15 + 9 * i)).value_or(0);
        angles[i] = numberOf(columns(line, 34 + 7 * i, 40 + 7 * i)).value_or(0);
      }
      // A cell of 1 Å is the format's way to say that there is none.
      if (lengths != data::Vec3{1, 1, 1}) lattice = latticeOf(lengths, angles);
      if (const auto group = columns(line, 56, 66); !group.empty())
        matter.info.attributes["space group"] = cleanText(group);
    } else if (line.starts_with("ENDMDL")) {
      finish();
    } else if (line.starts_with("TITLE ")) {
      std::string& title = matter.info.attributes["title"];
      if (title.size() < 1000) title += (title.empty() ? "" : " ") + cleanText(columns(line, 11, 80));
    } else if (line.starts_with("HEADER")) {
      if (const auto id = columns(line, 63, 66); !id.empty()) matter.info.attributes["id"] = cleanText(id);
    }
  }
  finish();
  if (matter.frames.empty()) throw data::ReadError(candidate.path(), "the PDB file has no atoms in it");
  if (lattice) matter.info.warnings.push_back("The atoms of the file are shown, not those that symmetry would add.");
  return std::move(matter).dataset();
}

} // namespace discern::io
