#include "io/tables/graphs/mcl.h"

#include "io/file_text.h"
#include "io/tables/graphs/network.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace discern::io {

namespace {

constexpr std::int64_t mostNodes = 20'000'000;

/// The words of the file, with the brackets as words of their own. "#" begins a comment.
class Tokens {
public:
  explicit Tokens(const Candidate& candidate) : lines_(candidate.path(), streamOf(candidate.file)) {}
  bool next(std::string_view& word) {
    for (;;) {
      const auto begin =
          std::find_if(rest_.begin(), rest_.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; });
      rest_.remove_prefix(static_cast<std::size_t>(begin - rest_.begin()));
      if (!rest_.empty() && rest_[0] != '#') break;
      if (!lines_.next(rest_)) return false;
    }
    std::size_t length = 1;
    if (rest_[0] != '(' && rest_[0] != ')')
      while (length < rest_.size() && static_cast<unsigned char>(rest_[length]) > ' ' && rest_[length] != ')')
        ++length;
    word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return true;
  }
  /// Skips to the line "(mclheader".
  bool toHeader() {
    while (lines_.next(rest_))
      if (trimmed(rest_).starts_with("(mcl")) return true;
    return false;
  }
  [[nodiscard]] std::int64_t line() const { return lines_.number(); }

private:
  LineReader lines_;
  std::string_view rest_;
};

struct Entry {
  std::int64_t column = 0, row = 0;
  double value = 1;
};

struct Matrix {
  std::int64_t rows = 0, columns = 0;
  std::vector<std::int64_t> rowDomain, columnDomain; ///< empty: 0, 1, 2, …
  std::vector<Entry> entries;
  std::vector<std::int64_t> starts; ///< columns that are listed
};

[[noreturn]] void fail(const Candidate& candidate, const Tokens& tokens, const std::string& problem) {
  throw data::ReadError(candidate.path(), "line " + std::to_string(tokens.line()) + ": " + problem);
}

void readHeader(const Candidate& candidate, Tokens& tokens, Matrix& matrix) {
  std::string_view word;
  bool sized = false;
  while (tokens.next(word) && word != ")") {
    if (word == "mcltype") {
      if (!tokens.next(word) || word != "matrix")
        fail(candidate, tokens, "an MCL file of type \"matrix\" was expected, found " + cleanText(word));
    } else if (word == "dimensions") {
      if (!tokens.next(word)) break;
      const auto cross = word.find('x');
      const auto rows = wholeNumberOf(word.substr(0, cross));
      const auto columns = cross == std::string_view::npos ? std::nullopt : wholeNumberOf(word.substr(cross + 1));
      if (!rows || !columns || *rows < 0 || *columns < 0 || *rows > mostNodes || *columns > mostNodes)
        fail(candidate, tokens,
             "dimensions such as 12x12, up to " + std::to_string(mostNodes) + ", were expected, found " +
                 cleanText(word));
      matrix.rows = *rows;
      matrix.columns = *columns;
      sized = true;
    }
  }
  if (!sized) fail(candidate, tokens, "the MCL header has no dimensions");
}

std::vector<std::int64_t> readDomain(const Candidate& candidate, Tokens& tokens) {
  std::vector<std::int64_t> domain;
  std::string_view word;
  while (tokens.next(word) && word != ")" && word != "$") {
    const auto id = wholeNumberOf(word);
    if (!id) fail(candidate, tokens, "a node's number was expected, found " + cleanText(word));
    domain.push_back(*id);
  }
  if (word == "$") tokens.next(word);
  return domain;
}

void readEntries(const Candidate& candidate, Tokens& tokens, Matrix& matrix) {
  std::string_view word;
  if (!tokens.next(word) || word != "begin") fail(candidate, tokens, "\"begin\" was expected after (mclmatrix");
  while (tokens.next(word)) {
    if (word == ")") return;
    const auto split = [&](std::string_view text, double& value) {
      const auto colon = text.find(':');
      const auto id = wholeNumberOf(text.substr(0, colon));
      const auto weight = colon == std::string_view::npos ? std::optional<double>(1) : numberOf(text.substr(colon + 1));
      if (!id || !weight)
        fail(candidate, tokens, "node or node:weight was expected, found " + cleanText(text.substr(0, 40)));
      value = *weight;
      return *id;
    };
    double value = 0;
    const std::int64_t column = split(word, value);
    matrix.starts.push_back(column);
    for (;;) {
      if (!tokens.next(word))
        fail(candidate, tokens,
             "the matrix ends within the list of node " + std::to_string(column) + ": the file is cut short");
      if (word == "$") break;
      Entry entry{column, 0, 1};
      entry.row = split(word, entry.value);
      matrix.entries.push_back(entry);
    }
  }
  fail(candidate, tokens, "the matrix is not closed by \")\": the file is cut short");
}

