#include "io/fields/convert/convert.h"

#include "data/error.h"
#include "io/fields/convert/vtk_writing.h"
#include "io/file_text.h"
#include "io/write.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

namespace {

using data::FieldInfo;
using FieldPtr = std::shared_ptr<const data::FieldSource>;
using Notes = std::vector<std::string>;

constexpr double mostInMemory = 16e9; ///< for the formats that are written in one piece
constexpr std::int64_t pieceBytes = 16 << 20;

class OneStep final : public data::FieldSource {
public:
  OneStep(FieldPtr field, std::int64_t time) : field_(std::move(field)), time_(time), info_(field_->info()) {
    if (time < 0 || time >= info_.time.size)
      throw data::UsageError("--time: the field " + info_.name + " has steps 0 to " +
                             std::to_string(info_.time.size - 1));
    if (!info_.time.values.empty()) info_.time.values = {info_.time.values[static_cast<std::size_t>(time)]};
    info_.time.size = 1;
  }
  [[nodiscard]] const FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    data::Slab at = slab;
    at.time = time_;
    field_->read(at, out);
  }

private:
  FieldPtr field_;
  std::int64_t time_;
  FieldInfo info_;
};

double bytesOf(const FieldInfo& info) {
  return static_cast<double>(info.voxels()) * static_cast<double>(info.time.size) * info.components *
         static_cast<double>(sizeOf(info.type));
}

/// Everything, x fastest, then y, z, time, component.
std::vector<std::byte> wholeOf(const data::FieldSource& field, const std::string& output) {
  const FieldInfo& info = field.info();
  if (bytesOf(info) > mostInMemory)
    throw data::UsageError(output + ": this format is written in one piece, and the field has " +
                           byteText(bytesOf(info)) + "; choose one step with --time, or NetCDF");
  const std::size_t step = static_cast<std::size_t>(info.voxels()) * sizeOf(info.type);
  std::vector<std::byte> bytes(static_cast<std::size_t>(bytesOf(info)));
  for (int c = 0; c < info.components; ++c)
    for (std::int64_t t = 0; t < info.time.size; ++t)
      field.read({{{0, 0, 0}, info.shape}, t, c, 0},
                 std::span(bytes).subspan(static_cast<std::size_t>(c * info.time.size + t) * step, step));
  return bytes;
}

/// (time, z, y, x), with components last; leading axes of length 1 are left out.
void writeNumpy(const std::string& output, const data::FieldSource& field) {
  const FieldInfo& info = field.info();
  const std::size_t size = sizeOf(info.type), components = static_cast<std::size_t>(info.components);
  std::vector<std::int64_t> shape;
  if (info.time.size > 1 || components > 1) shape.push_back(info.time.size);
  if (!shape.empty() || info.shape[2] > 1) shape.push_back(info.shape[2]);
  if (!shape.empty() || info.shape[1] > 1) shape.push_back(info.shape[1]);
  shape.push_back(info.shape[0]);
  if (components > 1) shape.push_back(info.components);
  NpyWriter writer(output, info.type, shape);
  const std::int64_t row = info.shape[0] * static_cast<std::int64_t>(size);
  const std::int64_t rows = std::clamp<std::int64_t>(pieceBytes / row, 1, info.shape[1]);
  std::vector<std::byte> piece, all;
  for (std::int64_t t = 0; t < info.time.size; ++t)
    for (std::int64_t z = 0; z < info.shape[2]; ++z)
      for (std::int64_t y = 0; y < info.shape[1]; y += rows) {
        const data::Box box{{0, y, z}, {info.shape[0], std::min(y + rows, info.shape[1]), z + 1}};
        const auto count = static_cast<std::size_t>(box.voxels());
        piece.resize(count * size);
        all.resize(count * size * components);
        for (std::size_t c = 0; c < components; ++c) {
          field.read({box, t, static_cast<int>(c), 0}, components == 1 ? std::span(all) : std::span(piece));
          for (std::size_t i = 0; components > 1 && i < count; ++i)
            std::copy_n(piece.data() + i * size, size, all.data() + (i * components + c) * size);
        }
        writer.append(all);
      }
  writer.commit();
}

/// What is written, and what of a field that format has no room for.
struct Keeping {
  const char* format = "";
  bool place = true, unit = true, quantity = true, times = true, labelNames = true, labels = true;
};

