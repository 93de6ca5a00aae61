#include "data/error.h"
#include "io/file.h"
#include "io/file_text.h"
#include "io/write.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <zlib.h>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr std::size_t headerBytes = 352;

std::int16_t datatypeOf(ScalarType type) {
  switch (type) {
  case ScalarType::UInt8:
    return 2;
  case ScalarType::Int16:
    return 4;
  case ScalarType::Int32:
    return 8;
  case ScalarType::Float32:
    return 16;
  case ScalarType::Float64:
    return 64;
  case ScalarType::Int8:
    return 256;
  case ScalarType::UInt16:
    return 512;
  case ScalarType::UInt32:
    return 768;
  case ScalarType::Int64:
    return 1024;
  case ScalarType::UInt64:
    break;
  }
  return 1280;
}

template <typename T>
void put(std::vector<std::byte>& header, std::size_t at, T value) {
  std::memcpy(header.data() + at, &value, sizeof value);
}

/// NIfTI's code of a unit of length, and by how much lengths are to be multiplied for it.
struct Length {
  std::uint8_t code = 0;
  double factor = 1;
};

Length lengthOf(const std::string& unit) {
  if (unit == "m") return {1, 1};
  if (unit == "cm") return {2, 10};
  if (unit == "mm") return {2, 1};
  if (unit == "µm") return {3, 1};
  if (unit == "nm") return {3, 0.001};
  return {};
}

std::vector<std::byte> headerOf(const std::string& path, const data::FieldInfo& info) {
  const auto refuse = [&](const std::string& why) {
    throw data::UsageError(path + " can't be written as NIfTI: " + why);
  };
  if (info.frame == data::Frame::LonLat) refuse("the field is placed by longitude and latitude");
  for (const auto& axis : info.coordinates)
    if (!axis.empty()) refuse("the field has an axis with uneven steps");
  const std::array<std::int64_t, 5> lengths{info.shape[0], info.shape[1], info.shape[2], info.time.size,
                                            info.components};
  std::vector<std::byte> h(headerBytes);
  put<std::int32_t>(h, 0, 348);
  std::int16_t axes = 3;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] > 32767) refuse("an axis has " + std::to_string(lengths[i]) + " entries, and 32767 are possible");
    if (lengths[i] > 1) axes = static_cast<std::int16_t>(std::max<int>(axes, static_cast<int>(i) + 1));
    put(h, 42 + 2 * i, static_cast<std::int16_t>(lengths[i]));
  }
  for (std::size_t i = 5; i < 7; ++i)
    put<std::int16_t>(h, 42 + 2 * i, 1);
  put(h, 40, axes);
  put(h, 70, datatypeOf(info.type));
  put(h, 72, static_cast<std::int16_t>(sizeOf(info.type) * 8));
  if (info.labels) put<std::int16_t>(h, 68, 1002);

  const Length length = lengthOf(info.worldUnit);
  const data::Vec3 spacing = info.indexToWorld.spacing();
  put<float>(h, 76, 1);
  for (std::size_t a = 0; a < 3; ++a)
    put(h, 80 + 4 * a, static_cast<float>(spacing[a] * length.factor));
  const auto& times = info.time.values;
  const bool known = times.size() > 1 && (info.time.unit == "s" || info.time.unit == "ms" || info.time.unit == "µs");
  put(h, 92, static_cast<float>(known ? times[1] - times[0] : 1));
  if (known) put(h, 136, static_cast<float>(times[0]));
  for (std::size_t i = 4; i < 7; ++i)
    put<float>(h, 80 + 4 * i, 1);
  put<float>(h, 108, headerBytes);
  put<float>(h, 112, 1);
  const int timeCode = !known ? 0 : info.time.unit == "s" ? 8 : info.time.unit == "ms" ? 16 : 24;
  put(h, 123, static_cast<std::uint8_t>(length.code | timeCode));
  const std::string description = info.source.substr(0, 79);
  std::memcpy(h.data() + 148, description.data(), description.size());
  const std::string intent = info.quantity.substr(0, 15);
  std::memcpy(h.data() + 328, intent.data(), intent.size());
  // A placement that was only assumed stays so for the next reader.
  if (info.frame != data::Frame::VoxelIndex && info.transform != "none") {
    put<std::int16_t>(h, 254, info.frame == data::Frame::RasMillimetres ? 2 : 1);
    for (std::size_t i = 0; i < 12; ++i)
      put(h, 280 + 4 * i, static_cast<float>(info.indexToWorld.m[i] * length.factor));
  }
  std::memcpy(h.data() + 344, "n+1", 4);
  return h;
}

/// Deflates into a file, in gzip's wrapping.
class Deflater {
public:
  explicit Deflater(FileWriter& file) : file_(file) {
    if (deflateInit2(&z_, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::runtime_error("zlib can't start");
  }
  ~Deflater() { deflateEnd(&z_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void write(std::span<const std::byte> bytes, bool last) {
    constexpr std::size_t most = 1 << 30;
    do {
      const auto piece = bytes.first(std::min(bytes.size(), most));
      bytes = bytes.subspan(piece.size());
      z_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
      z_.avail_in = static_cast<uInt>(piece.size());
      do {
        z_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
        z_.avail_out = static_cast<uInt>(buffer_.size());
        deflate(&z_, last && bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
        file_.write(std::span(buffer_).first(buffer_.size() - z_.avail_out));
      } while (z_.avail_out == 0);
    } while (!bytes.empty());
  }

private:
  FileWriter& file_;
  z_stream z_{};
  std::vector<std::byte> buffer_ = std::vector<std::byte>(1 << 16);
};

} // namespace

void writeNifti(const std::string& path, const data::FieldInfo& info, std::span<const std::byte> bytes) {
  const auto expected = static_cast<std::size_t>(info.voxels() * info.time.size * info.components) * sizeOf(info.type);
  if (bytes.size() != expected)
    throw data::UsageError(path + ": expected " + std::to_string(expected) + " bytes of values");
  const auto header = headerOf(path, info);
  FileWriter file(path);
  if (lowerCase(path).ends_with(".gz")) {
    Deflater deflater(file);
    deflater.write(header, false);
    deflater.write(bytes, true);
  } else {
    file.write(header);
    file.write(bytes);
  }
  file.commit();
}

} // namespace discern::io
