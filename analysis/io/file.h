#pragma once
#include "data/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace discern::io {

/// Bytes that can be read at any place, from any thread.
class ByteSource {
public:
  virtual ~ByteSource() = default;
  /// Fills `out` with the bytes from `offset` on. Throws data::ReadError when there are not that many, or they are
  /// damaged.
  virtual void readAt(std::int64_t offset, std::span<std::byte> out) const = 0;
};

/// A regular file, opened for reading.
class File final : public ByteSource {
public:
  /// Throws data::ReadError: no such file, a folder, no permission, not a regular file, empty.
  explicit File(const std::string& path);
  ~File() override;
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::int64_t size() const { return size_; }
  void readAt(std::int64_t offset, std::span<std::byte> out) const override;
  /// The first `count` bytes, or all when the file is shorter.
  [[nodiscard]] std::vector<std::byte> head(std::int64_t count) const;

private:
  std::string path_;
  std::int64_t size_ = 0;
  int descriptor_ = -1;
};

/// Writes a file under another name ("X.part") and renames it to `path` when it is whole. Not renamed: removed.
class FileWriter {
public:
  /// Throws data::UsageError when the file can't be made there.
  explicit FileWriter(const std::string& path);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  void write(std::span<const std::byte> bytes);
  void commit();
  [[nodiscard]] const std::string& partName() const { return part_; }

private:
  std::string path_, part_;
  int descriptor_ = -1;
};

} // namespace discern::io
