#include "io/tables/sequences/sequence_reader.h"

#include "io/file_text.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"
#include "io/tables/text/tables_dataset.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace discern::io {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct Sequence {
  std::string_view header; ///< without ">" or "@"
  std::int64_t length = 0, gc = 0, bases = 0;
  double firstQuality = none, meanQuality = none;
};

void count(Sequence& sequence, std::string_view letters) {
  for (const char c : letters) {
    const char upper = static_cast<char>(c & ~0x20);
    const bool strong = upper == 'G' || upper == 'C';
    sequence.gc += strong ? 1 : 0;
    sequence.bases += strong || upper == 'A' || upper == 'T' || upper == 'U' ? 1 : 0;
  }
  sequence.length += static_cast<std::int64_t>(letters.size());
}

/// Walks the file and gives every sequence to `add`.
template <typename Add>
void walkFasta(LineReader& lines, const Add& add) {
  std::string header;
  Sequence sequence;
  bool any = false;
  std::string_view line;
  const auto finish = [&] {
    if (!any) return;
    sequence.header = header;
    add(sequence);
  };
  while (lines.next(line)) {
    line = trimmed(line);
    if (line.starts_with('>')) {
      finish();
      header = line.substr(1);
      sequence = {};
      any = true;
    } else if (any && !line.starts_with(';')) {
      count(sequence, line.ends_with('*') ? line.substr(0, line.size() - 1) : line);
    }
  }
  finish();
}

template <typename Add>
void walkFastq(const std::string& path, LineReader& lines, const Add& add) {
  std::string header;
  std::string_view line;
  while (lines.next(line)) {
    if (trimmed(line).empty()) continue;
    const auto fail = [&](const std::string& problem) {
      throw data::ReadError(path, "line " + std::to_string(lines.number()) + ": " + problem);
    };
    if (line[0] != '@')
      fail("a read that begins with \"@\" was expected, found \"" + cleanText(line.substr(0, 40)) + "\"");
    header = line.substr(1);
    Sequence sequence;
    bool plus = false;
    while (!plus && lines.next(line)) {
      plus = line.starts_with('+');
      if (!plus) count(sequence, trimmed(line));
    }
    if (!plus) fail("the file is cut short within a read");
    std::int64_t seen = 0;
    double sum = 0;
    while (seen < sequence.length && lines.next(line)) {
      for (const char c : trimmed(line)) {
        if (c < '!' || c > '~') fail("a quality letter that is none");
        if (seen++ == 0) sequence.firstQuality = c - 33;
        sum += c - 33;
      }
    }
    if (seen != sequence.length)
      fail("a read of " + std::to_string(sequence.length) + " bases has " + std::to_string(seen) +
           " quality letters; the file is damaged or cut short");
    if (sequence.length == 0) lines.next(line);
    if (seen > 0) sequence.meanQuality = sum / static_cast<double>(seen);
    sequence.header = header;
    add(sequence);
  }
}

bool isFastq(std::string_view text) { return trimmed(text).starts_with('@'); }

bool isLetters(std::string_view text) {
  text = trimmed(text);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '*' || c == '.';
  });
}

data::Table readSequences(const std::shared_ptr<const File>& file, const data::TableInfo& info, bool fastq) {
  data::Table table{info, std::vector<std::vector<double>>(info.columns.size()),
                    std::vector<std::vector<std::string>>(info.columns.size())};
  const auto add = [&](const Sequence& sequence) {
    const auto space = sequence.header.find_first_of(" \t");
    table.texts[0].push_back(cleanText(sequence.header.substr(0, space)));
    table.texts[1].push_back(space == std::string_view::npos ? std::string()
                                                             : cleanText(trimmed(sequence.header.substr(space))));
    table.numbers[2].push_back(static_cast<double>(sequence.length));
    table.numbers[3].push_back(
        sequence.bases > 0 ? static_cast<double>(sequence.gc) / static_cast<double>(sequence.bases) : none);
    if (fastq) {
      table.numbers[4].push_back(sequence.firstQuality);
      table.numbers[5].push_back(sequence.meanQuality);
    }
  };
  LineReader lines(file->path(), streamOf(file));
  if (fastq)
    walkFastq(file->path(), lines, add);
  else
    walkFasta(lines, add);
  return table;
}

} // namespace

bool isSequences(const Candidate& candidate) {
  const std::string head = candidateText(candidate);
  const std::string_view text = trimmed(head);
  const auto end = text.find('\n');
  if (text.empty() || end == std::string_view::npos) return false;
  const auto lineAt = [&](std::size_t at) { return text.substr(at, text.find('\n', at) - at); };
  if (text[0] == '>') {
    // A name alone may be followed by the next: an empty sequence.
    const std::string_view second = lineAt(end + 1);
    return end > 1 && (second.starts_with('>') || second.starts_with(';') || isLetters(second));
  }
  if (text[0] != '@') return false;
  const std::string_view bases = lineAt(end + 1);
  const auto third = end + 1 + bases.size() + 1;
  return isLetters(bases) && (third >= text.size() || text[third] == '+' || isLetters(lineAt(third)));
}

std::shared_ptr<data::Dataset> openSequences(const Candidate& candidate) {
  const bool fastq = isFastq(candidateText(candidate));
  data::TableInfo table;
  table.name = "sequences";
  table.columns = {"name", "description", "length", "GC"};
  table.units = {"", "", "bp", "1"};
  if (fastq) {
    table.columns.insert(table.columns.end(), {"first quality", "mean quality"});
    table.units.resize(6);
  }
  LineReader lines(candidate.path(), streamOf(candidate.file));
  const auto add = [&](const Sequence&) { ++table.rows; };
  if (fastq)
    walkFastq(candidate.path(), lines, add);
  else
    walkFasta(lines, add);
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = fastq ? "FASTQ" : "FASTA";
  if (fastq) info.warnings.push_back("qualities are taken to be Phred scores with an offset of 33");
  std::vector<LazyTable> tables;
  tables.push_back({table, [file = candidate.file, table, fastq] { return readSequences(file, table, fastq); }});
  return std::make_shared<TablesDataset>(std::move(info), std::move(tables));
}

} // namespace discern::io
