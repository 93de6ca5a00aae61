#include "io/tables/graphs/edge_lists.h"

#include "io/file_text.h"
#include "io/tables/graphs/network.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace discern::io {

namespace {

/// Lines that could not be read, for one warning.
struct BadLines {
  std::int64_t count = 0, first = 0;
  std::string text;
  void add(const LineReader& lines, std::string_view line) {
    if (count++ > 0) return;
    first = lines.number();
    text = cleanText(line.substr(0, 60));
  }
  void report(data::DatasetInfo& info, const char* expected) const {
    if (count == 0) return;
    info.warnings.push_back(std::to_string(count) + (count == 1 ? " line is" : " lines are") + " left out: " +
                            expected + " were expected, line " + std::to_string(first) + " has \"" + text + "\"");
  }
};

constexpr std::size_t blastColumns = 12;
constexpr std::array<const char*, blastColumns> blastNames{
    "query",       "subject",   "identity",      "alignment length", "mismatches", "gap openings",
    "query start", "query end", "subject start", "subject end",      "e-value",    "bit score"};

/// The ten numbers of a hit; false when the line is none.
bool blastNumbers(const std::vector<std::string_view>& cells, std::array<double, 10>& numbers) {
  if (cells.size() != blastColumns || trimmed(cells[0]).empty() || trimmed(cells[1]).empty()) return false;
  for (std::size_t i = 0; i < 10; ++i) {
    const auto value = numberOf(cells[i + 2]);
    if (!value || !std::isfinite(*value)) return false;
    numbers[i] = *value;
    if (i >= 1 && i <= 7 && (*value != std::floor(*value) || *value < 0)) return false;
  }
  return numbers[0] >= 0 && numbers[0] <= 100 && numbers[8] >= 0;
}

/// The first line that is not empty and no comment.
std::string_view firstLine(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find_first_of("\r\n");
    const std::string_view line = text.substr(0, end);
    if (!trimmed(line).empty() && line[0] != '#') return line;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return {};
}

struct AbcLine {
  std::string_view from, to;
  double weight = 0;
};

bool readAbc(std::string_view line, AbcLine& edge) {
  const bool tabs = line.find('\t') != std::string_view::npos;
  const auto cells = tabs ? splitAt(line, '\t') : words(line);
  if (cells.size() != 3) return false;
  const auto weight = numberOf(cells[2]);
  edge = {trimmed(cells[0]), trimmed(cells[1]), weight.value_or(0)};
  return weight && !edge.from.empty() && !edge.to.empty();
}

} // namespace

bool isBlast(const Candidate& candidate) {
  std::array<double, 10> numbers{};
  return candidate.isText() && blastNumbers(splitAt(firstLine(candidate.text()), '\t'), numbers);
}

std::shared_ptr<data::Dataset> openBlast(const Candidate& candidate) {
  LineReader lines(candidate.path(), streamOf(candidate.file));
  std::string_view line;
  Network network;
  network.directed = true;
  std::array<std::vector<double>, 10> columns;
  BadLines bad;
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "BLAST hits";
  while (lines.next(line)) {
    if (trimmed(line).empty()) continue;
    if (line[0] == '#') {
      for (const std::string_view key : {"# Database: ", "# Query: "})
        if (line.starts_with(key) && !info.attributes.contains(std::string(trimmed(key.substr(2, key.size() - 4)))))
          info.attributes[std::string(trimmed(key.substr(2, key.size() - 4)))] = cleanText(line.substr(key.size()));
      continue;
    }
    const auto cells = splitAt(line, '\t');
    std::array<double, 10> numbers{};
    if (!blastNumbers(cells, numbers)) {
      bad.add(lines, line);
      continue;
    }
    network.from.push_back(network.node(cleanText(trimmed(cells[0]))));
    network.to.push_back(network.node(cleanText(trimmed(cells[1]))));
    for (std::size_t i = 0; i < numbers.size(); ++i)
      columns[i].push_back(numbers[i]);
  }
  bad.report(info, "twelve columns, ten of them numbers,");
  std::vector<double> weight;
  for (const double e : columns[8])
    weight.push_back(e > 0 ? std::min(200.0, -std::log10(e)) : 200.0);
  network.edgeColumns.push_back({"weight", "", std::move(weight), {}});
  network.edgeColumns.push_back({"e-value", "", columns[8], {}});
  network.edgeColumns.push_back({"bit score", "", columns[9], {}});
  info.attributes["weight"] = "-log10 of the e-value, at most 200";

  LazyTable hits;
  hits.info.name = "hits";
  hits.info.rows = static_cast<std::int64_t>(network.from.size());
  for (const char* name : blastNames)
    hits.info.columns.emplace_back(name);
  hits.info.units.resize(blastColumns);
  hits.info.units[2] = "%";
  hits.load = [file = candidate.file, table = hits.info] { // a second look at the file spares a second copy in memory
    data::Table filled{table, std::vector<std::vector<double>>(blastColumns),
                       std::vector<std::vector<std::string>>(blastColumns)};
    LineReader again(file->path(), streamOf(file));
    std::string_view text;
    while (again.next(text)) {
      if (trimmed(text).empty() || text[0] == '#') continue;
      const auto cells = splitAt(text, '\t');
      std::array<double, 10> numbers{};
      if (!blastNumbers(cells, numbers)) continue;
      for (std::size_t i = 0; i < 2; ++i)
        filled.texts[i].push_back(cleanText(trimmed(cells[i])));
      for (std::size_t i = 0; i < numbers.size(); ++i)
        filled.numbers[i + 2].push_back(numbers[i]);
    }
    return filled;
  };
  return networkDataset(std::move(info), std::move(network), {std::move(hits)});
}

