#include "io/netcdf/hdf5_check.h"

#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace discern::io {

std::int64_t hdf5Begin(const File& file) {
  constexpr std::string_view magic = "\x89HDF\r\n\x1a\n";
  const std::int64_t last = std::min<std::int64_t>(file.size() - 8, 1 << 20);
  for (std::int64_t at = 0; at <= last; at = at == 0 ? 512 : at * 2) {
    std::array<std::byte, 8> there{};
    file.readAt(at, there);
    if (std::equal(magic.begin(), magic.end(), there.begin(),
                   [](char c, std::byte b) { return static_cast<std::byte>(c) == b; }))
      return at;
  }
  return -1;
}

void checkHdf5Length(const File& file) {
  const std::int64_t begin = hdf5Begin(file);
  if (begin < 0) return;
  std::array<std::byte, 64> block{};
  const std::int64_t left = file.size() - begin;
  if (left < 44)
    throw data::ReadError(file.path(), "the HDF5 superblock is cut short: the file has " +
                                           byteText(static_cast<double>(file.size())));
  file.readAt(begin, std::span(block).first(static_cast<std::size_t>(std::min<std::int64_t>(left, 64))));
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(block[i]); };
  const std::size_t version = byte(8);
  const std::size_t width = version < 2 ? byte(13) : byte(9); // of an address
  if (version > 3 || (width != 4 && width != 8)) return;      // the library will say what it thinks of it
  const std::size_t addresses = version == 0 ? 24 : version == 1 ? 28 : 12;
  const std::size_t at = addresses + 2 * width;
  if (at + width > static_cast<std::size_t>(left)) return;
  std::uint64_t end = 0;
  for (std::size_t i = width; i-- > 0;)
    end = end << 8 | byte(at + i);
  // Counted from the beginning of the file, whatever user block is before.
  if (end > static_cast<std::uint64_t>(file.size()))
    throw data::ReadError(file.path(), "the HDF5 header says that the data goes on to byte " + std::to_string(end) +
                                           ", but the file ends at byte " + std::to_string(file.size()) +
                                           "; it is cut short");
}

} // namespace discern::io
