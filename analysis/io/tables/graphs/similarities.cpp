#include "io/tables/graphs/similarities.h"

#include "io/file_text.h"
#include "io/open.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vtkDataObject.h>

namespace discern::io {
namespace {

constexpr std::int64_t mostNodes = std::numeric_limits<std::uint32_t>::max() - 1;
constexpr std::size_t hitColumns = 12, headBytes = 1 << 20;

/// Cells of a line without a list of its own for each line; more than there is room for count but are not kept.
struct Cells {
  std::array<std::string_view, hitColumns> at;
  std::size_t count = 0;

  void split(std::string_view line, bool tabs) {
    count = 0;
    const char* from = line.data();
    const char* const end = from + line.size();
    const auto between = [tabs](char c) { return c == '\t' || (!tabs && c == ' '); };
    for (;;) {
      if (!tabs)
        while (from != end && between(*from))
          ++from;
      if (from == end && !tabs) return;
      const char* to = from;
      while (to != end && !between(*to))
        ++to;
      if (count < at.size()) at[count] = {from, static_cast<std::size_t>(to - from)};
      ++count;
      if (to == end) return;
      from = to + 1;
    }
  }
};

bool isData(std::string_view line) { return !trimmed(line).empty() && line[0] != '#'; }

/// Twelve columns of which all but the two names are numbers.
bool isHit(const Cells& cells) {
  if (cells.count != hitColumns || trimmed(cells.at[0]).empty() || trimmed(cells.at[1]).empty()) return false;
  return std::all_of(cells.at.begin() + 2, cells.at.end(), [](std::string_view cell) { return numberOf(cell); });
}

double minusLog10(double eValue) { return eValue > 0 ? std::clamp(-std::log10(eValue), 0.0, 200.0) : 200.0; }

class Similarities {
public:
  Similarities(const std::string& path, const SimilarityOptions& options, const SimilaritySink& sink)
      : path_(path), options_(options), sink_(sink) {}

  SimilarityNodes read() {
    const auto file = std::make_shared<const File>(path_);
    const std::string head = textHead(file, headBytes);
    size_ = static_cast<double>(file->size());
    if (head.starts_with("%%MatrixMarket")) {
      LineReader lines(path_, streamOf(file));
      matrix(lines);
      return std::move(nodes_);
    }
    LineReader first(path_, streamOf(std::string_view(head)));
    std::string_view line;
    bool data = false;
    while (!data && first.next(line))
      data = isData(line);
    Cells cells;
    const bool tabs = data && line.find('\t') != std::string_view::npos;
    if (data) cells.split(line, tabs);
    const bool hits = isHit(cells);
    const bool pairs = !hits && data && (cells.count == 2 || (cells.count == 3 && numberOf(cells.at[2]))) &&
                       line.find_first_of(",;\"()<>{}") == std::string_view::npos;
    if (!hits && !pairs) {
      network();
      return std::move(nodes_);
    }
    nodes_.format = hits ? "BLAST hits" : "ABC edge list";
    const auto seen = static_cast<double>(std::count(head.begin(), head.end(), '\n'));
    const bool whole = head.size() < headBytes;
    if (sink_.expect && file->head(2) == std::vector{std::byte{0x1F}, std::byte{0x8B}} && !whole)
      sink_.expect(0); // how far it inflates is not known
    else if (sink_.expect)
      sink_.expect(
          static_cast<std::int64_t>(whole ? seen + 1 : 1.02 * seen * size_ / static_cast<double>(head.size())));
    LineReader lines(path_, streamOf(file));
    while (next(lines, line))
      if (isData(line)) {
        cells.split(line, tabs);
        hits ? hit(lines, line, cells) : pair(lines, line, cells);
      }
    return std::move(nodes_);
  }

private:
  bool next(LineReader& lines, std::string_view& line) {
    if (!lines.next(line)) return false;
    bytes_ += static_cast<double>(line.size()) + 1;
    if (bytes_ > told_ + (1 << 20)) {
      told_ = bytes_;
      if (sink_.progress) sink_.progress(std::min(1.0, bytes_ / size_));
    }
    return true;
  }

  [[noreturn]] void bad(const LineReader& lines, std::string_view line, const std::string& expected) const {
    throw data::ReadError(path_, "line " + std::to_string(lines.number()) + ": " + expected + ", found \"" +
                                     cleanText(line.substr(0, 60)) + "\"");
  }