void note(Notes& notes, const FieldInfo& info, const Keeping& keeping) {
  std::string lost;
  const auto add = [&](bool has, const std::string& what) {
    if (has) lost += (lost.empty() ? "" : ", ") + what;
  };
  add(!keeping.place && info.frame != data::Frame::VoxelIndex, "where the voxels are");
  add(!keeping.unit && !info.unit.empty(), "the unit " + info.unit);
  add(!keeping.quantity && !info.quantity.empty(), "the quantity \"" + info.quantity + "\"");
  add(!keeping.times && !info.time.values.empty(), "the times");
  add(!keeping.labels && info.labels, "that the values are labels");
  add(!keeping.labelNames && !info.labelNames.empty(), "the names of the labels");
  if (!lost.empty()) notes.push_back(std::string(keeping.format) + " has no room for " + lost + ".");
}

bool isEven(const std::vector<double>& values) {
  for (std::size_t i = 2; i < values.size(); ++i)
    if (std::abs((values[i] - values[i - 1]) - (values[1] - values[0])) > 1e-6 * std::abs(values[1] - values[0]))
      return false;
  return true;
}

void addNiftiNotes(Notes& notes, const FieldInfo& info) {
  const bool seconds = info.time.unit == "s" || info.time.unit == "ms" || info.time.unit == "µs";
  note(notes, info,
       {"NIfTI", true, false, info.quantity.size() <= 15, info.time.size == 1 || (seconds && isEven(info.time.values)),
        false, true});
  const auto& m = info.indexToWorld.m;
  if (info.frame != data::Frame::VoxelIndex &&
      std::any_of(m.begin(), m.end(), [](double v) { return static_cast<double>(static_cast<float>(v)) != v; }))
    notes.emplace_back("NIfTI keeps the placement in single precision.");
}

bool endsWith(const std::string& text, std::initializer_list<const char*> suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(), [&](const char* s) { return text.ends_with(s); });
}

template <typename List>
bool hasPart(const List& parts, const std::string& name) {
  return std::any_of(parts.begin(), parts.end(), [&](const auto& part) { return part.name == name; });
}

void writeTable(const data::Dataset& dataset, const std::string& part, const std::string& output, Notes& notes) {
  const auto& info = dataset.info();
  if (hasPart(info.tables, part) || (part.empty() && !info.tables.empty())) {
    writeCsv(output, dataset.table(part));
    return;
  }
  // A field of one or two axes is a table of numbers as well.
  const auto field = dataset.field(part);
  const FieldInfo& f = field->info();
  if (f.shape[2] > 1 || f.shape[0] > 100000 || (f.shape[1] > 1 && (f.components > 1 || f.time.size > 1)) ||
      bytesOf(f) > 1e9)
    throw data::UsageError(output + ": CSV holds tables, and the field " + f.name + " has the shape " +
                           shapeText(f.shape) + "; choose a part with `read`");
  const bool plane = f.shape[1] > 1;
  data::Table table;
  table.info.name = f.name;
  table.info.rows = plane ? f.shape[1] : f.shape[0];
  const std::int64_t columns = plane ? f.shape[0] : f.components * f.time.size;
  for (std::int64_t column = 0; column < columns; ++column) {
    table.info.columns.push_back(columns == 1 ? f.name : f.name + " " + std::to_string(column));
    table.info.units.push_back(f.unit);
    const data::Box box =
        plane ? data::Box{{column, 0, 0}, {column + 1, f.shape[1], 1}} : data::Box{{0, 0, 0}, f.shape};
    std::vector<std::byte> bytes(static_cast<std::size_t>(box.voxels()) * sizeOf(f.type));
    field->read({box, plane ? 0 : column % f.time.size, plane ? 0 : static_cast<int>(column / f.time.size), 0}, bytes);
    auto& numbers = table.numbers.emplace_back();
    data::dispatch(f.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T* from = reinterpret_cast<const T*>(bytes.data());
      for (std::size_t i = 0; i < bytes.size() / sizeof(T); ++i)
        numbers.push_back(f.missing && static_cast<double>(from[i]) == *f.missing ? std::nan("")
                                                                                  : static_cast<double>(from[i]));
    });
  }
  note(notes, f, {"CSV", false, true, false, false, false, false});
  writeCsv(output, table);
}

