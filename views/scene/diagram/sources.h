#pragma once
#include "data/block.h"
#include "data/plot/voxel_rule.h"
#include "session/state.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// From the layers, tables and selections of a session to what the data service is asked about.
namespace discern::scene {

/// The field of a layer on voxels; nullptr while its file is not open, and for a layer on a grid.
[[nodiscard]] const data::FieldInfo* voxelField(const session::State& state, const data::FieldProvider& provider,
                                                const std::string& layer);

/// A layer's component at the step that is shown (held inside what it has); nothing while its file isn't open.
[[nodiscard]] std::optional<data::FieldRef> fieldRef(const session::State& state, const data::FieldProvider& provider,
                                                     const std::string& layer);

/// What is chosen, as a rule: the session's voxels, else the labels of the topmost layer that has some chosen. Empty:
/// nothing is, or its files are not open.
[[nodiscard]] data::VoxelRule chosenVoxels(const session::State& state, const data::FieldProvider& provider);

/// The voxel of a field that holds a world position; nothing outside.
[[nodiscard]] std::optional<data::Index3> voxelAt(const data::FieldInfo& field, const data::Vec3& world);

/// What a plot can be made of: (id, words).
using SourceList = std::vector<std::pair<std::string, std::string>>;
enum class SourceKind {
  Values, ///< layers of voxels that are measured
  Labels, ///< layers of voxels that are named
  Either,
  Courses, ///< layers of voxels with more than one step
  Matrices ///< layers in one plane, and tables
};
[[nodiscard]] SourceList sourcesOf(SourceKind kind, const session::State& state, const data::FieldProvider& provider);

/// "FA against MD", "Confusion of truth and prediction": the diagram's own name, or what it shows.
[[nodiscard]] std::string diagramName(const session::Diagram& diagram, const session::State& state);
/// "Scatter", "Power spectrum".
[[nodiscard]] std::string kindName(const std::string& kind);
/// A quantity with its unit: "FA", "Signal (a.u.)".
[[nodiscard]] std::string axisWords(const session::State& state, const data::FieldProvider& provider,
                                    const std::string& layer);
/// The name of a layer or a table; empty: there is none.
[[nodiscard]] std::string sourceName(const session::State& state, const std::string& id);

/// A new diagram of a kind with the sources that fit best: the active layer first. Nothing when there are none; `why`
/// then says what is missing.
[[nodiscard]] std::optional<session::Diagram> suggested(const std::string& kind, const session::State& state,
                                                        const data::FieldProvider& provider, std::string& why);

} // namespace discern::scene
