#include "slice/region_overlay.h"

#include "gl/flat_view.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace discern::views {
namespace {

constexpr double reach = 7;      ///< logical pixels from a handle or border that still mean it
constexpr double handleSide = 8; ///< of a handle's square

using data::Vec3;

Vec3 operator-(const Vec3& a, const Vec3& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
double dot(const Vec3& a, const Vec3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

double distanceToSegment(const QPointF& p, const QPointF& a, const QPointF& b) {
  const QPointF along = b - a, to = p - a;
  const double length = QPointF::dotProduct(along, along);
  const double t = length > 0 ? std::clamp(QPointF::dotProduct(to, along) / length, 0.0, 1.0) : 0.0;
  const QPointF gap = to - t * along;
  return std::hypot(gap.x(), gap.y());
}

/// The eight handles of a rectangle: where, and which sides they move.
struct Handle {
  QPointF at;
  int across, upright;
};
std::vector<Handle> handlesOf(const QPolygonF& corners) {
  const auto middle = [&](int a, int b) { return (corners[a] + corners[b]) / 2; };
  return {{corners[0], -1, -1},  {corners[1], 1, -1},  {corners[2], 1, 1},   {corners[3], -1, 1},
          {middle(0, 1), 0, -1}, {middle(1, 2), 1, 0}, {middle(2, 3), 0, 1}, {middle(3, 0), -1, 0}};
}

} // namespace

RegionOverlay::RegionOverlay(FlatView& view) : QWidget(&view), view_(view) {
  setObjectName(QStringLiteral("regionOverlay"));
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setAttribute(Qt::WA_NoSystemBackground);
  setFocusPolicy(Qt::NoFocus);
  view.installEventFilter(this);
  link::Link& link = view.link();
  connect(&link.regions(), &link::RegionBoard::changed, this, &RegionOverlay::refresh);
  connect(&view, &PanelWidget::painted, this, [this] { update(); });
  refresh();
}

void RegionOverlay::refresh() {
  const auto& entries = view_.link().regions().entries();
  setVisible(!entries.empty());
  setGeometry(view_.rect());
  if (hold_.grip == Grip::None) {
    if (view_.link().regions().drawing())
      view_.setCursor(Qt::CrossCursor);
    else if (view_.cursor().shape() != Qt::ClosedHandCursor)
      view_.unsetCursor();
  }
  update();
}

bool RegionOverlay::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &view_ && event->type() == QEvent::Resize) setGeometry(view_.rect());
  return QWidget::eventFilter(watched, event);
}

