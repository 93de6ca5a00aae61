#include "io/fields/openpmd/openpmd_reader.h"

#include "io/fields/array/axes.h"
#include "io/fields/hdf5/hdf5_field.h"
#include "io/fields/openpmd/openpmd_particles.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace discern::io {

namespace {

using FieldPtr = std::shared_ptr<const data::FieldSource>;

Hdf5Id openObject(hid_t parent, const std::string& name) {
  return {H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose};
}

bool isGroup(hid_t object) { return H5Iget_type(object) == H5I_GROUP; }

class OpenPmd {
public:
  explicit OpenPmd(const std::shared_ptr<const File>& raw) : file_(std::make_shared<Hdf5File>(raw->path())) {
    info_.path = raw->path();
    info_.format = "openPMD";
  }

  std::shared_ptr<data::Dataset> open() {
    const Hdf5Id root(H5Gopen2(file_->id(), "/", H5P_DEFAULT), H5Gclose);
    for (const std::string& name : attributeNames(root.get()))
      if (const std::string text = attributeText(root.get(), name.c_str()); !text.empty())
        info_.attributes[name] = text;
    std::string meshes = attributeText(root.get(), "meshesPath");
    while (meshes.ends_with('/'))
      meshes.pop_back();
    const Hdf5Id base = H5Lexists(root.get(), "data", H5P_DEFAULT) > 0 ? openObject(root.get(), "data") : Hdf5Id();
    if (!base) throw data::ReadError(info_.path, "the file says it is openPMD, but has no group /data; it is damaged");
    std::map<long long, std::string> iterations;
    for (const std::string& name : linksOf(base.get())) {
      long long number = 0;
      if (std::from_chars(name.data(), name.data() + name.size(), number).ec == std::errc()) iterations[number] = name;
    }
    for (const auto& [number, name] : iterations)
      addIteration(base.get(), name, meshes.empty() ? "meshes" : meshes);
    std::vector<FieldPtr> fields;
    for (const std::string& name : order_)
      fields.push_back(finish(name));
    std::erase(fields, nullptr);
    std::string particles = attributeText(root.get(), "particlesPath");
    while (particles.ends_with('/'))
      particles.pop_back();
    FieldsDataset::Grids grids;
    addOpenPmdParticles(file_, steps_, particles.empty() ? "particles" : particles,
                        {fields, grids, made_, info_.warnings});
    if (fields.empty() && grids.empty())
      info_.warnings.emplace_back("There are no meshes and no particles in the file; there is nothing to show.");
    return std::make_shared<FieldsDataset>(std::move(info_), std::move(fields), std::vector<data::Table>{},
                                           std::move(grids));
  }

private:
  struct Mesh {
    data::FieldInfo info;
    std::vector<FieldPtr> parts;
    std::vector<double> times;
  };

  void warn(const std::string& sentence) {
    if (said_.insert(sentence).second && info_.warnings.size() < 20) info_.warnings.push_back(sentence);
  }

  void addIteration(hid_t base, const std::string& name, const std::string& meshes) {
    const Hdf5Id iteration = openObject(base, name);
    if (!iteration || !isGroup(iteration.get())) return;
    const auto time = attributeNumbers(iteration.get(), "time"),
               factor = attributeNumbers(iteration.get(), "timeUnitSI");
    const double seconds = time.empty() ? 0 : time[0] * (factor.empty() ? 1 : factor[0]);
    steps_.push_back({"/data/" + name, seconds});
    if (H5Lexists(iteration.get(), meshes.c_str(), H5P_DEFAULT) <= 0) return;
    const Hdf5Id group = openObject(iteration.get(), meshes);
    if (!group || !isGroup(group.get())) return;
    for (const std::string& mesh : linksOf(group.get()))
      addMesh(group.get(), mesh, "/data/" + name + "/" + meshes + "/" + mesh, seconds);
  }

  void addMesh(hid_t group, const std::string& name, const std::string& path, double seconds) {
    const Hdf5Id mesh = openObject(group, name);
    if (!mesh) return warn("The mesh " + name + " can't be opened.");
    data::FieldInfo info;
    info.name = cleanText(name);
    std::vector<FieldPtr> parts;
    if (!isGroup(mesh.get())) {
      addPart(mesh.get(), mesh.get(), path, info, parts);
    } else {
      for (const std::string& component : linksOf(mesh.get())) {
        const Hdf5Id part = openObject(mesh.get(), component);
        if (part) addPart(mesh.get(), part.get(), path + "/" + component, info, parts);
      }
    }
    if (parts.empty()) return;
    info.components = static_cast<int>(parts.size());
    const auto found = meshes_.find(name);
    if (found == meshes_.end()) {
      order_.push_back(name);
      meshes_[name] = {std::move(info), std::move(parts), {seconds}};
    } else if (found->second.info.shape == info.shape && found->second.info.components == info.components &&
               found->second.info.indexToWorld == info.indexToWorld) {
      std::move(parts.begin(), parts.end(), std::back_inserter(found->second.parts));
      found->second.times.push_back(seconds);
    } else {
      warn("The mesh " + name + " changes its shape or place in time; only the steps like the first are shown.");
    }
  }

