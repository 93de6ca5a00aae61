#include "io/netcdf/classic_check.h"

#include "io/file_text.h"

#include <algorithm>
#include <array>

namespace discern::io {

namespace {

/// Reads the header's big-endian numbers from front to back.
class Cursor {
public:
  explicit Cursor(const File& file) : file_(file) {}
  std::uint64_t number(int bytes) {
    std::array<std::byte, 8> raw{};
    take(std::span(raw).first(static_cast<std::size_t>(bytes)));
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
      value = value << 8 | std::to_integer<std::uint64_t>(raw[static_cast<std::size_t>(i)]);
    return value;
  }
  void skip(std::uint64_t bytes) {
    const auto left = static_cast<std::uint64_t>(file_.size() - at_);
    if (bytes > left) cut();
    at_ += static_cast<std::int64_t>(bytes);
  }
  std::string text(std::uint64_t bytes) {
    if (bytes > 4096) damaged("a name of " + std::to_string(bytes) + " letters");
    std::vector<std::byte> raw(bytes);
    take(raw);
    skip((4 - bytes % 4) % 4);
    return cleanText({reinterpret_cast<const char*>(raw.data()), raw.size()});
  }
  [[noreturn]] void damaged(const std::string& found) const {
    throw data::ReadError(file_.path(), "the NetCDF header is damaged: " + found + " near byte " + std::to_string(at_));
  }
  [[noreturn]] void cut() const {
    throw data::ReadError(file_.path(), "the NetCDF header does not end within the file (" +
                                            byteText(static_cast<double>(file_.size())) +
                                            "); it is cut short or damaged");
  }

private:
  void take(std::span<std::byte> out) {
    if (at_ + static_cast<std::int64_t>(out.size()) > file_.size()) cut();
    const auto inBuffer = [&] {
      return at_ >= bufferAt_ &&
             at_ + static_cast<std::int64_t>(out.size()) <= bufferAt_ + static_cast<std::int64_t>(buffer_.size());
    };
    if (!inBuffer()) {
      const std::int64_t want = std::max<std::int64_t>(64 << 10, static_cast<std::int64_t>(out.size()));
      buffer_.resize(static_cast<std::size_t>(std::min(want, file_.size() - at_)));
      file_.readAt(at_, buffer_);
      bufferAt_ = at_;
    }
    std::copy_n(buffer_.begin() + (at_ - bufferAt_), out.size(), out.begin());
    at_ += static_cast<std::int64_t>(out.size());
  }
  const File& file_;
  std::int64_t at_ = 0, bufferAt_ = 0;
  std::vector<std::byte> buffer_;
};

struct Dimension {
  std::string name;
  std::uint64_t length = 0;
};

int typeBytes(Cursor& cursor, std::uint64_t type) {
  constexpr std::array<int, 12> bytes{0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
  if (type < 1 || type > 11) cursor.damaged("the type " + std::to_string(type));
  return bytes[type];
}

/// The number of entries of a list that begins with `tag`; 0 when the list is absent.
std::uint64_t listLength(Cursor& cursor, std::uint64_t tag, int countBytes) {
  const std::uint64_t found = cursor.number(4), count = cursor.number(countBytes);
  if (found == 0 && count == 0) return 0;
  if (found != tag)
    cursor.damaged("a list of kind " + std::to_string(found) + " where " + std::to_string(tag) + " was expected");
  return count;
}

void skipAttributes(Cursor& cursor, int countBytes) {
  const std::uint64_t count = listLength(cursor, 0x0C, countBytes);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string name = cursor.text(cursor.number(countBytes));
    const int bytes = typeBytes(cursor, cursor.number(4));
    const std::uint64_t values = cursor.number(countBytes);
    if (values > std::uint64_t{1} << 40)
      cursor.damaged("the attribute " + name + " of " + std::to_string(values) + " values");
    const std::uint64_t size = values * static_cast<std::uint64_t>(bytes);
    cursor.skip(size + (4 - size % 4) % 4);
  }
}

struct Variable {
  std::string name;
  double bytes = 0; ///< of all of it, or of one record
  double begin = 0;
  bool record = false;
};

} // namespace

void checkClassicNetcdf(const File& file) {
  Cursor cursor(file);
  const std::uint64_t version = cursor.number(4) & 0xFF;
  const int countBytes = version == 5 ? 8 : 4, offsetBytes = version == 1 ? 4 : 8;
  const std::uint64_t recordCount = cursor.number(countBytes);
  const bool streaming = recordCount == (countBytes == 8 ? ~std::uint64_t{0} : 0xFFFFFFFFU);

  std::vector<Dimension> dimensions;
  const std::uint64_t dimensionCount = listLength(cursor, 0x0A, countBytes);
  for (std::uint64_t i = 0; i < dimensionCount; ++i) {
    Dimension dimension;
    dimension.name = cursor.text(cursor.number(countBytes));
    dimension.length = cursor.number(countBytes);
    dimensions.push_back(std::move(dimension));
  }
  skipAttributes(cursor, countBytes);

  std::vector<Variable> variables;
  const std::uint64_t variableCount = listLength(cursor, 0x0B, countBytes);
  for (std::uint64_t i = 0; i < variableCount; ++i) {
    Variable variable;
    variable.name = cursor.text(cursor.number(countBytes));
    const std::uint64_t rank = cursor.number(countBytes);
    if (rank > 1024) cursor.damaged("the variable " + variable.name + " with " + std::to_string(rank) + " dimensions");
    double elements = 1;
    for (std::uint64_t d = 0; d < rank; ++d) {
      const std::uint64_t id = cursor.number(countBytes);
      if (id >= dimensions.size())
        cursor.damaged("the variable " + variable.name + " with a dimension that isn't there");
      if (dimensions[id].length == 0 && d == 0)
        variable.record = true;
      else
        elements *= static_cast<double>(dimensions[id].length);
    }
    skipAttributes(cursor, countBytes);
    variable.bytes = elements * typeBytes(cursor, cursor.number(4));
    cursor.number(version == 5 ? 8 : 4); // vsize is redundant, and wrong in large files
    variable.begin = static_cast<double>(cursor.number(offsetBytes));
    variables.push_back(std::move(variable));
  }

  const auto records = std::count_if(variables.begin(), variables.end(), [](const Variable& v) { return v.record; });
  double recordBytes = 0;
  for (const Variable& v : variables)
    if (v.record)
      recordBytes +=
          records == 1 ? v.bytes : v.bytes + static_cast<double>((4 - static_cast<std::uint64_t>(v.bytes) % 4) % 4);
  for (const Variable& v : variables) {
    if (v.record && (streaming || recordCount == 0)) continue;
    const double end = v.begin + v.bytes + (v.record ? static_cast<double>(recordCount - 1) * recordBytes : 0);
    if (end > static_cast<double>(file.size()))
      throw data::ReadError(file.path(), "the header promises the variable " + v.name + " up to byte " +
                                             std::to_string(static_cast<std::uint64_t>(std::min(end, 1e19))) +
                                             ", but the file ends at byte " + std::to_string(file.size()) +
                                             "; it is cut short or its header is wrong");
  }
}

} // namespace discern::io
