#pragma once
#include "desktop/form/editor.h"
#include "link/region_board.h"

class QToolButton;
class QLabel;

namespace discern::desktop {

class BoundEdit;

/// A box of voxels of an input: typed here, drawn and dragged in the slices. All of the input when nothing was chosen.
class RegionEditor final : public Editor {
  Q_OBJECT
public:
  RegionEditor(const Parameter& parameter, Surroundings& around, QWidget* owner);
  ~RegionEditor() override;
  [[nodiscard]] QWidget* widget() const override { return box_; }
  [[nodiscard]] nlohmann::json value() const override { return region_; }
  void setValue(const nlohmann::json& value) override;
  [[nodiscard]] QString problem() const override;
  [[nodiscard]] QString note() const override;
  [[nodiscard]] bool wide() const override { return true; }
  [[nodiscard]] QList<QWidget*> fields() const override;

protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  void read();
  void put();
  void sketch();
  [[nodiscard]] const data::FieldInfo* field() const;
  [[nodiscard]] bool canDraw() const;
  Surroundings& around_;
  link::RegionBoard& board_; ///< outlives the surroundings
  QWidget* box_;
  QToolButton* draw_ = nullptr;
  std::array<QLabel*, 3> names_{};
  std::array<std::array<BoundEdit*, 2>, 3> sides_{};
  nlohmann::json region_ = nlohmann::json::array(); ///< []: all
  bool putting_ = false;
  bool drawable_ = false; ///< when last put
};

} // namespace discern::desktop
