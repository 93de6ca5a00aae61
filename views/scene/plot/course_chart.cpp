#include "scene/plot/course_chart.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vtkAxis.h>
#include <vtkBrush.h>
#include <vtkChartXY.h>
#include <vtkContextActor.h>
#include <vtkContextScene.h>
#include <vtkDoubleArray.h>
#include <vtkPen.h>
#include <vtkPlot.h>
#include <vtkPlotPoints.h>
#include <vtkRenderer.h>
#include <vtkStringArray.h>
#include <vtkTable.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>

namespace discern::scene {
namespace {

constexpr double dateRoom = 108; ///< logical pixels for one date under the axis

vtkSmartPointer<vtkTable> tableOf(const std::vector<double>& x, const std::vector<double>& y) {
  auto table = vtkSmartPointer<vtkTable>::New();
  vtkNew<vtkDoubleArray> across, up;
  across->SetName("time");
  up->SetName("value");
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    across->InsertNextValue(x[i]);
    up->InsertNextValue(y[i]);
  }
  table->AddColumn(across);
  table->AddColumn(up);
  return table;
}

std::array<unsigned char, 4> bytes(const Rgb& colour, double opacity = 1) {
  const auto byte = [](double part) {
    return static_cast<unsigned char>(std::lround(255 * std::clamp(part, 0.0, 1.0)));
  };
  return {byte(colour[0]), byte(colour[1]), byte(colour[2]), byte(opacity)};
}

void stroke(vtkPlot* plot, const Rgb& colour, double width, double opacity = 1) {
  const auto c = bytes(colour, opacity);
  plot->SetColor(c[0], c[1], c[2], c[3]);
  plot->SetWidth(static_cast<float>(width));
}

/// Device pixels that the numbers beside the upright axis take.
double widestNumber(double low, double high, const CourseChart::Look& look) {
  std::size_t letters = 1;
  for (const double tick : roundTicks(low, high, 6)) {
    std::size_t count = 0; // characters, not bytes
    for (const char c : formatNumber(tick))
      count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    letters = std::max(letters, count);
  }
  return (7.0 * static_cast<double>(letters) + 10) * look.scale;
}

bool dated(const data::TimeAxis& time) {
  return time.unit.find(" since ") != std::string::npos && !time.values.empty();
}

std::vector<double> timesOf(const data::TimeAxis& time) {
  if (time.values.size() == static_cast<std::size_t>(time.size)) return time.values;
  std::vector<double> steps(static_cast<std::size_t>(time.size));
  for (std::size_t i = 0; i < steps.size(); ++i)
    steps[i] = static_cast<double>(i + 1);
  return steps;
}

} // namespace

CourseChart::CourseChart(vtkRenderer* renderer) : chart_(vtkSmartPointer<vtkChartXY>::New()) {
  actor_->GetScene()->AddItem(chart_);
  renderer->AddActor(actor_);
  actor_->GetScene()->SetRenderer(renderer);
  title_->GetTextProperty()->SetOrientation(90);
  title_->GetTextProperty()->SetJustificationToCentered();
  title_->GetTextProperty()->SetVerticalJustificationToCentered();
  title_->VisibilityOff();
  renderer->AddActor2D(title_);
  chart_->SetAutoSize(false);
  chart_->SetShowLegend(false);
  chart_->SetInteractive(false);
  chart_->GetBackgroundBrush()->SetOpacity(0);
  chart_->SetVisible(false);
}

CourseChart::~CourseChart() = default;

Rgb CourseChart::lineColour(const Theme& theme, std::size_t n) {
  const std::array colours{theme.accent, theme.spurious, theme.good, theme.boundary, theme.missed, theme.merged};
  return colours[n % colours.size()];
}

void CourseChart::hide() {
  chart_->SetVisible(false);
  title_->VisibilityOff();
  times_.clear();
}

void CourseChart::styleText(vtkTextProperty* property, const Look& look, const Rgb& colour) {
  if (!look.theme.fontFile.empty()) {
    property->SetFontFamily(VTK_FONT_FILE);
    property->SetFontFile(look.theme.fontFile.c_str());
  } else {
    property->SetFontFamilyToArial();
  }
  property->SetBold(false);
  property->SetFontSize(std::max(6, static_cast<int>(std::lround(11 * look.scale))));
  property->SetColor(colour[0], colour[1], colour[2]);
}

