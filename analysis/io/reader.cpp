#include "io/reader.h"

#include "io/file_text.h"
#include "io/gzip_source.h"

#include <algorithm>

namespace discern::io {

bool Candidate::isText() const {
  return std::none_of(head.begin(), head.end(), [](std::byte b) {
    const auto code = std::to_integer<unsigned>(b);
    return code == 127 || (code < 32 && code != '\t' && code != '\n' && code != '\r' && code != '\f');
  });
}

std::vector<std::byte> Candidate::content(std::int64_t most) const {
  if (gzip) return GzipSource::whole(*file, most);
  if (file->size() > most)
    throw data::ReadError(path(), "it holds " + byteText(static_cast<double>(file->size())) +
                                      "; a file of this format is read whole, up to " +
                                      byteText(static_cast<double>(most)));
  std::vector<std::byte> bytes(static_cast<std::size_t>(file->size()));
  file->readAt(0, bytes);
  return bytes;
}

} // namespace discern::io
