#include "scene/diagram/time/spectrum_panel.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace discern::scene {
namespace {

constexpr int spectrumPurpose = 0;

std::string exact(double value) { return nlohmann::json(value).dump(); }

class Spectrum final : public SpectrumPanel {
public:
  Spectrum(Context context, std::string id, bool overTime)
      : SpectrumPanel(std::move(context), overTime ? "spectrogram" : "spectrum", std::move(id)), overTime_(overTime) {}

  [[nodiscard]] const data::SpectrumAnswer& spectrum() const override { return spectrum_; }

  [[nodiscard]] std::optional<View> fitted() const override {
    if (empty()) return std::nullopt;
    if (overTime_) {
      const double half = spectrum_.segment * spectrum_.step / 2;
      return View{{spectrum_.times.front() - half, spectrum_.times.back() + half}, {0, spectrum_.frequencies.back()}};
    }
    const auto [low, high] = levels();
    const double pad = 0.06 * std::max(1e-9, high - low);
    return View{{0, spectrum_.frequencies.back()}, {low - pad, high + pad}};
  }

  [[nodiscard]] std::vector<Choice> choices() const override {
    std::vector<Choice> all{
        {"x", "Layer", diagram() ? diagram()->x : "", sourcesOf(SourceKind::Courses, state_, context_.provider)},
        {"segment",
         "Steps in a piece",
         option("segment", "0"),
         {{"0", "pieces of fitting length"},
          {"32", "32 steps"},
          {"64", "64 steps"},
          {"128", "128 steps"},
          {"256", "256 steps"},
          {"512", "512 steps"}}}};
    if (!overTime_)
      all.push_back(
          {"power", "Power", option("power", "logarithm"), {{"logarithm", "log power"}, {"linear", "power"}}});
    return all;
  }
  [[nodiscard]] bool zoomsBoth() const override { return overTime_; }
  [[nodiscard]] std::string hint() const override {
    return overTime_ ? "Of the voxel under the cursor. Click to go to a time, arrows step it"
                     : "Of the voxel under the cursor; move the cursor in a slice to see another";
  }

  [[nodiscard]] std::vector<session::Command> click(Pixel pixel, bool) const override {
    const auto at = overTime_ ? chart_.dataAt(pixel[0], pixel[1]) : std::nullopt;
    if (!at) return {};
    return goTo(static_cast<std::int64_t>(std::lround((*at)[0] / spectrum_.step)));
  }
  [[nodiscard]] std::vector<session::Command> step(int right, int) const override {
    return overTime_ && right != 0 ? goTo(state_.time + right) : std::vector<session::Command>{};
  }

  [[nodiscard]] Sheet sheet() const override {
    Sheet sheet;
    if (empty()) return sheet;
    const std::string unit = frequencyUnit(spectrum_.timeUnit);
    if (!overTime_) {
      sheet.push_back({"frequency (" + unit + ")", "density (" + densityUnit() + ")"});
      for (std::size_t f = 0; f < spectrum_.frequencies.size(); ++f)
        sheet.push_back({exact(spectrum_.frequencies[f]), exact(spectrum_.density[f])});
      return sheet;
    }
    std::vector<std::string> head{"time (" + spectrum_.timeUnit + ")"};
    for (const double frequency : spectrum_.frequencies)
      head.push_back(exact(frequency) + " " + unit);
    sheet.push_back(std::move(head));
    const std::size_t count = spectrum_.frequencies.size();
    for (std::size_t p = 0; p < spectrum_.times.size(); ++p) {
      std::vector<std::string> line{exact(spectrum_.times[p])};
      for (std::size_t f = 0; f < count; ++f)
        line.push_back(exact(spectrum_.pieceDensity[p * count + f]));
      sheet.push_back(std::move(line));
    }
    return sheet;
  }

protected:
  void ask() override {
    const session::Diagram& of = *diagram();
    const bool open = known(of.x);
    const data::FieldInfo* field = open ? voxelField(state_, context_.provider, of.x) : nullptr;
    const auto ref = fieldRef(state_, context_.provider, of.x);
    const auto voxel = field && ref ? voxelAt(*field, state_.cursor) : std::nullopt;
    if (!voxel) {
      drop(spectrumPurpose);
      spectrum_ = {};
      return;
    }
    data::SpectrumRequest request;
    request.of = *ref;
    request.of.time = 0; // of all times: going to another asks nothing
    request.voxel = *voxel;
    request.segment = std::clamp(std::atoi(option("segment", "0").c_str()), 0, 1 << 16);
    want<data::SpectrumAnswer>(request, spectrumPurpose, [this](data::SpectrumAnswer answer) {
      spectrum_ = std::move(answer);
      painted_ = false;
    });
  }

  [[nodiscard]] bool empty() const override { return spectrum_.density.empty(); }
  [[nodiscard]] std::string emptyText() const override {
    if (!state_.layer(diagram()->x)) return "The layer of this plot is not open any more";
    return spectrum_.missing > 0 ? "The voxel has no values" : "Place the cursor on data with time";
  }

