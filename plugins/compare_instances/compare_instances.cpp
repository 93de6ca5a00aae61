#include "methods/evaluation/disagreements.h"
#include "methods/evaluation/instance_matching.h"
#include "methods/evaluation/overlap.h"
#include "methods/evaluation/partition_distance.h"
#include "sdk/analysis.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <unordered_map>

namespace {

using namespace discern;

enum Difference : std::uint8_t { Agree, Missed, Spurious, WrongInstance };

/// A table that is filled row by row.
class TableMaker {
public:
  struct Column {
    std::string name, unit;
    bool text = false;
  };
  TableMaker(const std::string& name, std::vector<Column> columns) : columns_(std::move(columns)) {
    table_.info.name = name;
    for (const Column& column : columns_) {
      table_.info.columns.push_back(column.name);
      table_.info.units.push_back(column.unit);
    }
    table_.numbers.resize(columns_.size());
    table_.texts.resize(columns_.size());
  }
  TableMaker& operator<<(const std::string& text) {
    table_.texts[at_++].push_back(text);
    return *this;
  }
  TableMaker& operator<<(double number) {
    table_.numbers[at_++].push_back(number);
    return *this;
  }
  void endRow() {
    at_ = 0;
    ++table_.info.rows;
  }
  [[nodiscard]] const data::Table& table() const { return table_; }

private:
  std::vector<Column> columns_;
  data::Table table_;
  std::size_t at_ = 0;
};

struct Labels {
  data::FieldInfo info;
  std::vector<std::int32_t> labels;
};

Labels readLabels(const sdk::Inputs& in, const std::string& input) {
  const sdk::Volume volume = in.volume(input);
  Labels read{volume.info, volume.labels()};
  const auto least = std::ranges::min_element(read.labels);
  if (least != read.labels.end() && *least < 0)
    throw data::UsageError("\"" + input + "\" holds the value " + std::to_string(*least) +
                           "; labels are whole numbers from 0 (background) up");
  return read;
}

/// The weight of each voxel, where they differ: on a longitude/latitude grid the cosine of the latitude; else empty.
std::vector<double> voxelMeasure(const data::FieldInfo& info) {
  if (info.frame != data::Frame::LonLat) return {};
  std::vector<double> measure;
  measure.reserve(static_cast<std::size_t>(info.voxels()));
  for (std::int64_t k = 0; k < info.shape[2]; ++k)
    for (std::int64_t j = 0; j < info.shape[1]; ++j) {
      const double latitude = info.world({0, static_cast<double>(j), static_cast<double>(k)})[1];
      measure.insert(measure.end(), static_cast<std::size_t>(info.shape[0]),
                     std::max(0.0, std::cos(latitude * std::numbers::pi / 180)));
    }
  return measure;
}

methods::Spacing3 spacingOf(const data::FieldInfo& info) {
  methods::Spacing3 spacing = info.indexToWorld.spacing();
  for (double& step : spacing)
    if (!std::isfinite(step) || step <= 0) step = 1;
  return spacing;
}

class CompareInstances final : public sdk::Analysis {
  void run(const sdk::Inputs& in, const sdk::Parameters& p, sdk::Outputs& out, sdk::Context& ctx) override {
    try {
      compare(in, p, out, ctx);
    } catch (const methods::Cancelled&) {
      throw sdk::Cancelled{};
    }
  }

