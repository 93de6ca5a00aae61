// Opens any bytes as one format and reads a little of each part: what a user's first look does.
// DISCERN_FUZZ_FORMAT is the format's name, as `discern-run info --formats` lists it; DISCERN_FUZZ_NAME the name that
// the file gets, for readers that look at it. With DISCERN_FUZZ_PARTED, what is several files comes as one, parted
// by lines "=== NAME": what stands before the first is the named file itself, or, of a folder, nothing. Of
// VTK's own formats, which VTK reads, only our check before it runs.
#include "io/grids/legacy/legacy_check.h"
#include "io/grids/vtkxml/xml_check.h"
#include "io/gzip_source.h"
#include "io/open.h"
#include "io/reader.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace discern;

namespace {

const std::filesystem::path& folder() {
  static const std::filesystem::path made = [] {
    std::string name = "/dev/shm/discern_fuzz_XXXXXX";
    if (!mkdtemp(name.data())) std::abort();
    return std::filesystem::path(name);
  }();
  return made;
}

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  if (!value) {
    std::fprintf(stderr, "%s is not set\n", name);
    std::exit(2);
  }
  return value;
}

void write(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// Writes each named part beside `path`, or, when nothing stands before the first, into the folder `path`. Gives what
/// stands before the first.
std::string_view writeParts(const std::filesystem::path& path, std::string_view content) {
  constexpr std::string_view mark = "=== ";
  const auto markFrom = [&](std::size_t at) {
    while ((at = content.find(mark, at)) != std::string_view::npos && at > 0 && content[at - 1] != '\n')
      ++at;
    return at;
  };
  std::size_t at = markFrom(0);
  const std::string_view first = content.substr(0, at);
  const std::filesystem::path into = first.empty() ? path : path.parent_path();
  std::filesystem::remove_all(path.parent_path()); // what the input before this one left
  std::filesystem::create_directories(into);
  for (std::size_t next = at; at != std::string_view::npos; at = next) {
    const std::size_t end = std::min(content.find('\n', at), content.size() - 1);
    std::string name(content.substr(at + mark.size(), end - at - mark.size()));
    next = markFrom(end + 1);
    // Names that lead elsewhere, or anywhere odd, are not for writing.
    if (name.empty() || name.size() > 40 || name.find("..") != std::string::npos || name.front() == '/' ||
        name.find('\0') != std::string::npos)
      continue;
    std::error_code problem;
    std::filesystem::create_directories((into / name).parent_path(), problem);
    write(into / name, content.substr(end + 1, next == std::string_view::npos ? next : next - end - 1));
  }
  return first;
}

/// The reader asked for opens the file, if it knows it; null when it doesn't.
std::shared_ptr<data::Dataset> openAs(const std::string& format, const std::string& path) {
  const auto file = std::make_shared<const io::File>(path);
  io::Candidate candidate{file, file->head(4096)};
  candidate.gzip = io::GzipSource::isGzip(candidate.head);
  if (candidate.gzip) candidate.head = io::GzipSource::head(*file, 4096);
  using Check = std::pair<const char*, void (*)(const io::File&)>;
  for (const auto& [checked, check] : {Check{"VTK legacy", io::checkLegacyVtk}, Check{"VTK XML", io::checkVtkXml}})
    if (format == checked) {
      check(*file);
      return nullptr;
    }
  for (const io::Reader& reader : io::readers())
    if (std::find(reader.formats.begin(), reader.formats.end(), format) != reader.formats.end())
      return reader.recognises(candidate) ? reader.open(candidate) : nullptr;
  for (const io::FolderReader& reader : io::folderReaders())
    if (std::find(reader.formats.begin(), reader.formats.end(), format) != reader.formats.end())
      return nullptr; // changed so that it is no folder any more
  std::fprintf(stderr, "no reader of %s\n", format.c_str());
  std::exit(2);
}

void look(const data::Dataset& dataset) {
  const data::DatasetInfo& info = dataset.info();
  for (std::size_t i = 0; i < std::min<std::size_t>(info.fields.size(), 3); ++i) {
    const auto field = dataset.field(info.fields[i].name);
    const data::FieldInfo& about = field->info();
    data::Slab slab;
    for (std::size_t axis = 0; axis < 3; ++axis)
      slab.box.hi[axis] = std::min<std::int64_t>(about.shape[axis], 12);
    std::vector<std::byte> values(static_cast<std::size_t>(slab.box.voxels()) * data::sizeOf(about.type));
    field->read(slab, values);
  }
  if (!info.tables.empty()) (void)dataset.table(info.tables.front().name);
  if (!info.grids.empty()) (void)dataset.grid(info.grids.front().name)->read(0);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const std::string format = setting("DISCERN_FUZZ_FORMAT");
  static const std::filesystem::path path = folder() / setting("DISCERN_FUZZ_NAME");
  static const bool parted = std::getenv("DISCERN_FUZZ_PARTED") != nullptr;
  if (size == 0) return 0;
  std::string_view content(reinterpret_cast<const char*>(bytes), size);
  if (parted) content = writeParts(path, content);
  // What else a reader throws, it should have said as one of these.
  try {
    std::shared_ptr<data::Dataset> dataset;
    if (parted && content.empty()) {
      dataset = io::open(path.string());
    } else {
      write(path, content);
      dataset = openAs(format, path.string());
    }
    if (dataset) look(*dataset);
  } catch (const data::ReadError&) {
  } catch (const data::UsageError&) {
  }
  return 0;
}
