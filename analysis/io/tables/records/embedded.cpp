#include "io/tables/records/embedded.h"

#include "io/base64.h"
#include "io/gzip_source.h"
#include "io/open.h"
#include "io/reader.h"

#include <algorithm>
#include <array>
#include <sys/mman.h>
#include <unistd.h>

namespace discern::io {

namespace {

constexpr double mostBytes = 64e6;

/// A file that has no name and lives in memory alone.
class MemoryFile {
public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(memfd_create("discern", MFD_CLOEXEC)) {
    while (good() && !bytes.empty()) {
      const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
      if (put <= 0) {
        ::close(descriptor_);
        descriptor_ = -1;
      } else {
        bytes.remove_prefix(static_cast<std::size_t>(put));
      }
    }
  }
  ~MemoryFile() {
    if (good()) ::close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] bool good() const { return descriptor_ >= 0; }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
  int descriptor_;
};

bool isImage(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  using namespace std::string_view_literals;
  constexpr std::array marks{"SIMPLE  ="sv, "\x89PNG"sv, "\xFF\xD8\xFF"sv, "II*\0"sv, "MM\0*"sv, "\x93NUMPY"sv};
  return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) { return text.starts_with(mark); });
}

/// The field's values, all of them, in memory.
std::shared_ptr<const data::FieldSource> copied(const data::FieldSource& field, const std::string& name) {
  data::FieldInfo info = field.info();
  const std::size_t one = static_cast<std::size_t>(info.voxels()) * sizeOf(info.type);
  const double whole = static_cast<double>(one) * static_cast<double>(info.time.size) * info.components;
  if (whole > mostBytes || info.support != data::Support::Voxels) return nullptr;
  std::vector<std::byte> bytes(static_cast<std::size_t>(whole));
  std::size_t at = 0;
  for (int c = 0; c < info.components; ++c)
    for (std::int64_t t = 0; t < info.time.size; ++t, at += one)
      field.read({{{0, 0, 0}, info.shape}, t, c}, std::span(bytes).subspan(at, one));
  info.name = name;
  info.whole = false;
  return data::memoryField(std::move(info), std::move(bytes));
}

} // namespace

FieldsDataset::Fields embeddedFields(const std::string& name, std::string_view bytes) {
  FieldsDataset::Fields fields;
  if (bytes.size() < 16 || static_cast<double>(bytes.size()) > mostBytes) return fields;
  const MemoryFile memory(bytes);
  if (!memory.good()) return fields;
  try {
    const File file(memory.path());
    auto head = file.head(64);
    if (GzipSource::isGzip(head)) head = GzipSource::head(file, 64);
    if (!isImage(head)) return fields;
    const auto dataset = io::open(memory.path());
    const auto& infos = dataset->info().fields;
    for (const data::FieldInfo& info : infos)
      if (auto field = copied(*dataset->field(info.name), infos.size() == 1 ? name : name + ": " + info.name))
        fields.push_back(std::move(field));
  } catch (const data::ReadError&) { // a damaged image is none; the rest of the record is whole
    fields.clear();
  }
  return fields;
}

std::string base64Bytes(std::string_view base64) {
  const auto bytes = decodeBase64(base64);
  return bytes ? std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size()) : std::string();
}

std::string embeddedBytes(std::string_view base64) {
  constexpr std::size_t shortest = 100;
  if (base64.size() < shortest) return {};
  if (base64.starts_with("data:image/"))
    if (const auto comma = base64.substr(0, 64).find(";base64,"); comma != std::string_view::npos)
      base64.remove_prefix(comma + 8);
  const std::string begin = base64Bytes(base64.substr(0, 64));
  const auto head = std::as_bytes(std::span(begin));
  if (!isImage(head) && !GzipSource::isGzip(head)) return {};
  return base64Bytes(base64);
}

} // namespace discern::io
