#pragma once
#include "data/block.h"
#include "plots/plot_desk.h"

#include <QObject>
#include <functional>
#include <map>
#include <memory>

namespace discern::tests {

/// Datasets in memory behind the interface of the data service: replies come later, on this thread, and stale ones
/// never.
class MemoryProvider final : public data::FieldProvider {
public:
  /// A dataset of one field; `value(i, j, k, t)`.
  void add(const std::string& path, data::FieldInfo info,
           const std::function<double(std::int64_t, std::int64_t, std::int64_t, std::int64_t)>& value);
  void addTable(const std::string& path, data::Table table);
  /// Files that are known without having been opened first.
  void know(const std::string& path) { known_.insert({path, true}); }
  /// While held, replies wait.
  void hold(bool on);
  [[nodiscard]] int reads() const { return reads_; }
  [[nodiscard]] int backgroundReads() const { return backgroundReads_; }

  [[nodiscard]] const data::DatasetInfo* info(const std::string& path) const override;
  void open(const std::string& path, std::function<void(Reply<data::DatasetInfo>)> done) override;
  void read(const Key& key, const data::Slab& slab, data::Priority priority, Ticket ticket,
            std::function<void(Reply<data::BlockPtr>)> done) override;
  void series(const Key& key, const data::Index3& voxel, int component, Ticket ticket,
              std::function<void(Reply<std::vector<double>>)> done) override;
  void statistics(const Key& key, std::int64_t time, int component, Ticket ticket,
                  std::function<void(Reply<data::Statistics>)> done) override;
  void table(const std::string& path, const std::string& name, std::function<void(Reply<data::Table>)> done) override;
  void rows(const data::RowsRequest& request, data::Priority priority, Ticket ticket,
            std::function<void(Reply<data::TableRows>)> done) override;
  void compute(const std::string& what, const nlohmann::json& request, data::Priority priority, Ticket ticket,
               std::function<void(Reply<nlohmann::json>)> done) override;

private:
  struct Held {
    data::DatasetInfo info;
    std::vector<std::shared_ptr<data::FieldSource>> steps; ///< one a time step
    std::map<std::string, data::Table> tables;
  };
  void later(std::function<void()> reply);
  void later(const Ticket& ticket, std::function<void()> reply);
  [[nodiscard]] const Held& held(const std::string& path) const { return *data_.at(path); }
  std::map<std::string, std::shared_ptr<Held>> data_;
  std::map<std::string, bool> known_;
  std::map<std::pair<const void*, int>, int> turn_; ///< of each ticket: the last request
  std::vector<std::function<void()>> waiting_;
  bool holding_ = false;
  int reads_ = 0, backgroundReads_ = 0;
  plots::PlotDesk plots_{1e9};
  QObject context_;
};

} // namespace discern::tests