Matrix readMatrix(const Candidate& candidate) {
  Tokens tokens(candidate);
  Matrix matrix;
  std::string_view word;
  if (!tokens.toHeader()) throw data::ReadError(candidate.path(), "the MCL header is cut short");
  bool header = false;
  while (tokens.next(word)) {
    if (word != "(") continue;
    if (!tokens.next(word)) break;
    if (word == "mclheader") {
      readHeader(candidate, tokens, matrix);
      header = true;
    } else if (word == "mclrows") {
      matrix.rowDomain = readDomain(candidate, tokens);
    } else if (word == "mclcols") {
      matrix.columnDomain = readDomain(candidate, tokens);
    } else if (word == "mcldoms") {
      matrix.rowDomain = matrix.columnDomain = readDomain(candidate, tokens);
    } else if (word == "mclmatrix") {
      if (!header) fail(candidate, tokens, "the matrix has no header");
      readEntries(candidate, tokens, matrix);
      return matrix;
    }
  }
  throw data::ReadError(candidate.path(), "the MCL file has no matrix: it is cut short");
}

/// Node number → its place, and the names in order.
std::map<std::int64_t, std::string> tabNames(const std::string& path) {
  std::map<std::int64_t, std::string> names;
  const auto dot = path.find_last_of('.');
  if (dot == std::string::npos) return names;
  try {
    const auto file = std::make_shared<const File>(path.substr(0, dot) + ".tab");
    LineReader lines(file->path(), streamOf(file));
    std::string_view line;
    while (lines.next(line)) {
      const auto parts = words(line);
      const auto id = parts.size() > 1 && line[0] != '#' ? wholeNumberOf(parts[0]) : std::nullopt;
      if (id) names[*id] = cleanText(trimmed(line.substr(static_cast<std::size_t>(parts[1].data() - line.data()))));
    }
  } catch (const data::ReadError&) {
    // No such file: the numbers are the names.
  }
  return names;
}

} // namespace

bool isMcl(const Candidate& candidate) {
  const std::string_view text = candidate.text();
  const auto at = text.find("(mclheader");
  return at != std::string_view::npos && (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') &&
         candidate.isText();
}

std::shared_ptr<data::Dataset> openMcl(const Candidate& candidate) {
  Matrix matrix = readMatrix(candidate);
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "MCL matrix";
  info.attributes["dimensions"] = std::to_string(matrix.rows) + "x" + std::to_string(matrix.columns);
  const auto names = tabNames(candidate.path());
  const auto nameOf = [&](std::int64_t id) {
    const auto at = names.find(id);
    return at == names.end() ? std::to_string(id) : at->second;
  };
  std::vector<std::int64_t> domain = matrix.rowDomain;
  if (domain.empty()) {
    domain.resize(static_cast<std::size_t>(matrix.rows));
    std::iota(domain.begin(), domain.end(), 0);
  }
  if (static_cast<std::int64_t>(domain.size()) != matrix.rows)
    throw data::ReadError(candidate.path(), "the list of nodes has " + std::to_string(domain.size()) + " of the " +
                                                std::to_string(matrix.rows) + " that the header promises");
  const std::vector<std::int64_t> sorted = [&] {
    auto copy = domain;
    std::sort(copy.begin(), copy.end());
    return copy;
  }();
  const auto placeOf = [&](std::int64_t id) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), id);
    if (at == sorted.end() || *at != id)
      throw data::ReadError(candidate.path(), "node " + std::to_string(id) + " is not among the " +
                                                  std::to_string(matrix.rows) + " of the header");
    return static_cast<std::int64_t>(at - sorted.begin());
  };
  if (matrix.rows != matrix.columns) {
    LazyTable table;
    table.info = {"clusters", {"member", "cluster"}, {"", ""}, static_cast<std::int64_t>(matrix.entries.size())};
    auto rows = std::make_shared<data::Table>();
    rows->info = table.info;
    rows->numbers.resize(2);
    rows->texts.resize(2);
    for (const Entry& entry : matrix.entries) {
      placeOf(entry.row); // only to know that it is there
      rows->texts[0].push_back(nameOf(entry.row));
      rows->numbers[1].push_back(static_cast<double>(entry.column));
    }
    if (rows->texts[0].empty()) throw data::ReadError(candidate.path(), "the clustering has no members");
    table.load = [rows] { return *rows; };
    info.format = "MCL clusters";
    return std::make_shared<TablesDataset>(std::move(info), std::vector{std::move(table)});
  }
  Network network;
  for (const std::int64_t id : sorted)
    network.names.push_back(nameOf(id));
  std::map<std::pair<std::int64_t, std::int64_t>, double> arcs;
  for (const Entry& entry : matrix.entries)
    arcs[{placeOf(entry.column), placeOf(entry.row)}] = entry.value;
  network.directed = !std::all_of(arcs.begin(), arcs.end(), [&](const auto& arc) {
    const auto back = arcs.find({arc.first.second, arc.first.first});
    return back != arcs.end() && back->second == arc.second;
  });
  std::vector<double> weight;
  for (const auto& [ends, value] : arcs) {
    if (!network.directed && ends.first > ends.second) continue;
    network.from.push_back(ends.first);
    network.to.push_back(ends.second);
    weight.push_back(value);
  }
  network.edgeColumns.push_back({"weight", "", std::move(weight), {}});
  return networkDataset(std::move(info), std::move(network));
}

