#include "contrast/contrast_editor.h"
#include "contrast/colour_options.h"
#include "contrast/histogram_widget.h"
#include "layers/dataset_watch.h"
#include "layers/layers.h"
#include "scene/colour/colormap.h"
#include "scene/colour/mapper.h"
#include "scene/slice/look.h"
#include "scene/volume/volume_picture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPointer>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

constexpr int statisticsPurpose = 91;

constexpr int kindRole = Qt::UserRole + 1;

std::string kindOf(const QVariant& data) { return data.toString().toStdString(); }

QString kindText(const std::string& kind) {
  if (kind == "diverging") return ContrastEditor::tr("Diverging: for values on both sides of a middle");
  if (kind == "cyclic") return ContrastEditor::tr("Cyclic: for phases and directions");
  if (kind == "categorical") return ContrastEditor::tr("Categorical: for classes");
  return ContrastEditor::tr("Sequential: from low to high");
}

QIcon preview(const scene::ColorMap& map, const QSize& size) {
  QPixmap pixmap(size * 2);
  pixmap.setDevicePixelRatio(2);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  QPainterPath shape;
  shape.addRoundedRect(QRectF(QPointF(0, 0), QSizeF(size)), 2, 2);
  painter.setClipPath(shape);
  for (int x = 0; x < 2 * size.width(); ++x)
    painter.fillRect(QRectF(x / 2.0, 0, 0.5, size.height()), colour(map.at((x + 0.5) / (2.0 * size.width()))));
  return pixmap;
}

} // namespace