bool isAbc(const Candidate& candidate) {
  if (!candidate.isText()) return false;
  const std::string_view text = candidate.text();
  // Every whole line of the head: two labels, at least one of them no number, and a weight.
  std::size_t at = 0, seen = 0;
  bool words = false;
  while (at < text.size()) {
    const auto end = text.find('\n', at);
    if (end == std::string_view::npos && (text.size() >= 4096 || text.size() < 4)) break;
    std::string_view line = text.substr(at, end == std::string_view::npos ? end : end - at);
    at = end == std::string_view::npos ? text.size() : end + 1;
    if (trimmed(line).empty()) continue;
    AbcLine edge;
    if (line[0] == '#' || line.find_first_of(",;\"") != std::string_view::npos || !readAbc(line, edge)) return false;
    if (isMissingWord(edge.from) || isMissingWord(edge.to) || numberOf(edge.from) || numberOf(edge.to)) return false;
    words = true;
    ++seen;
  }
  return words && seen >= 2;
}

std::shared_ptr<data::Dataset> openAbc(const Candidate& candidate) {
  LineReader lines(candidate.path(), streamOf(candidate.file));
  std::string_view line;
  Network network;
  network.directed = true;
  std::vector<double> weight;
  BadLines bad;
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "ABC edge list";
  while (lines.next(line)) {
    if (trimmed(line).empty()) continue;
    AbcLine edge;
    if (!readAbc(line, edge)) {
      bad.add(lines, line);
      continue;
    }
    network.from.push_back(network.node(cleanText(edge.from)));
    network.to.push_back(network.node(cleanText(edge.to)));
    weight.push_back(edge.weight);
  }
  bad.report(info, "label, label and weight");
  info.warnings.push_back("a list of two labels and a number is taken for the edges of a directed graph");
  network.edgeColumns.push_back({"weight", "", std::move(weight), {}});
  return networkDataset(std::move(info), std::move(network));
}

bool isTetrad(const Candidate& candidate) {
  return candidate.isText() && trimmed(candidate.text()).starts_with("Graph Nodes:");
}

std::shared_ptr<data::Dataset> openTetrad(const Candidate& candidate) {
  LineReader lines(candidate.path(), streamOf(candidate.file));
  std::string_view line;
  Network network;
  network.directed = true;
  NetworkColumn kinds{"edge", "", {}, {}};
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "causal graph";
  bool edges = false;
  std::int64_t undirected = 0;
  while (lines.next(line)) {
    line = trimmed(line);
    if (line.empty()) continue;
    if (line.starts_with("Graph Nodes:")) continue;
    if (line.starts_with("Graph Edges:")) {
      edges = true;
      continue;
    }
    if (!edges) {
      for (const auto name : splitAt(line, line.find(';') != std::string_view::npos ? ';' : ','))
        if (!trimmed(name).empty()) network.node(cleanText(trimmed(name)));
      continue;
    }
    auto parts = words(line);
    if (!parts.empty() && parts[0].ends_with('.') && wholeNumberOf(parts[0].substr(0, parts[0].size() - 1)))
      parts.erase(parts.begin());
    else
      break; // "Graph Attributes:" and what else may follow
    constexpr std::array<std::string_view, 10> known{"-->", "<--", "---", "<->", "o->",
                                                     "<-o", "o-o", "--o", "o--", "<=>"};
    if (parts.size() < 3 || std::find(known.begin(), known.end(), parts[1]) == known.end())
      throw data::ReadError(candidate.path(), "line " + std::to_string(lines.number()) +
                                                  ": \"1. a --> b\" was expected, found \"" +
                                                  cleanText(line.substr(0, 60)) + "\"");
    const bool back = parts[1] == "<--" || parts[1] == "<-o";
    const std::array<std::string_view, 2> ends{back ? parts[2] : parts[0], back ? parts[0] : parts[2]};
    for (const auto end : ends)
      if (network.find(cleanText(end)) < 0)
        throw data::ReadError(candidate.path(), "line " + std::to_string(lines.number()) + ": " + cleanText(end) +
                                                    " is not among the graph's nodes");
    network.from.push_back(network.find(cleanText(ends[0])));
    network.to.push_back(network.find(cleanText(ends[1])));
    const std::string kind = back ? (parts[1] == "<--" ? "-->" : "o->") : std::string(parts[1]);
    undirected += kind == "-->" ? 0 : 1;
    kinds.texts.push_back(kind);
  }
  if (!edges) throw data::ReadError(candidate.path(), "the causal graph has no \"Graph Edges:\": it is cut short");
  if (undirected > 0)
    info.warnings.push_back(std::to_string(undirected) +
                            " edges are not plain arrows; which, the column \"edge\" of the table \"edges\" tells");
  network.edgeColumns.push_back({"weight", "", std::vector<double>(network.from.size(), 1.0), {}});
  network.edgeColumns.push_back(std::move(kinds));
  return networkDataset(std::move(info), std::move(network));
}

} // namespace discern::io
