#include "contrast/colour_options.h"

#include "contrast/swatch_button.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

/// From smooth straight to two: one colour is no scale.
class StepBox final : public QSpinBox {
public:
  using QSpinBox::QSpinBox;
  void stepBy(int steps) override {
    const int next = value() + steps;
    setValue(next == 1 ? (steps > 0 ? 2 : 0) : next);
  }
};

} // namespace

ColourOptions::ColourOptions(link::Link& link, QWidget* parent) : QWidget(parent), link_(link) {
  auto* rows = new QGridLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setHorizontalSpacing(8);
  rows->setVerticalSpacing(4);
  rows->setColumnStretch(0, 1);
  rows->setColumnStretch(1, 1);
  const auto tick = [&](const QString& words, const QString& tip, int row, int column, int wide = 1) {
    auto* made = new QCheckBox(words, this);
    made->setToolTip(tip);
    rows->addWidget(made, row, column, 1, wide);
    return made;
  };
  const auto labelled = [&](const QString& words, QWidget* field, QGridLayout* into, int row, int column) {
    auto* label = new QLabel(words, this);
    label->setBuddy(field);
    setTone(label, "muted");
    into->addWidget(label, row, column);
    into->addWidget(field, row, column + 1);
  };
  auto* colours = new QGridLayout;
  colours->setHorizontalSpacing(4);
  colours->setVerticalSpacing(4);
  colours->setColumnStretch(4, 1);
  steps_ = new StepBox(this);
  steps_->setRange(0, 64);
  steps_->setSpecialValueText(tr("Smooth"));
  steps_->setKeyboardTracking(false);
  steps_->setAccessibleName(tr("Colour steps"));
  steps_->setToolTip(tr("As many colours, each for an equal part of the range"));
  below_ = new SwatchButton(tr("Colour of values below the range"), tr("Lowest colour of the map"), false, this);
  above_ = new SwatchButton(tr("Colour of values above the range"), tr("Highest colour of the map"), false, this);
  missing_ = new SwatchButton(tr("Colour of missing values"), tr("Colour of the theme"), true, this);
  labelled(tr("Steps"), steps_, colours, 0, 0);
  labelled(tr("Missing"), missing_, colours, 0, 2);
  labelled(tr("Below"), below_, colours, 1, 0);
  labelled(tr("Above"), above_, colours, 1, 2);
  rows->addLayout(colours, 0, 0, 1, 2);
  lock_ = tick(tr("Lock range"), tr("Neither a right drag over a view nor the histogram changes the range"), 1, 0);
  opacity_ = tick(tr("Opacity curve"),
                  tr("Points on the histogram say how opaque values are in 3D: drag them, double-click adds one, "
                     "Delete or a right click removes one"),
                  2, 0);
  onSlices_ = tick(tr("Also on slices"), tr("The opacity curve also counts on slices and maps"), 2, 1);
  share_ =
      tick({}, tr("Layers of one quantity have one colour scale, so that equal colours are equal values"), 3, 0, 2);
  lock_->setObjectName(QStringLiteral("rangeLocked"));
  opacity_->setObjectName(QStringLiteral("opacityCurve"));
  onSlices_->setObjectName(QStringLiteral("opacityOnSlices"));
  share_->setObjectName(QStringLiteral("sharedScale"));
  below_->setObjectName(QStringLiteral("belowColor"));
  above_->setObjectName(QStringLiteral("aboveColor"));
  missing_->setObjectName(QStringLiteral("missingColor"));

  QObject::connect(steps_, &QSpinBox::valueChanged, this, [this](int steps) { set("steps", steps == 1 ? 2 : steps); });
  for (auto [button, property] :
       {std::pair{below_, "belowColor"}, std::pair{above_, "aboveColor"}, std::pair{missing_, "missingColor"}})
    QObject::connect(button, &SwatchButton::picked, this,
                     [this, property = property](const QString& colour) { set(property, colour.toStdString()); });
  QObject::connect(lock_, &QCheckBox::clicked, this, [this](bool on) {
    nlohmann::json change{{"id", layer_}, {"rangeLocked", on}};
    if (on) change["range"] = range_; // what is locked is the range in sight
    link_.run("setLayer", change);
  });
  QObject::connect(share_, &QCheckBox::clicked, this, [this](bool on) { set("ownScale", !on); });
  QObject::connect(opacity_, &QCheckBox::clicked, this, [this](bool on) {
    nlohmann::json change{{"id", layer_}, {"opacityPoints", nlohmann::json::array()}};
    if (on)
      change["opacityPoints"] = automatic_;
    else
      change["opacityOnSlices"] = false;
    link_.run("setLayer", change);
  });
  QObject::connect(onSlices_, &QCheckBox::clicked, this, [this](bool on) { set("opacityOnSlices", on); });
}

void ColourOptions::set(const char* property, const nlohmann::json& value) {
  link_.run("setLayer", {{"id", layer_}, {property, value}});
}

void ColourOptions::show(const session::Layer& layer, const scene::ColorMap& map, const scene::ColorScale& scale,
                         const scene::Theme& theme, std::vector<std::array<double, 2>> automatic) {
  layer_ = layer.id;
  range_ = scale.range;
  automatic_ = std::move(automatic);
  const QSignalBlocker quiet(steps_);
  steps_->setValue(layer.steps);
  below_->show(text(layer.belowColor), colour(scene::colourAt(map, scale, 0)));
  above_->show(text(layer.aboveColor), colour(scene::colourAt(map, scale, 1)));
  missing_->show(text(layer.missingColor), colour(theme.missing));
  lock_->setChecked(layer.rangeLocked);
  opacity_->setChecked(!layer.opacityPoints.empty());
  onSlices_->setEnabled(!layer.opacityPoints.empty());
  onSlices_->setChecked(layer.opacityOnSlices);
  // Only where there is another layer to share with.
  const auto& layers = link_.state().layers;
  const auto others = std::count_if(layers.begin(), layers.end(), [&](const session::Layer& other) {
    return other.id != layer.id && !layer.quantity.empty() && other.quantity == layer.quantity &&
           other.role == session::Role::Image && other.component == layer.component;
  });
  share_->setVisible(others > 0);
  share_->setText(tr("One scale for all of %1").arg(text(layer.quantity)));
  share_->setChecked(!layer.ownScale);
}

} // namespace discern::views
