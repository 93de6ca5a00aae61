#include "io/matter/structure.h"

#include "io/fields_dataset.h"
#include "io/matter/bonds.h"
#include "io/matter/elements.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vtkCellArray.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkIntArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

namespace discern::io {

namespace {

class AtomsGrid final : public data::GridSource {
public:
  AtomsGrid(data::GridInfo info, std::vector<Structure> frames) : info_(std::move(info)), frames_(std::move(frames)) {
    const Structure& first = frames_.front();
    info_.points = static_cast<std::int64_t>(first.atoms.size());
    info_.cells = static_cast<std::int64_t>(bondsOf(first.atoms).size());
    info_.lo = {1, 1, 1};
    info_.hi = {0, 0, 0};
    if (!first.atoms.empty()) info_.lo = info_.hi = first.atoms.front().place;
    for (const Atom& atom : first.atoms)
      for (std::size_t i = 0; i < 3; ++i) {
        info_.lo[i] = std::min(info_.lo[i], atom.place[i]);
        info_.hi[i] = std::max(info_.hi[i], atom.place[i]);
      }
    info_.bytes = static_cast<double>(info_.points) * 28 + static_cast<double>(info_.cells) * 24;
  }
  [[nodiscard]] const data::GridInfo& info() const override { return info_; }
  [[nodiscard]] vtkSmartPointer<vtkDataObject> read(std::int64_t time) const override {
    if (time < 0 || time >= info_.time.size)
      throw data::UsageError("grid " + info_.name + ": time step " + std::to_string(time) + " asked, it has " +
                             std::to_string(info_.time.size));
    const Structure& frame = frames_[static_cast<std::size_t>(time)];
    vtkNew<vtkPoints> points;
    points->SetDataTypeToDouble();
    vtkNew<vtkIntArray> numbers;
    numbers->SetName("atomic number");
    for (const Atom& atom : frame.atoms) {
      points->InsertNextPoint(atom.place.data());
      numbers->InsertNextValue(atom.number);
    }
    vtkNew<vtkCellArray> lines;
    for (const auto& [a, b] : bondsOf(frame.atoms))
      lines->InsertNextCell({a, b});
    vtkNew<vtkPolyData> atoms;
    atoms->SetPoints(points);
    atoms->SetLines(lines);
    atoms->GetPointData()->AddArray(numbers);
    if (frame.lattice) {
      vtkNew<vtkDoubleArray> lattice;
      lattice->SetName("lattice");
      lattice->SetNumberOfComponents(3);
      for (const data::Vec3& vector : *frame.lattice)
        lattice->InsertNextTuple(vector.data());
      atoms->GetFieldData()->AddArray(lattice);
    }
    return vtkSmartPointer<vtkDataObject>(atoms);
  }

private:
  data::GridInfo info_;
  std::vector<Structure> frames_;
};

data::Table atomTable(const Structure& frame) {
  data::Table table;
  table.info.name = "atoms";
  table.info.columns = {"element", "label", "x", "y", "z", "occupancy"};
  table.info.units = {"", "", "Å", "Å", "Å", ""};
  table.info.rows = static_cast<std::int64_t>(frame.atoms.size());
  table.numbers.resize(table.info.columns.size());
  table.texts.resize(table.info.columns.size());
  for (const Atom& atom : frame.atoms) {
    table.texts[0].emplace_back(elementSymbol(atom.number));
    table.texts[1].push_back(atom.label);
    for (std::size_t i = 0; i < 3; ++i)
      table.numbers[2 + i].push_back(atom.place[i]);
    table.numbers[5].push_back(atom.occupancy);
  }
  return table;
}

/// The atomic numbers of all frames as a field on the grid; of the first alone where frames differ in their count.
std::shared_ptr<const data::FieldSource> numbersField(const std::vector<Structure>& frames, const data::TimeAxis& time,
                                                      const std::string& source) {
  data::FieldInfo info;
  info.name = "atomic number";
  info.type = data::ScalarType::Int32;
  info.shape = {static_cast<std::int64_t>(frames.front().atoms.size()), 1, 1};
  info.support = data::Support::Points;
  info.grid = "atoms";
  info.frame = data::Frame::Cartesian;
  info.worldUnit = "Å";
  info.labels = true;
  info.source = source;
  const bool even = std::all_of(frames.begin(), frames.end(), [&](const Structure& frame) {
    return frame.atoms.size() == frames.front().atoms.size();
  });
  if (even) info.time = time;
  std::vector<std::byte> bytes;
  for (std::size_t t = 0; t < static_cast<std::size_t>(info.time.size); ++t)
    for (const Atom& atom : frames[t].atoms) {
      const auto number = static_cast<std::int32_t>(atom.number);
      const auto* raw = reinterpret_cast<const std::byte*>(&number);
      bytes.insert(bytes.end(), raw, raw + sizeof(number));
      if (number > 0) info.labelNames.try_emplace(number, elementSymbol(number));
    }
  return data::memoryField(std::move(info), std::move(bytes));
}

} // namespace

std::optional<Lattice> latticeOf(const data::Vec3& lengths, const data::Vec3& angles) {
  data::Vec3 cosine{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(lengths[i] > 0) || !(lengths[i] < 1e6) || !(angles[i] > 0) || !(angles[i] < 180)) return std::nullopt;
    cosine[i] = angles[i] == 90 ? 0 : std::cos(angles[i] * std::numbers::pi / 180);
  }
  const double sine = std::sqrt(1 - cosine[2] * cosine[2]);
  const double cx = cosine[1], cy = (cosine[0] - cosine[1] * cosine[2]) / sine, rest = 1 - cx * cx - cy * cy;
  if (!(rest > 0)) return std::nullopt;
  return Lattice{data::Vec3{lengths[0], 0, 0}, data::Vec3{lengths[1] * cosine[2], lengths[1] * sine, 0},
                 data::Vec3{lengths[2] * cx, lengths[2] * cy, lengths[2] * std::sqrt(rest)}};
}

