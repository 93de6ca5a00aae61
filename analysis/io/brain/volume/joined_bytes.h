#pragma once
#include "data/scalar_type.h"
#include "io/file.h"

#include <memory>
#include <string>
#include <vector>

namespace discern::io {

/// Stretches of several sources, one after the other.
class JoinedBytes final : public ByteSource {
public:
  struct Part {
    std::shared_ptr<const ByteSource> bytes;
    std::int64_t offset = 0, length = 0;
  };
  explicit JoinedBytes(std::vector<Part> parts);
  void readAt(std::int64_t offset, std::span<std::byte> out) const override;

private:
  std::vector<Part> parts_;
  std::vector<std::int64_t> begins_;
};

/// Bytes in memory.
class MemoryBytes final : public ByteSource {
public:
  MemoryBytes(std::string path, std::vector<std::byte> bytes) : path_(std::move(path)), bytes_(std::move(bytes)) {}
  void readAt(std::int64_t offset, std::span<std::byte> out) const override;

private:
  std::string path_;
  std::vector<std::byte> bytes_;
};

/// A file that a header names, in the header's own folder or below it. Throws data::ReadError(header) when it is not
/// there, or the name leads out of the folder.
[[nodiscard]] std::shared_ptr<const File> fileBeside(const std::string& header, const std::string& name);

/// Values written as text from `at` on, `payload` bytes of them once read, in memory. Throws data::ReadError when there
/// are fewer, or they take more than 256 MB.
[[nodiscard]] std::shared_ptr<const ByteSource> textBytes(const std::string& path, const File& file, std::int64_t at,
                                                          data::ScalarType type, double payload,
                                                          const std::string& promise);

} // namespace discern::io