void CourseChart::styleAxis(int which, const Look& look, const std::string& title) const {
  vtkAxis* axis = chart_->GetAxis(which);
  const Rgb &muted = look.theme.muted, &text = look.theme.text;
  styleText(axis->GetTitleProperties(), look, muted);
  styleText(axis->GetLabelProperties(), look, text);
  axis->SetTitle(title);
  axis->SetBehavior(vtkAxis::FIXED);
  const auto line = bytes(muted, 0.7), grid = bytes(muted, 0.16);
  axis->GetPen()->SetColor(line[0], line[1], line[2], line[3]);
  axis->GetPen()->SetWidth(static_cast<float>(look.scale));
  axis->GetGridPen()->SetColor(grid[0], grid[1], grid[2], grid[3]);
  axis->GetGridPen()->SetWidth(static_cast<float>(look.scale));
  axis->SetTickLength(static_cast<float>(4 * look.scale));
  axis->SetLabelOffset(static_cast<float>(7 * look.scale));
  axis->SetMargins(0, 0);
}

void CourseChart::labelDates(const data::TimeAxis& time, const Look& look) const {
  const auto most = static_cast<std::int64_t>(std::max(2.0, look.width / (dateRoom * look.scale)));
  const std::int64_t stride = std::max<std::int64_t>(1, (time.size + most - 1) / most);
  bool midnight = true;
  for (std::int64_t i = 0; i < time.size; ++i)
    midnight = midnight && time.label(i).ends_with(" 00:00");
  vtkNew<vtkDoubleArray> places;
  vtkNew<vtkStringArray> words;
  for (std::int64_t i = 0; i < time.size; i += stride) {
    std::string label = time.label(i);
    if (midnight) label.resize(label.size() - 6);
    places->InsertNextValue(time.values[static_cast<std::size_t>(i)]);
    words->InsertNextValue(label);
  }
  chart_->GetAxis(vtkAxis::BOTTOM)->SetCustomTickPositions(places, words);
}

