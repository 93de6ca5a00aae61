#include "scene/colour/labels.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace discern::scene {
namespace {

/// Linear sRGB of an OKLCH colour (Ottosson 2020, bottosson.github.io/posts/oklab).
Rgb linearFromOklch(double lightness, double chroma, double hue) {
  const double a = chroma * std::cos(hue), b = chroma * std::sin(hue);
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
          -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

bool inGamut(const Rgb& linear) {
  return std::all_of(linear.begin(), linear.end(), [](double part) { return part >= -1e-6 && part <= 1 + 1e-6; });
}

double gammaOf(double linear) {
  const double part = std::clamp(linear, 0.0, 1.0);
  return part <= 0.0031308 ? 12.92 * part : 1.055 * std::pow(part, 1 / 2.4) - 0.055;
}

/// The fraction of a 64-bit Weyl sequence, 0…1.
double weyl(std::int64_t label, std::uint64_t step) {
  return static_cast<double>((static_cast<std::uint64_t>(label) * step) >> 11) * 0x1.0p-53;
}

/// Colours of the labels met so far, so that a slice computes each once.
class Palette {
public:
  explicit Palette(const LabelFill& fill) : fill_(fill) {}
  Rgba8 operator()(std::int64_t label) {
    if (label == last_) return colour_;
    last_ = label;
    if (label == 0) return colour_ = {0, 0, 0, 0};
    const auto [place, fresh] = known_.try_emplace(label);
    if (fresh) {
      const double opacity = fill_.highlighted.contains(label) ? std::min(1.0, fill_.opacity * 1.75) : fill_.opacity;
      place->second = toRgba8(fill_.single ? *fill_.single : labelColour(label), opacity);
    }
    return colour_ = place->second;
  }

private:
  const LabelFill& fill_;
  std::map<std::int64_t, Rgba8> known_;
  std::int64_t last_ = 0;
  Rgba8 colour_{0, 0, 0, 0};
};

using Partners = std::map<std::int64_t, std::int64_t>;

/// For every key the value it shares most pixels with; of equals the smaller.
Partners partnersOf(const std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t>& shared, bool byFirst) {
  Partners partner;
  std::map<std::int64_t, std::int64_t> most;
  for (const auto& [pair, count] : shared) {
    const std::int64_t key = byFirst ? pair.first : pair.second;
    const std::int64_t value = byFirst ? pair.second : pair.first;
    if (std::int64_t& best = most[key]; count > best) {
      best = count;
      partner[key] = value;
    }
  }
  return partner;
}

} // namespace

Rgb labelColour(std::int64_t label) {
  // The two-dimensional low-discrepancy sequence of Roberts 2018 in fixed point: hue and lightness.
  const double hue = 2 * std::numbers::pi * weyl(label, 0xC13FA9A902A6328FULL);
  const double lightness = 0.52 + 0.38 * weyl(label, 0x91E10DA5C79E7B1DULL);
  double chroma = 0.19;
  Rgb linear = linearFromOklch(lightness, chroma, hue);
  while (!inGamut(linear) && chroma > 0.02)
    linear = linearFromOklch(lightness, chroma -= 0.01, hue);
  return {gammaOf(linear[0]), gammaOf(linear[1]), gammaOf(linear[2])};
}

LabelSlice labelSlice(const data::Block& block, std::optional<double> missing) {
  const data::Index3 shape = block.slab.box.shape();
  LabelSlice slice;
  // The thin axis drops out; of a line or a point any thin one does.
  const std::size_t thin = shape[2] == 1 ? 2 : shape[1] == 1 ? 1 : 0;
  slice.width = static_cast<int>(shape[thin == 0 ? 1 : 0]);
  slice.height = static_cast<int>(shape[thin == 2 ? 1 : 2]);
  slice.labels.resize(static_cast<std::size_t>(block.slab.box.voxels()));
  data::dispatch(block.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* values = block.as<T>();
    for (std::size_t i = 0; i < slice.labels.size(); ++i) {
      if constexpr (std::is_floating_point_v<T>)
        slice.labels[i] = std::isfinite(values[i]) ? std::llround(values[i]) : 0;
      else
        slice.labels[i] =
            missing && static_cast<double>(values[i]) == *missing ? 0 : static_cast<std::int64_t>(values[i]);
    }
  });
  return slice;
}

void fillLabels(const LabelSlice& slice, const LabelFill& fill, std::span<Rgba8> rgba) {
  Palette palette(fill);
  for (std::size_t i = 0; i < std::min(rgba.size(), slice.labels.size()); ++i)
    rgba[i] = palette(slice.labels[i]);
}

std::vector<Edge> labelEdges(const LabelSlice& slice, const std::function<bool(std::int64_t)>& wanted) {
  std::map<std::int64_t, bool> asked{{0, false}};
  const auto isWanted = [&](std::int64_t label) {
    const auto [place, fresh] = asked.try_emplace(label);
    if (fresh) place->second = wanted(label);
    return place->second;
  };
  const auto parts = [&](std::int64_t a, std::int64_t b) { return a != b && (isWanted(a) || isWanted(b)); };
  std::vector<Edge> edges;
  for (int y = 0; y <= slice.height; ++y)
    for (int x = 0, start = -1; x <= slice.width; ++x) {
      const bool edge = x < slice.width && parts(slice.at(x, y - 1), slice.at(x, y));
      if (edge && start < 0) start = x;
      if (!edge && start >= 0) {
        edges.push_back({start, y, x, y});
        start = -1;
      }
    }
  for (int x = 0; x <= slice.width; ++x)
    for (int y = 0, start = -1; y <= slice.height; ++y) {
      const bool edge = y < slice.height && parts(slice.at(x - 1, y), slice.at(x, y));
      if (edge && start < 0) start = y;
      if (!edge && start >= 0) {
        edges.push_back({x, start, x, y});
        start = -1;
      }
    }
  return edges;
}

std::vector<Verdict> compareSlices(const LabelSlice& truth, const LabelSlice& prediction, bool sameNames) {
  const std::size_t count = std::min(truth.labels.size(), prediction.labels.size());
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> shared;
  for (std::size_t i = 0; i < count; ++i)
    if (truth.labels[i] != 0 && prediction.labels[i] != 0) ++shared[{truth.labels[i], prediction.labels[i]}];
  const Partners ofTruth = partnersOf(shared, true), ofPrediction = partnersOf(shared, false);
  std::vector<Verdict> verdicts(count, Verdict::Agree);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t t = truth.labels[i], p = prediction.labels[i];
    if (t == 0 && p == 0) continue;
    if (p == 0)
      verdicts[i] = Verdict::Missed;
    else if (t == 0)
      verdicts[i] = Verdict::Spurious;
    else if (sameNames)
      verdicts[i] = t == p ? Verdict::Agree : Verdict::Split;
    else if (ofPrediction.at(p) != t)
      verdicts[i] = Verdict::Merged;
    else if (ofTruth.at(t) != p)
      verdicts[i] = Verdict::Split;
  }
  return verdicts;
}

} // namespace discern::scene
