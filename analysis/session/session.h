#pragma once
#include "session/state.h"

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

namespace discern::session {

/// A change of state with a name and JSON arguments. See commands.cpp for every name and its arguments.
struct Command {
  std::string name;
  nlohmann::json args = nlohmann::json::object();
};

/// The state `command` leads to. Throws data::UsageError for an unknown name or arguments that make no sense.
///
///   addLayer      {layer}                        on top, made active
///   removeLayer   {id}
///   moveLayer     {id, index}
///   setLayer      {id, <property>: value, …}     any property of Layer but id; those of its colour scale go to all
///   that
///                                                share it
///   setActive     {id}                           of a layer or a table; a table comes to the front
///   setCursor     {world: [x,y,z]}
///   setTime       {step}
///   setLayout     {layout, panels?}
///   setMaximised  {panel}
///   setView2d     {panel, centre, height}
///   setView3d     {position, focal, up, parallelScale, parallel}
///   setDisplay    {radiological? interpolate? crosshair? projection3d? title? vision?}
///   select        {selection: {layer: [labels], table: [rows]}}
///   setComparison {prediction? truth? result? mode? selected?}
///   showDisagreement {row, world, selection}     selects the row, moves the cursor there
///   addTable      {table, behind?}               as the last tab; in front and made active, unless behind
///   removeTable   {id}
///   setTable      {id, <property>: value, …}     any property of Table but id
///   setPlot       {plot, x?, y?}                 a range, or null: fits the data
///   addDiagram    {diagram}                      as the last tab, in front
///   removeDiagram {id}
///   setDiagram    {id, name? x? y? options?}     options that are not named stay
///   showDiagram   {id}                           brings it to the front
///   selectVoxels  {name, all: [condition, …]}    by a rule (VoxelSelection); none: no voxels
///   addRun        {path}
///   removeRun     {path}
///   replaceState  {state}                        opens a whole session
[[nodiscard]] State apply(const State& state, const Command& command);

/// What a person reads in the history: "Move cursor", "Add layer mask3d.tif".
[[nodiscard]] std::string describe(const Command& command);

/// The state and its history. One thread. Consecutive commands of one kind (cursor moves, camera moves, slider drags)
/// merge into one step of the undo history; the journal keeps each merged run's last.
class Session {
public:
  using Listener = std::function<void(const State& before, const State& after)>;

  [[nodiscard]] const State& state() const { return state_; }
  /// Applies and tells the listeners; a command that changes nothing leaves no trace.
  void run(const Command& command);
  void run(const std::string& name, nlohmann::json args) { run(Command{name, std::move(args)}); }
  /// Applies a command that is no step of the person's: nothing to undo, and what could be undone or redone stays.
  void runQuietly(const Command& command);
  [[nodiscard]] bool canUndo() const { return position_ > 0; }
  [[nodiscard]] bool canRedo() const { return position_ < history_.size(); }
  void undo();
  void redo();
  /// Goes to just after the step `position` (0: the start).
  void goTo(std::size_t position);
  [[nodiscard]] std::vector<std::string> history() const; ///< names of all steps, oldest first
  [[nodiscard]] std::size_t position() const { return position_; }
  /// Starts anew from `state`, with an empty history.
  void reset(State state);
  void addListener(Listener listener) { listeners_.push_back(std::move(listener)); }

private:
  struct Step {
    Command command;
    State before, after;
  };
  void become(State next);
  State state_;
  std::vector<Step> history_;
  std::size_t position_ = 0;
  std::vector<Listener> listeners_;
};

/// A session as text, as it stands in the file of that name: JSON, paths relative to its folder where they can be.
[[nodiscard]] std::string textOf(const State& state, const std::string& file);
/// Throws data::ReadError, which names `file`.
[[nodiscard]] State fromText(const std::string& text, const std::string& file);

/// A session file, or a figure that holds a session (embedded.h). Saved as JSON, paths relative to the file's folder
/// where they can be. Throws data::ReadError with file, expectation and finding.
[[nodiscard]] State load(const std::string& file);
/// Writes under another name and renames. `note` is kept as given (for example the journal).
void save(const State& state, const std::string& file);

} // namespace discern::session
