#pragma once
#include "data/block.h"
#include "link/link.h"
#include "scene/colour/mapper.h"
#include "scene/colour/shared_scale.h"
#include "style/style.h"

#include <QWidget>
#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QDoubleSpinBox;
class QToolButton;

namespace discern::views {

class ColourOptions;
class HistogramWidget;

/// The colours of one layer: histogram with a handle at each end of the range, the range in numbers with its unit,
/// colour map, logarithmic, inverted, symmetric about zero, automatic, and below them ColourOptions. It follows the
/// active layer; every edit is a setLayer command.
class ContrastEditor final : public QWidget {
  Q_OBJECT
public:
  ContrastEditor(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);
  void setStyle(const Style& style);
  [[nodiscard]] HistogramWidget& histogram() const { return *histogram_; }

public Q_SLOTS:
  void refresh(); ///< after the provider has learnt of a new dataset

private:
  void ask();
  void show(const scene::ScaleStatistics& statistics);
  [[nodiscard]] const scene::ColorMap& mapOf(const session::Layer& layer) const;
  void setRange(double low, double high);
  void set(const char* property, bool on);
  link::Link& link_;
  data::FieldProvider& provider_;
  Style style_;
  std::string layer_;                      ///< id of the layer that is shown; empty: none
  std::vector<scene::StatisticsOf> asked_; ///< what histogram and range were asked for
  std::optional<scene::ScaleStatistics> statistics_;
  std::vector<scene::ColorMap> maps_;
  ColourOptions* options_;
  HistogramWidget* histogram_;
  QLabel *name_, *unit_, *empty_;
  QWidget* body_;
  QDoubleSpinBox *low_, *high_;
  QComboBox* map_;
  QCheckBox *log_, *invert_, *symmetric_, *logCounts_;
  QToolButton* auto_;
};

} // namespace discern::views
