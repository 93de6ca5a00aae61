#pragma once
#include "data/field_source.h"

#include <QWidget>
#include <vector>

class QToolButton;
class QVBoxLayout;

namespace discern::views {

/// The metrics of a comparison: those that people quote in two rows (foreground, instances), the others folded below.
/// Each has its full name and definition as tooltip; values can be selected and copied.
class MetricsStrip final : public QWidget {
  Q_OBJECT
public:
  struct Metric {
    QString name, value, help;
  };
  explicit MetricsStrip(QWidget* parent);
  /// From a table with the columns metric, value, help.
  void setTable(const data::Table& table);
  [[nodiscard]] const std::vector<Metric>& metrics() const { return metrics_; }
  [[nodiscard]] QString asText() const;

private:
  void build();
  void addRow(const QString& heading, const std::vector<std::pair<QString, const Metric*>>& tiles);
  std::vector<Metric> metrics_;
  QVBoxLayout* column_;
  QWidget* content_ = nullptr;
  bool open_ = false; ///< the others are shown
};

} // namespace discern::views