void writeGrid(const data::Dataset& dataset, const std::string& part, std::optional<std::int64_t> time,
               const std::string& output) {
  const auto& info = dataset.info();
  VtkWriting what{output, nullptr, {}, time.value_or(0)};
  std::string only; // one field of a grid, named by the caller
  if (const FieldInfo* field = part.empty() ? nullptr : info.field(part); field && !hasPart(info.grids, part)) {
    if (field->support == data::Support::Voxels) {
      what.fields = {dataset.field(part)};
    } else {
      only = part;
      what.grid = dataset.grid(field->grid);
    }
  } else if (!info.grids.empty() && (part.empty() || field == nullptr || hasPart(info.grids, part))) {
    what.grid = dataset.grid(part);
  } else {
    what.fields = {dataset.field(part)};
  }
  if (what.grid)
    for (const FieldInfo& field : info.fields)
      if (field.grid == what.grid->info().name && field.support != data::Support::Voxels &&
          (only.empty() || field.name == only))
        what.fields.push_back(dataset.field(field.name));
  std::int64_t steps = what.grid ? what.grid->info().time.size : 1;
  for (const auto& field : what.fields)
    steps = std::max(steps, field->info().time.size);
  if (steps > 1 && !time)
    throw data::UsageError(output + ": a file of VTK holds one time step, and there are " + std::to_string(steps) +
                           "; choose one with --time");
  if (what.time < 0 || what.time >= steps)
    throw data::UsageError("--time: there are steps 0 to " + std::to_string(steps - 1));
  writeVtk(what);
}

bool isGrid(const data::DatasetInfo& info, const std::string& part) {
  return part.empty() ? info.fields.empty() && !info.grids.empty() : hasPart(info.grids, part);
}

} // namespace

std::string convertSuffixes() {
  return ".nii, .nii.gz, .tif, .npy, .nc, .surf.gii, .func.gii, .shape.gii, .label.gii, .vti, .vtp, .vtu, .vtkhdf, "
         ".h5, "
         ".csv";
}

std::shared_ptr<const data::FieldSource> atTime(std::shared_ptr<const data::FieldSource> field, std::int64_t time) {
  return std::make_shared<OneStep>(std::move(field), time);
}

std::vector<std::string> convert(const data::Dataset& dataset, const std::string& part,
                                 std::optional<std::int64_t> time, const std::string& output) {
  Notes notes;
  const std::string name = lowerCase(output);
  const data::DatasetInfo& info = dataset.info();
  if (!endsWith(name, {".nii", ".nii.gz", ".tif", ".tiff", ".npy", ".nc", ".gii", ".vti", ".vtp", ".vtu", ".vtkhdf",
                       ".h5", ".csv"}))
    throw data::UsageError("the format is told by the suffix of OUT: one of " + convertSuffixes() + ", not " + output);
  if (name.ends_with(".csv")) {
    writeTable(dataset, part, output, notes);
    return notes;
  }
  if (endsWith(name, {".vti", ".vtp", ".vtu"})) {
    writeGrid(dataset, part, time, output);
    return notes;
  }
  const bool gifti = name.ends_with(".gii");
  if (gifti && (isGrid(info, part) || name.ends_with(".surf.gii"))) {
    writeGiftiSurface(output, *dataset.grid(hasPart(info.grids, part) ? part : std::string()), time.value_or(0));
    return notes;
  }
  if (isGrid(info, part))
    throw data::UsageError(output + ": " + (part.empty() ? info.grids[0].name : part) +
                           " is a grid, which this format can't hold; .vtu, .vtp and .surf.gii can");
  if (hasPart(info.tables, part))
    throw data::UsageError(output + ": " + part + " is a table, which this format can't hold; .csv can");
  FieldPtr field = dataset.field(part);
  if (time) field = atTime(field, *time);
  const FieldInfo& f = field->info();
  if (endsWith(name, {".nii", ".nii.gz"})) {
    writeNifti(output, f, wholeOf(*field, output));
    addNiftiNotes(notes, f);
  } else if (endsWith(name, {".tif", ".tiff"})) {
    writeTiff(output, f, wholeOf(*field, output));
    note(notes, f, {"TIFF", f.frame == data::Frame::Cartesian, false, false, true, false, true});
  } else if (name.ends_with(".npy")) {
    writeNumpy(output, *field);
    note(notes, f, {"NumPy", false, false, false, false, false, false});
  } else if (name.ends_with(".nc")) {
    writeNetcdf(output, *field);
  } else if (gifti) {
    writeGifti(output, *field);
    note(notes, f, {"GIFTI", true, true, true, true, true, true});
    if (f.type == data::ScalarType::Float64) notes.emplace_back("GIFTI keeps values in single precision.");
  } else {
    ResultFile result;
    result.addField(f, wholeOf(*field, output));
    result.commit(output);
  }
  return notes;
}

} // namespace discern::io
