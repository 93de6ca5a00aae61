#include "io/file_text.h"
#include "io/tables/assembly/assembly_builder.h"
#include "io/tables/assembly/assembly_graphs.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"

#include <cmath>

namespace discern::io {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// The number behind "_length_" or "_cov_" in a name.
double partOf(std::string_view name, std::string_view key) {
  const auto at = name.find(key);
  if (at == std::string_view::npos) return none;
  name.remove_prefix(at + key.size());
  return numberOf(name.substr(0, name.find('_'))).value_or(none);
}

/// Takes the ' that means the other strand off a name.
bool takeReverse(std::string_view& name) {
  const bool reverse = name.ends_with('\'');
  if (reverse) name.remove_suffix(1);
  return reverse;
}

struct Link {
  std::string from, to;
  bool fromReverse = false, toReverse = false;
};

} // namespace

bool isFastg(const Candidate& candidate) {
  const std::string_view text = candidate.text();
  const std::string_view first = trimmed(text.substr(0, text.find('\n')));
  return candidate.isText() && (first.starts_with(">NODE_") || first.starts_with(">EDGE_")) && first.ends_with(';') &&
         first.find("_length_") != std::string_view::npos;
}

std::shared_ptr<data::Dataset> openFastg(const Candidate& candidate) {
  LineReader lines(candidate.path(), streamOf(candidate.file));
  AssemblyBuilder graph;
  std::vector<Link> links;
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "FASTG";
  std::string_view line;
  std::string current;
  bool counted = false;
  std::int64_t different = 0;
  double seen = 0;
  const auto finishSegment = [&] {
    if (!current.empty() && counted && seen != partOf(current, "_length_")) ++different;
    seen = 0;
  };
  while (lines.next(line)) {
    line = trimmed(line);
    if (line.empty()) continue;
    if (line[0] != '>') {
      seen += static_cast<double>(line.size());
      continue;
    }
    finishSegment();
    line.remove_prefix(1);
    if (!line.ends_with(';'))
      throw data::ReadError(candidate.path(), "line " + std::to_string(lines.number()) +
                                                  ": a header that ends in \";\" was expected, found \"" +
                                                  cleanText(line.substr(0, 60)) + "\"");
    line.remove_suffix(1);
    const auto colon = line.find(':');
    std::string_view name = line.substr(0, colon);
    const bool reverse = takeReverse(name);
    current = cleanText(name);
    counted = graph.addSegment(current, partOf(name, "_length_"), partOf(name, "_cov_"));
    if (colon == std::string_view::npos) continue;
    for (std::string_view next : splitAt(line.substr(colon + 1), ',')) {
      const bool other = takeReverse(next);
      links.push_back({current, cleanText(next), reverse, other});
    }
  }
  finishSegment();
  std::int64_t loose = 0;
  for (const Link& link : links) {
    const std::int64_t from = graph.find(link.from), to = graph.find(link.to);
    if (from < 0 || to < 0)
      ++loose;
    else
      graph.addLink({from, link.fromReverse}, {to, link.toReverse});
  }
  if (loose > 0)
    info.warnings.push_back(std::to_string(loose) +
                            " links to segments that are not there are left out: the file may be cut short");
  if (different > 0)
    info.warnings.push_back(std::to_string(different) +
                            " segments have another length than their name says: the file may be cut short");
  return graph.finish(std::move(info), "", "");
}

bool isLastGraph(const Candidate& candidate) {
  const std::string_view text = candidate.text();
  const auto end = text.find('\n');
  if (end == std::string_view::npos || !candidate.isText()) return false;
  const auto sizes = words(text.substr(0, end));
  return (sizes.size() == 4 || sizes.size() == 3) && wholeNumberOf(sizes[0]) && wholeNumberOf(sizes[1]) &&
         wholeNumberOf(sizes[2]) && text.substr(end + 1).starts_with("NODE\t");
}

std::shared_ptr<data::Dataset> openLastGraph(const Candidate& candidate) {
  const std::string& path = candidate.path();
  LineReader lines(path, streamOf(candidate.file));
  AssemblyBuilder graph;
  data::DatasetInfo info;
  info.path = path;
  info.format = "Velvet LastGraph";
  std::string_view line;
  lines.next(line);
  const auto sizes = words(line);
  const std::int64_t promised = wholeNumberOf(sizes[0]).value_or(0);
  info.attributes["k-mer length"] = std::string(sizes[2]);
  std::int64_t nodes = 0;
  const auto fail = [&](const char* expected) {
    throw data::ReadError(path, "line " + std::to_string(lines.number()) + ": " + expected + " was expected, found \"" +
                                    cleanText(line.substr(0, 60)) + "\"");
  };
  while (lines.next(line)) {
    if (line.starts_with("NODE")) {
      const auto fields = words(line);
      const double length = fields.size() > 3 ? numberOf(fields[2]).value_or(none) : none;
      const double coverage = fields.size() > 3 ? numberOf(fields[3]).value_or(none) : none;
      if (!(length >= 0) || std::isnan(coverage)) fail("NODE, number, length and coverage");
      graph.addSegment(cleanText(fields[1]), length, length > 0 ? coverage / length : none);
      ++nodes;
    } else if (line.starts_with("ARC")) {
      const auto fields = words(line);
      const bool complete = fields.size() > 3;
      const std::int64_t from = complete ? wholeNumberOf(fields[1]).value_or(0) : 0;
      const std::int64_t to = complete ? wholeNumberOf(fields[2]).value_or(0) : 0;
      const double times = complete ? numberOf(fields[3]).value_or(none) : none;
      if (std::isnan(times) || from == 0 || to == 0) fail("ARC, two nodes and a multiplicity");
      const std::int64_t a = graph.find(std::to_string(std::abs(from))), b = graph.find(std::to_string(std::abs(to)));
      if (a < 0 || b < 0) fail("an arc between nodes that are there");
      graph.addLink({a, from < 0}, {b, to < 0}, times);
    } else if (line.starts_with("SEQ") || line.starts_with("NR")) {
      break; // reads, which the graph does without
    }
  }
  if (nodes != promised)
    info.warnings.push_back("the header promises " + std::to_string(promised) + " nodes, the file has " +
                            std::to_string(nodes) + ": it may be cut short");
  return graph.finish(std::move(info), "weight", "");
}

} // namespace discern::io
