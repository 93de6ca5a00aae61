#include "disagreements/metrics_strip.h"
#include "style/even_digits.h"
#include "style/style.h"

#include <QGridLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace discern::views {
namespace {

QString shown(double value) {
  if (std::isnan(value)) return QStringLiteral("–");
  if (value == std::floor(value) && std::abs(value) >= 2) return QString::number(value, 'f', 0);
  return QString::number(value, 'f', 3);
}

QString tip(const MetricsStrip::Metric& metric) {
  if (metric.help.isEmpty()) return metric.name;
  return QStringLiteral("<b>%1</b><br>%2").arg(metric.name.toHtmlEscaped(), metric.help.toHtmlEscaped());
}

QLabel* valueLabel(const MetricsStrip::Metric& metric, QWidget* parent) {
  auto* label = new QLabel(metric.value, parent);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label->setAccessibleName(metric.name);
  label->setToolTip(tip(metric));
  return label;
}

/// Which row a metric is quoted in, and the short name that is enough there.
struct Place {
  int row = 0; ///< 0: folded, 1: foreground, 2: instances
  QString name;
};

Place placeOf(const QString& name) {
  const auto without = [&](const char* ending) {
    return name.left(name.size() - static_cast<qsizetype>(qstrlen(ending)));
  };
  if (name.endsWith(QLatin1String(" of the foreground"))) return {1, without(" of the foreground")};
  if (name.endsWith(QLatin1String(" of the instances"))) return {2, without(" of the instances")};
  if (name == QLatin1String("Panoptic quality")) return {2, QStringLiteral("PQ")};
  if (name == QLatin1String("Mean IoU of the matches")) return {2, QStringLiteral("Mean IoU")};
  return {};
}

} // namespace

MetricsStrip::MetricsStrip(QWidget* parent) : QWidget(parent), column_(new QVBoxLayout(this)) {
  setObjectName(QStringLiteral("metricsStrip"));
  setAccessibleName(tr("Metrics"));
  column_->setContentsMargins(0, 0, 0, 0);
}

void MetricsStrip::setTable(const data::Table& table) {
  metrics_.clear();
  const auto column = [&](const char* name) {
    const auto found = std::find(table.info.columns.begin(), table.info.columns.end(), name);
    return static_cast<std::size_t>(found - table.info.columns.begin());
  };
  const std::size_t names = column("metric"), values = column("value"), helps = column("help"),
                    width = table.info.columns.size();
  if (names < width && values < width) {
    for (std::size_t row = 0; row < std::min(table.texts[names].size(), table.numbers[values].size()); ++row)
      metrics_.push_back(
          {text(table.texts[names][row]), shown(table.numbers[values][row]),
           helps < width && row < table.texts[helps].size() ? text(table.texts[helps][row]) : QString()});
  }
  build();
}

void MetricsStrip::addRow(const QString& heading, const std::vector<std::pair<QString, const Metric*>>& tiles) {
  if (tiles.empty()) return;
  auto* rows = static_cast<QVBoxLayout*>(content_->layout());
  if (!heading.isEmpty()) {
    auto* title = new QLabel(heading, content_);
    setTone(title, "muted", "small");
    rows->addWidget(title);
  }
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(12);
  grid->setVerticalSpacing(0);
  constexpr int across = 5;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const auto row = static_cast<int>(i) / across * 2, at = static_cast<int>(i) % across;
    QLabel* value = valueLabel(*tiles[i].second, content_);
    setTone(value, "", "strong");
    auto* name = new QLabel(tiles[i].first, content_);
    setTone(name, "muted", "small");
    name->setToolTip(tip(*tiles[i].second));
    grid->addWidget(value, row, at);
    grid->addWidget(name, row + 1, at);
  }
  for (int at = 0; at < across; ++at)
    grid->setColumnStretch(at, 1);
  rows->addLayout(grid);
}

void MetricsStrip::build() {
  delete content_;
  content_ = new QWidget(this);
  auto* rows = new QVBoxLayout(content_);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(4);
  column_->addWidget(content_);
  std::vector<std::pair<QString, const Metric*>> foreground, instances, others;
  for (const Metric& metric : metrics_) {
    const Place place = placeOf(metric.name);
    (place.row == 1   ? foreground
     : place.row == 2 ? instances
                      : others)
        .emplace_back(place.row == 0 ? metric.name : place.name, &metric);
  }
  if (foreground.empty() && instances.empty()) { // another evaluation's metrics: all of them, as they are called
    addRow({}, others);
    others.clear();
  }
  addRow(tr("Foreground, by voxel"), foreground);
  addRow(tr("Instances, by match"), instances);
  if (others.empty()) return;
  auto* fold = new QToolButton(content_);
  fold->setObjectName(QStringLiteral("moreMetrics"));
  fold->setCheckable(true);
  fold->setText(tr("More metrics"));
  fold->setToolTip(tr("Counts, Rand index, variation of information"));
  setTone(fold, "muted", "small");
  rows->addWidget(fold, 0, Qt::AlignLeft);
  auto* rest = new QWidget(content_);
  auto* grid = new QGridLayout(rest);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setVerticalSpacing(2);
  for (int row = 0; row < static_cast<int>(others.size()); ++row) {
    auto* name = new QLabel(others[static_cast<std::size_t>(row)].first, rest);
    setTone(name, "muted", "small");
    name->setToolTip(tip(*others[static_cast<std::size_t>(row)].second));
    grid->addWidget(name, row, 0);
    grid->addWidget(valueLabel(*others[static_cast<std::size_t>(row)].second, rest), row, 1, Qt::AlignRight);
  }
  grid->setColumnStretch(0, 1);
  rows->addWidget(rest);
  const auto unfold = [this, fold, rest](bool on) {
    open_ = on;
    rest->setVisible(on);
    fold->setText(on ? tr("Fewer metrics") : tr("More metrics"));
  };
  QObject::connect(fold, &QToolButton::toggled, rest, unfold);
  fold->setChecked(open_);
  unfold(open_);
}

QString MetricsStrip::asText() const {
  QString lines = tr("metric\tvalue");
  for (const Metric& metric : metrics_)
    lines += QStringLiteral("\n%1\t%2").arg(metric.name, metric.value);
  return lines;
}

} // namespace discern::views
