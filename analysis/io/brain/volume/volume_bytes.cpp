#include "io/brain/volume/volume_bytes.h"

#include "io/file_text.h"
#include "io/gzip_source.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

std::shared_ptr<const ByteSource> volumeBytes(const std::string& path, const VolumeBytes& where,
                                              std::vector<std::string>& warnings) {
  const double end = static_cast<double>(where.offset) + where.payload;
  const auto size = static_cast<double>(where.file->size() - where.begin);
  if (!where.deflated) {
    if (end > size)
      throw data::ReadError(path, where.promise + ", but the file has only " +
                                      byteText(std::max(0.0, size - static_cast<double>(where.offset))) +
                                      " of them; it is cut short or its header is wrong");
    return where.file;
  }
  // Deflate can't shrink by more than 1032 : 1.
  if (end > size * 1032)
    throw data::ReadError(path, where.promise + ", but compressed data of " + byteText(std::max(0.0, size)) +
                                    " can't hold them; it is cut short or its header is wrong");
  const auto need = static_cast<std::int64_t>(end);
  auto inflated = std::make_shared<GzipSource>(where.file, need, GzipSource::usualKeep, where.begin);
  if (GzipSource::statedSize(*where.file) != static_cast<std::uint32_t>(need)) {
    try {
      if (need <= GzipSource::usualKeep)
        inflated->checkWhole();
      else
        warnings.push_back("The end of the compressed data does not fit the header; it may be cut short.");
    } catch (const data::ReadError& error) {
      throw data::ReadError(path, where.promise + ", but the compressed data does not hold them: " + error.what());
    }
  }
  return inflated;
}

void lpsToRas(data::Affine& affine) {
  for (std::size_t i = 0; i < 8; ++i)
    if (affine.m[i] != 0) affine.m[i] = -affine.m[i];
}

bool isUsable(const data::Affine& affine) {
  const auto& m = affine.m;
  if (!std::all_of(m.begin(), m.end(), [](double v) { return std::isfinite(v); })) return false;
  const double det =
      m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) + m[2] * (m[4] * m[9] - m[5] * m[8]);
  const data::Vec3 step = affine.spacing();
  const double volume = step[0] * step[1] * step[2];
  return volume > 0 && std::abs(det) > 1e-9 * volume;
}

} // namespace discern::io
