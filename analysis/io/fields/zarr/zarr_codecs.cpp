#include "data/error.h"
#include "io/fields/zarr/zarr_array.h"
#include "io/file_text.h"

#include <blosc.h>
#include <cstring>
#include <lz4.h>
#include <zlib.h>
#include <zstd.h>

namespace discern::io {

namespace {

using Bytes = std::vector<std::byte>;

bool inflateAll(const Bytes& from, Bytes& to) {
  z_stream z{};
  if (inflateInit2(&z, 15 + 32) != Z_OK) return false; // zlib or gzip, by what it begins with
  z.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(from.data()));
  z.avail_in = static_cast<uInt>(from.size());
  z.next_out = reinterpret_cast<Bytef*>(to.data());
  z.avail_out = static_cast<uInt>(to.size());
  const int status = inflate(&z, Z_FINISH);
  inflateEnd(&z);
  return status == Z_STREAM_END && z.avail_out == 0;
}

bool unpack(const std::string& codec, const Bytes& from, Bytes& to) {
  if (codec == "blosc") {
    std::size_t size = 0;
    return blosc_cbuffer_validate(from.data(), from.size(), &size) == 0 && size == to.size() &&
           blosc_decompress_ctx(from.data(), to.data(), to.size(), 1) == static_cast<int>(to.size());
  }
  if (codec == "zstd") {
    const std::size_t size = ZSTD_decompress(to.data(), to.size(), from.data(), from.size());
    return !ZSTD_isError(size) && size == to.size();
  }
  if (codec == "lz4") // four bytes of length before the block, as numcodecs writes it
    return from.size() > 4 && LZ4_decompress_safe(reinterpret_cast<const char*>(from.data()) + 4,
                                                  reinterpret_cast<char*>(to.data()), static_cast<int>(from.size() - 4),
                                                  static_cast<int>(to.size())) == static_cast<int>(to.size());
  return inflateAll(from, to);
}

} // namespace

std::vector<std::byte> unpackChunk(const ZarrCodecs& codecs, std::vector<std::byte> bytes, std::size_t size,
                                   const std::string& path) {
  for (std::size_t i = codecs.size(); i-- > 0;) {
    if (codecs[i] == "crc32c") {
      if (bytes.size() < 4) throw data::ReadError(path, "the chunk is cut short");
      bytes.resize(bytes.size() - 4);
      continue;
    }
    Bytes unpacked(size);
    if (!unpack(codecs[i], bytes, unpacked))
      throw data::ReadError(path, "the chunk can't be unpacked (" + codecs[i] + "); it is damaged or cut short");
    bytes = std::move(unpacked);
  }
  if (bytes.size() != size)
    throw data::ReadError(path, "the chunk has " + byteText(static_cast<double>(bytes.size())) + ", and " +
                                    byteText(static_cast<double>(size)) + " were expected; it is damaged");
  return bytes;
}

} // namespace discern::io
