#include "io/fields/zip/zip_archive.h"

#include "data/error.h"
#include "io/fields/zip/inflated_source.h"
#include "io/file_text.h"

#include <algorithm>

namespace discern::io {

namespace {

using Bytes = std::span<const std::byte>;

std::uint64_t number(Bytes bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;)
    value = value << 8 | (at + i < bytes.size() ? std::to_integer<std::uint64_t>(bytes[at + i]) : 0);
  return value;
}

} // namespace

ZipArchive::ZipArchive(std::shared_ptr<const File> file) : file_(std::move(file)) {
  const auto fail = [&](const std::string& what) { throw data::ReadError(file_->path(), "the ZIP archive " + what); };
  const std::int64_t tailSize = std::min<std::int64_t>(file_->size(), 65557 + 20);
  std::vector<std::byte> tail(static_cast<std::size_t>(tailSize));
  file_->readAt(file_->size() - tailSize, tail);
  std::size_t end = tail.size();
  for (std::size_t at = tail.size() >= 22 ? tail.size() - 22 + 1 : 0; at-- > 0;)
    if (number(tail, at, 4) == 0x06054b50) {
      end = at;
      break;
    }
  if (end == tail.size()) fail("has no directory at its end; it is cut short");
  std::uint64_t count = number(tail, end + 10, 2), size = number(tail, end + 12, 4), begin = number(tail, end + 16, 4);
  if (end >= 20 && number(tail, end - 20, 4) == 0x07064b50) { // ZIP64
    const std::uint64_t at = number(tail, end - 20 + 8, 8);
    std::vector<std::byte> record(56);
    if (at > static_cast<std::uint64_t>(file_->size()) - 56) fail("has a directory outside the file");
    file_->readAt(static_cast<std::int64_t>(at), record);
    if (number(record, 0, 4) != 0x06064b50) fail("has a damaged directory");
    count = number(record, 32, 8);
    size = number(record, 40, 8);
    begin = number(record, 48, 8);
  }
  const auto whole = static_cast<std::uint64_t>(file_->size());
  if (begin > whole || size > whole - begin || size > (64U << 20) || count > size / 46)
    fail("has a directory outside the file, or one of more than 64 MB");
  std::vector<std::byte> directory(size);
  file_->readAt(static_cast<std::int64_t>(begin), directory);
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (at + 46 > directory.size() || number(directory, at, 4) != 0x02014b50) fail("has a damaged directory");
    const std::size_t nameLength = number(directory, at + 28, 2), extraLength = number(directory, at + 30, 2);
    if (at + 46 + nameLength + extraLength > directory.size()) fail("has a damaged directory");
    Member member;
    member.encrypted = number(directory, at + 8, 2) & 1;
    member.method = static_cast<int>(number(directory, at + 10, 2));
    std::uint64_t packed = number(directory, at + 20, 4), full = number(directory, at + 24, 4),
                  header = number(directory, at + 42, 4);
    member.name = cleanText({reinterpret_cast<const char*>(directory.data()) + at + 46, nameLength});
    const std::size_t extraEnd = at + 46 + nameLength + extraLength;
    for (std::size_t e = at + 46 + nameLength; e + 4 <= extraEnd;) {
      const std::size_t length = number(directory, e + 2, 2);
      if (number(directory, e, 2) == 1) {
        std::size_t value = e + 4;
        for (std::uint64_t* wide : {&full, &packed, &header})
          if (*wide == 0xFFFFFFFF && value + 8 <= std::min(extraEnd, e + 4 + length)) {
            *wide = number(directory, value, 8);
            value += 8;
          }
      }
      e += 4 + length;
    }
    if (header > whole || packed > whole - header || full > (std::uint64_t{1} << 62))
      fail("says that " + member.name + " lies outside the file; it is cut short or damaged");
    member.packed = static_cast<std::int64_t>(packed);
    member.size = static_cast<std::int64_t>(full);
    member.header = static_cast<std::int64_t>(header);
    members_.push_back(std::move(member));
    at = extraEnd + number(directory, at + 32, 2);
  }
}

std::int64_t ZipArchive::dataOf(const Member& member) const {
  std::vector<std::byte> local(30);
  const auto fail = [&](const std::string& what) {
    throw data::ReadError(file_->path(), "the member " + member.name + " " + what);
  };
  if (member.header + 30 > file_->size()) fail("lies outside the file");
  file_->readAt(member.header, local);
  if (number(local, 0, 4) != 0x04034b50) fail("has a damaged header");
  const auto begin = member.header + 30 + static_cast<std::int64_t>(number(local, 26, 2)) +
                     static_cast<std::int64_t>(number(local, 28, 2));
  if (begin + member.packed > file_->size()) fail("goes on behind the end of the file; it is cut short");
  if (member.encrypted) fail("is encrypted");
  if (member.method != 0 && member.method != 8)
    fail("is compressed by method " + std::to_string(member.method) + "; stored and deflated ones can be read");
  if (member.method == 0 && member.size != member.packed) fail("has a damaged header");
  return begin;
}

std::shared_ptr<const ByteSource> ZipArchive::open(const Member& member) const {
  const std::int64_t begin = dataOf(member);
  if (member.method == 0) return std::make_shared<PartSource>(file_, begin, member.size, file_->path());
  return std::make_shared<InflatedSource>(file_, begin, member.packed, member.size, InflatedSource::Wrapping::None);
}

std::vector<std::byte> ZipArchive::head(const Member& member, std::size_t count) const {
  const std::int64_t begin = dataOf(member);
  if (member.method == 8)
    return InflatedSource::head(*file_, begin, member.packed, count, InflatedSource::Wrapping::None);
  std::vector<std::byte> bytes(
      static_cast<std::size_t>(std::min<std::int64_t>(member.size, static_cast<std::int64_t>(count))));
  file_->readAt(begin, bytes);
  return bytes;
}

} // namespace discern::io
