#include "table/row_stream.h"

#include <QPointer>
#include <algorithm>
#include <numeric>

namespace discern::views {
namespace {

constexpr std::int64_t cellsOfPage = 20'000, mostRows = 4'000; ///< written in a few milliseconds
constexpr int pagePurpose = 1;

} // namespace

RowStream::RowStream(data::FieldProvider& provider, data::RowsRequest of, std::vector<Stretch> stretches,
                     std::function<bool(const data::TableRows&)> take, QObject* parent)
    : QObject(parent), provider_(provider), of_(std::move(of)), stretches_(std::move(stretches)),
      take_(std::move(take)),
      all_(std::accumulate(stretches_.begin(), stretches_.end(), std::int64_t{0},
                           [](std::int64_t sum, const Stretch& stretch) { return sum + stretch.second; })) {}

void RowStream::start() { next(); }

void RowStream::cancel() { end(false, {}); }

void RowStream::end(bool whole, const QString& error) {
  if (std::exchange(over_, true)) return;
  Q_EMIT ended(whole, error);
  deleteLater();
}

void RowStream::next() {
  if (at_ >= stretches_.size()) return end(true, {});
  data::RowsRequest request = of_;
  request.from = stretches_[at_].first + within_;
  request.count = std::min(page_, stretches_[at_].second - within_);
  provider_.rows(
      request, data::Priority::Visible, {this, pagePurpose},
      [stream = QPointer<RowStream>(this), count = request.count](data::FieldProvider::Reply<data::TableRows> reply) {
        if (!stream || stream->over_) return;
        if (!reply.error.empty()) return stream->end(false, QString::fromStdString(reply.error));
        if (!stream->take_(reply.value)) return stream->end(false, {});
        const auto columns = std::max<std::int64_t>(1, static_cast<std::int64_t>(reply.value.columns.size()));
        stream->page_ = std::clamp(cellsOfPage / columns, std::int64_t{16}, mostRows);
        stream->done_ += count;
        stream->within_ += count;
        if (stream->within_ >= stream->stretches_[stream->at_].second) {
          ++stream->at_;
          stream->within_ = 0;
        }
        Q_EMIT stream->progress(stream->done_, stream->all_);
        stream->next();
      });
}

} // namespace discern::views
