#include "methods/segmentation/seeded_watershed.h"
#include "sdk/analysis.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace {

using namespace discern;

/// The field's spacing, and the length that parameters "in voxels" are in: a step of the finest axis that has more than
/// one voxel.
struct Lengths {
  methods::Spacing3 spacing{1, 1, 1};
  double voxel = 1;
};

Lengths lengthsOf(const data::FieldInfo& info) {
  Lengths lengths{info.indexToWorld.spacing(), 0};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double& step = lengths.spacing[axis];
    if (!std::isfinite(step) || step <= 0) step = 1;
    if (info.shape[axis] > 1 && (lengths.voxel == 0 || step < lengths.voxel)) lengths.voxel = step;
  }
  if (lengths.voxel == 0) lengths.voxel = lengths.spacing[0];
  return lengths;
}

/// Every second voxel along each axis long enough, placed where those voxels are.
struct Coarse {
  data::FieldInfo info;
  std::vector<float> values;
  std::int64_t voxels = 1; ///< of the image that one of these stands for
};

Coarse coarsened(const data::FieldInfo& info, std::span<const float> values) {
  Coarse coarse{info, {}, 1};
  std::array<std::int64_t, 3> step{1, 1, 1};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (info.shape[axis] < 16) continue;
    step[axis] = 2;
    coarse.voxels *= 2;
    coarse.info.shape[axis] = (info.shape[axis] + 1) / 2;
    for (std::size_t row = 0; row < 3; ++row)
      coarse.info.indexToWorld.m[4 * row + axis] *= 2;
    auto& coordinates = coarse.info.coordinates[axis];
    for (std::size_t i = 0; 2 * i < coordinates.size(); ++i)
      coordinates[i] = coordinates[2 * i];
    coordinates.resize((coordinates.size() + 1) / 2);
  }
  coarse.values.reserve(static_cast<std::size_t>(coarse.info.voxels()));
  for (std::int64_t k = 0; k < info.shape[2]; k += step[2])
    for (std::int64_t j = 0; j < info.shape[1]; j += step[1])
      for (std::int64_t i = 0; i < info.shape[0]; i += step[0])
        coarse.values.push_back(values[static_cast<std::size_t>(i + info.shape[0] * (j + info.shape[1] * k))]);
  return coarse;
}

data::FieldInfo labelInfo(data::FieldInfo info, const char* name) {
  info.name = name;
  info.quantity = "Instances";
  info.unit.clear();
  info.type = data::ScalarType::Int32;
  info.missing.reset();
  info.labels = true;
  info.labelNames.clear();
  return info;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

class SeededWatershed final : public sdk::Analysis {
  void run(const sdk::Inputs& in, const sdk::Parameters& p, sdk::Outputs& out, sdk::Context& ctx) override {
    ctx.phase("Reading");
    sdk::Volume image = in.volume("image");
    const std::vector<float> values = image.floats();
    image.bytes = {}; // the floats are all that is needed from here on
    ctx.checkCancelled();

    const Lengths lengths = lengthsOf(image.info);
    methods::SeededWatershedParameters parameters;
    parameters.smoothing = p.number("smoothing") * lengths.voxel;
    if (p.text("thresholdMethod") == "manual") parameters.threshold = p.number("threshold");
    parameters.foreground = p.text("foreground") == "dark" ? methods::Foreground::Dark : methods::Foreground::Bright;
    parameters.distanceSmoothing = p.number("distanceSmoothing") * lengths.voxel;
    parameters.minimumDistance = p.number("markerDistance") * lengths.voxel;
    parameters.minimumVoxels = p.integer("minimumSize");
    parameters.connectivity =
        p.text("connectivity") == "corners" ? methods::Connectivity::Corners : methods::Connectivity::Faces;
    parameters.threads = ctx.threads();
    const auto& shape = image.info.shape;
    ctx.log("Image of " + std::to_string(shape[0]) + " × " + std::to_string(shape[1]) + " × " +
            std::to_string(shape[2]) + " voxels; " + std::to_string(parameters.threads) +
            (parameters.threads == 1 ? " thread" : " threads"));
    try {
      const Preview coarse = preview(image.info, values, parameters, ctx);
      bool enough = false; // the preview must do: the run's time is about to end
      try {
        const auto result = methods::seededWatershed(values, image.info.shape, lengths.spacing, parameters,
                                                     [&](std::string_view phase, double fraction) {
                                                       ctx.phase(std::string(phase));
                                                       ctx.progress(0.15 + 0.8 * fraction);
                                                       enough = coarse.exists() && ctx.windUp();
                                                       return !enough && !ctx.cancelled();
                                                     });
        report(result, image.info, ctx, out);
        const auto bytes = std::as_bytes(std::span(result.labels));
        out.addField(labelInfo(image.info, "labels"), {bytes.begin(), bytes.end()});
      } catch (const methods::Cancelled&) {
        if (!enough) throw;
        ctx.log("Ended early: the labels are those of the preview, on every second voxel");
        report(coarse.result, coarse.info, ctx, out);
        const auto bytes = std::as_bytes(std::span(coarse.result.labels));
        out.addField(labelInfo(coarse.info, "labels"), {bytes.begin(), bytes.end()});
      }
    } catch (const methods::Cancelled&) {
      throw sdk::Cancelled{};
    }
  }

  struct Preview {
    data::FieldInfo info;
    methods::SeededWatershedResult result;
    [[nodiscard]] bool exists() const { return !result.labels.empty(); }
  };

  /// The same on every second voxel: an eighth of the work, and something to look at meanwhile.
  static Preview preview(const data::FieldInfo& info, std::span<const float> values,
                         methods::SeededWatershedParameters parameters, sdk::Context& ctx) {
    ctx.phase("Preview");
    const Coarse coarse = coarsened(info, values);
    if (coarse.voxels == 1) return {}; // too small to be worth it
    parameters.minimumVoxels /= coarse.voxels;
    auto result = methods::seededWatershed(coarse.values, coarse.info.shape, lengthsOf(coarse.info).spacing, parameters,
                                           [&ctx](std::string_view, double fraction) {
                                             ctx.progress(0.05 + 0.1 * fraction);
                                             return !ctx.cancelled();
                                           });
    ctx.partial(labelInfo(coarse.info, "preview"), std::as_bytes(std::span(result.labels)));
    return {coarse.info, std::move(result)};
  }

  static void report(const methods::SeededWatershedResult& result, const data::FieldInfo& info, sdk::Context& ctx,
                     sdk::Outputs& out) {
    const double share = 100.0 * static_cast<double>(result.foregroundVoxels) /
                         static_cast<double>(std::max<std::int64_t>(1, info.voxels()));
    ctx.log("Threshold " + number(result.threshold) + (info.unit.empty() ? "" : " " + info.unit) + ": " +
            number(std::round(share * 100) / 100) + " % of the image is foreground");
    ctx.log(std::to_string(result.markers) + " markers; " + std::to_string(result.removed) +
            " objects below the minimum size; " + std::to_string(result.instances) + " objects kept");
    if (result.missingVoxels > 0)
      ctx.log(std::to_string(result.missingVoxels) + " voxels have no value; they are background");
    if (result.instances == 0)
      ctx.log("Nothing was found. Are the objects on the other side of the threshold, or all below the minimum size?");
    out.addSummary("threshold",
                   std::isfinite(result.threshold) ? nlohmann::json(result.threshold) : nlohmann::json(nullptr));
    out.addSummary("instances", result.instances);
    out.addSummary("removed", result.removed);
    out.addSummary("foreground", share);
  }
};

} // namespace

DISCERN_PLUGIN(SeededWatershed)
