#include "desktop/form/region_editor.h"

#include "desktop/form/bound_edit.h"
#include "desktop/form/surroundings.h"
#include "desktop/theme/icons.h"
#include "form/value.h"
#include "scene/panel.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QScopedValueRollback>
#include <QToolButton>
#include <algorithm>
#include <cmath>

namespace discern::desktop {

using nlohmann::json;

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

json regionOf(const data::Box& box) {
  json region = json::array();
  for (std::size_t axis = 0; axis < 3; ++axis)
    region.push_back(json::array({box.lo[axis], box.hi[axis]}));
  return region;
}

/// Nothing when it is no box.
std::optional<data::Box> boxOf(const Parameter& parameter, const json& region) {
  if (!region.is_array() || region.size() != 3 || !form::complaint(parameter, region).empty()) return std::nullopt;
  data::Box box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lo[axis] = region[axis][0].get<std::int64_t>();
    box.hi[axis] = region[axis][1].get<std::int64_t>();
  }
  return box;
}

} // namespace

RegionEditor::RegionEditor(const Parameter& p, Surroundings& around, QWidget* owner)
    : Editor(p), around_(around), board_(around.link().regions()), box_(new QWidget(owner)) {
  auto* grid = new QGridLayout(box_);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(4);
  grid->setVerticalSpacing(4);
  grid->setColumnStretch(1, 1);
  grid->setColumnStretch(3, 1);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto line = static_cast<int>(axis);
    const QString letter(QChar(static_cast<char16_t>(u'x' + axis)));
    names_[axis] = new QLabel(letter, box_);
    names_[axis]->setProperty("tone", QStringLiteral("muted"));
    grid->addWidget(names_[axis], line, 0);
    for (std::size_t end = 0; end < 2; ++end) {
      auto* edit = new BoundEdit(box_);
      sides_[axis][end] = edit;
      edit->setObjectName(QStringLiteral("%1%2.%3").arg(letter, end == 0 ? "lo" : "hi", str(p.name)));
      edit->setAccessibleName(
          (end == 0 ? tr("%1, first voxel along %2") : tr("%1, last voxel along %2")).arg(str(p.label), letter));
      edit->setToolTip(end == 0 ? tr("First voxel along %1, counted from 0").arg(letter)
                                : tr("Last voxel along %1, counted from 0; it belongs to the region").arg(letter));
      edit->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
      edit->installEventFilter(this);
      grid->addWidget(edit, line, end == 0 ? 1 : 3);
      connect(edit, &QSpinBox::valueChanged, this, &RegionEditor::read);
    }
    grid->addWidget(new QLabel(QStringLiteral("–"), box_), line, 2);
  }
  draw_ = new QToolButton(box_); // after the fields, as Tab goes
  draw_->setObjectName(QStringLiteral("draw.") + str(p.name));
  draw_->setText(tr("Draw"));
  draw_->setIcon(icon(QStringLiteral("region")));
  draw_->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
  draw_->setCheckable(true);
  draw_->setAutoRaise(true);
  draw_->setFocusPolicy(Qt::StrongFocus);
  draw_->setAccessibleName(tr("Draw %1 in a slice").arg(str(p.label)));
  grid->addWidget(draw_, 0, 4, 3, 1, Qt::AlignVCenter);
  box_->setFocusProxy(sides_[0][0]);
  box_->installEventFilter(this);
  draw_->installEventFilter(this);
  connect(draw_, &QToolButton::toggled, this, [this] {
    sketch();
    Q_EMIT changed();
  });
  connect(&board_, &link::RegionBoard::edited, this, [this](const void* whose, const data::Box& box) {
    if (whose == this) setValue(box.voxels() > 0 ? regionOf(box) : json::array());
  });
  connect(&board_, &link::RegionBoard::drawingEnded, this, [this](const void* whose) {
    if (whose == this) draw_->setChecked(false);
  });
  connect(&around.link(), &link::Link::stateChanged, this, [this] {
    if (canDraw() == drawable_) return;
    put();
    Q_EMIT changed();
  });
  connect(&around, &Surroundings::changed, this, [this] {
    put();
    sketch();
    Q_EMIT changed();
  });
  put();
}

RegionEditor::~RegionEditor() { board_.hide(this); }

const data::FieldInfo* RegionEditor::field() const { return around_.field(parameter().input); }

/// Whether the layout of the views has a slice.
bool RegionEditor::canDraw() const {
  const scene::Grid grid = scene::gridOf(around_.link().state(), around_.provider());
  return std::ranges::any_of(grid.panels, [](const std::string& panel) {
    return panel == "axial" || panel == "coronal" || panel == "sagittal";
  });
}

QList<QWidget*> RegionEditor::fields() const {
  QList<QWidget*> all;
  for (const auto& side : sides_)
    all << side[0] << side[1];
  return all;
}

