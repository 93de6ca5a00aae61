#include "io/grids/object/grid_steps.h"

#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/grids/object/grid_arrays.h"
#include "io/grids/object/grid_object.h"

#include <algorithm>
#include <set>
#include <vtkCompositeDataSet.h>
#include <vtkDataArray.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkMatrix3x3.h>
#include <vtkMultiBlockDataSet.h>
#include <vtkOverlappingAMR.h>
#include <vtkStringArray.h>
#include <vtkTable.h>
#include <vtkVariant.h>

namespace discern::io {

namespace {

class Builder {
public:
  explicit Builder(GridParts parts) : info_(std::move(parts.info)), many_(parts.grids.size() > 1) {
    for (GridSpec& spec : parts.grids)
      add(spec);
  }
  [[nodiscard]] std::shared_ptr<data::Dataset> dataset() {
    return std::make_shared<FieldsDataset>(std::move(info_), std::move(fields_), std::move(tables_), std::move(grids_));
  }

private:
  void add(GridSpec& spec) {
    const auto steps = std::make_shared<GridSteps>(info_.path, std::move(spec.load));
    const auto object = steps->at(0);
    addAttributes(object->GetFieldData(), spec);
    if (auto* table = vtkTable::SafeDownCast(object)) return addTable(*table, spec);
    if (auto* image = vtkImageData::SafeDownCast(object); image) {
      for (const bool points : {true, false})
        addImageFields(*image, points, spec, steps);
      return;
    }
    data::GridInfo grid;
    grid.name = spec.name;
    grid.kind = spec.kind ? *spec.kind : kindOf(*object);
    grid.worldUnit = spec.worldUnit;
    grid.source = spec.source.empty() ? info_.format : spec.source;
    if (spec.moves) grid.time = spec.time;
    const double bytes = static_cast<double>(object->GetActualMemorySize()) * 1024;
    const data::TimeAxis time = grid.time;
    grid = data::memoryGrid(std::move(grid), object)->info(); // counts and bounds
    grid.bytes = bytes;
    grid.time = time;
    for (const bool points : {true, false})
      addFields(*object, points, spec, steps);
    grids_.push_back(gridSource(std::move(grid), steps));
  }

  [[nodiscard]] std::string uniqueName(const std::string& wanted, const GridSpec& spec, bool points) {
    std::string name = many_ ? spec.name + "/" + wanted : wanted;
    if (names_.contains(name)) name += points ? " (points)" : " (cells)";
    const std::string stem = name;
    for (int i = 2; !names_.insert(name).second; ++i)
      name = stem + " " + std::to_string(i);
    return name;
  }

  [[nodiscard]] data::FieldInfo fieldOf(const std::string& array, bool points, const GridSpec& spec) {
    data::FieldInfo info;
    info.name = uniqueName(cleanText(array), spec, points);
    if (const auto unit = spec.units.find(array); unit != spec.units.end()) info.unit = unit->second;
    info.time = spec.time;
    info.frame = data::Frame::Cartesian;
    info.worldUnit = spec.worldUnit;
    info.source = spec.source.empty() ? info_.format : spec.source;
    return info;
  }

  void addFields(vtkDataObject& object, bool points, const GridSpec& spec,
                 const std::shared_ptr<const GridSteps>& steps) {
    struct Found {
      data::ScalarType type;
      int components = 1;
      std::int64_t values = 0;
      bool mixed = false;
    };
    std::vector<std::pair<std::string, Found>> found; // in the order of the file
    std::int64_t total = 0;
    for (vtkDataObject* leaf : leavesOf(object)) {
      total += countOf(*leaf, points);
      vtkFieldData* arrays = arraysOf(*leaf, points);
      for (int i = 0; arrays && i < arrays->GetNumberOfArrays(); ++i) {
        vtkDataArray* array = arrays->GetArray(i);
        if (!array) {
          if (arrays->GetAbstractArray(i)) warn("Text on the grid is not shown.");
          continue;
        }
        const std::string name = array->GetName() ? array->GetName() : "unnamed";
        if (!array->GetName()) array->SetName("unnamed");
        if (array->GetNumberOfComponents() < 1) continue;
        // Readers mark covered cells as ghosts, which "refined" says plainer.
        if (name == "vtkGhostType" && vtkOverlappingAMR::SafeDownCast(&object)) continue;
        const auto at = std::find_if(found.begin(), found.end(), [&](const auto& f) { return f.first == name; });
        if (at == found.end()) {
          found.push_back({name, {typeOf(*array), array->GetNumberOfComponents(), array->GetNumberOfTuples(), false}});
        } else if (at->second.components != array->GetNumberOfComponents()) {
          warn("\"" + name + "\" has another number of components in some blocks; it is missing there.");
        } else {
          at->second.values += array->GetNumberOfTuples();
          at->second.mixed = at->second.mixed || at->second.type != typeOf(*array);
        }
      }
    }
    for (const auto& [name, what] : found) {
      data::FieldInfo info = fieldOf(name, points, spec);
      info.support = points ? data::Support::Points : data::Support::Cells;
      info.grid = spec.name;
      info.shape = {total, 1, 1};
      info.components = what.components;
      // Blocks without the array are missing values, and whole numbers have none.
      const bool partial = what.values < total;
      info.type = what.mixed || (partial && !isFloating(what.type)) ? data::ScalarType::Float64 : what.type;
      if (partial) warn("\"" + name + "\" is not in every block; it is missing elsewhere.");
      if (name == "block") nameBlocks(object, info);
      if (name == "refined") info.quantity = "Covered by a finer level";
      fields_.push_back(gridField(std::move(info), steps, name));
    }
  }

