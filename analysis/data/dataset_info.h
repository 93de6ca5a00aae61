#pragma once
#include "data/grid_info.h"

namespace discern::data {

/// A table in a dataset. Columns are all of `rows` length.
struct TableInfo {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> units; ///< one a column, may be empty
  std::int64_t rows = 0;
};

/// One file, or one folder, or one result.
struct DatasetInfo {
  std::string path;
  std::string format; ///< "TIFF", "NIfTI-1", "NetCDF-4", "Discern result"
  bool alone = false; ///< every value lies in the file at `path`, none in others that it names or that lie beside it
  std::vector<FieldInfo> fields;
  std::vector<TableInfo> tables;
  std::vector<GridInfo> grids;
  std::vector<std::string> warnings;             ///< what a reader had to assume, or could not read
  std::map<std::string, std::string> attributes; ///< the file's own global attributes, shown in the properties

  /// The field of that name, or the first when `name` is empty; nullptr when there is none.
  [[nodiscard]] const FieldInfo* field(std::string_view name) const;
};

void to_json(nlohmann::json&, const DatasetInfo&);
void from_json(const nlohmann::json&, DatasetInfo&);

} // namespace discern::data
