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

/// The value of key=value or key="value" in the comment of an extended XYZ; empty when it isn't there.
std::string_view valueOf(std::string_view line, std::string_view key) {
  const std::string lower = lowerCase(line);
  for (std::size_t at = 0; (at = lower.find(key, at)) != std::string::npos; at += key.size()) {
    const std::size_t behind = at + key.size();
    if ((at > 0 && lower[at - 1] != ' ') || behind >= line.size() || line[behind] != '=') continue;
    std::string_view value = line.substr(behind + 1);
    if (value.starts_with('"')) return value.substr(1, value.find('"', 1) - 1);
    return value.substr(0, value.find(' '));
  }
  return {};
}

/// In which word of a line the element and the place begin; they are the first where the comment says nothing.
std::pair<std::size_t, std::size_t> columnsOf(std::string_view properties) {
  std::size_t element = 0, place = 1, at = 0;
  std::vector<std::string_view> parts;
  while (!properties.empty()) {
    const auto end = properties.find(':');
    parts.push_back(properties.substr(0, end));
    properties = end == std::string_view::npos ? std::string_view{} : properties.substr(end + 1);
  }
  for (std::size_t i = 0; i + 2 < parts.size(); i += 3) {
    if (parts[i] == "species") element = at;
    if (parts[i] == "pos") place = at;
    at += static_cast<std::size_t>(std::clamp<std::int64_t>(wholeOf(parts[i + 2]).value_or(1), 1, 64));
  }
  return {element, place};
}

} // namespace

bool isXyz(const Candidate& candidate) {
  if (!candidate.isText()) return false;
  Lines lines(candidate.path(), candidate.text());
  const auto count = wordsOf(lines.peek(), 2);
  if (count.size() != 1 || !wholeOf(count[0]) || *wholeOf(count[0]) < 1) return false;
  lines.next("a count");
  if (lines.atEnd()) return false;
  const std::string_view comment = lines.next("a comment");
  if (lines.atEnd()) return false;
  if (!valueOf(comment, "properties").empty()) return true;
  const auto atom = wordsOf(lines.peek(), 8);
  return atom.size() >= 4 && (elementNumber(atom[0]) != 0 || wholeOf(atom[0])) && numberOf(atom[1]) &&
         numberOf(atom[2]) && numberOf(atom[3]);
}

std::shared_ptr<data::Dataset> openXyz(const Candidate& candidate) {
  const std::string text = wholeText(candidate, mostText);
  Lines lines(candidate.path(), text);
  Matter matter;
  matter.info.path = candidate.path();
  matter.info.format = "XYZ";
  while (!lines.atEnd()) {
    const std::string_view countLine = lines.next("a count of atoms");
    const auto word = wordsOf(countLine, 2);
    if (word.empty()) continue; // blank lines at the end
    const auto count = wholeOf(word[0]);
    constexpr std::int64_t shortestLine = 7;
    if (!count || *count < 0 || word.size() > 1) lines.fail("a count of atoms", countLine);
    if (*count > static_cast<std::int64_t>(lines.rest().size()) / shortestLine + 1)
      throw data::ReadError(candidate.path(), "step " + std::to_string(matter.frames.size() + 1) + " promises " +
                                                  std::to_string(*count) + " atoms, more than what follows can hold");
    const std::string_view comment = lines.next("a comment");
    if (matter.frames.empty() && !comment.empty()) matter.info.attributes["comment"] = cleanText(comment);
    const auto [element, place] = columnsOf(valueOf(comment, "properties"));
    Structure structure;
    const auto cell = wordsOf(valueOf(comment, "lattice"), 10);
    if (cell.size() == 9) {
      Lattice lattice{};
      bool whole = true;
      for (std::size_t i = 0; i < 9; ++i) {
        const auto value = numberOf(cell[i]);
        whole = whole && value && std::isfinite(*value);
        lattice[i / 3][i % 3] = value.value_or(0);
      }
      if (whole) structure.lattice = lattice;
    }
    if (const auto time = numberOf(valueOf(comment, "time")); time && matter.times.size() == matter.frames.size())
      matter.times.push_back(*time);
    for (std::int64_t i = 0; i < *count; ++i) {
      const std::string_view line = lines.next("an atom");
      const auto words = wordsOf(line, 64);
      if (words.size() < place + 3 || words.size() <= element) lines.fail("an atom and its place", line);
      Atom atom;
      const auto number = wholeOf(words[element]);
      atom.number =
          number ? static_cast<int>(std::clamp<std::int64_t>(*number, 0, 118)) : elementNumber(words[element]);
      atom.label = cleanText(words[element]);
      for (std::size_t k = 0; k < 3; ++k) {
        const auto value = numberOf(words[place + k]);
        if (!value || !std::isfinite(*value)) lines.fail("an atom's place", line);
        atom.place[k] = *value;
      }
      structure.atoms.push_back(std::move(atom));
    }
    matter.frames.push_back(std::move(structure));
  }
  if (matter.times.size() != matter.frames.size()) matter.times.clear();
  return std::move(matter).dataset();
}

} // namespace discern::io
