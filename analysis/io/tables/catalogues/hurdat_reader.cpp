#include "io/tables/catalogues/hurdat_reader.h"

#include "io/file_text.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"
#include "io/tables/text/tables_dataset.h"

#include <algorithm>
#include <cctype>
#include <limits>

namespace discern::io {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// "AL012021,                ANA,     17,"
bool isStorm(const std::vector<std::string_view>& cells) {
  const std::string_view id = cells.empty() ? std::string_view() : trimmed(cells[0]);
  return cells.size() >= 3 && cells.size() <= 4 && id.size() == 8 &&
         std::isupper(static_cast<unsigned char>(id[0])) != 0 && std::isupper(static_cast<unsigned char>(id[1])) != 0 &&
         wholeNumberOf(id.substr(2)) && wholeNumberOf(cells[2]);
}

/// "30.3N" → 30.3, "55.5W" → −55.5.
double degrees(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return none;
  const char side = text.back();
  const double value = numberOf(text.substr(0, text.size() - 1)).value_or(none);
  if (side == 'N' || side == 'E') return value;
  if (side == 'S' || side == 'W') return -value;
  return none;
}

struct Track {
  data::Table table;
  std::int64_t storms = 0;
  std::vector<std::string> warnings;
};

void setColumns(data::TableInfo& info) {
  const auto add = [&](const char* name, const char* unit) {
    info.columns.emplace_back(name);
    info.units.emplace_back(unit);
  };
  info.name = "tracks";
  add("storm", "");
  add("name", "");
  add("date", "");
  add("time", epochUnit);
  add("record", "");
  add("status", "");
  add("latitude", "degrees_north");
  add("longitude", "degrees_east");
  add("wind", "kt");
  add("pressure", "hPa");
  for (const char* speed : {"34 kt", "50 kt", "64 kt"})
    for (const char* side : {"NE", "SE", "SW", "NW"})
      add((std::string("radius of ") + speed + " wind " + side).c_str(), "nmi");
  add("radius of maximum wind", "nmi");
}

Track readTracks(const std::shared_ptr<const File>& file) {
  Track track;
  setColumns(track.table.info);
  const std::size_t columns = track.table.info.columns.size();
  track.table.numbers.resize(columns);
  track.table.texts.resize(columns);
  LineReader lines(file->path(), streamOf(file));
  std::string_view line;
  std::string storm, name;
  std::int64_t left = 0;
  const auto fail = [&](const std::string& problem) {
    throw data::ReadError(file->path(), "line " + std::to_string(lines.number()) + ": " + problem);
  };
  const auto closeStorm = [&] {
    if (left != 0)
      track.warnings.push_back("storm " + storm + " has " + std::to_string(left) +
                               (left > 0 ? " points less" : " points more (negative)") + " than its header promises");
  };
  while (lines.next(line)) {
    if (trimmed(line).empty()) continue;
    const auto cells = splitAt(line, ',');
    if (isStorm(cells)) {
      closeStorm();
      ++track.storms;
      storm = trimmed(cells[0]);
      name = cleanText(trimmed(cells[1]));
      left = wholeNumberOf(cells[2]).value_or(0);
      continue;
    }
    const std::string date = cells.size() < 8 ? "" : std::string(trimmed(cells[0])) + std::string(trimmed(cells[1]));
    const auto time = digitSeconds(date);
    if (!time || date.size() != 12 || storm.empty())
      fail("a storm or a point of its track was expected, found \"" + cleanText(line.substr(0, 60)) + "\"");
    --left;
    auto& texts = track.table.texts;
    auto& numbers = track.table.numbers;
    texts[0].push_back(storm);
    texts[1].push_back(name);
    texts[2].push_back(date);
    numbers[3].push_back(time.value_or(none));
    texts[4].push_back(cleanText(trimmed(cells[2])));
    texts[5].push_back(cleanText(trimmed(cells[3])));
    numbers[6].push_back(degrees(cells[4]));
    numbers[7].push_back(degrees(cells[5]));
    for (std::size_t c = 6; c + 2 < columns; ++c) {
      const double value = c < cells.size() ? numberOf(cells[c]).value_or(none) : none;
      numbers[c + 2].push_back(value == -999 || value == -99 ? none : value);
    }
  }
  closeStorm();
  track.table.info.rows = static_cast<std::int64_t>(track.table.texts[0].size());
  return track;
}

} // namespace

bool isHurdat(const Candidate& candidate) {
  const std::string_view text = candidate.text();
  const auto end = text.find('\n');
  if (end == std::string_view::npos || !candidate.isText() || !isStorm(splitAt(text.substr(0, end), ','))) return false;
  const auto second = splitAt(text.substr(end + 1, text.find('\n', end + 1) - end - 1), ',');
  return second.size() >= 8 && trimmed(second[0]).size() == 8 && trimmed(second[1]).size() == 4 &&
         wholeNumberOf(second[0]);
}

std::shared_ptr<data::Dataset> openHurdat(const Candidate& candidate) {
  const Track track = readTracks(candidate.file);
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "HURDAT2";
  info.warnings = track.warnings;
  info.attributes["storms"] = std::to_string(track.storms);
  std::vector<LazyTable> tables;
  tables.push_back({track.table.info, [file = candidate.file] { return readTracks(file).table; }});
  return std::make_shared<TablesDataset>(std::move(info), std::move(tables));
}

} // namespace discern::io
