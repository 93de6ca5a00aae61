#include "time/time_bar.h"
#include "layers/dataset_watch.h"
#include "layers/layers.h"
#include "style/even_digits.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>
#include <cmath>

namespace discern::views {
namespace {

constexpr int prefetchPurpose = 81, prefetchSteps = 2;
constexpr std::int64_t prefetchBytes = 32 << 20; ///< a step larger than this is left to the views
constexpr qint64 patience = 4000;                ///< milliseconds to wait for a step that never gets to the screen

} // namespace

TimeBar::TimeBar(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), style_(style) {
  setObjectName(QStringLiteral("timeBar"));
  setAccessibleName(tr("Time"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 4, 8, 4);
  row->setSpacing(4);
  const auto button = [&](const char* name, const char* iconName, const QString& words, const QString& keys) {
    QToolButton* made = iconButton(QString::fromLatin1(iconName), words, keys, style_, this);
    made->setObjectName(QStringLiteral("iconButton"));
    made->setProperty("role", QString::fromLatin1(name));
    row->addWidget(made);
    return made;
  };
  back_ = button("back", "step-back", tr("Previous time step"), QStringLiteral(","));
  play_ = button("play", "play", tr("Play"), tr("Space"));
  forward_ = button("forward", "step-forward", tr("Next time step"), QStringLiteral("."));
  loop_ = button("loop", "loop", tr("Start again at the end"), {});
  loop_->setCheckable(true);
  loop_->setChecked(true);
  slider_ = new QSlider(Qt::Horizontal, this);
  slider_->setAccessibleName(tr("Time step"));
  slider_->setToolTip(tr("Drag to a time"));
  slider_->setMinimumWidth(80);
  row->addSpacing(4);
  row->addWidget(slider_, 1);
  row->addSpacing(8);
  label_ = new EvenLabel(this);
  label_->setObjectName(QStringLiteral("timeLabel"));
  label_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  row->addWidget(label_);
  row->addSpacing(8);
  entry_ = new QSpinBox(this);
  entry_->setAccessibleName(tr("Number of the time step"));
  entry_->setToolTip(tr("Step to show, counted from 1"));
  entry_->setKeyboardTracking(false);
  entry_->setAlignment(Qt::AlignRight);
  row->addWidget(entry_);
  of_ = new EvenLabel(this);
  setTone(of_, "muted");
  row->addWidget(of_);
  row->addSpacing(8);
  rate_ = new QComboBox(this);
  rate_->setAccessibleName(tr("Steps a second"));
  rate_->setToolTip(tr("Steps a second when playing; never faster than the views can paint"));
  for (const int rate : {1, 2, 5, 10, 20, 30})
    rate_->addItem(tr("%1 / s").arg(rate), rate);
  rate_->setCurrentIndex(2);
  row->addWidget(rate_);

  QObject::connect(back_, &QToolButton::clicked, this, [this] { step(-1); });
  QObject::connect(forward_, &QToolButton::clicked, this, [this] { step(1); });
  QObject::connect(play_, &QToolButton::clicked, this, &TimeBar::togglePlay);
  QObject::connect(slider_, &QSlider::valueChanged, this, [this](int to) { link_.setTime(to); });
  QObject::connect(entry_, &QSpinBox::valueChanged, this, [this](int to) { link_.setTime(to - 1); });
  QObject::connect(rate_, &QComboBox::currentIndexChanged, this,
                   [this] { timer_.setInterval(1000 / rate_->currentData().toInt()); });
  timer_.setTimerType(Qt::PreciseTimer);
  timer_.setInterval(1000 / rate_->currentData().toInt());
  QObject::connect(&timer_, &QTimer::timeout, this, &TimeBar::tick);
  QObject::connect(&link_, &link::Link::stateChanged, this,
                   [this](const session::State& before, const session::State& after) {
                     if (before.time != after.time || before.layers != after.layers || before.active != after.active)
                       refresh();
                   });
  auto* watch = new DatasetWatch(link_, provider_, this);
  QObject::connect(watch, &DatasetWatch::known, this, &TimeBar::refresh);
  refresh();
}

void TimeBar::refresh() {
  const session::Layer* layer = timeLayer(link_.state(), provider_);
  const data::FieldInfo* info = layer ? infoOf(provider_, *layer) : nullptr;
  const bool has = info != nullptr;
  steps_ = has ? info->time.size : 1;
  if (!has) setPlaying(false);
  for (QWidget* part : std::initializer_list<QWidget*>{back_, play_, forward_, loop_, slider_, entry_, rate_})
    part->setEnabled(has);
  of_->setVisible(has);
  entry_->setVisible(has);
  rate_->setVisible(has);
  loop_->setVisible(has);
  const QSignalBlocker quietSlider(slider_), quietEntry(entry_);
  const int last = static_cast<int>(std::min<std::int64_t>(steps_ - 1, std::numeric_limits<int>::max() - 1));
  slider_->setRange(0, last);
  slider_->setPageStep(std::max(1, last / 10));
  entry_->setRange(1, last + 1);
  if (!has) {
    slider_->setValue(0);
    label_->setMinimumWidth(0);
    label_->setText(link_.state().layers.empty() ? tr("No data open") : tr("These data have no time"));
    return;
  }
  const std::int64_t now = stepOf(link_.state(), *info);
  slider_->setValue(static_cast<int>(now));
  entry_->setValue(static_cast<int>(now) + 1);
  of_->setText(tr("of %1").arg(steps_));
  label_->setText(text(info->time.label(now)));
  // As wide as the widest label, so that nothing moves while time does.
  qreal widest = evenWidth(label_->font(), label_->text());
  for (const std::int64_t step : {std::int64_t{0}, steps_ / 2, steps_ - 1})
    widest = std::max(widest, evenWidth(label_->font(), text(info->time.label(step))));
  label_->setMinimumWidth(std::max(static_cast<int>(std::ceil(widest)), label_->minimumWidth()));
}

void TimeBar::step(int by) {
  if (steps_ <= 1) return;
  std::int64_t to = std::clamp<std::int64_t>(link_.state().time, 0, steps_ - 1) + by;
  if (loop_->isChecked()) to = ((to % steps_) + steps_) % steps_;
  link_.setTime(std::clamp<std::int64_t>(to, 0, steps_ - 1));
}

void TimeBar::setPlaying(bool on) {
  if (on && steps_ <= 1) return;
  if (on == playing()) return;
  if (on) {
    if (!loop_->isChecked() && link_.state().time >= steps_ - 1) link_.setTime(0);
    waiting_.start();
    timer_.start();
    prefetch(link_.state().time + 1);
  } else {
    timer_.stop();
  }
  relabel(play_, on ? QStringLiteral("pause") : QStringLiteral("play"), on ? tr("Pause") : tr("Play"), tr("Space"),
          style_);
}

void TimeBar::tick() {
  if (ready_ && !ready_() && waiting_.elapsed() < patience) return;
  waiting_.restart();
  if (!loop_->isChecked() && link_.state().time >= steps_ - 1) {
    setPlaying(false);
    return;
  }
  step(1);
  for (int ahead = 1; ahead <= prefetchSteps; ++ahead)
    prefetch(link_.state().time + ahead);
}

void TimeBar::prefetch(std::int64_t step) {
  const std::int64_t at = loop_->isChecked() ? step % steps_ : std::min(step, steps_ - 1);
  for (const session::Layer& layer : link_.state().layers) {
    const data::FieldInfo* info = layer.visible ? infoOf(provider_, layer) : nullptr;
    if (!info || at >= info->time.size || info->time.size <= 1) continue;
    if (info->voxels() * static_cast<std::int64_t>(data::sizeOf(info->type)) > prefetchBytes) continue;
    provider_.read(keyOf(layer), {{{0, 0, 0}, info->shape}, at, layer.component, 0}, data::Priority::Background,
                   {this, prefetchPurpose + static_cast<int>(at % prefetchSteps)},
                   [](const data::FieldProvider::Reply<data::BlockPtr>&) {});
  }
}

void TimeBar::setStyle(const Style& style) {
  style_ = style;
  restyle(this, style);
}

} // namespace discern::views
