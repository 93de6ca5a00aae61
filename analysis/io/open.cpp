#include "io/open.h"

#include "io/file.h"
#include "io/file_text.h"
#include "io/gzip_source.h"
#include "io/netcdf/hdf5_check.h"
#include "io/netcdf/netcdf_reader.h"
#include "io/nifti/nifti_header.h"
#include "io/nifti/nifti_reader.h"
#include "io/numpy/npy_reader.h"
#include "io/result/result_reader.h"
#include "io/tiff/tiff_reader.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace discern::io {

namespace {

using Head = std::span<const std::byte>;

bool begins(Head head, std::string_view magic, std::size_t at = 0) {
  return head.size() >= at + magic.size() &&
         std::equal(magic.begin(), magic.end(), head.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
}

bool isTiff(Head head) {
  using namespace std::string_view_literals;
  return begins(head, "II*\0"sv) || begins(head, "MM\0*"sv) || begins(head, "II+\0"sv) || begins(head, "MM\0+"sv);
}

bool isClassicNetcdf(Head head) {
  using namespace std::string_view_literals;
  return begins(head, "CDF\1"sv) || begins(head, "CDF\2"sv) || begins(head, "CDF\5"sv);
}

bool isText(Head head) {
  return std::none_of(head.begin(), head.end(), [](std::byte b) {
    const auto code = std::to_integer<unsigned>(b);
    return code == 127 || (code < 32 && code != '\t' && code != '\n' && code != '\r' && code != '\f');
  });
}

/// What a file that no reader takes looks like, for the message.
std::string guess(Head head) {
  using namespace std::string_view_literals;
  struct Known {
    std::string_view magic, name;
    std::size_t at = 0;
  };
  constexpr std::array known{
      Known{"\x89PNG"sv, "a PNG image"},
      Known{"\xFF\xD8\xFF"sv, "a JPEG image"},
      Known{"SIMPLE  ="sv, "FITS"},
      Known{"DICM"sv, "DICOM", 128},
      Known{"PK\3\4"sv, "a ZIP archive"},
      Known{"# vtk DataFile"sv, "legacy VTK"},
      Known{"<VTKFile"sv, "VTK XML"},
      Known{"<?xml"sv, "XML"},
      Known{"%PDF"sv, "PDF"},
      Known{"\xFD"
            "7zXZ"sv,
            "an xz archive"},
      Known{"BZh"sv, "a bzip2 archive"},
      Known{"GRIB"sv, "GRIB"},
      Known{"NRRD"sv, "NRRD"},
      Known{"\x28\xB5\x2F\xFD"sv, "a zstd archive"},
  };
  for (const Known& k : known)
    if (begins(head, k.magic, k.at)) return std::string(k.name);
  return isText(head) ? "text" : std::string();
}

/// The format that a file's name speaks of; empty when of none.
std::string formatByName(const std::string& path) {
  const std::string name = lowerCase(path);
  const auto ends = [&](std::initializer_list<const char*> suffixes) {
    return std::any_of(suffixes.begin(), suffixes.end(), [&](const char* s) { return name.ends_with(s); });
  };
  if (ends({".nii", ".nii.gz", ".hdr", ".img"})) return "NIfTI";
  if (ends({".tif", ".tiff"})) return "TIFF";
  if (ends({".nc", ".nc4", ".cdf"})) return "NetCDF";
  if (ends({".h5", ".hdf5"})) return "HDF5";
  if (ends({".npy"})) return "NumPy";
  return {};
}

[[noreturn]] void refuse(const File& file, Head head, bool gzip) {
  std::string found = guess(head);
  if (found.empty()) {
    found = "bytes";
    for (std::size_t i = 0; i < std::min<std::size_t>(head.size(), 8); ++i) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), " %02X", std::to_integer<unsigned>(head[i]));
      found += hex.data();
    }
  }
  if (gzip) found += " inside gzip";
  const std::string expected = formatByName(file.path());
  if (!expected.empty())
    throw data::ReadError(file.path(),
                          "the name says " + expected + ", but the content does not begin like that; found " + found);
  std::string names;
  for (const std::string& format : formats())
    names += (names.empty() ? "" : ", ") + format;
  throw data::ReadError(file.path(), "this is in no format that Discern reads (" + names + "); found " + found);
}

/// The .hdr beside an .img, or nothing.
std::string headerBeside(const std::string& path) {
  std::string stem = path;
  const bool gzip = stem.ends_with(".gz");
  if (gzip) stem.resize(stem.size() - 3);
  if (!stem.ends_with(".img")) return {};
  stem.resize(stem.size() - 4);
  return stem + (gzip ? ".hdr.gz" : ".hdr");
}

std::shared_ptr<data::Dataset> openFile(const std::shared_ptr<const File>& file) {
  std::vector<std::byte> head = file->head(1024);
  const bool gzip = GzipSource::isGzip(head);
  if (gzip) head = GzipSource::head(*file, 1024);
  switch (NiftiHeader::kindOf(head)) {
  case NiftiHeader::Kind::Nifti:
    return openNifti(file, head, gzip);
  case NiftiHeader::Kind::Analyze:
    throw data::ReadError(file->path(),
                          "the header has no NIfTI mark (\"n+1\" or \"ni1\" at byte 344): this is ANALYZE 7.5, "
                          "which does not say which side is left, or a damaged NIfTI file");
  case NiftiHeader::Kind::Not:
    break;
  }
  if (gzip) refuse(*file, head, true);
  if (isTiff(head)) return openTiff(file);
  if (isClassicNetcdf(head)) return openNetcdf(file);
  if (begins(head, "\x93NUMPY")) return openNpy(file);
  if (hdf5Begin(*file) >= 0) {
    checkHdf5Length(*file);
    return isResult(*file) ? openResult(file) : openNetcdf(file);
  }
  refuse(*file, head, false);
}

} // namespace

std::shared_ptr<data::Dataset> open(const std::string& path) {
  auto file = std::make_shared<const File>(path);
  if (const std::string header = headerBeside(path); !header.empty()) {
    try {
      file = std::make_shared<const File>(header);
    } catch (const data::ReadError& error) {
      throw data::ReadError(path, std::string("this is the data of a pair of files, and its header is needed: ") +
                                      error.what());
    }
  }
  return openFile(file);
}

std::vector<std::string> formats() {
  return {"TIFF", "BigTIFF", "NIfTI-1", "NIfTI-2", "NetCDF", "NumPy", "Discern result"};
}

} // namespace discern::io
