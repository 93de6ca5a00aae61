#include "grid/view_grid.h"
#include "course/course_view.h"
#include "diagram/diagram_view.h"
#include "gl/flat_view.h"
#include "grid/view_frame.h"
#include "layers/dataset_watch.h"
#include "map/map_view.h"
#include "plot/line_view.h"
#include "slice/slice_view.h"
#include "volume/volume_view.h"

#include <QLabel>
#include <QPainter>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>

namespace discern::views {
namespace {

PanelWidget* makeView(const std::string& panel, link::Link& link, data::FieldProvider& provider, const Style& style,
                      QWidget* parent) {
  if (panel.find(':') != std::string::npos) return new DiagramView(link, provider, style, panel, parent);
  if (panel == "volume") return new VolumeView(link, provider, style, panel, parent);
  if (panel == "map") return new MapView(link, provider, style, panel, parent);
  if (panel == "line") return new LineView(link, provider, style, parent);
  if (panel == "course") return new CourseView(link, provider, style, parent);
  return new SliceView(link, provider, style, panel, parent);
}

QSplitter* splitter(Qt::Orientation orientation, QWidget* parent) {
  auto* made = new QSplitter(orientation, parent);
  made->setObjectName(QStringLiteral("viewSplitter"));
  made->setHandleWidth(4);
  made->setChildrenCollapsible(false);
  return made;
}

} // namespace

ViewGrid::ViewGrid(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), style_(style) {
  setObjectName(QStringLiteral("viewGrid"));
  setAccessibleName(tr("Views"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  empty_ = new QLabel(tr("Nothing is open yet. Drop a file here, or use File ▸ Open."), this);
  empty_->setObjectName(QStringLiteral("emptyState"));
  setTone(empty_, "muted");
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  column->addWidget(empty_);
  QObject::connect(&link_, &link::Link::stateChanged, this, [this] { layOut(); });
  auto* watch = new DatasetWatch(link_, provider_, this);
  QObject::connect(watch, &DatasetWatch::known, this, &ViewGrid::refresh);
  layOut();
}

ViewGrid::~ViewGrid() {
  // The frames' views let go of their pictures while this window's contexts are still there.
  for (auto& [name, frame] : frames_)
    delete frame;
}

ViewFrame* ViewGrid::frame(const std::string& panel) {
  ViewFrame*& made = frames_[panel];
  if (!made) {
    PanelWidget* view = makeView(panel, link_, provider_, style_, nullptr);
    made = new ViewFrame(view, this);
    QObject::connect(view, &PanelWidget::painted, this, [this, name = text(panel)](double milliseconds, bool complete) {
      Q_EMIT painted(name, milliseconds, complete);
    });
    QObject::connect(view, &PanelWidget::reported, this, [this, view](const QString& sentence) {
      if (view->isVisible()) Q_EMIT reported(sentence);
    });
  }
  return made;
}

void ViewGrid::prepare(const std::string& panel) {
  if (frames_.contains(panel)) return;
  frame(panel)->hide();
  frame(panel)->view().prepare();
}

void ViewGrid::layOut() {
  const scene::Grid grid = scene::gridOf(link_.state(), provider_);
  empty_->setVisible(grid.panels.empty());
  if (grid.panels == laidOut_ && grid.rows == rows_ && grid.columns == columns_) return;
  const QWidget* held = focusWidget();
  laidOut_ = grid.panels;
  rows_ = grid.rows;
  columns_ = grid.columns;
  // Take the frames out before their splitters go, so that each keeps its picture and its GL context.
  for (auto& [name, made] : frames_) {
    made->hide();
    made->setParent(this);
  }
  delete root_;
  root_ = nullptr;
  if (grid.panels.empty()) return;
  QSplitter* rows = splitter(Qt::Vertical, this);
  auto next = grid.panels.begin();
  for (int row = 0; row < grid.rows && next != grid.panels.end(); ++row) {
    QSplitter* across = splitter(Qt::Horizontal, rows);
    for (int column = 0; column < grid.columns && next != grid.panels.end(); ++column, ++next) {
      ViewFrame* made = frame(*next);
      across->addWidget(made);
      made->show();
    }
    across->setSizes(QList<int>(across->count(), 10000));
    rows->addWidget(across);
  }
  rows->setSizes(QList<int>(rows->count(), 10000));
  root_ = rows;
  layout()->addWidget(rows);
  rows->show();
  for (PanelWidget* view : shown()) {
    if (held == view) view->setFocus();
  }
}

void ViewGrid::refresh() {
  layOut();
  for (PanelWidget* view : shown())
    view->panel().update(link_.state());
}

void ViewGrid::reread() {
  for (PanelWidget* view : shown())
    view->panel().reread();
}

std::vector<PanelWidget*> ViewGrid::shown() const {
  std::vector<PanelWidget*> result;
  for (const std::string& panel : laidOut_) {
    const auto made = frames_.find(panel);
    if (made != frames_.end()) result.push_back(&made->second->view());
  }
  return result;
}

PanelWidget* ViewGrid::view(const std::string& panel) const {
  const auto made = frames_.find(panel);
  return made == frames_.end() ? nullptr : &made->second->view();
}

bool ViewGrid::settled() const {
  const auto views = shown();
  return std::all_of(views.begin(), views.end(),
                     [](const PanelWidget* view) { return !view->isVisible() || view->settled(); });
}

void ViewGrid::overrideMode(const std::string& mode) {
  for (PanelWidget* view : shown())
    if (auto* flat = qobject_cast<FlatView*>(view)) flat->overrideMode(mode);
}

void ViewGrid::setStyle(const Style& style) {
  style_ = style;
  for (auto& [name, made] : frames_)
    made->setStyle(style);
}

QImage ViewGrid::picture() {
  const double scale = devicePixelRatioF();
  QImage image((QSizeF(size()) * scale).toSize(), QImage::Format_RGB32);
  image.setDevicePixelRatio(scale);
  image.fill(colour(style_.theme.canvas));
  QPainter painter(&image);
  for (PanelWidget* view : shown())
    painter.drawImage(view->mapTo(this, QPoint(0, 0)), view->picture());
  return image;
}

} // namespace discern::views