ContrastEditor::ContrastEditor(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), style_(style), maps_(scene::colorMaps()) {
  setObjectName(QStringLiteral("contrastEditor"));
  setAccessibleName(tr("Contrast and colours"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 8, 8, 8);
  column->setSpacing(8);
  empty_ = new QLabel(tr("Open an image to set its contrast and colours."), this);
  empty_->setObjectName(QStringLiteral("emptyState"));
  setTone(empty_, "muted");
  empty_->setWordWrap(true);
  empty_->setAlignment(Qt::AlignCenter);
  column->addWidget(empty_);
  body_ = new QWidget(this);
  column->addWidget(body_, 1);
  auto* rows = new QVBoxLayout(body_);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(8);

  auto* head = new QHBoxLayout;
  name_ = new QLabel(body_);
  setTone(name_, "", "strong");
  name_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  head->addWidget(name_, 1);
  auto_ = new QToolButton(body_);
  auto_->setObjectName(QStringLiteral("textButton"));
  auto_->setText(tr("Auto"));
  auto_->setAccessibleName(tr("Automatic range"));
  auto_->setToolTip(tr("Range from the 0.5th to the 99.8th percentile (double-click the histogram)"));
  head->addWidget(auto_);
  rows->addLayout(head);

  histogram_ = new HistogramWidget(style_, body_);
  rows->addWidget(histogram_, 1);

  auto* range = new QHBoxLayout;
  range->setSpacing(4);
  const auto entry = [&](const QString& name) {
    auto* made = new QDoubleSpinBox(body_);
    made->setAccessibleName(name);
    made->setToolTip(name);
    made->setButtonSymbols(QAbstractSpinBox::NoButtons);
    made->setKeyboardTracking(false);
    made->setAlignment(Qt::AlignRight);
    made->setRange(-1e300, 1e300);
    made->setMinimumWidth(64);
    made->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    return made;
  };
  low_ = entry(tr("Lowest value of the colour range"));
  high_ = entry(tr("Highest value of the colour range"));
  range->addWidget(low_, 1);
  range->addWidget(new QLabel(QStringLiteral("–"), body_));
  range->addWidget(high_, 1);
  unit_ = new QLabel(body_);
  setTone(unit_, "muted");
  range->addWidget(unit_);
  rows->addLayout(range);

  map_ = new QComboBox(body_);
  map_->setAccessibleName(tr("Colour map"));
  map_->setToolTip(tr("Colour map"));
  map_->setIconSize({72, 12});
  map_->setMaxVisibleItems(24);
  for (const scene::ColorMap& map : maps_) {
    if (map_->count() > 0 && kindOf(map_->itemData(map_->count() - 1, kindRole)) != map.kind)
      map_->insertSeparator(map_->count());
    map_->addItem(preview(map, {72, 12}), text(map.title), text(map.name));
    const int row = map_->count() - 1;
    map_->setItemData(row, text(map.kind), kindRole);
    map_->setItemData(row, tr("%1. %2. Licence: %3").arg(kindText(map.kind), text(map.source), text(map.licence)),
                      Qt::ToolTipRole);
  }
  rows->addWidget(map_);

  auto* ticks = new QGridLayout;
  ticks->setSpacing(4);
  const auto tick = [&](const QString& words, const QString& tip, int row, int at) {
    auto* made = new QCheckBox(words, body_);
    made->setToolTip(tip);
    ticks->addWidget(made, row, at);
    return made;
  };
  invert_ = tick(tr("Invert"), tr("Turn the colour map round"), 0, 0);
  symmetric_ = tick(tr("Symmetric"), tr("Range symmetric about zero, for signed data"), 0, 1);
  log_ = tick(tr("Log colours"), tr("Colours follow the logarithm of the value (positive ranges)"), 1, 0);
  logCounts_ = tick(tr("Log counts"), tr("Histogram heights follow the logarithm of the count"), 1, 1);
  logCounts_->setChecked(true);
  rows->addLayout(ticks);
  options_ = new ColourOptions(link_, body_);
  rows->addWidget(options_);

  QObject::connect(histogram_, &HistogramWidget::rangeEdited, this, &ContrastEditor::setRange);
  QObject::connect(histogram_, &HistogramWidget::opacityEdited, this, [this](const OpacityCurve::Points& points) {
    link_.run("setLayer", {{"id", layer_}, {"opacityPoints", points}});
  });
  QObject::connect(histogram_, &HistogramWidget::automaticAsked, auto_, &QToolButton::click);
  QObject::connect(auto_, &QToolButton::clicked, this, [this] {
    link_.run("setLayer", {{"id", layer_}, {"range", nullptr}});
  });
  QObject::connect(low_, &QDoubleSpinBox::valueChanged, this, [this](double to) {
    setRange(to, symmetric_->isChecked() ? -to : std::max(to, histogram_->range()[1]));
  });
  QObject::connect(high_, &QDoubleSpinBox::valueChanged, this, [this](double to) {
    setRange(symmetric_->isChecked() ? -to : std::min(to, histogram_->range()[0]), to);
  });
  QObject::connect(map_, &QComboBox::activated, this, [this] {
    link_.run("setLayer", {{"id", layer_}, {"colormap", map_->currentData().toString().toStdString()}});
  });
  QObject::connect(invert_, &QCheckBox::clicked, this, [this](bool on) { set("invert", on); });
  QObject::connect(symmetric_, &QCheckBox::clicked, this, [this](bool on) { set("symmetric", on); });
  QObject::connect(log_, &QCheckBox::clicked, this, [this](bool on) { set("logarithmic", on); });
  QObject::connect(logCounts_, &QCheckBox::toggled, histogram_, &HistogramWidget::setLogCounts);
  QObject::connect(&link_, &link::Link::stateChanged, this,
                   [this](const session::State& before, const session::State& after) {
                     if (before.layers != after.layers || before.active != after.active) refresh();
                   });
  auto* watch = new DatasetWatch(link_, provider_, this);
  QObject::connect(watch, &DatasetWatch::known, this, &ContrastEditor::refresh);
  refresh();
}

void ContrastEditor::set(const char* property, bool on) { link_.run("setLayer", {{"id", layer_}, {property, on}}); }

void ContrastEditor::setRange(double low, double high) {
  const session::Layer* layer = link_.state().layer(layer_);
  if (!layer || !(high > low)) return;
  link_.run("setLayer", {{"id", layer_}, {"range", {low, high}}});
}

void ContrastEditor::refresh() {
  const session::Layer* layer = contrastLayer(link_.state(), provider_);
  const data::FieldInfo* info = layer ? infoOf(provider_, *layer) : nullptr;
  empty_->setVisible(!info);
  body_->setVisible(info != nullptr);
  if (!info) {
    layer_.clear();
    asked_.clear();
    return;
  }
  if (layer_ != layer->id) {
    layer_ = layer->id;
    statistics_.reset();
    histogram_->setStatistics(std::nullopt);
  }
  const QString quantity = text(info->quantity.empty() ? layer->name : info->quantity);
  name_->setText(name_->fontMetrics().elidedText(quantity, Qt::ElideMiddle, std::max(120, name_->width())));
  name_->setToolTip(text(layer->name));
  unit_->setText(text(info->unit));
  unit_->setVisible(!info->unit.empty());
  auto_->setEnabled(layer->range.has_value() && !layer->rangeLocked);
  const QSignalBlocker quiet(map_);
  const int row = map_->findData(text(layer->colormap));
  if (row >= 0) map_->setCurrentIndex(row);
  invert_->setChecked(layer->invert);
  symmetric_->setChecked(layer->symmetric);
  histogram_->setSymmetric(layer->symmetric);
  log_->setChecked(layer->logarithmic);
  const scene::Look look =
      scene::lookOf(*layer, *info, statistics_ ? &statistics_->scale : nullptr, style_.theme, 1, true, {});
  const scene::ColorMap& map = mapOf(*layer);
  const auto [low, high] = look.scale.range;
  histogram_->setColours(map, look.scale);
  histogram_->setRange(low, high);
  histogram_->setLocked(layer->rangeLocked);
  histogram_->setOpacityPoints(layer->opacityPoints);
  options_->show(*layer, map, look.scale, style_.theme,
                 statistics_ ? scene::opacityCurve(statistics_->own, look.scale, layer->symmetric)
                             : OpacityCurve::Points{{0, 0}, {1, 1}});
  const QSignalBlocker quietLow(low_), quietHigh(high_);
  const double span = std::max(high - low, 1e-12);
  const int decimals = std::clamp(static_cast<int>(std::ceil(3 - std::log10(span))), 0, 9);
  for (QDoubleSpinBox* box : {low_, high_}) {
    box->setDecimals(decimals);
    box->setSingleStep(span / 100);
    box->setEnabled(!layer->rangeLocked);
  }
  low_->setValue(low);
  high_->setValue(high);
  ask();
}

void ContrastEditor::ask() {
  const session::Layer* layer = link_.state().layer(layer_);
  const data::FieldInfo* info = layer ? infoOf(provider_, *layer) : nullptr;
  if (!info) return;
  const std::int64_t step = scene::statisticsTime(*info); // the views' own: one range for all steps
  const scene::StatisticsOf own{keyOf(*layer), step, layer->component, provider_.revision(layer->path),
                                provider_.generation(layer->path)}; // exact ones take the place of sampled ones
  std::vector<scene::StatisticsOf> asked = scene::scalePeers(link_.state(), *layer, provider_);
  asked.insert(asked.begin(), own);
  if (asked == asked_) return;
  asked_ = asked;
  scene::askScale(provider_, own, {asked.begin() + 1, asked.end()}, {this, statisticsPurpose},
                  [editor = QPointer<ContrastEditor>(this),
                   asked](const data::FieldProvider::Reply<scene::ScaleStatistics>& reply) {
                    if (!editor || editor->asked_ != asked || !reply.error.empty()) return;
                    editor->show(reply.value);
                  });
}

const scene::ColorMap& ContrastEditor::mapOf(const session::Layer& layer) const {
  const auto found =
      std::find_if(maps_.begin(), maps_.end(), [&](const scene::ColorMap& map) { return map.name == layer.colormap; });
  static const scene::ColorMap grey{"grey", "Grey", "sequential", "", "", {{0, 0, 0}, {1, 1, 1}}};
  return found == maps_.end() ? grey : *found;
}

void ContrastEditor::show(const scene::ScaleStatistics& statistics) {
  statistics_ = statistics;
  histogram_->setStatistics(statistics_->own);
  refresh();
}

void ContrastEditor::setStyle(const Style& style) {
  style_ = style;
  histogram_->setStyle(style);
  refresh();
}

} // namespace discern::views
