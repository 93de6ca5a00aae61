#include "io/file.h"

#include "io/file_text.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace discern::io {

File::File(const std::string& path) : path_(path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) throw data::ReadError(path, "there is no such file");
    if (errno == EACCES) throw data::ReadError(path, "no permission to look into its folder");
    throw data::ReadError(path, std::string("can't be looked at: ") + std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) throw data::ReadError(path, "this is a folder; a file was expected");
  if (!S_ISREG(status.st_mode)) throw data::ReadError(path, "this is a device or a pipe; a regular file was expected");
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) {
    if (errno == EACCES || errno == EPERM) throw data::ReadError(path, "no permission to read it");
    throw data::ReadError(path, std::string("can't be opened: ") + std::strerror(errno));
  }
  size_ = status.st_size;
  if (size_ == 0) {
    ::close(descriptor_);
    throw data::ReadError(path, "the file is empty (0 bytes)");
  }
}

File::~File() { ::close(descriptor_); }

void File::readAt(std::int64_t offset, std::span<std::byte> out) const {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got =
        ::pread(descriptor_, out.data() + done, out.size() - done, offset + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw data::ReadError(path_, std::string("reading failed: ") + std::strerror(errno));
    if (got == 0)
      throw data::ReadError(path_, "the file ends at byte " + std::to_string(offset + static_cast<std::int64_t>(done)) +
                                       ", before the data of " + byteText(static_cast<double>(out.size())) +
                                       " at byte " + std::to_string(offset));
    done += static_cast<std::size_t>(got);
  }
}

std::vector<std::byte> File::head(std::int64_t count) const {
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::min(count, size_)));
  readAt(0, bytes);
  return bytes;
}

FileWriter::FileWriter(const std::string& path) : path_(path), part_(path + ".part") {
  descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw data::UsageError(path + " can't be written: " + std::strerror(errno));
}

FileWriter::~FileWriter() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(part_.c_str());
}

void FileWriter::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw std::runtime_error(path_ + " can't be written: " + std::strerror(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
}

void FileWriter::commit() {
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::fsync(descriptor) != 0 || ::close(descriptor) != 0 || std::rename(part_.c_str(), path_.c_str()) != 0) {
    const std::string reason = std::strerror(errno);
    ::unlink(part_.c_str());
    throw std::runtime_error(path_ + " can't be written: " + reason);
  }
}

} // namespace discern::io
