#include "io/file_text.h"
#include "io/tables/assembly/assembly_builder.h"
#include "io/tables/assembly/assembly_graphs.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"

#include <cmath>
#include <optional>

namespace discern::io {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// The number of a tag such as "LN:i:528" among the fields from `first` on.
std::optional<double> tag(const std::vector<std::string_view>& fields, std::size_t first, std::string_view name) {
  for (std::size_t i = first; i < fields.size(); ++i)
    if (fields[i].size() > 5 && fields[i].substr(0, 2) == name && fields[i][2] == ':' && fields[i][4] == ':')
      return numberOf(fields[i].substr(5));
  return std::nullopt;
}

/// Bases that overlap: M, = and X of a CIGAR string; NaN for "*" or one that is wrong.
double overlapOf(std::string_view cigar) {
  if (cigar.empty() || cigar == "*") return none;
  double sum = 0;
  while (!cigar.empty()) {
    const auto end = cigar.find_first_not_of("0123456789");
    if (end == std::string_view::npos || end == 0) return none;
    if (cigar[end] == 'M' || cigar[end] == '=' || cigar[end] == 'X') sum += numberOf(cigar.substr(0, end)).value_or(0);
    cigar.remove_prefix(end + 1);
  }
  return sum;
}

bool isStrand(std::string_view text) { return text == "+" || text == "-"; }

struct Link {
  std::string from, to;
  bool fromReverse = false, toReverse = false;
  double overlap = none;
  std::int64_t line = 0;
};

} // namespace

bool isGfa(const Candidate& candidate) {
  if (!candidate.isText()) return false;
  std::string_view text = candidate.text();
  for (int line = 0; line < 20 && !text.empty(); ++line) {
    const auto end = text.find('\n');
    const std::string_view first = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (trimmed(first).empty() || first[0] == '#') continue;
    const auto fields = splitAt(first, '\t');
    if (fields[0] == "H" && fields.size() > 1) {
      if (fields[1].size() > 3 && fields[1][2] == ':') return true;
      return false;
    }
    if (fields[0] == "S" && fields.size() >= 3) { // a name, and bases or "*"; in version 2 the length between
      const std::string_view last = fields[2];
      return last == "*" || last.find_first_not_of("ACGTUNacgtunRYKMSWBDHVrykmswbdhv") == std::string_view::npos ||
             (fields.size() >= 4 && wholeNumberOf(last));
    }
    return fields[0] == "L" && fields.size() >= 5 && isStrand(fields[2]) && isStrand(fields[4]);
  }
  return false;
}

std::shared_ptr<data::Dataset> openGfa(const Candidate& candidate) {
  const std::string& path = candidate.path();
  LineReader lines(path, streamOf(candidate.file));
  AssemblyBuilder graph;
  std::vector<Link> links;
  std::vector<std::string> pathNames, pathSegments;
  data::DatasetInfo info;
  info.path = path;
  info.format = "GFA 1";
  std::int64_t wrongLengths = 0, doubled = 0, containments = 0, others = 0;
  std::string wrongLength;
  std::string_view line;
  const auto fail = [&](const std::string& problem) {
    throw data::ReadError(path, "line " + std::to_string(lines.number()) + ": " + problem);
  };
  while (lines.next(line)) {
    if (trimmed(line).empty() || line[0] == '#') continue;
    const auto fields = splitAt(line, '\t');
    const std::string_view kind = fields[0];
    if (kind == "H") {
      for (std::size_t i = 1; i < fields.size(); ++i)
        if (fields[i].starts_with("VN:Z:2")) fail("this is GFA " + cleanText(fields[i].substr(5)) + "; GFA 1 is read");
    } else if (kind == "S") {
      if (fields.size() < 3 || fields[1].empty())
        fail("a segment has a name and a sequence; found " + std::to_string(fields.size()) + " fields");
      if (fields.size() > 3 && wholeNumberOf(fields[2]) && fields[3].find(':') == std::string_view::npos)
        fail("the segment has its length before its sequence: this is GFA 2; GFA 1 is read");
      const auto stated = tag(fields, 3, "LN");
      double length = fields[2] == "*" ? stated.value_or(none) : static_cast<double>(fields[2].size());
      if (fields[2] != "*" && stated && *stated != length && wrongLengths++ == 0)
        wrongLength =
            cleanText(fields[1]) + " (LN " + numberText(*stated) + ", sequence of " + numberText(length) + ")";
      double coverage = tag(fields, 3, "DP").value_or(none);
      for (const std::string_view count : {"KC", "RC", "FC"})
        if (const auto given = tag(fields, 3, count); std::isnan(coverage) && given && length > 0)
          coverage = *given / length;
      if (!graph.addSegment(cleanText(fields[1]), length, coverage)) ++doubled;
    } else if (kind == "L") {
      if (fields.size() < 5 || !isStrand(fields[2]) || !isStrand(fields[4]))
        fail("a link has segment, strand, segment, strand; found \"" + cleanText(line.substr(0, 60)) + "\"");
      links.push_back({cleanText(fields[1]), cleanText(fields[3]), fields[2] == "-", fields[4] == "-",
                       fields.size() > 5 ? overlapOf(fields[5]) : none, lines.number()});
    } else if (kind == "P" && fields.size() >= 3) {
      for (const auto step : splitAt(fields[2], ',')) {
        pathNames.push_back(cleanText(fields[1]));
        pathSegments.push_back(cleanText(step));
      }
    } else if (kind == "C") {
      ++containments;
    } else if (kind == "E" || kind == "O" || kind == "F" || kind == "G" || kind == "U") {
      fail("a line of type " + std::string(kind) + " is GFA 2; GFA 1 is read");
    } else {
      ++others;
    }
  }
  std::int64_t loose = 0;
  std::string firstLoose;
  for (const Link& link : links) {
    const std::int64_t from = graph.find(link.from), to = graph.find(link.to);
    if (from < 0 || to < 0) {
      if (loose++ == 0) firstLoose = "line " + std::to_string(link.line) + " names " + (from < 0 ? link.from : link.to);
      continue;
    }
    graph.addLink({from, link.fromReverse}, {to, link.toReverse}, link.overlap);
  }
  const auto warn = [&](std::int64_t count, const std::string& text) {
    if (count > 0) info.warnings.push_back(std::to_string(count) + text);
  };
  warn(loose, " links of segments that are not there are left out; " + firstLoose);
  warn(wrongLengths, " segments have another length than their tag LN says, the first is " + wrongLength +
                         "; the sequence's is used");
  warn(doubled, " segments have a name that is there already: left out");
  warn(containments, " containments (C lines) are not read");
  warn(others, " lines of other types (W, J, …) are not read");
  std::int64_t steps = 0;
  for (const std::string& step : pathSegments)
    steps += step.size() < 2 || graph.find(std::string_view(step).substr(0, step.size() - 1)) < 0 ? 1 : 0;
  warn(steps, " steps of paths name segments that are not there");
  std::vector<LazyTable> tables;
  if (!pathNames.empty()) {
    data::Table paths{
        {"paths", {"path", "segment"}, {"", ""}, static_cast<std::int64_t>(pathNames.size())}, {{}, {}}, {}};
    paths.texts = {std::move(pathNames), std::move(pathSegments)};
    tables.push_back({paths.info, [paths] { return paths; }});
  }
  return graph.finish(std::move(info), "overlap", "bp", std::move(tables));
}

} // namespace discern::io
