#include "io/open.h"

#include "data/address.h"
#include "io/archive/combined_dataset.h"
#include "io/archive/members.h"
#include "io/file_text.h"
#include "io/gzip_source.h"
#include "io/reader.h"
#include "io/whole_of.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

namespace discern::io {

namespace {

/// What a file that no reader takes looks like, for the message.
std::string guess(const Candidate& candidate) {
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
    if (candidate.begins(k.magic, k.at)) return std::string(k.name);
  return candidate.isText() ? "text" : std::string();
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
  if (ends({".mat"})) return "MATLAB 5 or 7.3";
  if (ends({".grib", ".grib2", ".grb", ".grb2"})) return "GRIB";
  return {};
}

[[noreturn]] void refuse(const Candidate& candidate) {
  const auto& head = candidate.head;
  std::string found = guess(candidate);
  if (found.empty()) {
    found = "bytes";
    for (std::size_t i = 0; i < std::min<std::size_t>(head.size(), 8); ++i) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), " %02X", std::to_integer<unsigned>(head[i]));
      found += hex.data();
    }
  }
  if (candidate.gzip) found += " inside gzip";
  const std::string expected = formatByName(candidate.path());
  if (!expected.empty())
    throw data::ReadError(candidate.path(),
                          "the name says " + expected + ", but the content does not begin like that; found " + found);
  throw data::ReadError(candidate.path(),
                        "this is in no format that Discern reads (discern-run info --formats lists them); found " +
                            found);
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

std::shared_ptr<data::Dataset> openFolder(const std::string& path) {
  for (const FolderReader& reader : folderReaders())
    if (reader.recognises(path)) return reader.open(path);
  data::DatasetInfo info;
  info.path = path;
  info.format = "a folder";
  return openMembers(std::move(info), path, "the folder", false);
}

/// `part`: the whole that the file is a part of may be opened in its place; of a whole, not again.
std::shared_ptr<data::Dataset> openFile(const std::shared_ptr<const File>& file, bool part) {
  constexpr std::int64_t headBytes = 4096;
  Candidate candidate{file, file->head(headBytes)};
  candidate.gzip = GzipSource::isGzip(candidate.head);
  if (candidate.gzip) candidate.head = GzipSource::head(*file, headBytes);
  for (const Reader& reader : readers())
    if (reader.recognises(candidate)) return reader.open(candidate);
  if (const std::string whole = part ? wholeOf(file->path()) : std::string(); !whole.empty()) {
    data::DatasetInfo info;
    info.path = file->path();
    std::error_code unknown;
    auto dataset = std::filesystem::is_directory(whole, unknown) ? openFolder(whole)
                                                                 : openFile(std::make_shared<const File>(whole), false);
    info.format = dataset->info().format;
    info.warnings.push_back("It is a part of " + std::filesystem::path(whole).filename().string() +
                            ", which was opened as a whole.");
    return combinedDataset(std::move(info), {{{}, std::move(dataset)}});
  }
  refuse(candidate);
}

} // namespace

std::shared_ptr<data::Dataset> open(const std::string& path) {
  if (data::isRemote(path))
    throw data::ReadError(
        path, "this file is on another machine: the window opens it there; an analysis of it runs there (--on " +
                  data::hostOf(path) + "), or copy the file here");
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) return openFolder(path);
  // The mark of an OpenFOAM case is an empty file in the folder that it speaks of.
  if (lowerCase(path).ends_with(".foam") && std::filesystem::exists(path, unknown))
    return openFolder(std::filesystem::absolute(path).parent_path().string());
  auto file = std::make_shared<const File>(path);
  if (const std::string header = headerBeside(path); !header.empty()) {
    try {
      file = std::make_shared<const File>(header);
    } catch (const data::ReadError& error) {
      throw data::ReadError(path, std::string("this is the data of a pair of files, and its header is needed: ") +
                                      error.what());
    }
  }
  return openFile(file, true);
}

std::vector<std::string> formats() {
  std::vector<std::string> names;
  for (const Reader& reader : readers())
    names.insert(names.end(), reader.formats.begin(), reader.formats.end());
  for (const FolderReader& reader : folderReaders())
    names.insert(names.end(), reader.formats.begin(), reader.formats.end());
  return names;
}

} // namespace discern::io
