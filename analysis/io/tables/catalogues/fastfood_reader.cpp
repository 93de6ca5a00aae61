#include "io/tables/catalogues/fastfood_reader.h"

#include "io/file_text.h"
#include "io/tables/text/tables_dataset.h"

#include <array>
#include <cstring>

namespace discern::io {

namespace {

constexpr std::int64_t firstColumn = 28 + 44 + 12; ///< behind the three records of the head, their marks included

std::int32_t wholeAt(const File& file, std::int64_t at) {
  std::array<std::byte, 4> raw{};
  file.readAt(at, raw);
  std::int32_t value = 0;
  std::memcpy(&value, raw.data(), sizeof value);
  return value;
}

std::int32_t headAt(const Candidate& candidate, std::size_t at) {
  std::int32_t value = 0;
  if (candidate.head.size() >= at + sizeof value) std::memcpy(&value, candidate.head.data() + at, sizeof value);
  return value;
}

data::Table columns(const std::shared_ptr<const File>& file, data::TableInfo info, std::int64_t bytes) {
  data::Table table;
  for (std::size_t c = 0; c < info.columns.size(); ++c) {
    std::vector<std::byte> raw(static_cast<std::size_t>(info.rows * bytes));
    file->readAt(firstColumn + static_cast<std::int64_t>(c) * (info.rows * bytes + 8) + 4, raw);
    std::vector<double> values(static_cast<std::size_t>(info.rows));
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (bytes == 8) {
        std::memcpy(&values[i], raw.data() + i * 8, 8);
      } else {
        float value = 0;
        std::memcpy(&value, raw.data() + i * 4, 4);
        values[i] = static_cast<double>(value);
      }
    }
    table.numbers.push_back(std::move(values));
    table.texts.emplace_back();
  }
  table.info = std::move(info);
  return table;
}

} // namespace

bool isFastFood(const Candidate& candidate) {
  return !candidate.gzip && headAt(candidate, 0) == 20 && headAt(candidate, 24) == 20 && headAt(candidate, 28) == 36 &&
         headAt(candidate, 68) == 36 && headAt(candidate, 72) == 4 && headAt(candidate, 80) == 4;
}

std::shared_ptr<data::Dataset> openFastFood(const Candidate& candidate) {
  const std::shared_ptr<const File> file = candidate.file;
  const std::int64_t rows = headAt(candidate, 8);
  if (file->size() < firstColumn + 4)
    throw data::ReadError(file->path(), "the file is cut short: it ends with its head");
  const std::int64_t length = wholeAt(*file, firstColumn), bytes = rows > 0 ? length / rows : 0;
  if (rows <= 0 || length != rows * bytes || (bytes != 4 && bytes != 8))
    throw data::ReadError(file->path(), "expected a column of 4 or 8 bytes for each of " + std::to_string(rows) +
                                            " galaxies, found " + std::to_string(length) + " bytes");
  const std::int64_t needed = firstColumn + 3 * (length + 8);
  if (file->size() < needed)
    throw data::ReadError(file->path(), "the file is cut short: three columns of " + std::to_string(rows) +
                                            " galaxies need " + byteText(static_cast<double>(needed)) + ", found " +
                                            byteText(static_cast<double>(file->size())));
  data::DatasetInfo info;
  info.path = file->path();
  info.format = "fast food";
  data::TableInfo table;
  table.name = "galaxies";
  table.rows = rows;
  const bool sky = lowerCase(file->path()).find("rdcz") != std::string::npos;
  table.columns = sky ? std::vector<std::string>{"ra", "dec", "cz"} : std::vector<std::string>{"x", "y", "z"};
  table.units =
      sky ? std::vector<std::string>{"deg", "deg", "km/s"} : std::vector<std::string>{"Mpc/h", "Mpc/h", "Mpc/h"};
  std::vector<LazyTable> tables;
  tables.push_back({table, [file, table, bytes] { return columns(file, table, bytes); }});
  return std::make_shared<TablesDataset>(std::move(info), std::move(tables));
}

} // namespace discern::io
