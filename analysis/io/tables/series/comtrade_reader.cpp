#include "io/tables/series/comtrade_reader.h"

#include "io/file_text.h"
#include "io/tables/series/series_field.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"
#include "io/tables/text/tables_dataset.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace discern::io {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t mostConfig = 16 << 20;

enum class Store { Ascii, Binary, Binary32, Float32 };

struct Channel {
  std::string name, unit;
  double scale = 1, offset = 0;
};

struct Config {
  std::string station, revision, path;
  std::vector<Channel> analog;
  std::vector<std::string> digital;
  double rate = 0, timeFactor = 1, start = 0;
  std::int64_t samples = 0; ///< 0: the data tells
  Store store = Store::Ascii;
  std::shared_ptr<const File> data;
  std::int64_t dataOffset = 0, dataBytes = 0;
  std::vector<std::string> warnings;

  [[nodiscard]] std::int64_t recordBytes() const {
    const auto digitals = static_cast<std::int64_t>((digital.size() + 15) / 16 * 2);
    return 8 + static_cast<std::int64_t>(analog.size()) * (store == Store::Binary ? 2 : 4) + digitals;
  }
};

bool isCounts(std::string_view line) {
  const auto cells = splitAt(line, ',');
  if (cells.size() != 3) return false;
  const std::string_view a = trimmed(cells[1]), d = trimmed(cells[2]);
  return wholeNumberOf(cells[0]) && (a.ends_with('A') || a.ends_with('a')) && (d.ends_with('D') || d.ends_with('d')) &&
         wholeNumberOf(a.substr(0, a.size() - 1)) && wholeNumberOf(d.substr(0, d.size() - 1));
}

/// "12/01/2011,05:55:30.075011": day first from 1999 on, month first before.
double startOf(const std::string& text, bool dayFirst) {
  const auto parts = splitAt(text, ',');
  if (parts.size() < 2) return none;
  const auto date = splitAt(trimmed(parts[0]), '/'), time = splitAt(trimmed(parts[1]), ':');
  if (date.size() != 3 || time.size() != 3) return none;
  const auto day = wholeNumberOf(date[dayFirst ? 0 : 1]), month = wholeNumberOf(date[dayFirst ? 1 : 0]);
  auto year = wholeNumberOf(date[2]);
  const auto hour = numberOf(time[0]), minute = numberOf(time[1]), second = numberOf(time[2]);
  if (!day || !month || !year || !hour || !minute || !second || *month < 1 || *month > 12 || *day < 1 || *day > 31)
    return none;
  if (*year < 100) *year += *year < 70 ? 2000 : 1900;
  if (*year > 9999) return none;
  return secondsOfDate(*year, *month, *day) + 3600 * *hour + 60 * *minute + *second;
}

/// The lines of the configuration, in turn.
class Lines {
public:
  Lines(std::string path, std::string_view text) : path_(std::move(path)), reader_(path_, streamOf(text)) {}
  std::string next(const char* what) {
    std::string_view line;
    if (!reader_.next(line)) throw data::ReadError(path_, std::string("the configuration ends before ") + what);
    return std::string(line);
  }
  [[noreturn]] void fail(const char* what, const std::string& found) const {
    throw data::ReadError(path_, "line " + std::to_string(reader_.number()) + " of the configuration: " + what +
                                     " was expected, found \"" + cleanText(found.substr(0, 60)) + "\"");
  }

private:
  std::string path_;
  LineReader reader_;
};

