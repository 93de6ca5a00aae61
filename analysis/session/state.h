#pragma once
#include "data/affine.h"

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace discern::session {

using data::Vec3;

/// What a layer is for. Truth and prediction have fixed colours everywhere.
enum class Role { Image, Prediction, Truth };

/// One field drawn over others.
struct Layer {
  std::string id;    ///< "L1", unique in the session, never used again
  std::string path;  ///< absolute while open; relative to the session file when saved
  std::string field; ///< name in the dataset; empty: the first
  std::string grid;  ///< of a grid that is drawn without a field: its name
  std::string name;  ///< what a person reads
  Role role = Role::Image;
  bool visible = true;
  double opacity = 1.0;
  std::string colormap = "grey";              ///< a name of resources/colormaps
  std::optional<std::array<double, 2>> range; ///< colour range in the field's unit; absent: from the statistics
  bool invert = false;
  bool logarithmic = false;
  bool symmetric = false;             ///< range symmetric about zero
  int steps = 0;                      ///< as many colours, each of an equal part of the range; 0: as many as there are
  std::string belowColor, aboveColor; ///< "#rrggbb" of values beyond the range; empty: the ends of the map
  std::string missingColor;           ///< "#rrggbb" of missing values; empty: the theme's; "clear": not drawn
  bool rangeLocked = false;           ///< neither the mouse over a view nor the histogram changes the range
  bool ownScale = false;              ///< its colour scale is not that of other layers of the same quantity
  std::string quantity;               ///< what it measures and the unit, "temperature (K)"; empty: shares no scale
  std::vector<std::array<double, 2>> opacityPoints; ///< place in the range 0…1, opacity 0…1; empty: automatic
  bool opacityOnSlices = false;                     ///< the points also count on slices and maps
  bool outline = false;                             ///< labels: contour instead of fill
  int component = 0;
  bool operator==(const Layer&) const = default;
  /// Both show one quantity on one colour scale.
  [[nodiscard]] bool sharesScale(const Layer& other) const;
};

/// The camera of a slice or map: the world point at the centre and the world height that the panel shows.
struct View2D {
  Vec3 centre{0, 0, 0};
  double height = 0; ///< 0: fit the data
  bool operator==(const View2D&) const = default;
};

struct View3D {
  Vec3 position{0, 0, 0}, focal{0, 0, 0}, up{0, 0, 1};
  double parallelScale = 0; ///< 0: fit the data
  bool parallel = false;
  bool operator==(const View3D&) const = default;
};

/// How truth and prediction are shown against each other.
inline constexpr std::array comparisonModes{"overlay", "prediction", "truth", "difference", "swipe", "checkerboard"};

/// Truth against prediction. `result` is the run directory of the comparison.
struct Comparison {
  std::string prediction, truth; ///< layer ids; empty: none
  std::string result;            ///< run directory
  std::string mode = "overlay";  ///< one of comparisonModes
  int selected = -1;             ///< row of the disagreement table
  double curtain = 0.5;          ///< of "swipe": where one side ends, 0 to 1 of a panel's width
  bool operator==(const Comparison&) const = default;
};

/// A table that is open beside the layers, and how it is looked at.
struct Table {
  std::string id;     ///< "T1", unique in the session, never used again
  std::string path;   ///< absolute while open; relative to the session file when saved
  std::string table;  ///< name in the dataset; empty: the first
  std::string name;   ///< what a person reads
  std::string filter; ///< data::TableQuery::filter
  std::string sort;   ///< a column, or "#" for the order of the file backwards; empty: the order of the file
  bool descending = false;
  bool plotted = true;             ///< the plot stands beside the table
  std::string x;                   ///< column of the plot; empty: chosen by what the columns are
  std::vector<std::string> y;      ///< columns of the plot, one line or cloud each; empty: chosen
  std::string marks = "automatic"; ///< "automatic" (lines where x never falls), "lines", "points"
  bool operator==(const Table&) const = default;
};

/// A plot that is open in a tab of its own. Its kind never changes.
struct Diagram {
  std::string id;                             ///< "D1", unique in the session, never used again
  std::string kind;                           ///< one of diagramKinds
  std::string name;                           ///< what a person reads; empty: from what it shows
  std::string x, y;                           ///< ids of layers or tables: what is shown, and against what
  std::map<std::string, std::string> options; ///< choices of the kind by name; absent: its default
  bool operator==(const Diagram&) const = default;
};
inline constexpr std::array diagramKinds{"matrix", "scatter", "histogram", "spectrum", "spectrogram", "confusion",
                                         "groups", "carpet",  "parallel",  "pairs",    "network"};

/// Voxels that are meant, by a rule (data/plot/voxel_rule.h) about layers. It holds at the step that is shown.
struct VoxelSelection {
  struct Condition {
    std::string layer;
    std::set<std::int64_t> labels;              ///< one of these; empty: any
    std::optional<std::array<double, 2>> range; ///< both ends included
    std::string against;                        ///< the layer of the outline's upright axis
    std::vector<std::array<double, 2>> outline; ///< a polygon around (layer, against); empty: anywhere
    bool operator==(const Condition&) const = default;
  };
  std::string name;           ///< for a person: "FA against MD"
  std::vector<Condition> all; ///< that hold together; none: no voxels
  bool operator==(const VoxelSelection&) const = default;
};

/// What a plot shows of its axes; what is absent fits the data.
struct PlotRange {
  std::optional<std::array<double, 2>> x, y;
  bool operator==(const PlotRange&) const = default;
};

/// Everything that the window shows and a session file keeps. A value: two equal states draw the same picture.
struct State {
  static constexpr int version = 1;
  std::string title;
  std::vector<Layer> layers;             ///< bottom first
  std::string layout = "four-up";        ///< "single", "side-by-side", "four-up", "map"
  std::string maximised;                 ///< panel name, or empty
  std::vector<std::string> panels;       ///< shown panels of "single" and "side-by-side"; empty: the layout's own
  std::string active;                    ///< id of the layer that the colour bar, histogram and forms start from, or of
                                         ///< the table that the properties tell of
  Vec3 cursor{0, 0, 0};                  ///< world
  std::int64_t time = 0;                 ///< step
  std::map<std::string, View2D> views2d; ///< by panel: "axial", "coronal", "sagittal", "map"
  View3D view3d;
  bool radiological = false; ///< brain slices: patient's right on the left of the screen
  bool interpolate = false;  ///< smooth between voxels of images
  bool crosshair = true;
  std::string vision;                  ///< views as seen with "protan", "deutan" or "tritan" eyes; empty: as is
  std::string projection3d = "volume"; ///< 3D panel: "volume", "planes", "surfaces"
  std::map<std::string, std::set<std::int64_t>> selection; ///< layer id → labels; table id → rows, from 0
  Comparison comparison;
  std::vector<std::string> runs;          ///< run directories that belong to the session
  std::vector<Table> tables;              ///< in the order of their tabs
  std::string table;                      ///< id of the table in front
  std::map<std::string, PlotRange> plots; ///< by table or diagram id; "line": the values of fields along their one axis
  std::vector<Diagram> diagrams;          ///< in the order of their tabs
  std::string diagram;                    ///< id of the diagram in front
  VoxelSelection voxels;                  ///< chosen beside the labels and rows of `selection`
  bool operator==(const State&) const = default;

  [[nodiscard]] const Layer* layer(const std::string& id) const;
  [[nodiscard]] const Table* tableOf(const std::string& id) const;     ///< nullptr: there is none
  [[nodiscard]] const Diagram* diagramOf(const std::string& id) const; ///< nullptr: there is none
  /// Nothing is open.
  [[nodiscard]] bool empty() const { return layers.empty() && tables.empty(); }
};

void to_json(nlohmann::json&, const State&);
void from_json(const nlohmann::json&, State&);
void to_json(nlohmann::json&, const Layer&);
void from_json(const nlohmann::json&, Layer&);
void to_json(nlohmann::json&, const Table&);
void from_json(const nlohmann::json&, Table&);
void to_json(nlohmann::json&, const Diagram&);
void from_json(const nlohmann::json&, Diagram&);
void to_json(nlohmann::json&, const VoxelSelection&);
void from_json(const nlohmann::json&, VoxelSelection&);

} // namespace discern::session
