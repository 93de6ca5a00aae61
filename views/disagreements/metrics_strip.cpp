#include "disagreements/metrics_strip.h"
#include "style/style.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace discern::views {
namespace {

constexpr int tileWidth = 84;

QString shown(double value) {
  if (std::isnan(value)) return QStringLiteral("–");
  if (value == std::floor(value) && std::abs(value) >= 2) return QString::number(value, 'f', 0);
  return QString::number(value, 'f', 3);
}

} // namespace

MetricsStrip::MetricsStrip(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
  setObjectName(QStringLiteral("metricsStrip"));
  setAccessibleName(MetricsStrip::tr("Metrics"));
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setHorizontalSpacing(16);
  grid_->setVerticalSpacing(8);
}

void MetricsStrip::setTable(const data::Table& table) {
  metrics_.clear();
  qDeleteAll(tiles_);
  tiles_.clear();
  const auto column = [&](const char* name) {
    const auto found = std::find(table.info.columns.begin(), table.info.columns.end(), name);
    return static_cast<std::size_t>(found - table.info.columns.begin());
  };
  const std::size_t names = column("metric"), values = column("value"), helps = column("help"),
                    width = table.info.columns.size();
  if (names < width && values < width) {
    for (std::size_t row = 0; row < table.texts[names].size(); ++row) {
      if (row >= table.numbers[values].size()) break;
      metrics_.push_back(
          {text(table.texts[names][row]), shown(table.numbers[values][row]),
           helps < width && row < table.texts[helps].size() ? text(table.texts[helps][row]) : QString()});
    }
  }
  for (const Metric& metric : metrics_) {
    auto* tile = new QWidget(this);
    auto* lines = new QVBoxLayout(tile);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(0);
    auto* value = new QLabel(metric.value, tile);
    setTone(value, "", "title");
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setAccessibleName(metric.name);
    auto* name = new QLabel(metric.name, tile);
    setTone(name, "muted", "small");
    lines->addWidget(value);
    lines->addWidget(name);
    const QString help =
        metric.help.isEmpty()
            ? metric.name
            : QStringLiteral("<b>%1</b><br>%2").arg(metric.name.toHtmlEscaped(), metric.help.toHtmlEscaped());
    tile->setToolTip(help);
    tiles_.push_back(tile);
  }
  columns_ = 0;
  arrange();
}

void MetricsStrip::arrange() {
  int widest = tileWidth;
  for (const QWidget* tile : tiles_)
    widest = std::max(widest, tile->sizeHint().width());
  const int columns = std::max(1, (width() + 16) / (widest + 16));
  if (columns == columns_) return;
  columns_ = columns;
  for (std::size_t i = 0; i < tiles_.size(); ++i)
    grid_->addWidget(tiles_[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns);
  for (int at = 0; at < grid_->columnCount(); ++at)
    grid_->setColumnStretch(at, at < columns ? 1 : 0);
}

void MetricsStrip::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrange();
}

QString MetricsStrip::asText() const {
  QString lines = tr("metric\tvalue");
  for (const Metric& metric : metrics_)
    lines += QStringLiteral("\n%1\t%2").arg(metric.name, metric.value);
  return lines;
}

} // namespace discern::views
