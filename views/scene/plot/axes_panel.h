#pragma once
#include "scene/panel.h"

namespace discern::scene {

/// A panel with two axes that a person can zoom and move along. Positions in pixels are device pixels from the bottom
/// left.
class AxesPanel : public Panel {
public:
  using Panel::Panel;
  /// The axes in force.
  struct View {
    std::array<double, 2> x, y;
  };
  [[nodiscard]] std::optional<data::Vec3> worldAt(double, double) const override { return std::nullopt; }
  /// The key in session::State::plots; empty: nothing is plotted.
  [[nodiscard]] virtual std::string plot() const = 0;
  /// Nothing when nothing is plotted.
  [[nodiscard]] virtual std::optional<View> view() const = 0;
  /// All data with the room around them, where View starts from.
  [[nodiscard]] virtual std::optional<View> fitted() const = 0;
  /// What lies under a pixel between the axes.
  [[nodiscard]] virtual std::optional<std::array<double, 2>> dataAt(double x, double y) const = 0;
  [[nodiscard]] virtual std::array<double, 2> pixelOf(double x, double y) const = 0;
  /// Shows the values there; nothing: those at rest.
  virtual void hover(std::optional<std::array<double, 2>> pixel) = 0;
};

} // namespace discern::scene