void readConfig(Config& config, std::string_view text) {
  Lines lines(config.path, text);
  const std::string first = lines.next("the station"), second = lines.next("the numbers of channels");
  const auto station = splitAt(first, ',');
  config.station = cleanText(trimmed(station[0]));
  config.revision = station.size() > 2 ? cleanText(trimmed(station[2])) : "1991";
  if (!isCounts(second)) lines.fail("the numbers of channels, such as 8,4A,4D,", second);
  const auto counts = splitAt(second, ',');
  const std::string_view a = trimmed(counts[1]), d = trimmed(counts[2]);
  const auto analog = wholeNumberOf(a.substr(0, a.size() - 1)).value_or(0),
             digital = wholeNumberOf(d.substr(0, d.size() - 1)).value_or(0);
  for (std::int64_t i = 0; i < analog; ++i) { // the text ends before a number that lies can do harm
    const std::string line = lines.next("the last analog channel");
    const auto cells = splitAt(line, ',');
    const double scale = cells.size() > 6 ? numberOf(cells[5]).value_or(none) : none;
    const double offset = cells.size() > 6 ? numberOf(cells[6]).value_or(none) : none;
    if (std::isnan(scale) || std::isnan(offset)) lines.fail("an analog channel with its unit, a and b", line);
    config.analog.push_back({cleanText(trimmed(cells[1])), cleanText(trimmed(cells[4])), scale, offset});
  }
  for (std::int64_t i = 0; i < digital; ++i) {
    const std::string line = lines.next("the last digital channel");
    const auto cells = splitAt(line, ',');
    if (cells.size() < 3) lines.fail("a digital channel", line);
    config.digital.push_back(cleanText(trimmed(cells[1])));
  }
  lines.next("the line frequency");
  const std::string rateLine = lines.next("the number of sampling rates");
  const std::int64_t rates = wholeNumberOf(rateLine).value_or(-1);
  if (rates < 0) lines.fail("the number of sampling rates", rateLine);
  for (std::int64_t i = 0; i < std::max<std::int64_t>(rates, 1); ++i) {
    const std::string line = lines.next("the last sampling rate");
    const auto cells = splitAt(line, ',');
    const double rate = cells.size() > 1 ? numberOf(cells[0]).value_or(none) : none;
    const std::int64_t last = cells.size() > 1 ? wholeNumberOf(cells[1]).value_or(-1) : -1;
    if (!(rate >= 0) || last < 0) lines.fail("a sampling rate and its last sample", line);
    config.rate = rates == 1 ? rate : 0; // several: the time stamps tell
    config.samples = last;
  }
  config.start = startOf(lines.next("the first sample's date"), config.revision != "1991");
  lines.next("the trigger's date");
  const std::string type = lowerCase(trimmed(lines.next("the type of the data")));
  if (type == "ascii")
    config.store = Store::Ascii;
  else if (type == "binary")
    config.store = Store::Binary;
  else if (type == "binary32")
    config.store = Store::Binary32;
  else if (type == "float32")
    config.store = Store::Float32;
  else
    lines.fail("ASCII, BINARY, BINARY32 or FLOAT32", type);
  if (config.revision != "1991") try {
      config.timeFactor = numberOf(lines.next("the time factor")).value_or(1);
    } catch (const data::ReadError&) {
      config.timeFactor = 1; // some writers leave it out
    }
  if (std::isnan(config.start)) {
    config.warnings.push_back("the first sample's date can't be read: times are counted from 1970-01-01");
    config.start = 0;
  }
}

/// Where the .cfg and the .dat are: two files, or parts of one.
Config configOf(const Candidate& candidate) {
  Config config;
  config.path = candidate.path();
  const std::string head = textHead(candidate.file, static_cast<std::size_t>(mostConfig));
  if (!std::string_view(head).starts_with("--- file type: CFG")) {
    readConfig(config, head);
    const std::string stem = config.path.substr(0, config.path.find_last_of('.'));
    for (const char* suffix : {".dat", ".DAT", ".Dat"}) {
      try {
        config.data = std::make_shared<const File>(stem + suffix);
        break;
      } catch (const data::ReadError&) {
        config.data = nullptr; // the next spelling
      }
    }
    if (!config.data)
      throw data::ReadError(config.path,
                            "this is the configuration of a COMTRADE record; its data, " + stem + ".dat, is needed");
    config.dataBytes = config.data->size();
    return config;
  }
  const auto bodyOf = [&](std::string_view mark, std::size_t& begin) {
    const auto at = head.find(mark);
    if (at == std::string::npos) return false;
    const auto end = head.find('\n', at);
    begin = end == std::string::npos ? head.size() : end + 1;
    return true;
  };
  std::size_t begin = 0, data = 0;
  if (!bodyOf("--- file type: CFG", begin) || !bodyOf("--- file type: DAT", data))
    throw data::ReadError(config.path, "the COMTRADE file has no part of type DAT: it is cut short");
  readConfig(config, std::string_view(head).substr(begin, head.find("\n--- file type:", begin) - begin));
  config.data = candidate.file;
  config.dataOffset = static_cast<std::int64_t>(data);
  config.dataBytes = candidate.file->size() - config.dataOffset;
  return config;
}

double timeOf(const Config& config, std::int64_t sample, double stamp) {
  if (config.rate > 0) return static_cast<double>(sample) / config.rate;
  return stamp * config.timeFactor * 1e-6;
}

using Add = std::function<void(double time, const std::vector<double>& values)>;

