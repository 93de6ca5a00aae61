#pragma once
#include "data/field_source.h"
#include "io/netcdf/netcdf_file.h"

#include <memory>

namespace discern::io {

/// A CF discrete sampling geometry (tracks, stations, profiles; CF conventions, chapter 9) as one table: a row each
/// observation, what belongs to a track or station repeated in its rows; characters as text, short other axes as
/// columns of their own.
class FeatureTable {
public:
  /// Looks for the axes and counts the rows. To be called with lockHdf5() held. Throws data::ReadError when there is no
  /// observation to be found.
  FeatureTable(std::shared_ptr<const NetcdfFile> file, const std::string& name);
  [[nodiscard]] const data::TableInfo& info() const { return info_; }
  /// Takes the lock itself.
  [[nodiscard]] data::Table read() const;

private:
  struct Column {
    const NetcdfVariable* variable = nullptr;
    bool text = false, ofInstance = false, ofObservation = false;
    std::int64_t part = 0, parts = 1; ///< which of a short other axis
  };
  void addColumns(const NetcdfVariable& variable);
  std::shared_ptr<const NetcdfFile> file_;
  data::TableInfo info_;
  int instance_ = -1, observation_ = -1; ///< identifiers of dimensions
  std::int64_t instances_ = 1, observations_ = 1;
  std::vector<std::pair<std::int64_t, std::int64_t>> rows_; ///< instance and observation of each
  std::vector<Column> columns_;
};

} // namespace discern::io