  static void compare(const sdk::Inputs& in, const sdk::Parameters& p, sdk::Outputs& out, sdk::Context& ctx) {
    const auto part = [&ctx](double from, double to) -> methods::Progress {
      return [&ctx, from, to](double fraction) {
        ctx.progress(from + (to - from) * fraction);
        return !ctx.cancelled();
      };
    };
    ctx.phase("Reading");
    const auto [info, prediction] = readLabels(in, "prediction");
    const std::vector<std::int32_t> truth = readLabels(in, "truth").labels;
    ctx.checkCancelled();

    ctx.phase("Overlap");
    const auto foreground =
        methods::foregroundConfusion(truth, prediction, voxelMeasure(info), part(0.1, 0.25), ctx.threads());
    const auto table = methods::contingencyTable(truth, prediction, part(0.25, 0.45), ctx.threads());

    ctx.phase("Matching");
    const auto matching = methods::matchInstances(table, p.number("iouThreshold"));
    addMetrics(foreground, table, matching, out);
    addInstances(table, matching, out);

    ctx.phase("Disagreements");
    const methods::DisagreementOptions options{p.number("partShare"), p.number("partnerIou"),
                                               p.number("boundaryLevel")};
    const auto places = methods::disagreements(truth, prediction, info.shape, spacingOf(info), table, matching, options,
                                               part(0.5, 0.9), ctx.threads());
    addDisagreements(places, info, out);
    out.addSummary("disagreements", places.size());

    ctx.phase("Difference");
    addDifference(truth, prediction, matching, info, out);
    ctx.progress(1);
  }

  static void addMetrics(const methods::ForegroundConfusion& foreground, const methods::ContingencyTable& table,
                         const methods::InstanceMatching& matching, sdk::Outputs& out) {
    TableMaker metrics(
        "metrics", {{"metric", "", true}, {"value", ""}, {"unit", "", true}, {"help", "", true}, {"key", "", true}});
    const auto add = [&](const char* key, const char* name, double value, const char* unit, const char* help) {
      metrics << std::string(name) << value << std::string(unit) << std::string(help) << std::string(key);
      metrics.endRow();
      out.addSummary(key, std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr));
    };
    const auto count = [](std::int64_t number) { return static_cast<double>(number); };
    const auto variation = methods::variationOfInformation(table);
    add("dice", "Dice of the foreground", foreground.dice(), "", "2TP / (2TP + FP + FN) over voxels");
    add("iou", "IoU of the foreground", foreground.iou(), "", "TP / (TP + FP + FN) over voxels");
    add("voxelPrecision", "Precision of the foreground", foreground.precision(), "",
        "Share of the predicted voxels that are true");
    add("voxelRecall", "Recall of the foreground", foreground.recall(), "",
        "Share of the true voxels that are predicted");
    add("panopticQuality", "Panoptic quality", matching.panopticQuality(), "",
        "Sum of the matches' IoU / (TP + FP/2 + FN/2) over instances");
    add("f1", "F1 of the instances", matching.f1(), "", "TP / (TP + FP/2 + FN/2) over instances");
    add("precision", "Precision of the instances", matching.precision(), "",
        "Share of the predicted instances that match a true one");
    add("recall", "Recall of the instances", matching.recall(), "", "Share of the true instances that are matched");
    add("meanMatchedIou", "Mean IoU of the matches", matching.meanMatchedIou(), "", "Over matched instances");
    add("truthInstances", "Instances in the truth", count(matching.truePositives() + matching.falseNegatives()),
        "instances", "Labels above 0");
    add("predictedInstances", "Instances in the prediction",
        count(matching.truePositives() + matching.falsePositives()), "instances", "Labels above 0");
    add("matched", "Matched", count(matching.truePositives()), "instances", "Pairs whose IoU reaches the threshold");
    add("missed", "Without a match in the truth", count(matching.falseNegatives()), "instances", "False negatives");
    add("spurious", "Without a match in the prediction", count(matching.falsePositives()), "instances",
        "False positives");
    add("adjustedRandIndex", "Adjusted Rand index", methods::adjustedRandIndex(table), "",
        "Agreement of the two partitions, corrected for chance; the background is one part");
    add("variationSplit", "Variation of information, split", variation.split, "bits", "What false splits cost");
    add("variationMerged", "Variation of information, merged", variation.merged, "bits", "What false merges cost");
    add("iouThreshold", "IoU that makes a match", matching.threshold, "", "The threshold that was used");
    out.addTable(metrics.table());
  }

