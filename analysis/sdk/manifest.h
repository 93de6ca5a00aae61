#pragma once
/// A plugin's manifest.json: everything the form, the validation and the documentation need, read without loading code.
/// analysis/sdk/README.md describes every field.
#include "data/error.h"
#include "form/parameter.h"

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace discern::sdk {

/// A manifest that can't be used. what() gives the file, the line and column, and the JSON path of the fault.
class ManifestError : public data::UsageError {
public:
  using data::UsageError::UsageError;
};

struct InputSpec {
  std::string name;           ///< as in Inputs
  std::string label;          ///< for a person; the name when the manifest gives none
  std::string kind = "field"; ///< "field" or "labels"
  std::vector<std::string>
      axes; ///< of "x", "y", "z", "time": those along which the field must have more than one element
  bool required = true;
  std::string sameGridAs; ///< the name of the input whose shape and placement this one must have; empty: none
  std::string help;
};

struct OutputSpec {
  std::string name, label;
  std::string kind;                 ///< "field", "labels", "table" or "summary"
  std::vector<std::string> columns; ///< of a table
  std::string unit;
  std::string help;
};

using ParameterType = form::Type;
using form::Choice;
using form::shortest;
using ParameterSpec = form::Parameter;

struct Resources {
  bool threads = false;           ///< uses more than one thread
  bool mpi = false;               ///< may run as several processes: Context::rank, size
  double memoryBytesPerVoxel = 0; ///< estimate of the peak, per voxel of the first input
};

struct Manifest {
  std::string id;      ///< reverse DNS: "org.discern.seeded-watershed"
  std::string version; ///< "1.0.0"
  std::string name, summary, category;
  std::vector<std::string> keywords, authors, references;
  std::string help; ///< Markdown
  std::vector<InputSpec> inputs;
  std::vector<OutputSpec> outputs;
  std::vector<ParameterSpec> parameters;
  std::vector<form::Group> groups;   ///< of parameters; those that are not here have their name as title
  std::vector<form::Preset> presets; ///< checked against the parameters
  Resources resources;
  std::string library;                  ///< file name of the shared library in the manifest's folder; or
  std::string program;                  ///< file name of the program in the manifest's folder
  std::vector<std::string> interpreter; ///< what runs the program: {"python3"}; empty: it runs by itself

  /// The file that is loaded or started.
  [[nodiscard]] const std::string& entryFile() const { return library.empty() ? program : library; }
  [[nodiscard]] const InputSpec* input(std::string_view name) const;
  [[nodiscard]] const ParameterSpec* parameter(std::string_view name) const;
  [[nodiscard]] const form::Preset* preset(std::string_view name) const;
};

/// Reads and checks a manifest's text. `path` is for messages. Throws ManifestError.
[[nodiscard]] Manifest parseManifest(std::string_view text, const std::string& path);
[[nodiscard]] Manifest readManifest(const std::string& path);

/// Every field, defaults filled in; the same names as in manifest.json.
void to_json(nlohmann::json& json, const Manifest& manifest);

/// The manifest as a page for a person, in Markdown.
[[nodiscard]] std::string asMarkdown(const Manifest& manifest);

} // namespace discern::sdk
