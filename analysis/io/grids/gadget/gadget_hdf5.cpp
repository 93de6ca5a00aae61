#include "io/file_text.h"
#include "io/grids/gadget/gadget_reader.h"
#include "io/grids/hdf5/hdf5_read.h"
#include "io/grids/object/grid_steps.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <array>
#include <vtkDoubleArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

namespace discern::io {

namespace {

/// A unit as the codes write it down: in words, SWIFT's expression, or the factor to cgs with powers of a and h.
std::string unitOf(hid_t file, const std::string& object) {
  for (const char* name : {"units", "Units", "unit", "Unit", "Expression for physical CGS units"})
    if (const std::string text = hdf5AttributeText(file, object, name); !text.empty()) return text;
  for (const auto& [factor, a, h] : {std::array{"CGSConversionFactor", "aexp-scale-exponent", "h-scale-exponent"},
                                     std::array{"to_cgs", "a_scaling", "h_scaling"}}) {
    const auto value = hdf5Numbers(file, object, factor);
    if (value.empty() || value[0] == 0) continue;
    std::string text = numberText(value[0]) + " cgs";
    for (const auto& [name, letter] : {std::pair{a, "a"}, std::pair{h, "h"}})
      if (const auto power = hdf5Numbers(file, object, name); !power.empty() && power[0] != 0)
        text += std::string(" ") + letter + "^" + numberText(power[0]);
    return text;
  }
  return {};
}

struct Kind {
  std::string group;
  int type = 0;
  std::int64_t count = 0;
  double mass = 0; ///< of each, where the header has it
  std::vector<std::string> arrays;
};

vtkSmartPointer<vtkDataObject> particles(const std::string& path, const Kind& kind) {
  const auto lock = lockHdf5();
  const Hdf5Id file = openHdf5File(path);
  const auto places = hdf5Array(path, file.get(), kind.group + "/Coordinates");
  if (places->GetNumberOfComponents() != 3)
    throw data::ReadError(path, "expected three numbers a particle as \"" + kind.group + "/Coordinates\", found " +
                                    std::to_string(places->GetNumberOfComponents()));
  const auto cloud = vtkSmartPointer<vtkPolyData>::New();
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetData(places);
  cloud->SetPoints(points);
  for (const std::string& name : kind.arrays)
    cloud->GetPointData()->AddArray(hdf5Array(path, file.get(), kind.group + "/" + name));
  if (kind.mass > 0 && !cloud->GetPointData()->HasArray("Masses")) {
    const auto mass = vtkSmartPointer<vtkDoubleArray>::New();
    mass->SetName("Masses");
    mass->SetNumberOfValues(places->GetNumberOfTuples());
    mass->FillValue(kind.mass);
    cloud->GetPointData()->AddArray(mass);
  }
  return cloud;
}

} // namespace

std::shared_ptr<data::Dataset> openGadgetHdf5(const std::shared_ptr<const File>& source) {
  const std::string path = source->path();
  GridParts parts;
  parts.info.path = path;
  parts.info.format = "GADGET HDF5";
  {
    const auto lock = lockHdf5(); // let go before the particles are read, which take it themselves
    const Hdf5Id file = openHdf5File(path);
    const auto masses = hdf5Numbers(file.get(), "Header", "MassTable");
    const auto time = hdf5Numbers(file.get(), "Header", "Time");
    for (const char* name : {"Time", "Redshift", "BoxSize", "Omega0", "OmegaLambda", "HubbleParam", "Scale-factor"})
      if (const auto value = hdf5Numbers(file.get(), "Header", name); !value.empty())
        parts.info.attributes[name] = numberText(value[0]);
    if (const auto files = hdf5Numbers(file.get(), "Header", "NumFilesPerSnapshot"); !files.empty() && files[0] > 1)
      parts.info.warnings.push_back("The snapshot is in " + numberText(files[0]) + " files; this is one of them.");
    bool units = false;
    for (int type = 0; type < 10; ++type) {
      Kind kind;
      kind.group = "PartType" + std::to_string(type);
      kind.type = type;
      const Hdf5Shape places = hdf5Shape(file.get(), kind.group + "/Coordinates");
      if (places.lengths.size() != 2 || places.lengths[0] == 0) continue;
      kind.count = static_cast<std::int64_t>(places.lengths[0]);
      if (static_cast<std::size_t>(type) < masses.size()) kind.mass = masses[static_cast<std::size_t>(type)];
      GridSpec spec;
      for (const std::string& name : hdf5Links(file.get(), kind.group)) {
        const std::string object = kind.group + "/" + name;
        const Hdf5Shape shape = hdf5Shape(file.get(), object);
        if (name == "Coordinates" || !shape.type) continue;
        if (shape.lengths.empty() || shape.lengths.size() > 2 || shape.lengths[0] != places.lengths[0]) {
          parts.info.warnings.push_back("\"" + object + "\" has not one value a particle; it is not read.");
          continue;
        }
        kind.arrays.push_back(name);
        if (const std::string unit = unitOf(file.get(), object); !unit.empty()) spec.units[name] = unit;
      }
      spec.name = gadgetKind(type);
      spec.kind = data::GridKind::Particles;
      spec.worldUnit = unitOf(file.get(), kind.group + "/Coordinates");
      units = units || !spec.worldUnit.empty();
      if (!time.empty()) spec.time.values = {time[0]};
      spec.load = [path, kind](std::int64_t) { return particles(path, kind); };
      parts.grids.push_back(std::move(spec));
    }
    if (!units)
      parts.info.warnings.emplace_back(
          "The file states no unit of length. GADGET's own are kpc/h, km/s and 10^10 Msun/h.");
  }
  if (parts.grids.empty())
    throw data::ReadError(path, "expected particles as PartType0/Coordinates and so on, found none");
  return gridDataset(std::move(parts));
}

} // namespace discern::io