  static void addInstances(const methods::ContingencyTable& table, const methods::InstanceMatching& matching,
                           sdk::Outputs& out) {
    const auto sizes = [](const std::vector<std::int32_t>& labels, const std::vector<std::int64_t>& voxels) {
      std::unordered_map<std::int32_t, double> map;
      for (std::size_t i = 0; i < labels.size(); ++i)
        map[labels[i]] = static_cast<double>(voxels[i]);
      map[0] = 0; // no partner
      return map;
    };
    const auto truthSize = sizes(table.truthLabels, table.truthSizes);
    const auto predictionSize = sizes(table.predictionLabels, table.predictionSizes);
    struct Row {
      std::int32_t truth, prediction;
      double iou;
    };
    std::vector<Row> rows;
    for (const methods::InstanceMatch& match : matching.matches)
      rows.push_back({match.truth, match.prediction, match.iou});
    for (const std::int32_t truth : matching.missed)
      rows.push_back({truth, 0, 0});
    std::ranges::sort(rows, {}, &Row::truth);
    for (const std::int32_t prediction : matching.spurious)
      rows.push_back({0, prediction, 0});
    TableMaker instances("instances", {{"truth", ""},
                                       {"prediction", ""},
                                       {"iou", ""},
                                       {"dice", ""},
                                       {"truth voxels", "voxels"},
                                       {"prediction voxels", "voxels"}});
    for (const Row& row : rows) {
      instances << row.truth << row.prediction << row.iou << 2 * row.iou / (1 + row.iou) << truthSize.at(row.truth)
                << predictionSize.at(row.prediction);
      instances.endRow();
    }
    out.addTable(instances.table());
  }

  static void addDisagreements(const std::vector<methods::Disagreement>& places, const data::FieldInfo& info,
                               sdk::Outputs& out) {
    const std::string& unit = info.worldUnit;
    const bool volume = info.shape[2] > 1;
    const std::string costUnit = unit.empty() ? "" : unit + (volume ? "⁴" : "³");
    TableMaker rows("disagreements", {{"kind", "", true},
                                      {"truth", ""},
                                      {"prediction", ""},
                                      {"cost", costUnit},
                                      {"iou", ""},
                                      {"voxels", "voxels"},
                                      {"x", unit},
                                      {"y", unit},
                                      {"z", unit},
                                      {"partners", "", true}});
    for (const methods::Disagreement& place : places) {
      const data::Vec3 world =
          info.world({static_cast<double>(place.position[0]), static_cast<double>(place.position[1]),
                      static_cast<double>(place.position[2])});
      std::string partners;
      for (const std::int32_t partner : place.partners)
        partners += (partners.empty() ? "" : ", ") + std::to_string(partner);
      rows << std::string(nameOf(place.kind)) << place.truth << place.prediction << place.cost << place.iou
           << static_cast<double>(place.voxels) << world[0] << world[1] << world[2] << partners;
      rows.endRow();
    }
    out.addTable(rows.table());
  }

  static void addDifference(std::span<const std::int32_t> truth, std::span<const std::int32_t> prediction,
                            const methods::InstanceMatching& matching, const data::FieldInfo& grid, sdk::Outputs& out) {
    std::unordered_map<std::int32_t, std::int32_t> partner;
    for (const methods::InstanceMatch& match : matching.matches)
      partner[match.truth] = match.prediction;
    std::vector<std::byte> difference(truth.size(), std::byte{Agree});
    std::int32_t lastTruth = 0, lastPartner = 0; // neighbouring voxels mostly belong together
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const std::int32_t t = truth[i], q = prediction[i];
      if (t == 0 && q == 0) continue;
      if (q == 0) {
        difference[i] = std::byte{Missed};
      } else if (t == 0) {
        difference[i] = std::byte{Spurious};
      } else {
        if (t != lastTruth) {
          const auto found = partner.find(t);
          lastTruth = t;
          lastPartner = found == partner.end() ? 0 : found->second;
        }
        if (q != lastPartner) difference[i] = std::byte{WrongInstance};
      }
    }
    data::FieldInfo info = grid;
    info.name = "difference";
    info.quantity = "Difference";
    info.unit.clear();
    info.type = data::ScalarType::UInt8;
    info.missing.reset();
    info.labels = true;
    info.labelNames = {{Agree, "Agree"}, {Missed, "Missed"}, {Spurious, "Spurious"}, {WrongInstance, "Wrong instance"}};
    out.addField(info, std::move(difference));
  }
};

} // namespace

DISCERN_PLUGIN(CompareInstances)
