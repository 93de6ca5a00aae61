#pragma once
#include "desktop/form/editor.h"

#include <map>
#include <set>

class QLineEdit;
class QToolButton;

namespace discern::desktop {

class CheckList;

/// Labels of an input: typed ("1,4,7-9"), ticked in a list with their names and colours, or taken from what is selected
/// in the views.
class LabelsEditor final : public Editor {
  Q_OBJECT
public:
  LabelsEditor(const Parameter& parameter, Surroundings& around, QWidget* owner);
  [[nodiscard]] QWidget* widget() const override { return box_; }
  [[nodiscard]] nlohmann::json value() const override;
  void setValue(const nlohmann::json& value) override;
  [[nodiscard]] QString note() const override;
  [[nodiscard]] bool wide() const override { return true; }
  [[nodiscard]] QList<QWidget*> fields() const override;

private:
  void refill();
  void countLabels(const session::Layer& layer, const data::FieldInfo& field);
  void show(const std::vector<std::pair<std::int64_t, QString>>& labels);
  void takeSelection();
  void followTicks();
  [[nodiscard]] std::set<std::int64_t> selected() const;
  Surroundings& around_;
  QWidget* box_;
  QLineEdit* line_;
  QLineEdit* search_;
  QToolButton* take_;
  CheckList* list_;
  std::string shown_; ///< layer whose labels are listed
  std::set<std::int64_t> listed_;
  std::map<std::int64_t, QString> names_;
  bool ticking_ = false;
};

} // namespace discern::desktop
