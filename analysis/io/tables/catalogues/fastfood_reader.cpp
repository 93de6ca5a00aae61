#include "io/tables/catalogues/fastfood_reader.h"

#include "io/file_text.h"
#include "io/tables/text/tables_dataset.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace discern::io {

namespace {

constexpr std::int64_t headWords = 5, headFloats = 9, marker = 4;
constexpr std::int64_t arraysBegin = marker + 4 * headWords + 2 * marker + 4 * headFloats + 2 * marker + 4 + marker;

std::uint32_t word(const std::byte* raw, bool swapped) {
  std::uint32_t value = 0;
  std::memcpy(&value, raw, sizeof value);
  return swapped ? __builtin_bswap32(value) : value;
}

/// Where one array of the catalogue is.
struct Array {
  std::int64_t begin = 0;
  bool wide = false; ///< doubles, else floats
};

struct Layout {
  bool swapped = false;
  std::int64_t count = 0;
  double redshift = 0, box = 0;
  std::vector<Array> arrays;
};

/// Nothing where the head is not that of such a file.
std::optional<Layout> headOf(std::span<const std::byte> head) {
  if (head.size() < static_cast<std::size_t>(arraysBegin)) return std::nullopt;
  for (const bool swapped : {false, true}) {
    const auto at = [&](std::int64_t place) { return word(head.data() + place, swapped); };
    const std::int64_t floats = marker + 4 * headWords + marker, redshift = floats + marker + 4 * headFloats + marker;
    if (at(0) != 4 * headWords || at(marker + 4 * headWords) != 4 * headWords || at(floats) != 4 * headFloats ||
        at(redshift - marker) != 4 * headFloats || at(redshift) != 4 || at(redshift + 8) != 4)
      continue;
    Layout layout;
    layout.swapped = swapped;
    layout.count = static_cast<std::int32_t>(at(marker + 4));
    layout.box = std::bit_cast<float>(at(floats + marker));
    layout.redshift = std::bit_cast<float>(at(redshift + marker));
    return layout;
  }
  return std::nullopt;
}

Layout layoutOf(const File& file) {
  const auto head = file.head(arraysBegin);
  auto layout = headOf(head);
  const auto fail = [&](const std::string& problem) {
    throw data::ReadError(file.path(), "the fast-food catalogue " + problem);
  };
  if (!layout) fail("has no head");
  if (layout->count <= 0) fail("says that it has " + std::to_string(layout->count) + " galaxies");
  for (std::int64_t at = arraysBegin; at < file.size() && layout->arrays.size() < 4;) {
    std::array<std::byte, marker> raw{};
    if (file.size() - at < marker) fail("ends in the middle of a record; it is cut short");
    file.readAt(at, raw);
    const auto length = static_cast<std::int64_t>(word(raw.data(), layout->swapped));
    if (length != 4 * layout->count && length != 8 * layout->count)
      fail("promises " + std::to_string(layout->count) + " galaxies, and has a record of " + std::to_string(length) +
           " bytes; it is damaged");
    if (length > file.size() - at - 2 * marker) fail("ends in the middle of a record; it is cut short");
    file.readAt(at + marker + length, raw);
    if (static_cast<std::int64_t>(word(raw.data(), layout->swapped)) != length) fail("has a record without its end");
    layout->arrays.push_back({at + marker, length == 8 * layout->count});
    at += length + 2 * marker;
  }
  if (layout->arrays.size() < 3)
    fail("has " + std::to_string(layout->arrays.size()) + " coordinates, where three were expected; it is cut short");
  return *layout;
}

std::vector<double> values(const File& file, const Layout& layout, const Array& array) {
  const std::size_t width = array.wide ? 8 : 4;
  std::vector<std::byte> raw(static_cast<std::size_t>(layout.count) * width);
  file.readAt(array.begin, raw);
  std::vector<double> numbers(static_cast<std::size_t>(layout.count));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    std::byte* one = raw.data() + i * width;
    if (layout.swapped) std::reverse(one, one + width);
    if (array.wide) {
      std::memcpy(&numbers[i], one, width);
    } else {
      float narrow = 0;
      std::memcpy(&narrow, one, width);
      numbers[i] = narrow;
    }
  }
  return numbers;
}

} // namespace

bool isFastFood(const Candidate& candidate) { return !candidate.gzip && headOf(candidate.head).has_value(); }

std::shared_ptr<data::Dataset> openFastFood(const Candidate& candidate) {
  const Layout layout = layoutOf(*candidate.file);
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "fast food";
  if (layout.redshift != 0) info.attributes["redshift"] = numberText(layout.redshift);
  data::TableInfo table;
  table.name = "galaxies";
  table.rows = layout.count;
  // The format does not say which coordinates they are; Corrfunc's own names of files do.
  const bool sky = lowerCase(candidate.path()).find("rdcz") != std::string::npos;
  table.columns = sky ? std::vector<std::string>{"ra", "dec", "cz"} : std::vector<std::string>{"x", "y", "z"};
  table.units = sky ? std::vector<std::string>{"degrees", "degrees", "km/s"} : std::vector<std::string>(3);
  if (!sky && layout.box > 0) info.attributes["box"] = numberText(layout.box);
  if (!sky)
    info.warnings.emplace_back("The format does not say what its coordinates are: taken as x, y, z (right ascension, "
                               "declination and velocity where the file's name has \"rdcz\").");
  if (layout.arrays.size() > 3) {
    table.columns.emplace_back("weight");
    table.units.emplace_back();
  }
  const auto load = [file = candidate.file, table] {
    const Layout now = layoutOf(*file);
    data::Table filled{table, {}, {}};
    for (std::size_t i = 0; i < table.columns.size() && i < now.arrays.size(); ++i) {
      filled.numbers.push_back(values(*file, now, now.arrays[i]));
      filled.texts.emplace_back();
    }
    return filled;
  };
  return std::make_shared<TablesDataset>(std::move(info), std::vector<LazyTable>{{table, load}});
}

} // namespace discern::io
