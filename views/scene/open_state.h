#pragma once
#include "data/dataset_info.h"
#include "session/state.h"

namespace discern::scene {

/// The layer that adding a field makes: its name, role and colours. The window and the headless renderer both use it,
/// so that a file looks the same in both. `id` is left empty. `field` empty: the first. A label field becomes a
/// Prediction. Throws data::UsageError when the dataset has no such field.
[[nodiscard]] session::Layer layerFor(const data::DatasetInfo& dataset, const std::string& field = {});

/// Where the cursor starts: the voxel in the middle of the field, in world coordinates.
[[nodiscard]] data::Vec3 middleOf(const data::FieldInfo& field);

/// Adds `layer` on top with a fresh id, makes it the active one, and, when it is the first, puts cursor, time and
/// layout where they suit the field. Returns the id.
std::string addLayer(session::State& state, session::Layer layer, const data::DatasetInfo& dataset);

/// A file that is opened as its tables: it has some, and no picture of its own. (Numbers of a few columns are a table
/// too, though they could be drawn as a narrow picture; a network has no places to be drawn at.)
[[nodiscard]] bool opensAsTables(const data::DatasetInfo& dataset);

/// The tables of a dataset as a session keeps them, `id` left empty; `name` empty: the first eight. Throws
/// data::UsageError when there is none of that name.
[[nodiscard]] std::vector<session::Table> tablesOf(const data::DatasetInfo& dataset, const std::string& name = {});

/// Adds tables with fresh ids; the first of them comes to the front.
void addTables(session::State& state, std::vector<session::Table> tables);

} // namespace discern::scene
