#pragma once
#include "data/field_source.h"

#include <QWidget>
#include <vector>

class QGridLayout;

namespace discern::views {

/// The metrics of a comparison as name and value, each with its definition as tooltip; values can be selected and
/// copied.
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

protected:
  void resizeEvent(QResizeEvent* event) override;

private:
  void arrange();
  std::vector<Metric> metrics_;
  std::vector<QWidget*> tiles_;
  QGridLayout* grid_;
  int columns_ = 0;
};

} // namespace discern::views