  void addPart(hid_t mesh, hid_t part, const std::string& path, data::FieldInfo& info, std::vector<FieldPtr>& parts) {
    if (isGroup(part))
      return warn("The mesh " + info.name + " has a component that is the same everywhere; it is left out.");
    const Hdf5Id type(H5Dget_type(part), H5Tclose);
    if (!type) return warn("The mesh " + info.name + " is damaged.");
    const auto known = scalarOf(type.get());
    const data::ScalarType scalar = known.value_or(data::ScalarType::Float64);
    const auto stored = lengthsOf(part);
    const std::vector<std::int64_t> lengths(stored.begin(), stored.end());
    if (!known || lengths.empty() || lengths.size() > 3 || chunkBytesOf(part) > 256e6)
      return warn("The mesh " + info.name + " has values that are no numbers on one to three axes.");
    std::string order;
    for (const std::string& label : attributeTexts(mesh, "axisLabels"))
      order += lowerCase(label);
    if (attributeText(mesh, "dataOrder") == "F") std::reverse(order.begin(), order.end());
    const std::string geometry = attributeText(mesh, "geometry");
    if ((!geometry.empty() && geometry != "cartesian") || !areAxes(order, lengths.size())) {
      warn("The mesh " + info.name + " has the geometry " + (geometry.empty() ? "(none)" : geometry) +
           "; it is shown on its own indices.");
      order = guessedAxes(lengths.size());
      info.transform = "none";
      info.worldUnit = "px";
    } else {
      place(mesh, part, order, info);
    }
    const auto factor = attributeNumbers(part, "unitSI");
    Hdf5Values values;
    values.scale = factor.empty() ? 1 : factor[0];
    data::FieldInfo single = info;
    single.type = isFloating(scalar) || values.scale == 1 ? scalar : data::ScalarType::Float64;
    setShape(single, lengths, order, info_.path);
    single.levels = levelsFor(single.shape);
    if (!parts.empty() && (single.shape != info.shape || single.type != info.type))
      return warn("The components of the mesh " + info.name + " differ in shape or type; some are left out.");
    info.shape = single.shape;
    info.type = single.type;
    info.levels = single.levels;
    info.unit = openPmdUnit(attributeNumbers(mesh, "unitDimension"));
    info.source = "openPMD";
    parts.push_back(hdf5Field(std::move(single), order, file_, path, std::move(values)));
    made_.push_back(parts.back());
  }

  /// gridSpacing and gridGlobalOffset are in the order of the labels, and of the mesh's own unit.
  void place(hid_t mesh, hid_t part, const std::string& order, data::FieldInfo& info) const {
    auto spacing = attributeNumbers(mesh, "gridSpacing"), offset = attributeNumbers(mesh, "gridGlobalOffset"),
         position = attributeNumbers(part, "position");
    const auto factor = attributeNumbers(mesh, "gridUnitSI");
    if (attributeText(mesh, "dataOrder") == "F")
      for (auto* list : {&spacing, &offset, &position})
        std::reverse(list->begin(), list->end());
    const double metres = factor.empty() ? 1 : factor[0];
    data::Vec3 step{1, 1, 1}, origin{0, 0, 0};
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto axis = static_cast<std::size_t>(axisOf(order[i]));
      if (i < spacing.size()) step[axis] = spacing[i] * metres;
      if (i < offset.size()) origin[axis] = offset[i] * metres;
      if (i < position.size()) origin[axis] += position[i] * step[axis];
    }
    // Components of a staggered mesh lie half a cell apart; the first says where the field is.
    if (info.frame == data::Frame::Cartesian) return;
    info.indexToWorld = data::Affine::scaling(step, origin);
    info.frame = data::Frame::Cartesian;
    info.worldUnit = "m";
    info.transform = "gridSpacing";
  }

  FieldPtr finish(const std::string& name) {
    Mesh& mesh = meshes_.at(name);
    mesh.info.time.size = static_cast<std::int64_t>(mesh.times.size());
    mesh.info.time.unit = "s";
    mesh.info.time.values = mesh.times;
    return stackFields(std::move(mesh.info), std::move(mesh.parts));
  }

  std::shared_ptr<const Hdf5File> file_;
  data::DatasetInfo info_;
  std::map<std::string, Mesh> meshes_;
  std::vector<std::string> order_;
  std::set<std::string> said_;
  std::vector<OpenPmdStep> steps_;
  /// Every field that was made, those that were not wanted in the end too: closing one takes the lock, so none may go
  /// while it is held.
  FieldsDataset::Fields made_;
};

} // namespace

std::shared_ptr<data::Dataset> openOpenPmd(const std::shared_ptr<const File>& file) {
  std::unique_ptr<OpenPmd> reader; // outlives the lock: closing the file takes it
  const auto lock = lockHdf5();
  reader = std::make_unique<OpenPmd>(file);
  return reader->open();
}

} // namespace discern::io