  [[nodiscard]] std::string restText() const override {
    const data::FieldInfo* field = voxelField(state_, context_.provider, diagram()->x);
    std::string words = field ? formatPosition(*field, state_.cursor) : std::string();
    // The strongest that isn't the mean.
    const auto strongest = std::max_element(spectrum_.density.begin() + 1, spectrum_.density.end());
    if (spectrum_.density.size() > 1 && *strongest > 0)
      words +=
          "   peak at " + at(spectrum_.frequencies[static_cast<std::size_t>(strongest - spectrum_.density.begin())]);
    words += "   " + std::to_string(spectrum_.pieces) + (spectrum_.pieces == 1 ? " piece of " : " pieces of ") +
             std::to_string(spectrum_.segment) + " steps";
    if (!spectrum_.even) words += "   uneven times: as if evenly spaced";
    if (spectrum_.missing > 0) words += "   " + std::to_string(spectrum_.missing) + " missing were filled";
    return words;
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    const auto here = chart_.dataAt(pixel[0], pixel[1]);
    if (!here) return {};
    const std::size_t f = nearest(spectrum_.frequencies, (*here)[overTime_ ? 1 : 0]);
    double density = spectrum_.density[f];
    std::string words;
    if (overTime_) {
      const std::size_t p = nearest(spectrum_.times, (*here)[0]);
      density = spectrum_.pieceDensity[p * spectrum_.frequencies.size() + f];
      words = formatNumber(spectrum_.times[p], 5) + " " + spectrum_.timeUnit + ", ";
    }
    return words + at(spectrum_.frequencies[f]) + ":  " + formatNumber(density, 4) + " " + densityUnit();
  }

  void draw() override {
    const View shown = *view();
    const std::string frequency = "frequency (" + frequencyUnit(spectrum_.timeUnit) + ")";
    if (overTime_) return drawOverTime(shown, frequency);
    raster_.hide();
    const bool logarithm = option("power", "logarithm") == "logarithm";
    Chart::Line line{spectrum_.frequencies, spectrum_.density, context_.theme.accent, 1, 1.6, 0};
    Chart::Axis up{"density (" + densityUnit() + ")", shown.y[0], shown.y[1], {}};
    if (logarithm) {
      for (double& value : line.y)
        value = value > 0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
      const int step = std::max(1, static_cast<int>(std::ceil((shown.y[1] - shown.y[0]) / 8)));
      for (int power = static_cast<int>(std::ceil(shown.y[0])); power <= shown.y[1]; power += step)
        up.ticks.emplace_back(power, formatNumber(std::pow(10.0, power), 3));
    }
    chart_.show({line}, {frequency, shown.x[0], shown.x[1], {}}, up, look());
    if (!hover_) return;
    if (const auto here = chart_.dataAt((*hover_)[0], (*hover_)[1])) {
      const auto frame = chart_.frame();
      const double x = chart_.pixelOf(spectrum_.frequencies[nearest(spectrum_.frequencies, (*here)[0])], 0)[0];
      overlay_.line(x, frame[1], x, frame[3], context_.scale, context_.theme.muted, 0.6);
    }
  }

private:
  [[nodiscard]] std::vector<session::Command> goTo(std::int64_t step) const {
    const data::FieldInfo* field = voxelField(state_, context_.provider, diagram()->x);
    if (!field) return {};
    return {{"setTime", {{"step", std::clamp<std::int64_t>(step, 0, field->time.size - 1)}}}};
  }

  [[nodiscard]] static std::size_t nearest(const std::vector<double>& places, double to) {
    return static_cast<std::size_t>(
        std::min_element(places.begin(), places.end(),
                         [to](double a, double b) { return std::abs(a - to) < std::abs(b - to); }) -
        places.begin());
  }

  /// "0.05 Hz (every 20 s)"
  [[nodiscard]] std::string at(double frequency) const {
    std::string words = formatNumber(frequency, 4) + " " + frequencyUnit(spectrum_.timeUnit);
    if (frequency > 0) words += " (every " + formatNumber(1 / frequency, 3) + " " + spectrum_.timeUnit + ")";
    return words;
  }

  [[nodiscard]] std::string densityUnit() const {
    const std::string unit = spectrum_.unit.empty() || spectrum_.unit == "1" ? "1" : spectrum_.unit + "²";
    return unit + "/" + (spectrum_.timeUnit == "s" ? "Hz" : "(cycle per " + spectrum_.timeUnit + ")");
  }