  static void nameBlocks(vtkDataObject& object, data::FieldInfo& info) {
    auto* blocks = vtkMultiBlockDataSet::SafeDownCast(&object);
    if (!blocks || isFloating(info.type)) return;
    info.labels = true;
    for (unsigned i = 0; i < blocks->GetNumberOfBlocks(); ++i)
      if (blocks->HasMetaData(i) && blocks->GetMetaData(i)->Has(vtkCompositeDataSet::NAME()))
        info.labelNames[i + 1] = cleanText(blocks->GetMetaData(i)->Get(vtkCompositeDataSet::NAME()));
  }

  void addImageFields(vtkImageData& image, bool points, const GridSpec& spec,
                      const std::shared_ptr<const GridSteps>& steps) {
    vtkFieldData* arrays = arraysOf(image, points);
    for (int i = 0; arrays && i < arrays->GetNumberOfArrays(); ++i) {
      vtkDataArray* array = arrays->GetArray(i);
      if (!array || array->GetNumberOfComponents() < 1) continue;
      if (!array->GetName()) array->SetName("unnamed");
      const std::string name = array->GetName();
      data::FieldInfo info = fieldOf(name, points, spec);
      info.type = typeOf(*array);
      info.components = array->GetNumberOfComponents();
      int extent[6];
      image.GetExtent(extent);
      const double* origin = image.GetOrigin();
      const double* spacing = image.GetSpacing();
      data::Vec3 first{};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t length = std::int64_t{extent[2 * axis + 1]} - extent[2 * axis] + 1;
        info.shape[axis] = points ? length : std::max<std::int64_t>(length - 1, 1);
        // Values of cells are at their centres; an axis of one point has no cells to be in the middle of.
        first[axis] = extent[2 * axis] + (points || length == 1 ? 0.0 : 0.5);
      }
      vtkMatrix3x3* turn = image.GetDirectionMatrix();
      for (int r = 0; r < 3; ++r) {
        double at = origin[r];
        for (int c = 0; c < 3; ++c) {
          const double step = turn->GetElement(r, c) * spacing[c];
          info.indexToWorld.m[static_cast<std::size_t>(4 * r + c)] = step;
          at += step * first[static_cast<std::size_t>(c)];
        }
        info.indexToWorld.m[static_cast<std::size_t>(4 * r + 3)] = at;
      }
      try {
        static_cast<void>(info.indexToWorld.inverse());
      } catch (const std::domain_error&) {
        warn("The spacing or the direction is singular; the voxels are shown on their indices.");
        info.indexToWorld = {};
        info.frame = data::Frame::VoxelIndex;
      }
      info.transform = info.frame == data::Frame::Cartesian ? "origin and spacing" : "none";
      info.levels = levelsFor(info.shape);
      info.labels = !isFloating(info.type) && info.components == 1 && speaksOfLabels(name);
      fields_.push_back(imageField(std::move(info), steps, name, points));
    }
    if (fields_.empty() && !points) throw data::ReadError(info_.path, "the image has no numeric arrays");
  }

  void addTable(vtkTable& source, const GridSpec& spec) {
    data::Table table;
    table.info.name = spec.name;
    table.info.rows = source.GetNumberOfRows();
    for (vtkIdType c = 0; c < source.GetNumberOfColumns(); ++c) {
      vtkAbstractArray* column = source.GetColumn(c);
      auto* numbers = vtkDataArray::SafeDownCast(column);
      for (int part = 0; part < column->GetNumberOfComponents(); ++part) {
        std::string name = column->GetName() ? cleanText(column->GetName()) : "column " + std::to_string(c + 1);
        if (column->GetNumberOfComponents() > 1) name += " " + std::to_string(part + 1);
        table.info.columns.push_back(name);
        table.info.units.emplace_back();
        auto& values = table.numbers.emplace_back();
        auto& texts = table.texts.emplace_back();
        for (std::int64_t r = 0; r < table.info.rows; ++r) {
          if (numbers)
            values.push_back(numbers->GetComponent(r, part));
          else
            texts.push_back(
                cleanText(std::string(column->GetVariantValue(r * column->GetNumberOfComponents() + part).ToString())));
        }
      }
    }
    tables_.push_back(std::move(table));
  }

  /// Short arrays of the whole file: what it says of itself.
  void addAttributes(vtkFieldData* arrays, GridSpec& spec) {
    constexpr vtkIdType most = 16;
    for (int i = 0; arrays && i < arrays->GetNumberOfArrays(); ++i) {
      vtkAbstractArray* array = arrays->GetAbstractArray(i);
      if (!array || !array->GetName() || array->GetNumberOfValues() > most) continue;
      std::string text;
      for (vtkIdType v = 0; v < array->GetNumberOfValues(); ++v)
        text += (v > 0 ? " " : "") + std::string(array->GetVariantValue(v).ToString());
      const std::string name = array->GetName();
      info_.attributes[cleanText(name)] = cleanText(text);
      auto* numbers = vtkDataArray::SafeDownCast(array);
      if (numbers && numbers->GetNumberOfValues() == 1 && (name == "TimeValue" || name == "TIME") &&
          spec.time.size == 1 && spec.time.values.empty())
        spec.time.values = {numbers->GetComponent(0, 0)};
    }
  }

  void warn(const std::string& text) {
    if (std::find(info_.warnings.begin(), info_.warnings.end(), text) == info_.warnings.end())
      info_.warnings.push_back(text);
  }

  data::DatasetInfo info_;
  bool many_;
  std::set<std::string> names_;
  FieldsDataset::Fields fields_;
  FieldsDataset::Grids grids_;
  std::vector<data::Table> tables_;
};

} // namespace

std::shared_ptr<data::Dataset> gridDataset(GridParts parts) { return Builder(std::move(parts)).dataset(); }

} // namespace discern::io