  float checked(double weight, const LineReader& lines, std::string_view line) const {
    if (!std::isfinite(weight)) bad(lines, line, "a similarity that is a number was expected");
    if (weight < 0) bad(lines, line, "similarities must not be below 0");
    return static_cast<float>(std::min(weight, static_cast<double>(std::numeric_limits<float>::max())));
  }

  /// Neighbouring lines mostly begin with the same name.
  std::uint32_t first(std::string_view name) {
    if (name != lastName_ || nodes_.names.size() == 0) {
      lastName_ = name;
      last_ = nodes_.names.number(name);
    }
    return last_;
  }

  void hit(const LineReader& lines, std::string_view line, const Cells& cells) {
    const std::size_t column = options_.score == HitScore::Identity ? 2 : options_.score == HitScore::EValue ? 10 : 11;
    const std::optional<double> value = cells.count == hitColumns ? numberOf(cells.at[column]) : std::nullopt;
    if (!value || trimmed(cells.at[0]).empty() || trimmed(cells.at[1]).empty())
      bad(lines, line, "a hit of twelve columns with tabs between was expected");
    const float weight = checked(*value, lines, line);
    const std::uint32_t from = first(trimmed(cells.at[0]));
    sink_.link(from, nodes_.names.number(trimmed(cells.at[1])),
               options_.score == HitScore::EValue ? static_cast<float>(minusLog10(*value)) : weight);
  }

  void pair(const LineReader& lines, std::string_view line, const Cells& cells) {
    const std::optional<double> value = cells.count == 3   ? numberOf(cells.at[2])
                                        : cells.count == 2 ? std::optional<double>(1)
                                                           : std::nullopt;
    if (!value || trimmed(cells.at[0]).empty() || trimmed(cells.at[1]).empty())
      bad(lines, line, "two labels and a weight were expected");
    const float weight = checked(*value, lines, line);
    const std::uint32_t from = first(trimmed(cells.at[0]));
    sink_.link(from, nodes_.names.number(trimmed(cells.at[1])),
               options_.minusLog10 && cells.count == 3 ? static_cast<float>(minusLog10(*value)) : weight);
  }

  void matrix(LineReader& lines) {
    nodes_.format = "Matrix Market";
    std::string_view line;
    next(lines, line);
    const auto banner = words(line);
    const auto is = [&](std::size_t word, std::initializer_list<const char*> any) {
      return banner.size() > word &&
             std::any_of(any.begin(), any.end(), [&](const char* one) { return lowerCase(banner[word]) == one; });
    };
    if (!is(1, {"matrix"}) || !is(2, {"coordinate"})) bad(lines, line, "a matrix of coordinates was expected");
    if (!is(3, {"real", "double", "integer", "pattern"})) bad(lines, line, "real or integer numbers were expected");
    if (!is(4, {"general", "symmetric"})) bad(lines, line, "a general or symmetric matrix was expected");
    const bool pattern = is(3, {"pattern"}), symmetric = is(4, {"symmetric"});
    const auto isComment = [](std::string_view text) { return trimmed(text).empty() || text[0] == '%'; };
    bool more = next(lines, line);
    while (more && isComment(line))
      more = next(lines, line);
    const auto sizes = words(more ? line : std::string_view());
    std::array<std::int64_t, 3> size{-1, -1, -1};
    for (std::size_t i = 0; i < 3 && sizes.size() == 3; ++i)
      size[i] = wholeNumberOf(sizes[i]).value_or(-1);
    if (std::any_of(size.begin(), size.end(), [](std::int64_t s) { return s < 0; }))
      bad(lines, line, "rows, columns and entries were expected");
    if (size[0] != size[1])
      throw data::ReadError(path_, "the matrix has " + std::to_string(size[0]) + " rows and " +
                                       std::to_string(size[1]) + " columns; similarities need a square one");
    if (size[0] < 1 || size[0] > mostNodes)
      throw data::ReadError(path_, "the matrix has " + std::to_string(size[0]) + " rows; 1 to " +
                                       std::to_string(mostNodes) + " were expected");
    if (4 * static_cast<double>(size[2]) - 1 > 1032 * size_)
      throw data::ReadError(path_,
                            "the header promises " + std::to_string(size[2]) + " entries, more than the file can hold");
    nodes_.counted = size[0];
    if (sink_.expect) sink_.expect(std::min(size[2], static_cast<std::int64_t>(size_ / 4)) * (symmetric ? 2 : 1));
    std::int64_t left = size[2];
    Cells cells;
    while (left > 0 && next(lines, line)) {
      if (isComment(line)) continue;
      cells.split(line, false);
      const std::int64_t i = cells.count >= 2 ? wholeNumberOf(cells.at[0]).value_or(0) : 0;
      const std::int64_t j = cells.count >= 2 ? wholeNumberOf(cells.at[1]).value_or(0) : 0;
      const auto value = pattern ? std::optional<double>(1) : cells.count > 2 ? numberOf(cells.at[2]) : std::nullopt;
      if (!value || i < 1 || j < 1 || i > size[0] || j > size[0])
        bad(lines, line, "row, column and value, within " + std::to_string(size[0]) + " rows, were expected");
      const float weight = checked(*value, lines, line);
      const float similarity = options_.minusLog10 && !pattern ? static_cast<float>(minusLog10(*value)) : weight;
      sink_.link(static_cast<std::uint32_t>(j - 1), static_cast<std::uint32_t>(i - 1), similarity);
      if (symmetric && i != j)
        sink_.link(static_cast<std::uint32_t>(i - 1), static_cast<std::uint32_t>(j - 1), similarity);
      --left;
    }
    if (left > 0)
      throw data::ReadError(path_, std::to_string(left) + " of the " + std::to_string(size[2]) +
                                       " entries that the header promises are missing: the file is cut short");
  }

