#include "probe/probe_bar.h"
#include "layers/dataset_watch.h"
#include "layers/layers.h"
#include "scene/format.h"
#include "scene/placement.h"
#include "style/even_digits.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QPointer>
#include <algorithm>
#include <cmath>

namespace discern::views {
namespace {

constexpr int gap = 20, inner = 6, margin = 8;

/// Shares `total` among wishes: those that want less than an even share leave the rest to the others.
std::vector<int> shared(const std::vector<int>& wishes, int total) {
  std::vector<int> got(wishes.size(), 0);
  std::vector<std::size_t> open(wishes.size());
  for (std::size_t i = 0; i < open.size(); ++i)
    open[i] = i;
  while (!open.empty()) {
    const int share = std::max(0, total) / static_cast<int>(open.size());
    const auto content = std::partition(open.begin(), open.end(), [&](std::size_t i) { return wishes[i] > share; });
    if (content == open.end()) {
      for (const std::size_t i : open)
        got[i] = share;
      break;
    }
    for (auto i = content; i != open.end(); ++i) {
      got[*i] = wishes[*i];
      total -= wishes[*i];
    }
    open.erase(content, open.end());
  }
  return got;
}

} // namespace

ProbeBar::ProbeBar(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), style_(style) {
  setObjectName(QStringLiteral("probeBar"));
  setAccessibleName(tr("Values under the cursor"));
  setFocusPolicy(Qt::TabFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  auto* watch = new DatasetWatch(link_, provider_, this);
  QObject::connect(watch, &DatasetWatch::known, this, &ProbeBar::refresh);
  QObject::connect(&link_, &link::Link::stateChanged, this,
                   [this](const session::State& before, const session::State& after) {
                     if (before.cursor != after.cursor || before.time != after.time || before.layers != after.layers ||
                         before.active != after.active)
                       refresh();
                   });
  refresh();
}

void ProbeBar::refresh() {
  const session::State& state = link_.state();
  const QString before = std::exchange(position_, {});
  index_.clear();
  if (state.layers.empty()) {
    readings_.clear();
    update();
    Q_EMIT changed();
    return;
  }
  const session::Layer* lead = state.layer(state.active);
  const auto known = [this](const session::Layer& layer) { return provider_.info(layer.path) != nullptr; };
  if (!lead || !known(*lead)) {
    const auto some = std::find_if(state.layers.begin(), state.layers.end(), known);
    lead = some == state.layers.end() ? nullptr : &*some;
  }
  const data::DatasetInfo* dataset = lead ? provider_.info(lead->path) : nullptr;
  if (const auto placed = dataset ? scene::placedField(*dataset, *lead) : std::nullopt)
    // What the sky says there comes in a moment; until then the place of before stays, rather than to flicker.
    position_ = placed->sky && !before.isEmpty() ? before : text(scene::formatPosition(*placed, state.cursor));
  scene::readAtCursor(
      provider_, state, this,
      [bar = QPointer<ProbeBar>(this), id = lead ? lead->id : std::string()](std::vector<scene::Reading> readings) {
        if (!bar) return;
        bar->readings_ = std::move(readings);
        bar->index_.clear();
        for (const scene::Reading& reading : bar->readings_)
          if (reading.layer == id) {
            bar->index_ = text(reading.index);
            if (!reading.sky.empty()) bar->position_ = text(reading.sky);
          }
        bar->setToolTip(bar->asText().replace(QLatin1Char('\t'), QStringLiteral(":  ")));
        bar->setAccessibleDescription(bar->asText());
        bar->update();
        Q_EMIT bar->changed();
      });
  update();
}

QString ProbeBar::asText() const {
  QString lines = tr("position") + QLatin1Char('\t') + position_;
  if (!index_.isEmpty()) lines += QLatin1Char('\n') + tr("index") + QStringLiteral("\t[%1]").arg(index_);
  for (const scene::Reading& reading : readings_)
    lines += QLatin1Char('\n') + text(reading.name) + QLatin1Char('\t') + text(reading.value);
  return lines;
}

void ProbeBar::copy() const { QApplication::clipboard()->setText(asText()); }

void ProbeBar::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy))
    copy();
  else
    QWidget::keyPressEvent(event);
}

void ProbeBar::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu;
  menu.addAction(icon(QStringLiteral("copy"), style_), tr("Copy values"), this, &ProbeBar::copy);
  menu.exec(event->globalPos());
}

void ProbeBar::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) updateGeometry();
}

void ProbeBar::setStyle(const Style& style) {
  style_ = style;
  update();
}

QSize ProbeBar::sizeHint() const { return {480, std::max(28, fontMetrics().height() + 10)}; }
QSize ProbeBar::minimumSizeHint() const { return {120, sizeHint().height()}; }

void ProbeBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const QColor ink = colour(style_.theme.text), faint = colour(style_.theme.muted);
  int x = margin;
  const auto put = [&](const QString& words, const QColor& pen, int width) {
    painter.setPen(pen);
    drawEven(painter, QRectF(x, 0, width, height()), Qt::AlignLeft, words);
    x += width;
  };
  if (position_.isEmpty() && readings_.empty()) {
    put(tr("Values under the cursor appear here"), faint, width() - 2 * margin);
    return;
  }
  const auto wide = [&](const QString& words) {
    return words.isEmpty() ? 0 : static_cast<int>(std::ceil(evenWidth(font(), words))) + 1;
  };
  const QString index = index_.isEmpty() ? QString() : QStringLiteral("[%1]").arg(index_);
  std::vector<int> wishes{wide(position_), wide(index)};
  for (const scene::Reading& reading : readings_)
    wishes.push_back(wide(text(reading.name)) + inner + wide(text(reading.value)));
  const int gaps = static_cast<int>(wishes.size() - 1) * gap;
  const std::vector<int> widths = shared(wishes, width() - 2 * margin - gaps);
  put(position_, ink, widths[0]);
  x += gap;
  put(index, faint, widths[1]);
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    x += gap / 2;
    painter.setPen(QPen(colour(style_.theme.muted), 1));
    painter.setOpacity(0.4);
    painter.drawLine(x, height() / 4, x, height() - height() / 4);
    painter.setOpacity(1);
    x += gap - gap / 2;
    // The value matters more than the name: the name gives way first.
    const QString value = text(readings_[i].value);
    const int total = widths[i + 2], right = std::min(wide(value), total);
    const int left = std::max(0, total - right - inner);
    put(text(readings_[i].name), faint, left);
    x += std::min(inner, total - right - left);
    put(value, ink, right);
  }
  if (hasFocus()) {
    painter.setPen(QPen(colour(style_.theme.accent), 1.5));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
  }
}

} // namespace discern::views