data::Vec3 fromFractions(const Lattice& lattice, const data::Vec3& fractions) {
  data::Vec3 place{0, 0, 0};
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t i = 0; i < 3; ++i)
      place[i] += lattice[k][i] * fractions[k];
  return place;
}

double volume(const Lattice& l) {
  return std::abs(l[0][0] * (l[1][1] * l[2][2] - l[1][2] * l[2][1]) -
                  l[0][1] * (l[1][0] * l[2][2] - l[1][2] * l[2][0]) +
                  l[0][2] * (l[1][0] * l[2][1] - l[1][1] * l[2][0]));
}

std::shared_ptr<data::Dataset> Matter::dataset() && {
  std::vector<data::Table> tables;
  FieldsDataset::Grids grids;
  if (!frames.empty() && !frames.front().atoms.empty()) {
    data::GridInfo grid;
    grid.name = "atoms";
    grid.kind = data::GridKind::Atoms;
    grid.worldUnit = "Å";
    grid.transform = "coordinates";
    grid.time = {static_cast<std::int64_t>(frames.size()), timeUnit, "", times};
    grid.source = info.format;
    const auto unknown = std::count_if(frames.front().atoms.begin(), frames.front().atoms.end(),
                                       [](const Atom& atom) { return atom.number == 0; });
    if (unknown > 0) info.warnings.push_back("Of " + std::to_string(unknown) + " atoms the element is not known.");
    tables.push_back(atomTable(frames.front()));
    fields.push_back(numbersField(frames, grid.time, info.format));
    if (frames.front().lattice)
      info.attributes["cell volume"] = std::to_string(volume(*frames.front().lattice)) + " Å³";
    grids.push_back(std::make_shared<AtomsGrid>(std::move(grid), std::move(frames)));
  }
  return std::make_shared<FieldsDataset>(std::move(info), std::move(fields), std::move(tables), std::move(grids));
}

} // namespace discern::io
