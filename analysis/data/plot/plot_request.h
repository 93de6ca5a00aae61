#pragma once
#include "data/field_source.h"
#include "data/plot/voxel_rule.h"

/// What plots ask of data of any size, and what comes back: as much as a screen shows. The service works it out
/// (analysis/plots). `name` is that of the request in the protocol.
namespace discern::data {

/// A matrix with the order that brings like rows together.
struct MatrixRequest {
  static constexpr const char* name = "matrix";
  static constexpr std::int64_t mostCells = 16'000'000, mostOrdered = 4'000;
  std::string path, field; ///< a field in one plane; x: columns
  std::string table;       ///< in place of a field: how the columns of a table correlate (empty: the first table)
  bool ofTable = false;
  int component = 0;
  std::int64_t time = 0;
  std::string order = "file"; ///< "file", or a linkage: "average", "ward", "complete", "single"
};

/// One merge of the tree over rows: `a` and `b` are rows, or from the number of rows on the merges before.
struct TreeMerge {
  std::int32_t a = 0, b = 0;
  double height = 0;
  std::int32_t size = 0;
};

struct MatrixAnswer {
  std::int64_t rows = 0, columns = 0;
  std::vector<double> values;                      ///< row after row, in the order of the file; NaN: missing
  std::vector<std::string> rowNames, columnNames;  ///< or empty
  std::vector<std::int32_t> rowOrder, columnOrder; ///< which row stands in each place
  std::vector<TreeMerge> rowTree, columnTree;      ///< empty: in the order of the file
  bool symmetric = false;
  std::string quantity, unit;
};

/// How often pairs of values occur, over the voxels of two fields on one grid.
struct DensityRequest {
  static constexpr const char* name = "density";
  FieldRef x, y;
  int across = 256, up = 256;
  std::optional<std::array<double, 2>> xRange, yRange; ///< what is in sight; nothing: all
  VoxelRule chosen;                                    ///< counted a second time
};

struct DensityAnswer {
  std::array<double, 2> xRange{}, yRange{};   ///< in force
  std::array<double, 2> xExtent{}, yExtent{}; ///< of all
  int across = 0, up = 0;
  std::vector<std::uint32_t> counts, chosen; ///< x fastest; chosen: empty without a rule
  std::int64_t voxels = 0, inside = 0, missing = 0, chosenVoxels = 0;
  double correlation = 0; ///< Pearson's, over all voxels with both values
};

/// How often values occur.
struct HistogramRequest {
  static constexpr const char* name = "histogram";
  FieldRef of;
  int bins = 128;
  std::optional<std::array<double, 2>> range;
  VoxelRule chosen;
};

struct HistogramAnswer {
  std::array<double, 2> range{}, extent{};
  std::vector<std::uint32_t> counts, chosen;
  std::int64_t voxels = 0, missing = 0, chosenVoxels = 0;
  double mean = 0, deviation = 0, chosenMean = 0;
};

/// The frequencies in a voxel's time course: Welch's mean of windowed pieces, or each piece by itself.
struct SpectrumRequest {
  static constexpr const char* name = "spectrum";
  FieldRef of; ///< of all times
  Index3 voxel{0, 0, 0};
  int segment = 0; ///< steps of a piece; 0: chosen from the length
};

struct SpectrumAnswer {
  double step = 1;                 ///< between two times, in `timeUnit`
  std::string timeUnit;            ///< "s"; "step" where times are unknown
  bool even = true;                ///< times are evenly spaced (else: about the mean step)
  int segment = 0, pieces = 0;     ///< steps of a piece; how many
  std::vector<double> frequencies; ///< cycles per timeUnit
  std::vector<double> density;     ///< squared unit per frequency, one-sided
  std::vector<double> times;       ///< middles of the pieces, in timeUnit from the first step
  std::vector<float> pieceDensity; ///< frequencies fastest, one run a piece
  std::int64_t missing = 0;        ///< values that were filled by a straight line between neighbours
  std::string quantity, unit;
};

/// Which labels of two fields meet, and how often.
struct ConfusionRequest {
  static constexpr const char* name = "confusion";
  FieldRef truth, prediction;
  int most = 64; ///< labels of a side; the rest are left out, smallest first
};

struct ConfusionAnswer {
  std::vector<std::int64_t> truth, prediction; ///< labels; those on both sides stand in the same places
  std::vector<std::string> truthNames, predictionNames;
  std::vector<std::int64_t> counts; ///< truth × prediction, prediction fastest
  std::int64_t voxels = 0;
  std::int64_t leftOut = 0; ///< voxels of labels that are not here
};

/// How values are spread in each label.
struct GroupsRequest {
  static constexpr const char* name = "groups";
  FieldRef of, labels;
  int most = 48; ///< groups, the largest
  int bins = 64; ///< of each one's curve
};

struct GroupsAnswer {
  struct Group {
    std::int64_t label = 0, count = 0;
    std::string name;
    double min = 0, low = 0, median = 0, high = 0, max = 0; ///< low, high: quartiles
    double whiskerLow = 0, whiskerHigh = 0;                 ///< the farthest values within 1.5 interquartile ranges
    double mean = 0, deviation = 0;
    std::vector<float> curve; ///< smoothed density over `range`, its highest point 1
  };
  std::vector<Group> groups;
  std::array<double, 2> range{};
  std::int64_t leftOut = 0; ///< groups
  std::string quantity, unit;
};

/// Time courses of many voxels under one another.
struct CarpetRequest {
  static constexpr const char* name = "carpet";
  FieldRef of;                    ///< of all times
  std::optional<FieldRef> labels; ///< orders the rows; voxels of label 0 are left out
  int rows = 400;
};

struct CarpetAnswer {
  int rows = 0;
  std::int64_t steps = 0;
  std::vector<float> values;        ///< standard scores of each row without its straight trend, time fastest
  std::vector<std::int64_t> labels; ///< of each row; empty without labels
  std::vector<Index3> voxels;       ///< one that each row stands for
  std::vector<float> global;        ///< mean over the voxels at each step
  std::vector<float> change;        ///< root mean square of the change from the step before (DVARS), first 0
  std::int64_t of = 0;              ///< voxels that the rows were taken from
  std::string quantity, unit;
};

/// Which voxels of a slab a rule means.
struct MaskRequest {
  static constexpr const char* name = "mask";
  VoxelRule rule;
  std::string path, field; ///< on whose grid
  Slab slab;
};

struct MaskAnswer {
  std::vector<std::uint8_t> inside; ///< 0 or 1 a voxel of the slab, x fastest
  std::int64_t chosen = 0;          ///< voxels of the whole field
};

#define DISCERN_PLOT_JSON(Type)                                                                                        \
  void to_json(nlohmann::json&, const Type&);                                                                          \
  void from_json(const nlohmann::json&, Type&)
DISCERN_PLOT_JSON(MatrixRequest);
DISCERN_PLOT_JSON(MatrixAnswer);
DISCERN_PLOT_JSON(DensityRequest);
DISCERN_PLOT_JSON(DensityAnswer);
DISCERN_PLOT_JSON(HistogramRequest);
DISCERN_PLOT_JSON(HistogramAnswer);
DISCERN_PLOT_JSON(SpectrumRequest);
DISCERN_PLOT_JSON(SpectrumAnswer);
DISCERN_PLOT_JSON(ConfusionRequest);
DISCERN_PLOT_JSON(ConfusionAnswer);
DISCERN_PLOT_JSON(GroupsRequest);
DISCERN_PLOT_JSON(GroupsAnswer);
DISCERN_PLOT_JSON(CarpetRequest);
DISCERN_PLOT_JSON(CarpetAnswer);
DISCERN_PLOT_JSON(MaskRequest);
DISCERN_PLOT_JSON(MaskAnswer);
#undef DISCERN_PLOT_JSON

} // namespace discern::data
