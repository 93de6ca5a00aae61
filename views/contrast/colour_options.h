#pragma once
#include "link/link.h"
#include "scene/colour/mapper.h"
#include "style/style.h"

#include <QWidget>

class QCheckBox;
class QSpinBox;

namespace discern::views {

class SwatchButton;

/// What a colour scale has beyond map and range: steps, colours beyond the range and of missing values, a lock, layers
/// of the same quantity, opacity. Every edit is a setLayer command.
class ColourOptions final : public QWidget {
  Q_OBJECT
public:
  ColourOptions(link::Link& link, QWidget* parent);
  /// Shows a layer as it is drawn with `map` and `scale`; `automatic`: the opacity curve of its volume without points.
  void show(const session::Layer& layer, const scene::ColorMap& map, const scene::ColorScale& scale,
            const scene::Theme& theme, std::vector<std::array<double, 2>> automatic);

private:
  void set(const char* property, const nlohmann::json& value);
  link::Link& link_;
  std::string layer_;
  std::array<double, 2> range_{0, 1};
  std::vector<std::array<double, 2>> automatic_;
  QSpinBox* steps_;
  SwatchButton *below_, *above_, *missing_;
  QCheckBox *lock_, *share_, *opacity_, *onSlices_;
};

} // namespace discern::views
