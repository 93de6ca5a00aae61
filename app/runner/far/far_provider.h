#pragma once
#include "channel/client/client.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <memory>
#include <set>

namespace discern::runner {

/// Data of files on other machines (and on this one), by the data services there: the window's own way. Every reply
/// comes before the call returns. A host that was there and is lost is waited for, for a minute.
class FarProvider final : public data::FieldProvider {
public:
  /// `keep`: blocks are kept on this machine's disk for the next time, with those that windows keep.
  explicit FarProvider(bool keep);
  ~FarProvider() override;

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

private:
  template <typename T, typename Ask>
  void wait(const std::string& path, std::function<void(Reply<T>)> done, Ask&& ask);
  void hostChanged(const std::string& host);
  /// Why `host` is not waited for any longer; empty: it is.
  [[nodiscard]] std::string givenUp(const std::string& host) const;

  std::unique_ptr<QCoreApplication> application_; ///< for the client's events, where there is none yet
  channel::Client client_;
  std::map<std::string, QElapsedTimer> lost_; ///< hosts that can't be reached, since when
};

/// A field of a file on another machine, read where it lies. `name` empty: the first. Throws data::ReadError and
/// data::UsageError. The provider outlives it.
[[nodiscard]] std::shared_ptr<const data::FieldSource> farField(FarProvider& provider, const std::string& path,
                                                                const std::string& name);

} // namespace discern::runner
