#include "io/brain/volume/joined_bytes.h"

#include "io/brain/volume/number_text.h"
#include "io/file_text.h"

#include <algorithm>
#include <cstring>

namespace discern::io {

JoinedBytes::JoinedBytes(std::vector<Part> parts) : parts_(std::move(parts)) {
  std::int64_t begin = 0;
  for (const Part& part : parts_) {
    begins_.push_back(begin);
    begin += part.length;
  }
}

void JoinedBytes::readAt(std::int64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const auto after = std::upper_bound(begins_.begin(), begins_.end(), offset);
    if (after == begins_.begin()) throw data::UsageError("bytes before the first were asked for");
    const auto i = static_cast<std::size_t>(after - begins_.begin()) - 1;
    const std::int64_t within = offset - begins_[i];
    if (within >= parts_[i].length) throw data::UsageError("bytes beyond the end were asked for");
    const auto count = static_cast<std::size_t>(
        std::min<std::int64_t>(parts_[i].length - within, static_cast<std::int64_t>(out.size())));
    parts_[i].bytes->readAt(parts_[i].offset + within, out.first(count));
    out = out.subspan(count);
    offset += static_cast<std::int64_t>(count);
  }
}

void MemoryBytes::readAt(std::int64_t offset, std::span<std::byte> out) const {
  if (offset < 0 || static_cast<std::size_t>(offset) + out.size() > bytes_.size())
    throw data::ReadError(path_, "data beyond the end was asked for");
  std::memcpy(out.data(), bytes_.data() + offset, out.size());
}

std::shared_ptr<const File> fileBeside(const std::string& header, const std::string& name) {
  if (name.empty() || name.starts_with('/') || name.find("..") != std::string::npos)
    throw data::ReadError(header, "the values are said to be in \"" + cleanText(name) +
                                      "\", which is no file beside this header");
  try {
    return std::make_shared<const File>(header.substr(0, header.find_last_of('/') + 1) + name);
  } catch (const data::ReadError& error) {
    throw data::ReadError(header, std::string("the values are in a file of their own, but ") + error.what());
  }
}

std::shared_ptr<const ByteSource> textBytes(const std::string& path, const File& file, std::int64_t at,
                                            data::ScalarType type, double payload, const std::string& promise) {
  constexpr double most = 256 << 20;
  const double count = payload / static_cast<double>(sizeOf(type));
  const double left = static_cast<double>(file.size() - at);
  // A value takes a digit and a blank at least.
  if (at > file.size() || 2 * count - 1 > left)
    throw data::ReadError(path, promise + ", but only " + byteText(std::max(0.0, left)) + " of text are there");
  if (payload > most || left > most)
    throw data::ReadError(path, promise + " as text, which is read whole, up to " + byteText(most));
  std::vector<std::byte> text(static_cast<std::size_t>(left));
  file.readAt(at, text);
  std::vector<std::byte> bytes;
  if (!appendNumbers({reinterpret_cast<const char*>(text.data()), text.size()}, type, static_cast<std::size_t>(count),
                     bytes))
    throw data::ReadError(path, promise + ", but its text does not have as many numbers of that type");
  return std::make_shared<MemoryBytes>(path, std::move(bytes));
}

} // namespace discern::io
