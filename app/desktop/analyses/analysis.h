#pragma once
#include "form/parameter.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace discern::desktop {

using form::Parameter;

/// A field that an analysis wants.
struct Input {
  std::string name, label;
  bool labels = false; ///< wants labels; else any field with values
  bool optional = false;
  std::vector<std::string> axes; ///< of "x", "y", "z", "time": those that must have more than one element
  std::string sameGridAs;        ///< the input whose shape and placement this one must have; empty: none
  std::string help;
};

/// What the window knows of an analysis: its manifest, read leniently. The strict reader is the service's.
struct Analysis {
  std::string id, version, name, category, summary, help; ///< summary: one line; help: Markdown
  std::vector<std::string> keywords, authors, references; ///< references: DOIs
  std::vector<Input> inputs;
  std::vector<Parameter> parameters;
  std::vector<form::Group> groups;
  std::vector<form::Preset> presets; ///< the manifest's own
  double memoryBytesPerVoxel = 0;    ///< of the first input; 0: not said
  double memoryBytes = 0;            ///< beside that
  bool mpi = false;                  ///< may run as several ranks
  std::string folder;                ///< of the plugin, on this computer; empty: not known
  nlohmann::json manifest;           ///< what it was read from

  /// Two labellings against one another: its result is the evaluation, not a layer.
  [[nodiscard]] bool isComparison() const;
  [[nodiscard]] nlohmann::json defaults() const;
  /// The parameters that name files: they are sent along to another machine.
  [[nodiscard]] std::vector<std::string> fileParameters() const;
  [[nodiscard]] const Parameter* parameter(const std::string& name) const;
  /// Peak memory in bytes for a first input of `voxels`; 0: not known.
  [[nodiscard]] double memoryFor(std::int64_t voxels) const;
};

/// Throws data::UsageError, naming the plugin, when what the form needs is missing.
[[nodiscard]] Analysis analysisFromManifest(const nlohmann::json& manifest);

/// How well `query` fits an analysis: 0 not at all; higher is better. Every word of the query must fit somewhere: the
/// name weighs most, then the keywords, the category and the one-line help. Letters may be left out ("sdwat" finds
/// "Seeded watershed"), in names only.
[[nodiscard]] double relevance(const Analysis& analysis, const std::string& query);

} // namespace discern::desktop