namespace {

/// "OG0000000" of "OG0000000: a b c", or "0_12" of "0_12: name"; empty for another line.
std::string_view groupOf(std::string_view line, bool& ids) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon + 1 >= line.size() || line[colon + 1] != ' ') return {};
  const std::string_view name = line.substr(0, colon);
  const auto digits = [](std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const auto score = name.find('_');
  ids = score != std::string_view::npos && digits(name.substr(0, score)) && digits(name.substr(score + 1));
  if (ids || (name.starts_with("OG") && digits(name.substr(2)))) return name;
  return {};
}

} // namespace

bool isOrthogroups(const Candidate& candidate) {
  bool ids = false;
  return candidate.isText() && !groupOf(candidate.text().substr(0, candidate.text().find('\n')), ids).empty();
}

std::shared_ptr<data::Dataset> openOrthogroups(const Candidate& candidate) {
  auto rows = std::make_shared<data::Table>();
  LineReader lines(candidate.path(), streamOf(candidate.file));
  std::string_view line;
  data::DatasetInfo info;
  info.path = candidate.path();
  bool first = true, ids = false;
  std::int64_t odd = 0, oddLine = 0;
  rows->numbers.resize(2);
  rows->texts.resize(2);
  while (lines.next(line)) {
    if (trimmed(line).empty()) continue;
    bool idLine = false;
    const std::string_view group = groupOf(line, idLine);
    if (first) ids = idLine;
    first = false;
    if (group.empty() || idLine != ids) {
      if (odd++ == 0) oddLine = lines.number();
      continue;
    }
    const std::string_view rest = trimmed(line.substr(group.size() + 1));
    if (ids) {
      rows->texts[0].emplace_back(group);
      rows->texts[1].push_back(cleanText(rest));
      continue;
    }
    for (const auto member : words(rest)) {
      rows->texts[0].push_back(cleanText(member));
      rows->texts[1].emplace_back(group);
    }
  }
  if (odd > 0)
    info.warnings.push_back(std::to_string(odd) + (odd == 1 ? " line is" : " lines are") +
                            " not of this format, the first is line " + std::to_string(oddLine) + ": left out");
  info.format = ids ? "OrthoFinder sequence names" : "OrthoFinder orthogroups";
  rows->info = {ids ? "sequences" : "clusters",
                {ids ? "id" : "member", ids ? "name" : "cluster"},
                {"", ""},
                static_cast<std::int64_t>(rows->texts[0].size())};
  if (rows->info.rows == 0) throw data::ReadError(candidate.path(), "the groups have no members");
  LazyTable table{rows->info, [rows] { return *rows; }};
  return std::make_shared<TablesDataset>(std::move(info), std::vector{std::move(table)});
}

} // namespace discern::io
