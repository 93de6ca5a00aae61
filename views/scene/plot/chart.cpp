#include "scene/plot/chart.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>
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

vtkSmartPointer<vtkTable> tableOf(const std::vector<double>& x, const std::vector<double>& y) {
  auto table = vtkSmartPointer<vtkTable>::New();
  const auto count = static_cast<vtkIdType>(std::min(x.size(), y.size()));
  vtkNew<vtkDoubleArray> across, up;
  across->SetName("x");
  up->SetName("y");
  across->SetNumberOfValues(count);
  up->SetNumberOfValues(count);
  for (vtkIdType i = 0; i < count; ++i) {
    across->SetValue(i, x[static_cast<std::size_t>(i)]);
    up->SetValue(i, y[static_cast<std::size_t>(i)]);
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

void stroke(vtkPlot* plot, const Rgb& colour, double width, double opacity) {
  const auto c = bytes(colour, opacity);
  plot->SetColor(c[0], c[1], c[2], c[3]);
  plot->SetWidth(static_cast<float>(width));
}

void styleText(vtkTextProperty* property, const Chart::Look& look, const Rgb& colour) {
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

/// Characters, not bytes.
std::size_t letters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

} // namespace

int digitsFor(double low, double high, double step) {
  const double largest = std::max(std::abs(low), std::abs(high));
  if (!(step > 0) || !(largest > 0)) return 4;
  return std::clamp(static_cast<int>(std::ceil(std::log10(largest / step))) + 1, 3, 15);
}

Chart::Chart(vtkRenderer* renderer) : chart_(vtkSmartPointer<vtkChartXY>::New()) {
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

Chart::~Chart() = default;

Rgb Chart::lineColour(const Theme& theme, std::size_t n) {
  const std::array colours{theme.accent, theme.spurious, theme.good, theme.boundary, theme.missed, theme.merged};
  return colours[n % colours.size()];
}

void Chart::hide() {
  chart_->SetVisible(false);
  title_->VisibilityOff();
}

bool Chart::shown() const { return chart_->GetVisible(); }

std::array<double, 4> Chart::frame() const { return frame_; }

void Chart::styleAxis(int which, const Look& look, const std::string& title) const {
  vtkAxis* axis = chart_->GetAxis(which);
  const Rgb &muted = look.theme.muted, &text = look.theme.text;
  styleText(axis->GetTitleProperties(), look, muted);
  styleText(axis->GetLabelProperties(), look, text);
  axis->SetTitle(title);
  axis->SetBehavior(vtkAxis::FIXED);
  const auto line = bytes(muted, 0.7), grid = bytes(muted, look.grid ? 0.16 : 0);
  axis->GetPen()->SetColor(line[0], line[1], line[2], line[3]);
  axis->GetPen()->SetWidth(static_cast<float>(look.scale));
  axis->GetGridPen()->SetColor(grid[0], grid[1], grid[2], grid[3]);
  axis->GetGridPen()->SetWidth(static_cast<float>(look.scale));
  axis->SetTickLength(static_cast<float>(4 * look.scale));
  axis->SetLabelOffset(static_cast<float>(7 * look.scale));
  axis->SetMargins(0, 0);
}

void Chart::label(int which, const Axis& axis, int most, std::size_t& widest) const {
  auto ticks = axis.ticks;
  if (ticks.empty()) {
    const std::vector<double> round = roundTicks(axis.low, axis.high, std::max(2, most));
    const double step = round.size() > 1 ? round[1] - round[0] : axis.high - axis.low;
    const int digits = digitsFor(axis.low, axis.high, step);
    for (const double tick : round)
      ticks.emplace_back(tick, formatNumber(std::abs(tick) < 1e-9 * step ? 0 : tick, digits));
  }
  vtkNew<vtkDoubleArray> places;
  vtkNew<vtkStringArray> words;
  for (const auto& [place, text] : ticks) {
    places->InsertNextValue(place);
    words->InsertNextValue(text);
    widest = std::max(widest, letters(text));
  }
  chart_->GetAxis(which)->SetCustomTickPositions(places, words);
  chart_->GetAxis(which)->SetRange(axis.low, axis.high);
}

void Chart::show(const std::vector<Line>& lines, const Axis& across, const Axis& up, const Look& look) {
  chart_->ClearPlots();
  across_ = across;
  up_ = up;
  const double below = (across.title.empty() ? 28 : 44) + look.bottom;
  const double tall = look.height / look.scale - look.top - below;
  styleAxis(vtkAxis::LEFT, look, "");
  styleAxis(vtkAxis::BOTTOM, look, across.title);
  for (const int unused : {vtkAxis::RIGHT, vtkAxis::TOP})
    chart_->GetAxis(unused)->SetVisible(false);
  std::size_t upWidest = 1, acrossWidest = 1;
  label(vtkAxis::LEFT, up, static_cast<int>(std::clamp(tall / 40, 2.0, 8.0)), upWidest);
  const double left = std::max(look.left, (up.title.empty() ? 12 : 28) + 7.0 * static_cast<double>(upWidest) + 10);
  label(vtkAxis::BOTTOM, across, static_cast<int>(std::clamp((look.width / look.scale - left) / 72, 2.0, 12.0)),
        acrossWidest);
  const double right = look.right + std::max(16.0, 3.2 * static_cast<double>(acrossWidest)); // half a label hangs over
  for (const Line& line : lines) {
    const auto data = tableOf(line.x, line.y);
    if (line.width > 0) {
      vtkPlot* plot = chart_->AddPlot(vtkChart::LINE);
      plot->SetInputData(data, 0, 1);
      stroke(plot, line.colour, line.width * look.scale, line.opacity);
    }
    if (line.dots > 0) {
      vtkPlot* plot = chart_->AddPlot(vtkChart::POINTS);
      plot->SetInputData(data, 0, 1);
      stroke(plot, line.colour, 1, line.opacity);
      auto* points = vtkPlotPoints::SafeDownCast(plot);
      points->SetMarkerStyle(vtkPlotPoints::CIRCLE);
      points->SetMarkerSize(static_cast<float>(line.dots * look.scale));
    }
  }
  if (lines.empty()) { // VTK draws no axes without a plot
    vtkPlot* none = chart_->AddPlot(vtkChart::LINE);
    none->SetInputData(tableOf({across.low, across.high}, {up.low, up.low}), 0, 1);
    stroke(none, look.theme.muted, 1, 0);
  }
  chart_->SetLayoutStrategy(vtkChart::AXES_TO_RECT);
  const double wide = std::max(8.0, look.width - (left + right) * look.scale);
  const double high = std::max(8.0, tall * look.scale);
  chart_->SetSize(vtkRectf(static_cast<float>(left * look.scale), static_cast<float>(below * look.scale),
                           static_cast<float>(wide), static_cast<float>(high)));
  frame_ = {left * look.scale, below * look.scale, left * look.scale + wide, below * look.scale + high};
  styleText(title_->GetTextProperty(), look, look.theme.muted);
  title_->SetInput(up.title.c_str());
  title_->SetDisplayPosition(static_cast<int>(std::lround(16 * look.scale)),
                             static_cast<int>(std::lround((frame_[1] + frame_[3]) / 2)));
  title_->SetVisibility(!up.title.empty());
  chart_->RecalculateBounds();
  chart_->SetVisible(true);
}

std::optional<std::array<double, 2>> Chart::dataAt(double x, double y) const {
  if (!shown() || x < frame_[0] || x > frame_[2] || y < frame_[1] || y > frame_[3]) return std::nullopt;
  return std::array{across_.low + (x - frame_[0]) / (frame_[2] - frame_[0]) * (across_.high - across_.low),
                    up_.low + (y - frame_[1]) / (frame_[3] - frame_[1]) * (up_.high - up_.low)};
}

std::array<double, 2> Chart::pixelOf(double x, double y) const {
  return {frame_[0] + (x - across_.low) / (across_.high - across_.low) * (frame_[2] - frame_[0]),
          frame_[1] + (y - up_.low) / (up_.high - up_.low) * (frame_[3] - frame_[1])};
}

} // namespace discern::scene
