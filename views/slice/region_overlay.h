#pragma once
#include "link/link.h"

#include <QPolygonF>
#include <QWidget>

namespace discern::views {

class FlatView;

/// The regions of link::RegionBoard over a slice: a rectangle with handles where the slice cuts the box, dashed where
/// it passes by. Dragging a handle moves a side, dragging the border moves the box; while one is being drawn, a drag
/// anywhere draws its two sides, and leaves the third as it was.
class RegionOverlay final : public QWidget {
  Q_OBJECT
public:
  explicit RegionOverlay(FlatView& view);
  /// The mouse, before the view gets it; true: it is the overlay's.
  bool press(const QPointF& position);
  bool move(const QPointF& position);
  bool release(const QPointF& position);
  /// Esc: ends a drawing, else clears the region; false: there is none.
  bool escape();

protected:
  void paintEvent(QPaintEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  /// How a region's voxels lie in this view.
  struct Lie {
    std::size_t across = 0, upright = 1, normal = 2; ///< index axes: along the widget's x, its y, and through it
    double depth = 0;                                ///< of the slice, in indices along `normal`
  };
  enum class Grip { None, Side, Border };
  struct Hold {
    Grip grip = Grip::None;
    const void* owner = nullptr;
    int across = 0, upright = 0; ///< −1: the low side, 1: the high side, 0: neither
    data::Vec3 from{};           ///< where the drag began, in indices
    data::Box before;
    bool drawing = false;
  };
  void refresh();
  [[nodiscard]] std::optional<Lie> lieOf(const data::FieldInfo& field) const;
  [[nodiscard]] std::optional<QPointF> toWidget(const data::Vec3& world) const;
  /// The corners of the box in the slice, the low one first; empty: it can't be drawn here.
  [[nodiscard]] QPolygonF outline(const link::RegionSketch& sketch, const Lie& lie) const;
  [[nodiscard]] std::optional<data::Vec3> indexAt(const link::RegionSketch& sketch, const QPointF& position) const;
  [[nodiscard]] Hold holdAt(const QPointF& position) const;
  void showShape(const QPointF& position);
  void drawOne(QPainter& painter, const link::RegionSketch& sketch, const Lie& lie) const;
  FlatView& view_;
  Hold hold_;
};

} // namespace discern::views