  /// Whatever else is read as a network.
  void network() {
    const auto dataset = open(path_);
    const auto& tables = dataset->info().tables;
    const auto has = [&](const char* name) {
      return std::any_of(tables.begin(), tables.end(), [&](const auto& table) { return table.name == name; });
    };
    nodes_.format = dataset->info().format;
    const data::Table edges = has("edges")      ? dataset->table("edges")
                              : !tables.empty() ? dataset->table("")
                                                : data::Table{};
    const auto column = [&](std::initializer_list<const char*> names) {
      for (std::size_t c = 0; c < edges.info.columns.size(); ++c)
        for (const char* name : names)
          if (lowerCase(edges.info.columns[c]) == name) return c;
      return edges.info.columns.size();
    };
    const std::size_t none = edges.info.columns.size();
    const std::size_t from = column({"source", "from"}), to = column({"target", "to"});
    std::size_t weight = column({"weight", "similarity", "score"});
    if (from == none || to == none)
      throw data::ReadError(path_,
                            "similarities were expected: hits of twelve columns, lines of two labels and a weight, a "
                            "Matrix Market matrix, or a network; found " +
                                nodes_.format);
    for (std::size_t c = 0; c < none && weight == none; ++c)
      if (c != from && c != to && !edges.numbers[c].empty()) weight = c;
    const auto name = [&](std::size_t c, std::size_t row) {
      return edges.texts[c].empty() ? numberText(edges.numbers[c][row]) : edges.texts[c][row];
    };
    if (has("nodes"))
      for (const data::Table nodes = dataset->table("nodes"); const std::string& node : nodes.texts.at(0))
        nodes_.names.number(node);
    const auto& grids = dataset->info().grids;
    const bool undirected = !grids.empty() && grids.front().kind == data::GridKind::Network &&
                            dataset->grid("")->read(0)->IsA("vtkUndirectedGraph") != 0;
    const auto rows = static_cast<std::size_t>(edges.info.rows);
    if (sink_.expect) sink_.expect(undirected ? 2 * edges.info.rows : edges.info.rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const double value = weight == none ? 1 : edges.numbers[weight][row];
      const std::string a = name(from, row), b = name(to, row);
      if (!std::isfinite(value) || value < 0)
        throw data::ReadError(path_, "the edge of " + a + " and " + b + " has the weight " + numberText(value) +
                                         "; similarities are numbers that are not below 0");
      const auto similarity = static_cast<float>(options_.minusLog10 && weight != none ? minusLog10(value) : value);
      const std::uint32_t one = nodes_.names.number(a), other = nodes_.names.number(b);
      sink_.link(one, other, similarity);
      if (undirected) sink_.link(other, one, similarity);
    }
  }

  const std::string& path_;
  const SimilarityOptions& options_;
  const SimilaritySink& sink_;
  SimilarityNodes nodes_;
  std::string lastName_;
  std::uint32_t last_ = 0;
  double size_ = 0, bytes_ = 0, told_ = 0;
};

} // namespace

SimilarityNodes readSimilarities(const std::string& path, const SimilarityOptions& options,
                                 const SimilaritySink& sink) {
  return Similarities(path, options, sink).read();
}

} // namespace discern::io