std::optional<RegionOverlay::Lie> RegionOverlay::lieOf(const data::FieldInfo& field) const {
  const QPointF middle(width() / 2.0, height() / 2.0);
  const auto here = view_.worldAt(middle), right = view_.worldAt(middle + QPointF(1, 0)),
             down = view_.worldAt(middle + QPointF(0, 1));
  if (!here || !right || !down) return std::nullopt;
  const Vec3 x = *right - *here, y = *down - *here;
  Vec3 centre{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    centre[axis] = static_cast<double>(field.shape[axis] - 1) / 2;
  const Vec3 origin = field.world(centre);
  std::array<double, 3> alongX{}, alongY{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    Vec3 next = centre;
    next[axis] += 1;
    const Vec3 step = field.world(next) - origin;
    const double length = std::sqrt(std::max(dot(step, step), 1e-300));
    alongX[axis] = std::abs(dot(step, x)) / length / std::sqrt(dot(x, x));
    alongY[axis] = std::abs(dot(step, y)) / length / std::sqrt(dot(y, y));
  }
  Lie lie;
  lie.normal = 0;
  for (std::size_t axis = 1; axis < 3; ++axis)
    if (alongX[axis] + alongY[axis] < alongX[lie.normal] + alongY[lie.normal]) lie.normal = axis;
  lie.across = (lie.normal + 1) % 3;
  lie.upright = (lie.normal + 2) % 3;
  if (alongX[lie.across] < alongX[lie.upright]) std::swap(lie.across, lie.upright);
  lie.depth = field.index(*here)[lie.normal];
  return lie;
}

std::optional<QPointF> RegionOverlay::toWidget(const Vec3& world) const {
  const auto origin = view_.worldAt({0, 0}), right = view_.worldAt({1, 0}), down = view_.worldAt({0, 1});
  if (!origin || !right || !down) return std::nullopt;
  const Vec3 x = *right - *origin, y = *down - *origin, to = world - *origin;
  const double xx = dot(x, x), yy = dot(y, y); // right and down stand at right angles
  if (xx <= 0 || yy <= 0) return std::nullopt;
  return QPointF(dot(to, x) / xx, dot(to, y) / yy);
}

QPolygonF RegionOverlay::outline(const link::RegionSketch& sketch, const Lie& lie) const {
  QPolygonF corners;
  const std::pair<bool, bool> order[] = {{false, false}, {true, false}, {true, true}, {false, true}};
  for (const auto& [far, high] : order) {
    Vec3 index{};
    index[lie.across] = static_cast<double>(far ? sketch.box.hi[lie.across] : sketch.box.lo[lie.across]) - 0.5;
    index[lie.upright] = static_cast<double>(high ? sketch.box.hi[lie.upright] : sketch.box.lo[lie.upright]) - 0.5;
    index[lie.normal] = lie.depth;
    const auto corner = toWidget(sketch.field.world(index));
    if (!corner) return {};
    corners << *corner;
  }
  return corners;
}

std::optional<Vec3> RegionOverlay::indexAt(const link::RegionSketch& sketch, const QPointF& position) const {
  const QPointF inside(std::clamp(position.x(), 0.0, width() - 1.0), std::clamp(position.y(), 0.0, height() - 1.0));
  const auto world = view_.worldAt(inside);
  return world ? std::optional(sketch.field.index(*world)) : std::nullopt;
}

RegionOverlay::Hold RegionOverlay::holdAt(const QPointF& position) const {
  const auto& entries = view_.link().regions().entries();
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const link::RegionSketch& sketch = entry->sketch;
    const auto lie = sketch.empty() ? std::nullopt : lieOf(sketch.field);
    const QPolygonF corners = lie ? outline(sketch, *lie) : QPolygonF();
    if (corners.size() != 4) continue;
    Hold hold;
    hold.owner = entry->owner;
    hold.before = sketch.box;
    for (const Handle& handle : handlesOf(corners))
      if (std::hypot(position.x() - handle.at.x(), position.y() - handle.at.y()) <= reach) {
        hold.grip = Grip::Side;
        hold.across = handle.across;
        hold.upright = handle.upright;
        return hold;
      }
    for (int i = 0; i < 4; ++i)
      if (distanceToSegment(position, corners[i], corners[(i + 1) % 4]) <= reach / 2) {
        hold.grip = Grip::Border;
        return hold;
      }
  }
  return {};
}

bool RegionOverlay::press(const QPointF& position) {
  link::RegionBoard& board = view_.link().regions();
  hold_ = {};
  if (const auto* drawn = board.drawing()) {
    const auto at = indexAt(drawn->sketch, position);
    if (!at) return false;
    hold_ = {Grip::Side, drawn->owner, 0, 0, *at, drawn->sketch.box, true};
    return true;
  }
  if (!isVisible()) return false;
  hold_ = holdAt(position);
  if (hold_.grip == Grip::None) return false;
  if (const auto* sketch = board.sketch(hold_.owner))
    if (const auto at = indexAt(*sketch, position)) hold_.from = *at;
  return true;
}

