#pragma once
#include "scene/diagram/diagram_panel.h"

namespace discern::scene {

/// A matrix as coloured cells, in the order of the file or of a tree that brings like rows together, with the tree
/// beside it. A click on a cell chooses its row and column: State::selection[ID] holds rows, [ID + " columns"] columns
/// (of a symmetric matrix the same), and with them the labels of the layer `y` that the rows stand for.
class MatrixPanel : public DiagramPanel {
public:
  using DiagramPanel::DiagramPanel;
  [[nodiscard]] virtual const data::MatrixAnswer& matrix() const = 0;
  /// The row and column (of the file) under a pixel.
  [[nodiscard]] virtual std::optional<std::array<std::int64_t, 2>> cellAt(Pixel pixel) const = 0;
};

[[nodiscard]] std::unique_ptr<MatrixPanel> makeMatrixPanel(Context context, std::string id);

} // namespace discern::scene
