#include "fits_table.h"

#include "io/file_text.h"

#include <algorithm>
#include <limits>

namespace discern::io {

namespace {

constexpr std::int64_t mostCells = 1 << 25; ///< of a table, over all columns
constexpr std::int64_t mostInCell = 16;

struct Column {
  int number = 0, type = 0;
  LONGLONG repeat = 1, width = 0;
  std::string name, unit;
};

std::vector<double> readNumbers(const FitsFile& fits, const Column& column, std::int64_t rows) {
  std::vector<double> values(static_cast<std::size_t>(rows * column.repeat));
  const auto count = static_cast<LONGLONG>(values.size());
  int status = 0, any = 0;
  if (column.type == TLOGICAL) {
    std::vector<char> flags(values.size());
    char none = 2;
    fits_read_col(fits.get(), TLOGICAL, column.number, 1, 1, count, &none, flags.data(), &any, &status);
    std::transform(flags.begin(), flags.end(), values.begin(), [](char flag) {
      return flag == 2 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(flag);
    });
  } else {
    double none = std::numeric_limits<double>::quiet_NaN();
    fits_read_col(fits.get(), TDOUBLE, column.number, 1, 1, count, &none, values.data(), &any, &status);
  }
  fits.must(status, "column " + column.name + " can't be read");
  return values;
}

std::vector<std::string> readTexts(const FitsFile& fits, const Column& column, std::int64_t rows) {
  std::vector<std::string> texts;
  constexpr std::int64_t batch = 1024;
  const auto width = static_cast<std::size_t>(column.width) + 1;
  std::vector<char> room(static_cast<std::size_t>(batch) * width);
  std::vector<char*> places;
  for (std::int64_t i = 0; i < batch; ++i)
    places.push_back(room.data() + static_cast<std::size_t>(i) * width);
  std::array<char, 1> none{};
  for (std::int64_t row = 0; row < rows; row += batch) {
    const std::int64_t count = std::min(batch, rows - row);
    int status = 0, any = 0;
    fits_read_col(fits.get(), TSTRING, column.number, row + 1, 1, count, none.data(), places.data(), &any, &status);
    fits.must(status, "column " + column.name + " can't be read");
    for (std::int64_t i = 0; i < count; ++i)
      texts.push_back(cleanText(places[static_cast<std::size_t>(i)]));
  }
  return texts;
}

bool isReadable(const Column& column) {
  constexpr LONGLONG longestText = 4096;
  if (column.repeat < 1 || column.type < 0 || column.type == TCOMPLEX || column.type == TDBLCOMPLEX ||
      column.type == TBIT)
    return false;
  if (column.type == TSTRING) return column.width >= 1 && column.width <= longestText && column.repeat <= column.width;
  return column.repeat <= mostInCell;
}

} // namespace

void checkTableSize(const FitsFile& fits, const std::string& name) {
  LONGLONG head = 0, start = 0, end = 0;
  int status = 0;
  fits_get_hduaddrll(fits.get(), &head, &start, &end, &status);
  fits.must(status, "the place of " + name + " can't be found");
  const double need =
      static_cast<double>(fits.whole("NAXIS1").value_or(0)) * static_cast<double>(fits.whole("NAXIS2").value_or(0)) +
      static_cast<double>(fits.whole("PCOUNT").value_or(0));
  if (static_cast<double>(start) + need > static_cast<double>(fits.size()))
    throw data::ReadError(fits.path(), "table " + name + " promises " + byteText(need) + " from byte " +
                                           std::to_string(start) + " on, but the file ends at byte " +
                                           std::to_string(fits.size()) + "; it is cut short or its header is wrong");
}

data::Table fitsTable(const FitsFile& fits, const std::string& name, std::vector<std::string>& warnings) {
  checkTableSize(fits, name);
  data::Table table;
  table.info.name = name;
  LONGLONG rows = 0;
  int status = 0, count = 0;
  fits_get_num_rowsll(fits.get(), &rows, &status);
  fits_get_num_cols(fits.get(), &count, &status);
  fits.must(status, "the header of table " + name + " can't be read");
  std::vector<Column> columns;
  std::string skipped;
  std::int64_t across = 0;
  for (int i = 1; i <= count; ++i) {
    Column column;
    column.number = i;
    column.name = fits.text("TTYPE" + std::to_string(i)).value_or("column " + std::to_string(i));
    column.unit = fits.text("TUNIT" + std::to_string(i)).value_or("");
    fits_get_eqcoltypell(fits.get(), i, &column.type, &column.repeat, &column.width, &status);
    fits.must(status, "column " + column.name + " can't be read");
    if (isReadable(column)) {
      across += column.type == TSTRING ? 1 : column.repeat;
      columns.push_back(column);
    } else {
      skipped += (skipped.empty() ? "" : ", ") + column.name;
    }
  }
  if (!skipped.empty())
    warnings.push_back("Table " + name +
                       ": columns of several texts, bits, complex numbers, varying or great length "
                       "are left out: " +
                       skipped + ".");
  const std::int64_t most = mostCells / std::max<std::int64_t>(across, 1);
  if (rows > most) {
    warnings.push_back("Table " + name + ": only the first " + std::to_string(most) + " of " + std::to_string(rows) +
                       " rows are read.");
    rows = most;
  }
  table.info.rows = rows;
  const auto add = [&](const std::string& title, const Column& column) {
    table.info.columns.push_back(title);
    table.info.units.push_back(column.unit);
    table.numbers.emplace_back();
    table.texts.emplace_back();
  };
  for (const Column& column : columns) {
    if (column.type == TSTRING) {
      add(column.name, column);
      table.texts.back() = readTexts(fits, column, rows);
      continue;
    }
    const std::vector<double> values = readNumbers(fits, column, rows);
    const auto repeat = static_cast<std::size_t>(column.repeat);
    for (std::size_t k = 0; k < repeat; ++k) {
      add(repeat == 1 ? column.name : column.name + "[" + std::to_string(k + 1) + "]", column);
      auto& numbers = table.numbers.back();
      numbers.reserve(static_cast<std::size_t>(rows));
      for (std::size_t i = k; i < values.size(); i += repeat)
        numbers.push_back(values[i]);
    }
  }
  return table;
}

} // namespace discern::io
