#include "io/fields/openpmd/openpmd_particles.h"

#include "data/error.h"
#include "io/fields/hdf5/hdf5_field.h"
#include "io/file_text.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vtkCellArray.h>
#include <vtkDoubleArray.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

namespace discern::io {

namespace {

constexpr std::int64_t mostParticles = 20'000'000;

/// One component of a record: stored, or the same for all.
struct Component {
  std::string path;
  std::int64_t count = 0;
  double scale = 1;
  std::optional<double> constant;
};

Hdf5Id openAt(const Hdf5File& file, const std::string& path) {
  return {H5Oopen(file.id(), path.c_str(), H5P_DEFAULT), H5Oclose};
}

/// Nothing where there is no such component, or it is no row of numbers.
std::optional<Component> componentAt(const Hdf5File& file, const std::string& path) {
  const Hdf5Id object = openAt(file, path);
  if (!object) return std::nullopt;
  Component component;
  component.path = path;
  const auto scale = attributeNumbers(object.get(), "unitSI");
  if (!scale.empty()) component.scale = scale[0];
  if (H5Iget_type(object.get()) == H5I_GROUP) {
    const auto value = attributeNumbers(object.get(), "value"), shape = attributeNumbers(object.get(), "shape");
    if (value.size() != 1 || shape.size() != 1) return std::nullopt;
    component.constant = value[0];
    component.count = static_cast<std::int64_t>(shape[0]);
    return component;
  }
  const auto lengths = lengthsOf(object.get());
  const Hdf5Id type(H5Dget_type(object.get()), H5Tclose);
  if (lengths.size() != 1 || !type || !scalarOf(type.get()) || chunkBytesOf(object.get()) > 256e6) return std::nullopt;
  component.count = static_cast<std::int64_t>(lengths[0]);
  return component;
}

std::vector<double> valuesOf(const Hdf5File& file, const Component& component) {
  std::vector<double> values(static_cast<std::size_t>(component.count), component.constant.value_or(0));
  if (!component.constant) {
    const Hdf5Id dataset(H5Dopen2(file.id(), component.path.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset || H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
      throw data::ReadError(file.path(), "reading " + component.path + " failed; the file is damaged");
  }
  for (double& value : values)
    value *= component.scale;
  return values;
}

class ParticleGrid final : public data::GridSource {
public:
  ParticleGrid(data::GridInfo info, std::shared_ptr<const Hdf5File> file, std::vector<std::string> paths)
      : info_(std::move(info)), file_(std::move(file)), paths_(std::move(paths)) {}
  [[nodiscard]] const data::GridInfo& info() const override { return info_; }

  [[nodiscard]] vtkSmartPointer<vtkDataObject> read(std::int64_t time) const override {
    if (time < 0 || time >= info_.time.size) throw data::UsageError("grid " + info_.name + " has no such time step");
    const auto places = vtkSmartPointer<vtkDoubleArray>::New();
    places->SetNumberOfComponents(3);
    places->SetNumberOfTuples(info_.points);
    double* at = places->GetPointer(0);
    std::fill_n(at, info_.points * 3, 0.0);
    {
      const auto lock = lockHdf5();
      for (const char* record : {"position", "positionOffset"})
        for (std::size_t axis = 0; axis < 3; ++axis) {
          const std::string path = paths_[static_cast<std::size_t>(time)] + "/" + record + "/" + "xyz"[axis];
          const auto component = componentAt(*file_, path);
          if (!component || component->count != info_.points) continue;
          const auto values = valuesOf(*file_, *component);
          for (std::size_t i = 0; i < values.size(); ++i)
            at[3 * i + axis] += values[i];
        }
    }
    const auto points = vtkSmartPointer<vtkPoints>::New();
    points->SetData(places);
    const auto vertices = vtkSmartPointer<vtkCellArray>::New();
    for (vtkIdType i = 0; i < info_.points; ++i)
      vertices->InsertNextCell(1, &i);
    auto poly = vtkSmartPointer<vtkPolyData>::New();
    poly->SetPoints(points);
    poly->SetVerts(vertices);
    return poly;
  }

private:
  data::GridInfo info_;
  std::shared_ptr<const Hdf5File> file_;
  std::vector<std::string> paths_; ///< of the species, one a step
};

/// Fields of one shape, one a time step and component, as one.
class Stack final : public data::FieldSource {
public:
  Stack(data::FieldInfo info, FieldsDataset::Fields parts) : info_(std::move(info)), parts_(std::move(parts)) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    data::Slab at = slab;
    at.time = at.component = 0;
    parts_[static_cast<std::size_t>(slab.time * info_.components + slab.component)]->read(at, out);
  }

private:
  data::FieldInfo info_;
  FieldsDataset::Fields parts_;
};

/// A record of all steps as a field on the grid; nothing where a step lacks it, or a component is constant.
std::shared_ptr<const data::FieldSource> recordField(const std::shared_ptr<const Hdf5File>& file,
                                                     const data::GridInfo& grid, const std::vector<std::string>& paths,
                                                     const std::string& record, FieldsDataset::Fields& made) {
  const Hdf5Id first = openAt(*file, paths.front() + "/" + record);
  if (!first) return nullptr;
  std::vector<std::string> components{""};
  if (H5Iget_type(first.get()) == H5I_GROUP) {
    components.clear();
    for (const std::string& link : linksOf(first.get()))
      components.push_back("/" + link);
  }
  data::FieldInfo info;
  info.name = grid.name + "/" + cleanText(record);
  info.unit = openPmdUnit(attributeNumbers(first.get(), "unitDimension"));
  info.shape = {grid.points, 1, 1};
  info.support = data::Support::Points;
  info.grid = grid.name;
  info.source = "openPMD";
  info.type = data::ScalarType::Float64;
  FieldsDataset::Fields parts;
  for (const std::string& path : paths)
    for (const std::string& component : components) {
      const auto found = componentAt(*file, path + "/" + record + component);
      if (!found || found->constant || found->count != grid.points) return nullptr;
      Hdf5Values values;
      values.scale = found->scale;
      parts.push_back(hdf5Field(info, "x", file, found->path, std::move(values)));
      made.push_back(parts.back());
    }
  if (parts.empty()) return nullptr;
  info.components = static_cast<int>(components.size());
  info.time = grid.time;
  return stackFields(std::move(info), std::move(parts));
}

void addSpecies(const std::shared_ptr<const Hdf5File>& file, const std::vector<OpenPmdStep>& steps,
                const std::string& within, const std::string& name, const OpenPmdParts& parts) {
  data::GridInfo grid;
  grid.name = cleanText(name);
  grid.kind = data::GridKind::Particles;
  grid.worldUnit = "m";
  grid.transform = "position";
  grid.source = "openPMD";
  grid.lo = {1, 1, 1}; // only reading would tell
  std::vector<std::string> paths;
  bool differ = false;
  for (const OpenPmdStep& step : steps) {
    const std::string path = step.path + "/" + within + "/" + name;
    const auto x = componentAt(*file, path + "/position/x");
    if (!x || x->count < 1 || x->count > mostParticles || (!paths.empty() && x->count != grid.points)) {
      differ = true;
      continue;
    }
    grid.points = grid.cells = x->count;
    paths.push_back(path);
    grid.time.values.push_back(step.seconds);
  }
  if (differ)
    parts.warnings.push_back("The particles " + grid.name +
                             " change in number, or are too many; only steps like the first are "
                             "shown.");
  if (paths.empty()) return;
  grid.time.size = static_cast<std::int64_t>(paths.size());
  grid.time.unit = "s";
  grid.bytes = static_cast<double>(grid.points) * 40;
  const Hdf5Id species = openAt(*file, paths.front());
  for (const std::string& record : linksOf(species.get()))
    if (record != "position" && record != "positionOffset" && record != "particlePatches")
      if (auto field = recordField(file, grid, paths, record, parts.made)) parts.fields.push_back(std::move(field));
  parts.grids.push_back(std::make_shared<ParticleGrid>(std::move(grid), file, std::move(paths)));
}

} // namespace

std::string openPmdUnit(const std::vector<double>& powers) {
  constexpr std::array names{"m", "kg", "s", "A", "K", "mol", "cd"};
  std::string unit;
  if (powers.size() != names.size()) return unit;
  for (const std::size_t i : {1, 0, 2, 3, 4, 5, 6}) {
    if (powers[i] == 0) continue;
    unit += (unit.empty() ? "" : " ") + std::string(names[i]);
    if (powers[i] != 1) unit += numberText(powers[i]);
  }
  return unit.empty() ? "1" : unit;
}

std::shared_ptr<const data::FieldSource> stackFields(data::FieldInfo info, FieldsDataset::Fields parts) {
  return std::make_shared<Stack>(std::move(info), std::move(parts));
}

void addOpenPmdParticles(const std::shared_ptr<const Hdf5File>& file, const std::vector<OpenPmdStep>& steps,
                         const std::string& particlesPath, const OpenPmdParts& parts) {
  std::vector<std::string> names;
  for (const OpenPmdStep& step : steps) {
    const Hdf5Id group = openAt(*file, step.path + "/" + particlesPath);
    if (!group || H5Iget_type(group.get()) != H5I_GROUP) continue;
    for (const std::string& name : linksOf(group.get()))
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  for (const std::string& name : names)
    addSpecies(file, steps, particlesPath, name, parts);
}

} // namespace discern::io