bool RegionOverlay::move(const QPointF& position) {
  if (hold_.grip == Grip::None) {
    if (isVisible()) showShape(position);
    return false;
  }
  const auto* sketch = view_.link().regions().sketch(hold_.owner);
  const auto lie = sketch ? lieOf(sketch->field) : std::nullopt;
  const auto at = sketch ? indexAt(*sketch, position) : std::nullopt;
  if (!lie || !at) return true;
  const data::Index3& shape = sketch->field.shape;
  data::Box box = hold_.before;
  if (hold_.drawing && box.voxels() <= 0) box = {{0, 0, 0}, shape};
  for (const auto& [axis, side] : {std::pair{lie->across, hold_.across}, std::pair{lie->upright, hold_.upright}}) {
    const std::int64_t length = shape[axis];
    // A side lies between voxels: index − ½ is the low border of a voxel.
    const auto border = [length](double index) {
      return std::clamp<std::int64_t>(std::llround(index + 0.5), 0, length);
    };
    const auto voxel = [length](double index) { return std::clamp<std::int64_t>(std::llround(index), 0, length - 1); };
    if (hold_.drawing) {
      box.lo[axis] = voxel(std::min(hold_.from[axis], (*at)[axis]));
      box.hi[axis] = voxel(std::max(hold_.from[axis], (*at)[axis])) + 1;
    } else if (hold_.grip == Grip::Border) {
      const std::int64_t by = std::clamp<std::int64_t>(std::llround((*at)[axis] - hold_.from[axis]),
                                                       -hold_.before.lo[axis], length - hold_.before.hi[axis]);
      box.lo[axis] = hold_.before.lo[axis] + by;
      box.hi[axis] = hold_.before.hi[axis] + by;
    } else if (side < 0) {
      box.lo[axis] = std::min(border((*at)[axis]), box.hi[axis] - 1);
    } else if (side > 0) {
      box.hi[axis] = std::max(border((*at)[axis]), box.lo[axis] + 1);
    }
  }
  view_.link().regions().edit(hold_.owner, box);
  return true;
}

bool RegionOverlay::release(const QPointF&) {
  if (hold_.grip == Grip::None) return false;
  const bool drawn = hold_.drawing;
  hold_ = {};
  if (drawn) view_.link().regions().endDrawing();
  return true;
}

bool RegionOverlay::escape() {
  link::RegionBoard& board = view_.link().regions();
  if (const auto* drawn = board.drawing()) {
    const void* owner = drawn->owner;
    if (hold_.drawing) board.edit(owner, hold_.before);
    hold_ = {};
    board.endDrawing();
    return true;
  }
  if (hold_.grip != Grip::None) {
    board.edit(hold_.owner, hold_.before);
    hold_ = {};
    return true;
  }
  for (const auto& entry : board.entries())
    if (!entry.sketch.empty()) {
      board.edit(entry.owner, {});
      return true;
    }
  return false;
}

void RegionOverlay::showShape(const QPointF& position) {
  if (view_.link().regions().drawing() || view_.cursor().shape() == Qt::ClosedHandCursor) return;
  const Hold hold = holdAt(position);
  if (hold.grip == Grip::None)
    view_.unsetCursor();
  else if (hold.grip == Grip::Border)
    view_.setCursor(Qt::SizeAllCursor);
  else if (hold.across == 0)
    view_.setCursor(Qt::SizeVerCursor);
  else if (hold.upright == 0)
    view_.setCursor(Qt::SizeHorCursor);
  else
    view_.setCursor(Qt::SizeAllCursor);
}

void RegionOverlay::drawOne(QPainter& painter, const link::RegionSketch& sketch, const Lie& lie) const {
  const QPolygonF corners = outline(sketch, lie);
  if (corners.size() != 4) return;
  const scene::Theme& theme = view_.style().theme;
  const QColor accent = colour(theme.accent);
  const bool cut = lie.depth > static_cast<double>(sketch.box.lo[lie.normal]) - 0.5 - 1e-6 &&
                   lie.depth < static_cast<double>(sketch.box.hi[lie.normal]) - 0.5 + 1e-6;
  QColor fill = accent;
  fill.setAlpha(cut ? 28 : 0);
  painter.setBrush(fill);
  painter.setPen(QPen(QColor(0, 0, 0, 140), 3)); // dark below light: seen on any picture
  painter.drawPolygon(corners);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(accent, 1.5, cut ? Qt::SolidLine : Qt::DashLine));
  painter.drawPolygon(corners);
  painter.setPen(QPen(QColor(0, 0, 0, 160), 1));
  painter.setBrush(cut ? QColor(Qt::white) : accent);
  for (const Handle& handle : handlesOf(corners))
    painter.drawRoundedRect(
        QRectF(handle.at.x() - handleSide / 2, handle.at.y() - handleSide / 2, handleSide, handleSide), 2, 2);
}

void RegionOverlay::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  for (const auto& entry : view_.link().regions().entries()) {
    const auto lie = entry.sketch.empty() ? std::nullopt : lieOf(entry.sketch.field);
    if (lie) drawOne(painter, entry.sketch, *lie);
  }
}

} // namespace discern::views