/// Shows what is chosen, or all of the input.
void RegionEditor::put() {
  const QScopedValueRollback guard(putting_, true);
  const data::FieldInfo* info = field();
  const auto box = boxOf(parameter(), region_);
  drawable_ = canDraw();
  draw_->setEnabled(info && drawable_);
  draw_->setToolTip(drawable_ ? tr("Drag across a slice to draw the region; its handles then change it, Esc clears it")
                              : tr("A region is drawn in a slice, and no slice is in view; its numbers can be typed"));
  if (!draw_->isEnabled()) draw_->setChecked(false);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int64_t lo = box ? box->lo[axis] : 0, hi = box ? box->hi[axis] : info ? info->shape[axis] : 0;
    sides_[axis][0]->setValue(static_cast<int>(lo));
    sides_[axis][1]->setValue(static_cast<int>(hi - 1)); // the last that belongs to it
    const QString letter(QChar(static_cast<char16_t>(u'x' + axis)));
    const QString name = info ? str(info->axisNames[axis]) : letter;
    names_[axis]->setText(name.isEmpty() || name.size() > 4 ? letter : name);
    names_[axis]->setToolTip(name);
    for (BoundEdit* edit : sides_[axis])
      edit->setEnabled(info || box);
  }
}

/// Takes what stands in the fields.
void RegionEditor::read() {
  if (putting_) return;
  data::Box box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lo[axis] = sides_[axis][0]->value();
    box.hi[axis] = sides_[axis][1]->value() + 1;
  }
  const data::FieldInfo* info = field();
  const bool all = info && box == data::Box{{0, 0, 0}, info->shape};
  region_ = all ? json::array() : regionOf(box);
  sketch();
  Q_EMIT changed();
}

void RegionEditor::setValue(const json& value) {
  if (!value.is_array() || value == region_) return;
  region_ = value;
  put();
  sketch();
  Q_EMIT changed();
}

/// Lays it over the slices while the form is in sight.
void RegionEditor::sketch() {
  const data::FieldInfo* info = field();
  const auto box = boxOf(parameter(), region_);
  if (!info || !box_->isVisible() || (!box && !draw_->isChecked())) {
    board_.hide(this);
    return;
  }
  link::RegionSketch drawn{parameter().label, *info, box.value_or(data::Box{}), draw_->isChecked()};
  const link::RegionSketch* before = board_.sketch(this);
  if (before && before->box == drawn.box && before->drawing == drawn.drawing &&
      before->field.indexToWorld == drawn.field.indexToWorld && before->field.shape == drawn.field.shape)
    return;
  board_.show(this, std::move(drawn));
}

bool RegionEditor::eventFilter(QObject* watched, QEvent* event) {
  if (watched == box_ && (event->type() == QEvent::Show || event->type() == QEvent::Hide)) {
    if (event->type() == QEvent::Hide) draw_->setChecked(false);
    QMetaObject::invokeMethod(this, &RegionEditor::sketch, Qt::QueuedConnection); // visible once the event is through
  }
  if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape &&
      (draw_->isChecked() || !region_.empty())) {
    event->accept(); // else the page goes back
    return true;
  }
  if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape &&
      (draw_->isChecked() || !region_.empty())) {
    if (draw_->isChecked())
      draw_->setChecked(false);
    else
      setValue(json::array());
    return true;
  }
  return Editor::eventFilter(watched, event);
}

QString RegionEditor::problem() const {
  if (QString wrong = Editor::problem(); !wrong.isEmpty()) {
    for (std::size_t axis = 0; region_.size() == 3 && axis < 3; ++axis)
      if (sides_[axis][0]->value() > sides_[axis][1]->value())
        return tr("Along %1 the first voxel must not come after the last.").arg(names_[axis]->text());
    return wrong;
  }
  const data::FieldInfo* info = field();
  const auto box = boxOf(parameter(), region_);
  for (std::size_t axis = 0; info && box && axis < 3; ++axis)
    if (box->hi[axis] > info->shape[axis])
      return tr("The last voxel of the input along %2 is %1.").arg(info->shape[axis] - 1).arg(names_[axis]->text());
  return {};
}

QString RegionEditor::note() const {
  if (draw_->isChecked()) return tr("Drag across a slice. Esc ends it.");
  const data::FieldInfo* info = field();
  if (!info) return tr("Choose an input first, to draw a region in it.");
  const auto box = boxOf(parameter(), region_);
  if (!box && !region_.empty()) return {};
  if (!box) return drawable_ ? tr("All of the input.") : tr("All of the input. Drawing needs a slice in view.");
  const data::Index3 shape = box->shape();
  QString text = tr("%1 × %2 × %3 voxels").arg(shape[0]).arg(shape[1]).arg(shape[2]);
  if (info->frame == data::Frame::VoxelIndex || info->worldUnit.empty()) return text;
  QStringList lengths;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    data::Vec3 low{}, high{};
    for (std::size_t i = 0; i < 3; ++i)
      low[i] = high[i] = static_cast<double>(box->lo[i]) - 0.5;
    high[axis] = static_cast<double>(box->hi[axis]) - 0.5;
    const data::Vec3 a = info->world(low), b = info->world(high);
    lengths << QLocale::c().toString(std::hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]), 'g', 3);
  }
  return text + tr(", %1 %2").arg(lengths.join(QStringLiteral(" × ")), str(info->worldUnit));
}

} // namespace discern::desktop
