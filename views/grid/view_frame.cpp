#include "grid/view_frame.h"
#include "layers/dataset_watch.h"
#include "scene/mismatch.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

namespace discern::views {

namespace {
constexpr int ring = 2; ///< room for the ring round the panel that has the keyboard
}

ViewFrame::ViewFrame(PanelWidget* view, QWidget* parent) : QFrame(parent), view_(view) {
  setObjectName(QStringLiteral("viewFrame"));
  setProperty("focused", false);
  const Style& style = view->style();
  auto* strip = new QWidget(this);
  strip->setObjectName(QStringLiteral("viewHeader"));
  strip->setFixedHeight(28);
  title_ = new QLabel(view->title(), strip);
  title_->setObjectName(QStringLiteral("viewTitle"));
  setTone(title_, "", "strong");
  note_ = new QLabel(strip);
  note_->setObjectName(QStringLiteral("viewNote"));
  setTone(note_, "warn", "small");
  note_->hide();
  auto* row = new QHBoxLayout(strip);
  row->setContentsMargins(8, 2, 4, 2);
  row->setSpacing(4);
  row->addWidget(title_);
  row->addSpacing(4);
  row->addWidget(note_);
  row->addStretch(1);
  link::Link& link = view->link();
  const std::string& name = view->panelName();
  if (name == "volume") {
    mode_ = iconButton(QStringLiteral("cube"), tr("How the volume is drawn"), {}, style, strip);
    mode_->setPopupMode(QToolButton::InstantPopup);
    auto* modes = new QMenu(mode_);
    for (const auto& [mode, words] :
         {std::pair{"volume", tr("Volume rendering")}, {"planes", tr("Planes")}, {"surfaces", tr("Surfaces")}}) {
      QAction* action = modes->addAction(words);
      action->setData(QString::fromLatin1(mode));
      action->setCheckable(true);
      QObject::connect(action, &QAction::triggered, &link, [&link, to = std::string(mode)] {
        link.run("setDisplay", {{"projection3d", to}});
      });
    }
    mode_->setMenu(modes);
    row->addWidget(mode_);
  } else if (name != "course" && name != "map" && name != "line" && name.find(':') == std::string::npos) {
    smooth_ = iconButton(QStringLiteral("smooth"), tr("Smooth between voxels"), {}, style, strip);
    smooth_->setCheckable(true);
    QObject::connect(smooth_, &QToolButton::clicked, &link, [&link](bool on) {
      link.run("setDisplay", {{"interpolate", on}});
    });
    row->addWidget(smooth_);
  }
  if (name != "course") {
    reset_ = iconButton(QStringLiteral("reset"), tr("Reset view"), QStringLiteral("R"), style, strip);
    QObject::connect(reset_, &QToolButton::clicked, view, [view] { view->resetView(); });
    row->addWidget(reset_);
  }
  maximise_ = iconButton(QStringLiteral("maximise"), tr("Maximise"), tr("double-click"), style, strip);
  QObject::connect(maximise_, &QToolButton::clicked, view, &PanelWidget::toggleMaximised);
  row->addWidget(maximise_);
  more_ = iconButton(QStringLiteral("more"), tr("More for this view"), {}, style, strip);
  QObject::connect(more_, &QToolButton::clicked, this, [this] {
    QMenu* menu = view_->menu().release();
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(more_->mapToGlobal(QPoint(0, more_->height())));
  });
  row->addWidget(more_);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(ring, ring, ring, ring);
  column->setSpacing(0);
  column->addWidget(strip);
  column->addWidget(view, 1);
  QObject::connect(view, &PanelWidget::focused, this, [this](bool has) {
    setProperty("focused", has);
    update();
  });
  QObject::connect(&link, &link::Link::stateChanged, this, [this] { refresh(); });
  auto* watch = new DatasetWatch(link, view->provider(), this);
  QObject::connect(watch, &DatasetWatch::known, this, &ViewFrame::refresh);
  refresh();
}

void ViewFrame::refresh() {
  const session::State& state = view_->link().state();
  const bool maximised = state.maximised == view_->panelName();
  const QString name = maximised ? QStringLiteral("restore") : QStringLiteral("maximise");
  if (maximise_->property("icon-name").toString() != name)
    relabel(maximise_, name, maximised ? tr("Restore all views") : tr("Maximise"), tr("double-click"), view_->style());
  title_->setText(view_->title());
  view_->setAccessibleName(tr("%1 view").arg(view_->title()));
  refreshNote();
  if (smooth_) smooth_->setChecked(state.interpolate);
  if (mode_)
    for (QAction* action : mode_->menu()->actions())
      action->setChecked(action->data().toString().toStdString() == state.projection3d);
}

void ViewFrame::refreshNote() {
  const bool placeless = view_->panelName() == "course" || view_->panelName().find(':') != std::string::npos;
  const auto found =
      placeless ? std::vector<scene::Mismatch>{} : scene::mismatches(view_->link().state(), view_->provider(), true);
  note_->setVisible(!found.empty());
  if (found.empty()) return;
  QString words = text(scene::shortNote(found.front().alignment)), all;
  words[0] = words[0].toUpper();
  for (const scene::Mismatch& each : found)
    all += (all.isEmpty() ? QString() : QStringLiteral("\n\n")) +
           tr("%1 over %2").arg(text(each.name), text(each.baseName)) + QLatin1Char('\n') +
           text(data::noteOf(each.alignment));
  note_->setText(words);
  note_->setToolTip(all);
  note_->setAccessibleDescription(all);
}

void ViewFrame::paintEvent(QPaintEvent*) {
  if (!property("focused").toBool()) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(colour(view_->style().theme.accent), ring));
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
}

void ViewFrame::setStyle(const Style& style) {
  view_->setStyle(style);
  restyle(this, style);
}

} // namespace discern::views
