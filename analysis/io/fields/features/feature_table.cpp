#include "io/fields/features/feature_table.h"

#include "data/error.h"
#include "io/file_text.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <netcdf.h>

namespace discern::io {

namespace {

constexpr double mostValues = 60e6;    ///< of one variable
constexpr std::int64_t mostParts = 16; ///< columns of one variable
constexpr double mostCells = 100e6;    ///< of the table

double countOf(const NetcdfVariable& variable) {
  double count = 1;
  for (const auto& dimension : variable.dimensions)
    count *= static_cast<double>(dimension.length);
  return count;
}

bool isText(const NetcdfVariable& variable) { return variable.type == NC_CHAR || variable.type == NC_STRING; }

/// The numbers of a variable, missing ones NaN, unpacked.
std::vector<double> numbersOf(const NetcdfFile& file, const NetcdfVariable& variable) {
  std::vector<double> values = file.values(variable);
  std::vector<double> missing = file.numbers(variable, "_FillValue");
  for (const double value : file.numbers(variable, "missing_value"))
    missing.push_back(value);
  const auto scale = file.numbers(variable, "scale_factor"), offset = file.numbers(variable, "add_offset");
  for (double& value : values) {
    const bool gone = std::find(missing.begin(), missing.end(), value) != missing.end() ||
                      (variable.type == NC_FLOAT && value == static_cast<double>(NC_FILL_FLOAT)) ||
                      (variable.type == NC_DOUBLE && value == NC_FILL_DOUBLE);
    value = gone ? std::numeric_limits<double>::quiet_NaN()
                 : value * (scale.empty() ? 1 : scale[0]) + (offset.empty() ? 0 : offset[0]);
  }
  return values;
}

/// The variable that says which places of the padded axes hold an observation: the time, or the latitude.
const NetcdfVariable* markOf(const NetcdfFile& file) {
  const NetcdfVariable* mark = nullptr;
  int best = 0;
  for (const NetcdfVariable& variable : file.variables()) {
    if (!netcdfType(variable.type) || variable.dimensions.empty() || variable.dimensions.size() > 2) continue;
    const std::string standard = file.text(variable, "standard_name");
    const std::string name = lowerCase(variable.shortName);
    int rank = 0;
    if (standard == "time" || name == "time")
      rank = 2;
    else if (standard == "latitude" || name == "lat" || name == "latitude")
      rank = 1;
    if (rank > 0) rank += 10 * static_cast<int>(variable.dimensions.size());
    if (rank > best) {
      best = rank;
      mark = &variable;
    }
  }
  return mark;
}

} // namespace

FeatureTable::FeatureTable(std::shared_ptr<const NetcdfFile> file, const std::string& name) : file_(std::move(file)) {
  info_.name = name;
  const NetcdfVariable* mark = markOf(*file_);
  if (!mark || countOf(*mark) > mostValues)
    throw data::ReadError(file_->path(), "no time or latitude says where its observations are");
  if (mark->dimensions.size() == 2) {
    instance_ = mark->dimensions[0].id;
    instances_ = mark->dimensions[0].length;
  }
  observation_ = mark->dimensions.back().id;
  observations_ = mark->dimensions.back().length;
  std::vector<std::int64_t> owner; // of ragged arrays: which instance an observation belongs to
  for (const NetcdfVariable& variable : file_->variables()) {
    if (instance_ >= 0 || variable.dimensions.size() != 1 || !netcdfType(variable.type) ||
        countOf(variable) > mostValues)
      continue;
    const bool counts = !file_->text(variable, "sample_dimension").empty(),
               indices = !file_->text(variable, "instance_dimension").empty();
    if (counts) {
      const auto sizes = file_->values(variable);
      for (std::size_t i = 0; i < sizes.size(); ++i)
        owner.insert(owner.end(),
                     static_cast<std::size_t>(std::clamp(sizes[i], 0.0, static_cast<double>(observations_))),
                     static_cast<std::int64_t>(i));
      instance_ = variable.dimensions[0].id;
      instances_ = variable.dimensions[0].length;
      if (owner.size() > static_cast<std::size_t>(observations_)) owner.resize(static_cast<std::size_t>(observations_));
    } else if (indices && variable.dimensions[0].id == observation_) {
      for (const double value : file_->values(variable))
        owner.push_back(static_cast<std::int64_t>(value));
      const std::string dimension = file_->text(variable, "instance_dimension");
      for (const NetcdfVariable& other : file_->variables())
        for (const auto& d : other.dimensions)
          if (d.name == dimension) {
            instance_ = d.id;
            instances_ = d.length;
          }
    }
  }
  const auto marks = numbersOf(*file_, *mark);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (std::isnan(marks[i])) continue;
    const auto at = static_cast<std::int64_t>(i);
    const bool padded = mark->dimensions.size() == 2;
    const std::int64_t belongs = padded ? at / observations_ : i < owner.size() ? owner[i] : 0;
    rows_.emplace_back(std::clamp<std::int64_t>(belongs, 0, std::max<std::int64_t>(instances_ - 1, 0)),
                       padded ? at % observations_ : at);
  }
  for (const NetcdfVariable& variable : file_->variables())
    addColumns(variable);
  info_.rows = static_cast<std::int64_t>(rows_.size());
  if (static_cast<double>(info_.rows) * static_cast<double>(columns_.size()) > mostCells)
    throw data::ReadError(file_->path(), "its observations are more than can be shown as a table");
}

void FeatureTable::addColumns(const NetcdfVariable& variable) {
  const bool text = isText(variable);
  if ((!text && !netcdfType(variable.type)) || variable.dimensions.empty() || countOf(variable) > mostValues) return;
  auto dimensions = variable.dimensions;
  if (variable.type == NC_CHAR) dimensions.pop_back();
  Column column;
  column.variable = &variable;
  column.text = text;
  std::size_t known = 0;
  if (known < dimensions.size() && dimensions[known].id == instance_) {
    column.ofInstance = true;
    ++known;
  }
  if (known < dimensions.size() && dimensions[known].id == observation_) {
    column.ofObservation = true;
    ++known;
  }
  if (known == 0 || dimensions.size() > known + 1) return;
  if (dimensions.size() == known + 1) column.parts = dimensions[known].length;
  if (column.parts < 1 || column.parts > mostParts) return;
  for (column.part = 0; column.part < column.parts; ++column.part) {
    columns_.push_back(column);
    info_.columns.push_back(variable.name + (column.parts > 1 ? "_" + std::to_string(column.part + 1) : ""));
    info_.units.push_back(file_->text(variable, "units"));
  }
}

data::Table FeatureTable::read() const {
  data::Table table;
  table.info = info_;
  const NetcdfVariable* last = nullptr;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  for (const Column& column : columns_) {
    if (column.variable != last) {
      const auto lock = lockHdf5();
      last = column.variable;
      if (column.text)
        texts = file_->texts(*last);
      else
        numbers = numbersOf(*file_, *last);
    }
    auto& toNumbers = table.numbers.emplace_back();
    auto& toTexts = table.texts.emplace_back();
    for (const auto& [instance, observation] : rows_) {
      std::int64_t at = column.ofInstance ? instance : 0;
      if (column.ofObservation) at = at * observations_ + observation;
      const auto index = static_cast<std::size_t>(at * column.parts + column.part);
      if (column.text)
        toTexts.push_back(index < texts.size() ? texts[index] : std::string());
      else
        toNumbers.push_back(index < numbers.size() ? numbers[index] : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return table;
}

} // namespace discern::io
