#pragma once
#include "data/block.h"

#include <QObject>
#include <functional>
#include <utility>
#include <vector>

namespace discern::views {

/// Fetches many rows of a table, page after page, without holding more than one; for copying and exporting. Deletes
/// itself when it has ended.
class RowStream final : public QObject {
  Q_OBJECT
public:
  using Stretch = std::pair<std::int64_t, std::int64_t>; ///< first place in the query's order, how many
  /// `take` is called with each page, in order; what it returns says whether to go on.
  RowStream(data::FieldProvider& provider, data::RowsRequest of, std::vector<Stretch> stretches,
            std::function<bool(const data::TableRows&)> take, QObject* parent);
  void start();
  void cancel();

Q_SIGNALS:
  void progress(qint64 done, qint64 of);
  void ended(bool whole, const QString& error); ///< cancelled: not whole, without an error

private:
  void next();
  void end(bool whole, const QString& error);
  data::FieldProvider& provider_;
  data::RowsRequest of_;
  std::vector<Stretch> stretches_;
  std::function<bool(const data::TableRows&)> take_;
  std::size_t at_ = 0;      ///< stretch
  std::int64_t within_ = 0; ///< rows of it that were fetched
  std::int64_t done_ = 0, all_ = 0, page_ = 256;
  bool over_ = false;
};

} // namespace discern::views
