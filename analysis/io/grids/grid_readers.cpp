#include "io/file_text.h"
#include "io/grids/amrex/amrex_reader.h"
#include "io/grids/chombo/chombo_reader.h"
#include "io/grids/enzo/enzo_reader.h"
#include "io/grids/flash/flash_reader.h"
#include "io/grids/gadget/gadget_reader.h"
#include "io/grids/hdf5/hdf5_kind.h"
#include "io/grids/nek5000/nek_reader.h"
#include "io/grids/surface/ply_reader.h"
#include "io/grids/vector/vector_reader.h"
#include "io/groups.h"
#include "io/module.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <sstream>

namespace discern::io {

namespace {

using namespace std::string_view_literals;

constexpr const char* vtkModule = "discern_io_grids";

template <std::size_t n>
struct Name {
  char text[n]{};
  constexpr Name(const char (&from)[n]) { std::copy_n(from, n, text); }
};

/// An entry of the module as Reader::open wants it.
template <Name entry>
std::shared_ptr<data::Dataset> openVtk(const Candidate& candidate) {
  return openWithModule(vtkModule, entry.text, candidate);
}

/// The first tag of an XML file, or empty.
std::string_view firstTag(const Candidate& c) {
  const std::string_view text = c.text();
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1))
    if (at + 1 < text.size() && text[at + 1] != '?' && text[at + 1] != '!') return text.substr(at);
  return {};
}

bool isVtkXml(const Candidate& c) {
  const std::string_view tag = firstTag(c);
  return !c.gzip && tag.starts_with("<VTKFile") &&
         c.text().find_first_not_of(" \t\r\n\xEF\xBB\xBF") < c.text().size() &&
         c.text()[c.text().find_first_not_of(" \t\r\n\xEF\xBB\xBF")] == '<';
}

bool isLegacyVtk(const Candidate& c) { return !c.gzip && c.begins("# vtk DataFile"); }

bool isSeries(const Candidate& c) {
  return !c.gzip && c.text().substr(0, 512).find("\"file-series-version\"") != std::string_view::npos;
}

bool isStl(const Candidate& c) {
  if (c.gzip) return false;
  if (c.begins("solid") && c.isText()) return c.text().find("facet") != std::string_view::npos;
  constexpr std::int64_t headerBytes = 84, triangleBytes = 50;
  if (c.file->size() < headerBytes) return false;
  std::uint32_t triangles = 0;
  std::memcpy(&triangles, c.head.data() + 80, sizeof triangles);
  const std::int64_t length = headerBytes + triangleBytes * std::int64_t{triangles};
  // Without a mark of its own, only the right length tells; the name tells of one that was cut.
  if (triangles > 0 && c.file->size() == length) return true;
  if (!lowerCase(c.path()).ends_with(".stl") || c.isText()) return false;
  throw data::ReadError(c.path(), "its header says " + std::to_string(triangles) + " triangles, " +
                                      std::to_string(length) + " bytes; the file has " +
                                      std::to_string(c.file->size()));
}

bool isPly(const Candidate& c) { return !c.gzip && (c.begins("ply\n") || c.begins("ply\r")); }

/// Lines like "v 0.1 2 -3": three numbers behind a v. Text that begins otherwise may hold them by chance: the name
/// counts too.
bool isObj(const Candidate& c) {
  if (c.gzip || !lowerCase(c.path()).ends_with(".obj") || !c.isText()) return false;
  std::istringstream in{std::string(c.text())};
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string key;
    double x = 0, y = 0, z = 0;
    if (words >> key >> x >> y >> z && key == "v") return true;
  }
  return false;
}

bool isEnsight(const Candidate& c) {
  if (c.gzip || !c.isText()) return false;
  const std::string text = lowerCase(c.text());
  const std::size_t type = text.find("type:");
  return text.find("format") < type && type != std::string::npos && text.find("ensight", type) < type + 32;
}

bool isHdf5Grid(const Candidate& c) { return hdf5Kind(c) != Hdf5Kind::None; }

std::shared_ptr<data::Dataset> openHdf5Grid(const Candidate& c) {
  switch (hdf5Kind(c)) {
  case Hdf5Kind::VtkHdf:
    return openWithModule(vtkModule, "discernVtkHdf", c);
  case Hdf5Kind::Cgns:
    return openWithModule(vtkModule, "discernCgns", c);
  case Hdf5Kind::Exodus:
    return openWithModule(vtkModule, "discernExodus", c);
  case Hdf5Kind::Flash:
    return openFlash(c.file);
  case Hdf5Kind::Chombo:
    return openChombo(c.file);
  case Hdf5Kind::Gadget:
    return openGadgetHdf5(c.file);
  default:
    throw data::ReadError(c.path(), "this layout of HDF5 is not read");
  }
}

bool isFoam(const std::string& folder) {
  std::error_code none;
  return std::filesystem::is_directory(std::filesystem::path(folder) / "constant" / "polyMesh", none);
}

std::string folderOf(const Candidate& c) { return std::filesystem::absolute(c.path()).parent_path().string(); }

bool isAmrexHeader(const Candidate& c) { return !c.gzip && (c.begins("HyperCLaw-V") || c.begins("NavierStokes-V")); }

/// The Header stands for its folder.
std::shared_ptr<data::Dataset> openAmrexHeader(const Candidate& c) {
  const std::string folder = folderOf(c);
  if (!isAmrex(folder)) throw data::ReadError(c.path(), "this is the Header of an AMReX plotfile, without its folder");
  return openAmrex(folder, c.path());
}

} // namespace

std::vector<Reader> gridReaders() {
  return {
      {{"VTKHDF", "CGNS", "Exodus II", "FLASH", "Chombo", "GADGET HDF5"}, isHdf5Grid, openHdf5Grid},
      {{"GeoPackage", "ESRI shapefile"}, isVector, openVector},
      {{"Exodus II (classic)"}, isClassicExodus, openVtk<"discernExodus">},
      {{"Enzo"}, isEnzo, openEnzo},
      {{"Nek5000"}, isNek, openNek},
      {{"GADGET"}, isGadget, [](const Candidate& c) { return openGadget(c.file); }},
      {{"AMReX plotfile"}, isAmrexHeader, openAmrexHeader},
      {{"EnSight"}, isEnsight, openVtk<"discernEnsight">},
      {{"VTK XML", "ParaView data (PVD)"}, isVtkXml, openVtk<"discernVtkXml">},
      {{"VTK legacy"}, isLegacyVtk, openVtk<"discernVtkLegacy">},
      {{"ParaView file series"}, isSeries, openVtk<"discernVtkSeries">},
      {{"PLY"}, isPly, [](const Candidate& c) { return openPly(c.file); }},
      {{"STL"}, isStl, openVtk<"discernStl">},
      {{"Wavefront OBJ"}, isObj, openVtk<"discernObj">},
  };
}

std::vector<FolderReader> gridFolders() {
  return {
      {{"AMReX plotfile"}, isAmrex, [](const std::string& folder) { return openAmrex(folder); }},
      {{"OpenFOAM"},
       isFoam,
       [](const std::string& folder) { return openFolderWithModule(vtkModule, "discernFoam", folder); }},
  };
}

} // namespace discern::io
