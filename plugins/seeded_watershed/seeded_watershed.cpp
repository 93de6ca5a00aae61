#include "methods/segmentation/seeded_watershed.h"
#include "sdk/analysis.h"

#include <algorithm>
#include <cmath>

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

std::string number(double value) { return nlohmann::json(value).dump(); }

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

    ctx.log("Image of " + std::to_string(image.info.shape[0]) + " × " + std::to_string(image.info.shape[1]) + " × " +
            std::to_string(image.info.shape[2]) + " voxels, " + std::to_string(parameters.threads) + " threads");
    methods::SeededWatershedResult result;
    try {
      result = methods::seededWatershed(values, image.info.shape, lengths.spacing, parameters,
                                        [&ctx](std::string_view phase, double fraction) {
                                          ctx.phase(std::string(phase));
                                          ctx.progress(0.05 + 0.9 * fraction);
                                          return !ctx.cancelled();
                                        });
    } catch (const methods::Cancelled&) {
      throw sdk::Cancelled{};
    }
    report(result, image.info, ctx, out);

    data::FieldInfo info = image.info;
    info.name = "labels";
    info.quantity = "Instances";
    info.unit.clear();
    info.type = data::ScalarType::Int32;
    info.missing.reset();
    info.labels = true;
    info.labelNames.clear();
    std::vector<std::byte> bytes(result.labels.size() * sizeof(std::int32_t));
    std::ranges::copy(std::as_bytes(std::span(result.labels)), bytes.begin());
    out.addField(info, std::move(bytes));
  }

  static void report(const methods::SeededWatershedResult& result, const data::FieldInfo& info, sdk::Context& ctx,
                     sdk::Outputs& out) {
    const double share = 100.0 * static_cast<double>(result.foregroundVoxels) /
                         static_cast<double>(std::max<std::int64_t>(1, info.voxels()));
    ctx.log("Threshold " + number(result.threshold) + (info.unit.empty() ? "" : " " + info.unit) + ": " +
            number(std::round(share * 100) / 100) + " % of the image is foreground");
    ctx.log(std::to_string(result.markers) + " markers, " + std::to_string(result.removed) +
            " objects below the minimum size, " + std::to_string(result.instances) + " objects kept");
    if (result.missingVoxels > 0)
      ctx.log(std::to_string(result.missingVoxels) + " voxels have no value; they are background");
    if (result.instances == 0)
      ctx.log("Nothing was found. Are the objects darker than the threshold, or all below the minimum size?");
    out.addSummary("threshold",
                   std::isfinite(result.threshold) ? nlohmann::json(result.threshold) : nlohmann::json(nullptr));
    out.addSummary("instances", result.instances);
    out.addSummary("removed", result.removed);
    out.addSummary("foreground", share);
  }
};

} // namespace

DISCERN_PLUGIN(SeededWatershed)
