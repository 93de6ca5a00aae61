#pragma once
#include "data/block.h"
#include "data/table/table_view.h"
#include "geometry/grid_view.h"
#include "plots/plot_desk.h"

#include <map>
#include <tuple>

namespace discern::render {

/// The data of files, read at once on the calling thread: every reply comes before the call returns.
class DirectProvider final : public data::FieldProvider {
public:
  [[nodiscard]] const data::DatasetInfo* info(const std::string& path) const override;
  void open(const std::string& path, std::function<void(Reply<data::DatasetInfo>)> done) override;
  void read(const Key& key, const data::Slab& slab, data::Priority priority, Ticket ticket,
            std::function<void(Reply<data::BlockPtr>)> done) override;
  void series(const Key& key, const data::Index3& voxel, int component, Ticket ticket,
              std::function<void(Reply<std::vector<double>>)> done) override;
  void statistics(const Key& key, std::int64_t time, int component, Ticket ticket,
                  std::function<void(Reply<data::Statistics>)> done) override;
  void table(const std::string& path, const std::string& name, std::function<void(Reply<data::Table>)> done) override;
  void shape(const data::ShapeRequest& request, data::Priority priority, Ticket ticket,
             std::function<void(Reply<data::ShapePtr>)> done) override;
  void probe(const data::ShapeRequest& request, const data::Vec3& world, Ticket ticket,
             std::function<void(Reply<data::GridReading>)> done) override;
  void rows(const data::RowsRequest& request, data::Priority priority, Ticket ticket,
            std::function<void(Reply<data::TableRows>)> done) override;
  void column(const data::ColumnRequest& request, Ticket ticket,
              std::function<void(Reply<data::ColumnSummary>)> done) override;
  void points(const data::PointsRequest& request, Ticket ticket, std::function<void(Reply<data::Curve>)> done) override;
  void line(const data::LineRequest& request, Ticket ticket, std::function<void(Reply<data::Curve>)> done) override;
  void sky(const Key& key, const data::Vec3& index, Ticket ticket,
           std::function<void(Reply<data::SkyPosition>)> done) override;
  void compute(const std::string& what, const nlohmann::json& request, data::Priority priority, Ticket ticket,
               std::function<void(Reply<nlohmann::json>)> done) override;

  /// Opens now; throws what io::open throws.
  const data::DatasetInfo& opened(const std::string& path);
  /// Puts a dataset in memory under a name.
  void add(const std::string& path, std::shared_ptr<data::Dataset> dataset);

private:
  [[nodiscard]] data::Dataset& dataset(const std::string& path);
  [[nodiscard]] const geometry::GridView& grids(const std::string& path);
  [[nodiscard]] const data::TableView& view(const std::string& path, const std::string& table);
  std::map<std::string, std::shared_ptr<data::Dataset>> datasets_;
  std::map<std::string, std::unique_ptr<geometry::GridView>> grids_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<data::TableView>> tables_;
  plots::PlotDesk plots_{1e9};
  /// Panels of one picture ask for the same statistics.
  std::map<std::tuple<std::string, std::string, std::int64_t, int>, data::Statistics> statistics_;
};

} // namespace discern::render
