#pragma once
#include "data/field_source.h"

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace discern::plots {

/// An opened file, as a plot needs it.
struct Source {
  std::string stamp; ///< tells one state of the file from another
  std::function<std::shared_ptr<const data::FieldSource>(const std::string& name)> field;
  std::function<data::Table(const std::string& name)> table;
};
/// Throws what opening throws.
using Sources = std::function<Source(const std::string& path)>;

/// Works out what plots show (data/plot/plot_request.h) and keeps what it read for the next question: a brush asks many
/// times of the same fields. Any thread may call.
class PlotDesk {
public:
  /// `bytes`: of memory for fields and masks that are kept; the least recently used goes.
  explicit PlotDesk(double bytes);
  ~PlotDesk();
  PlotDesk(const PlotDesk&) = delete;
  PlotDesk& operator=(const PlotDesk&) = delete;

  /// Throws data::UsageError for a request that makes no sense (fields on different grids, an unknown name), and what
  /// the sources throw.
  [[nodiscard]] nlohmann::json answer(const std::string& what, const nlohmann::json& request, const Sources& sources);

private:
  struct Private;
  std::unique_ptr<Private> d;
};

} // namespace discern::plots
