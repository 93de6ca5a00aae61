#include "io/file_text.h"
#include "io/grids/checks/ensight_check.h"
#include "io/grids/checks/mesh_check.h"
#include "io/grids/object/grid_steps.h"
#include "io/module.h"
#include "io/netcdf/classic_check.h"
#include "vtk_call.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vtkCGNSReader.h>
#include <vtkDataArraySelection.h>
#include <vtkExodusIIReader.h>
#include <vtkGenericEnSightReader.h>
#include <vtkHDFReader.h>
#include <vtkOpenFOAMReader.h>

namespace discern::io {

namespace {

namespace fs = std::filesystem;

/// How a simulation's files are read: a VTK reader with every array switched on.
struct Code {
  const char* format;
  bool hdf5 = false;
  bool moves = true;
  const char* timeUnit = "";
  vtkSmartPointer<vtkAlgorithm> (*reader)(const std::string& path) = nullptr;
};

/// `asked`: what the user opened, where it isn't what the reader is given.
std::shared_ptr<data::Dataset> open(const std::string& path, const Code& code, const std::string& asked = {}) {
  GridSpec spec;
  std::vector<double> times;
  callVtk(path, code.hdf5, [&] { times = timesOf(*code.reader(path)); });
  spec.time.size = std::max<std::int64_t>(static_cast<std::int64_t>(times.size()), 1);
  spec.time.values = times;
  spec.time.unit = times.empty() ? "" : code.timeUnit;
  spec.moves = code.moves;
  // A reader of its own for every step: what one keeps of a step is then gone with it.
  spec.load = [path, code, times](std::int64_t step) {
    return runVtk(path, code.hdf5, [&] {
      const auto reader = code.reader(path);
      return times.empty() ? outputOf(*reader) : outputAt(*reader, times[static_cast<std::size_t>(step)]);
    });
  };
  GridParts parts;
  parts.info.path = asked.empty() ? path : asked;
  parts.info.format = code.format;
  parts.grids.push_back(std::move(spec));
  return gridDataset(std::move(parts));
}

vtkSmartPointer<vtkAlgorithm> exodus(const std::string& path) {
  const auto reader = vtkSmartPointer<vtkExodusIIReader>::New();
  reader->SetFileName(path.c_str());
  reader->SetApplyDisplacements(0); // the points are where the mesh has them; displacements are a field
  reader->SetGenerateObjectIdCellArray(0);
  reader->UpdateInformation();
  for (const int kind : {vtkExodusIIReader::NODAL, vtkExodusIIReader::ELEM_BLOCK, vtkExodusIIReader::GLOBAL})
    reader->SetAllArrayStatus(kind, 1);
  for (int i = 0; i < reader->GetNumberOfObjects(vtkExodusIIReader::ELEM_BLOCK); ++i)
    reader->SetObjectStatus(vtkExodusIIReader::ELEM_BLOCK, i, 1);
  return reader;
}

vtkSmartPointer<vtkAlgorithm> ensight(const std::string& path) {
  const auto reader = vtkSmartPointer<vtkGenericEnSightReader>::New();
  reader->SetCaseFileName(path.c_str());
  reader->ReadAllVariablesOn();
  return reader;
}

vtkSmartPointer<vtkAlgorithm> foam(const std::string& path) {
  const auto reader = vtkSmartPointer<vtkOpenFOAMReader>::New();
  reader->SetFileName(path.c_str());
  reader->CreateCellToPointOff(); // values stay where they were computed
  reader->SetSkipZeroTime(false);
  reader->UpdateInformation();
  reader->EnableAllCellArrays();
  reader->EnableAllPointArrays();
  reader->EnableAllLagrangianArrays();
  return reader;
}

vtkSmartPointer<vtkAlgorithm> cgns(const std::string& path) {
  const auto reader = vtkSmartPointer<vtkCGNSReader>::New();
  reader->SetFileName(path.c_str());
  reader->UpdateInformation();
  reader->EnableAllBases();
  reader->EnableAllFamilies();
  reader->EnableAllPointArrays();
  reader->EnableAllCellArrays();
  return reader;
}

vtkSmartPointer<vtkAlgorithm> hdf(const std::string& path) {
  const auto reader = vtkSmartPointer<vtkHDFReader>::New();
  reader->SetFileName(path.c_str());
  return reader;
}

template <typename AmrReader>
vtkSmartPointer<vtkAlgorithm> amr(const std::string& path) {
  constexpr int deepest = 64;
  const auto reader = vtkSmartPointer<AmrReader>::New();
  reader->SetFileName(path.c_str());
  reader->SetMaxLevel(deepest);
  reader->UpdateInformation();
  reader->GetCellDataArraySelection()->EnableAllArrays();
  reader->GetPointDataArraySelection()->EnableAllArrays();
  return reader;
}

std::shared_ptr<data::Dataset> openExodus(const Candidate& candidate) {
  if (candidate.begins("CDF")) checkClassicNetcdf(*candidate.file);
  checkExodus(*candidate.file);
  return open(candidate.path(), {"Exodus II", true, false, "", exodus});
}

/// Files that a case names without wildcards must be there and whole: VTK's reader goes on without them, or crashes.
std::shared_ptr<data::Dataset> openEnsight(const Candidate& candidate) {
  const auto folder = fs::path(candidate.path()).parent_path();
  const bool gold = lowerCase(candidate.text()).find("gold") != std::string::npos;
  std::ifstream in(candidate.path());
  EnsightCheck check;
  bool files = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("GEOMETRY") || line.starts_with("VARIABLE")) files = true;
    if (line.starts_with("TIME") || line.starts_with("FILE")) files = false;
    const std::size_t colon = line.find(':');
    if (!files || colon == std::string::npos || line.starts_with("constant")) continue;
    std::istringstream words(line.substr(colon + 1));
    std::string name;
    for (std::string word; words >> word && word != "change_coords_only";)
      name = word; // the last one: time set and names come before it
    if (name.empty() || name.find('*') != std::string::npos) continue;
    const File file((folder / name).string());
    if (!gold) continue;
    if (line.starts_with("model"))
      check.geometry(file);
    else if (line.starts_with("scalar per"))
      check.variable(file, 1, line.find("node") < colon);
    else if (line.starts_with("vector per"))
      check.variable(file, 3, line.find("node") < colon);
  }
  return open(candidate.path(), {"EnSight", false, true, "", ensight});
}