  /// The lowest and highest power that is drawn, as they are drawn; without the mean's, which was taken away.
  [[nodiscard]] std::pair<double, double> levels() const {
    const bool logarithm = option("power", "logarithm") == "logarithm";
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t f = 1; f < spectrum_.density.size(); ++f) {
      if (logarithm && !(spectrum_.density[f] > 0)) continue;
      const double value = logarithm ? std::log10(spectrum_.density[f]) : spectrum_.density[f];
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (!(low <= high)) return {0, 1};
    if (!logarithm) low = 0;
    if (logarithm) low = std::max(low, high - 8); // what is far below is rounding
    return {low, std::max(high, low + 1e-9)};
  }

  void drawOverTime(const View& shown, const std::string& frequency) {
    const std::string time = spectrum_.timeUnit == "step" ? "step" : "time (" + spectrum_.timeUnit + ")";
    Chart::Look room = look();
    room.right = 72;
    room.grid = false;
    chart_.show({}, {time, shown.x[0], shown.x[1], {}}, {frequency, shown.y[0], shown.y[1], {}}, room);
    const std::size_t count = spectrum_.frequencies.size(), pieces = spectrum_.times.size();
    const ColorMap& map = maps_.get("magma", context_.report);
    if (!std::exchange(painted_, true)) {
      std::vector<float> powers;
      for (std::size_t i = 0; i < spectrum_.pieceDensity.size(); ++i)
        if (i % count != 0 && spectrum_.pieceDensity[i] > 0) powers.push_back(spectrum_.pieceDensity[i]);
      std::sort(powers.begin(), powers.end());
      range_ = powers.empty() ? std::array{-1.0, 0.0}
                              : std::array{std::log10(static_cast<double>(powers[powers.size() / 20])),
                                           std::log10(static_cast<double>(powers.back()))};
      range_[0] = std::max(range_[0], range_[1] - 6); // what is far below is rounding
      if (!(range_[0] < range_[1])) range_[0] = range_[1] - 1;
      ColorScale scale;
      scale.range = range_;
      const ColorMapper mapper(map, scale);
      colours_.resize(count * pieces);
      for (std::size_t f = 0; f < count; ++f)
        for (std::size_t p = 0; p < pieces; ++p)
          colours_[f * pieces + p] =
              mapper(std::log10(std::max(1e-300, static_cast<double>(spectrum_.pieceDensity[p * count + f]))));
    }
    const int hop = spectrum_.segment - spectrum_.segment / 2; // from one piece to the next
    const double across = spectrum_.step * hop / 2;
    const double up = count > 1 ? spectrum_.frequencies[1] / 2 : 0.5;
    const auto low = chart_.pixelOf(spectrum_.times.front() - across, -up),
               high = chart_.pixelOf(spectrum_.times.back() + across, spectrum_.frequencies.back() + up);
    raster_.show({low[0], low[1], high[0], high[1]}, chart_.frame(), static_cast<int>(pieces), static_cast<int>(count),
                 colours_);
    const auto frame = chart_.frame();
    const double x = chart_.pixelOf(static_cast<double>(state_.time) * spectrum_.step, 0)[0];
    if (x >= frame[0] && x <= frame[2]) overlay_.line(x, frame[1], x, frame[3], px(1), context_.theme.text, 0.8);
    // The bar of colours, in powers of ten.
    const double x0 = frame[2] + px(16), x1 = x0 + px(12), tall = std::min(frame[3] - frame[1], px(180));
    constexpr int parts = 48;
    for (int i = 0; i < parts; ++i)
      overlay_.rectangle({x0, frame[3] - tall + tall * i / parts, x1, frame[3] - tall + tall * (i + 1) / parts},
                         map.at((i + 0.5) / parts));
    const int every = std::max(1, static_cast<int>(std::ceil((range_[1] - range_[0]) / std::max(2.0, tall / px(28)))));
    for (int power = static_cast<int>(std::ceil(range_[0])); power <= range_[1]; power += every)
      overlay_.text(x1 + px(6), frame[3] - tall + (power - range_[0]) / (range_[1] - range_[0]) * tall,
                    formatNumber(std::pow(10.0, power), 3),
                    {10, context_.theme.text, Overlay::Anchor::Left, false, false});
    overlay_.text(x0, frame[3] - tall - px(12), densityUnit(),
                  {10, context_.theme.muted, Overlay::Anchor::Left, false, false});
  }

  bool overTime_, painted_ = false;
  data::SpectrumAnswer spectrum_;
  std::array<double, 2> range_{0, 1};
  ColorMapShelf maps_;
  std::vector<Rgba8> colours_;
};

} // namespace

std::string frequencyUnit(const std::string& timeUnit) {
  if (timeUnit == "s" || timeUnit == "sec" || timeUnit == "second" || timeUnit == "seconds") return "Hz";
  if (timeUnit == "ms") return "kHz";
  std::string one = timeUnit;
  if (one.size() > 2 && one.back() == 's') one.pop_back();
  return "cycles per " + one;
}

std::unique_ptr<SpectrumPanel> makeSpectrumPanel(Context context, std::string id, bool overTime) {
  return std::make_unique<Spectrum>(std::move(context), std::move(id), overTime);
}

} // namespace discern::scene