/// Gives every sample to `add`, raw; returns how many there were.
std::int64_t walk(const Config& config, const Add& add) {
  const std::size_t channels = config.analog.size(), all = channels + config.digital.size();
  std::vector<double> values(all);
  std::int64_t sample = 0;
  if (config.store == Store::Ascii) {
    auto stream = streamOf(config.data);
    std::vector<char> before(static_cast<std::size_t>(config.dataOffset)); // the configuration, at most 16 MB
    stream->read(before);
    LineReader lines(config.path, std::move(stream));
    std::string_view line;
    while (lines.next(line) && !line.starts_with("---")) {
      if (trimmed(line).empty() || line[0] == '\x1A') continue;
      const auto cells = splitAt(line, ',');
      if (cells.size() < all + 2)
        throw data::ReadError(config.data->path(), "sample " + std::to_string(sample + 1) + " has " +
                                                       std::to_string(cells.size()) + " cells; " +
                                                       std::to_string(all + 2) +
                                                       " were expected: the data is cut short or damaged");
      for (std::size_t c = 0; c < all; ++c) {
        values[c] = numberOf(cells[c + 2]).value_or(none);
        if (c < channels && values[c] == 99999) values[c] = none;
      }
      add(timeOf(config, sample, numberOf(cells[1]).value_or(none)), values);
      ++sample;
    }
    return sample;
  }
  const auto record = static_cast<std::size_t>(config.recordBytes());
  const std::int64_t count = config.dataBytes / config.recordBytes();
  const std::int64_t wanted = config.samples > 0 ? std::min(count, config.samples) : count;
  std::vector<std::byte> bytes(record);
  const auto little = [&]<typename T>(std::size_t at, T) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value; // the standard has the least byte first, as has this machine
  };
  static_assert(std::endian::native == std::endian::little);
  for (; sample < wanted; ++sample) {
    config.data->readAt(config.dataOffset + sample * config.recordBytes(), bytes);
    std::size_t at = 8;
    for (std::size_t c = 0; c < channels; ++c) {
      if (config.store == Store::Binary) {
        const auto raw = little(at, std::int16_t{});
        values[c] = raw == std::numeric_limits<std::int16_t>::min() ? none : raw;
        at += 2;
      } else if (config.store == Store::Binary32) {
        const auto raw = little(at, std::int32_t{});
        values[c] = raw == std::numeric_limits<std::int32_t>::min() ? none : raw;
        at += 4;
      } else {
        values[c] = little(at, float{});
        at += 4;
      }
    }
    for (std::size_t d = 0; d < config.digital.size(); ++d)
      values[channels + d] = little(at + d / 16 * 2, std::uint16_t{}) >> (d % 16) & 1;
    add(timeOf(config, sample, little(4, std::uint32_t{})), values);
  }
  return sample;
}

data::Table readChannels(const Config& config, const data::TableInfo& info) {
  data::Table table{info, std::vector<std::vector<double>>(info.columns.size()),
                    std::vector<std::vector<std::string>>(info.columns.size())};
  const double first = config.start - std::floor(config.start);
  walk(config, [&](double time, const std::vector<double>& values) {
    table.numbers[0].push_back(first + time);
    for (std::size_t c = 0; c < values.size(); ++c)
      table.numbers[c + 1].push_back(
          c < config.analog.size() ? values[c] * config.analog[c].scale + config.analog[c].offset : values[c]);
  });
  return table;
}

} // namespace

bool isComtrade(const Candidate& candidate) {
  const std::string_view text = candidate.text();
  if (text.starts_with("--- file type: CFG")) return true;
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return false;
  const auto second = text.find('\n', end + 1);
  return second != std::string_view::npos && isCounts(text.substr(end + 1, second - end - 1));
}

std::shared_ptr<data::Dataset> openComtrade(const Candidate& candidate) {
  if (candidate.gzip) throw data::ReadError(candidate.path(), "COMTRADE inside gzip is not read; unpack it first");
  const auto config = std::make_shared<Config>(configOf(candidate));
  data::TableInfo table;
  table.name = "channels";
  table.columns.emplace_back("time");
  table.units.push_back("seconds since " + dateText(config->start));
  for (const Channel& channel : config->analog) {
    table.columns.push_back(channel.name);
    table.units.push_back(channel.unit);
  }
  for (const std::string& name : config->digital) {
    table.columns.push_back(name);
    table.units.emplace_back();
  }
  makeUnique(table.columns);
  table.rows = walk(*config, [](double, const std::vector<double>&) {});
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "COMTRADE";
  info.attributes = {{"station", config->station}, {"revision", config->revision}};
  info.warnings = config->warnings;
  if (config->samples > 0 && table.rows != config->samples)
    info.warnings.push_back("the configuration promises " + std::to_string(config->samples) +
                            " samples, the data has " + std::to_string(table.rows) + ": it may be cut short");
  if (table.rows == 0) throw data::ReadError(candidate.path(), "the data has no whole sample");
  std::vector<LazyTable> tables;
  tables.push_back({table, [config, table] { return readChannels(*config, table); }});
  return std::make_shared<TablesDataset>(std::move(info), std::move(tables));
}

} // namespace discern::io