std::shared_ptr<data::Dataset> openFoam(const std::string& folder) {
  const fs::path mesh = fs::path(folder) / "constant" / "polyMesh";
  for (const char* name : {"points", "faces", "owner"})
    if (std::error_code none; !fs::exists(mesh / name, none) && !fs::exists(mesh / (std::string(name) + ".gz"), none))
      throw data::ReadError(folder,
                            "expected an OpenFOAM mesh; constant/polyMesh/" + std::string(name) + " is missing");
  return open((fs::path(folder) / "case.foam").string(), {"OpenFOAM", false, true, "s", foam}, folder);
}

std::shared_ptr<data::Dataset> openCgns(const Candidate& candidate) {
  checkCgns(*candidate.file);
  return open(candidate.path(), {"CGNS", true, true, "", cgns});
}

std::shared_ptr<data::Dataset> openHdf(const Candidate& candidate) {
  return open(candidate.path(), {"VTKHDF", true, true, "", hdf});
}

} // namespace

DISCERN_READER_ENTRY(discernExodus, Candidate, openExodus)
DISCERN_READER_ENTRY(discernEnsight, Candidate, openEnsight)
DISCERN_READER_ENTRY(discernFoam, std::string, openFoam)
DISCERN_READER_ENTRY(discernCgns, Candidate, openCgns)
DISCERN_READER_ENTRY(discernVtkHdf, Candidate, openHdf)

} // namespace discern::io