void CourseChart::show(const std::vector<CoursePanel::Course>& courses, std::int64_t step, const Look& look) {
  chart_->ClearPlots();
  times_.clear();
  double low = std::numeric_limits<double>::infinity(), high = -low;
  std::string quantity, unit;
  bool oneUnit = true;
  const data::TimeAxis* time = nullptr;
  for (const CoursePanel::Course& course : courses) {
    if (course.values.empty()) continue;
    if (!time) {
      time = &course.time;
      quantity = course.quantity.empty() ? "Value" : course.quantity;
      unit = course.unit;
    } else if (course.quantity != quantity || course.unit != unit) {
      oneUnit = oneUnit && course.unit == unit;
      quantity = "Value";
    }
    for (const double value : course.values)
      if (std::isfinite(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
  }
  if (!time) {
    hide();
    return;
  }
  if (!(high >= low)) low = 0, high = 1; // nothing but missing values
  const double pad = high > low ? 0.08 * (high - low) : std::max(0.5, 0.1 * std::abs(high));
  low -= pad;
  high += pad;
  times_ = timesOf(*time);
  const auto [first, last] = std::minmax_element(times_.begin(), times_.end());
  const double span = std::max(*last - *first, 1e-9);

  std::string upright = quantity;
  if (oneUnit && !unit.empty() && unit != "1") upright += " (" + unit + ")";
  // A title longer than its axis would run into the heading: the unit alone says enough then.
  const double upTall = look.height / look.scale - look.top - 44;
  if (6.3 * static_cast<double>(upright.size()) > upTall && oneUnit && !unit.empty())
    upright = unit; // the heading names the quantity
  std::string across = "step";
  if (!time->values.empty()) across = dated(*time) ? "" : time->unit.empty() ? "time" : "time (" + time->unit + ")";
  styleAxis(vtkAxis::LEFT, look, "");
  styleText(title_->GetTextProperty(), look, look.theme.muted);
  title_->SetInput(upright.c_str());
  styleAxis(vtkAxis::BOTTOM, look, across);
  for (const int unused : {vtkAxis::RIGHT, vtkAxis::TOP})
    chart_->GetAxis(unused)->SetVisible(false);
  vtkAxis* bottom = chart_->GetAxis(vtkAxis::BOTTOM);
  bottom->SetCustomTickPositions(nullptr);
  bottom->SetRange(*first - 0.015 * span, *last + 0.015 * span);
  chart_->GetAxis(vtkAxis::LEFT)->SetRange(low, high);
  if (dated(*time)) labelDates(*time, look);

  const auto at =
      static_cast<std::size_t>(std::clamp<std::int64_t>(step, 0, static_cast<std::int64_t>(times_.size()) - 1));
  vtkPlot* marker = chart_->AddPlot(vtkChart::LINE);
  marker->SetInputData(tableOf({times_[at], times_[at]}, {low, high}), 0, 1);
  stroke(marker, look.theme.text, look.scale, 0.55);
  std::size_t n = 0;
  for (const CoursePanel::Course& course : courses) {
    const Rgb colour = lineColour(look.theme, n++);
    if (course.values.empty()) continue;
    const std::vector<double> times = timesOf(course.time);
    vtkPlot* line = chart_->AddPlot(vtkChart::LINE);
    line->SetInputData(tableOf(times, course.values), 0, 1);
    stroke(line, colour, 1.4 * look.scale);
    const auto here =
        static_cast<std::size_t>(std::clamp<std::int64_t>(step, 0, static_cast<std::int64_t>(times.size()) - 1));
    if (here >= course.values.size() || !std::isfinite(course.values[here])) continue;
    vtkPlot* dot = chart_->AddPlot(vtkChart::POINTS);
    dot->SetInputData(tableOf({times[here]}, {course.values[here]}), 0, 1);
    stroke(dot, colour, 1);
    auto* points = vtkPlotPoints::SafeDownCast(dot);
    points->SetMarkerStyle(vtkPlotPoints::CIRCLE);
    points->SetMarkerSize(static_cast<float>(8 * look.scale));
  }
  // The axes' rectangle: room for the widest number and the title on the left, one line of each below.
  const double left = (upright.empty() ? 12 : 28) + widestNumber(low, high, look) / look.scale;
  const double right = dated(*time) ? 44 : 16; // half a date hangs over the end
  const double below = across.empty() ? 28 : 44;
  chart_->SetLayoutStrategy(vtkChart::AXES_TO_RECT);
  chart_->SetSize(vtkRectf(static_cast<float>(left * look.scale), static_cast<float>(below * look.scale),
                           static_cast<float>(std::max(8.0, look.width - (left + right) * look.scale)),
                           static_cast<float>(std::max(8.0, look.height - (below + look.top) * look.scale))));
  title_->SetDisplayPosition(static_cast<int>(std::lround(16 * look.scale)),
                             static_cast<int>(std::lround((look.height + (below - look.top) * look.scale) / 2)));
  title_->VisibilityOn();
  chart_->RecalculateBounds();
  chart_->SetVisible(true);
}

std::optional<std::int64_t> CourseChart::stepAt(double x, double y) const {
  if (times_.empty()) return std::nullopt;
  vtkAxis *bottom = chart_->GetAxis(vtkAxis::BOTTOM), *left = chart_->GetAxis(vtkAxis::LEFT);
  const double x0 = bottom->GetPoint1()[0], x1 = bottom->GetPoint2()[0], y0 = left->GetPoint1()[1],
               y1 = left->GetPoint2()[1];
  if (!(x1 > x0) || x < x0 || x > x1 || y < y0 || y > y1) return std::nullopt;
  const double time = bottom->GetMinimum() + (x - x0) / (x1 - x0) * (bottom->GetMaximum() - bottom->GetMinimum());
  const auto nearest = std::min_element(times_.begin(), times_.end(),
                                        [&](double a, double b) { return std::abs(a - time) < std::abs(b - time); });
  return nearest - times_.begin();
}

} // namespace discern::scene
