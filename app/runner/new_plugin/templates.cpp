#include "new_plugin/templates.h"

namespace discern::runner {

namespace {

constexpr const char* manifest = R"json({
  "id": "@ID@",
  "version": "0.1.0",
  "name": "@TITLE@",
  "summary": "Multiplies every value by a factor.",
  "category": "Filtering",
  "keywords": ["scale", "multiply"],
  "authors": [],
  "references": [],
  "help": "Multiplies every value of the image by **factor**. Missing values stay missing.",
  "inputs": [
    {"name": "image", "label": "Image", "kind": "field", "axes": ["x", "y"], "help": "Any field."}
  ],
  "outputs": [
    {"name": "scaled", "label": "Scaled image", "kind": "field", "help": "The image, multiplied."},
    {"name": "mean", "label": "Mean", "kind": "summary", "help": "The mean of all values that are not missing."}
  ],
  "parameters": [
    {"name": "factor", "label": "Factor", "type": "number", "default": 2, "minimum": -1000, "maximum": 1000, "step": 0.1,
     "help": "What every value is multiplied by."}
  ],
  "resources": {"memoryBytesPerVoxel": 12},
  "entry": @ENTRY@
}
)json";

// A shell script has nothing but what every system has: it counts voxels and sets the image free under another name.
constexpr const char* shellManifest = R"json({
  "id": "@ID@",
  "version": "0.1.0",
  "name": "@TITLE@",
  "summary": "Hands an image on, and says how large it is.",
  "category": "Filtering",
  "keywords": ["copy"],
  "authors": [],
  "references": [],
  "help": "Copies the image. A place to begin: any program may stand where `cp` does.",
  "inputs": [
    {"name": "image", "label": "Image", "kind": "field", "axes": ["x", "y"], "help": "Any field."}
  ],
  "outputs": [
    {"name": "copy", "label": "Copy", "kind": "field", "help": "The image."},
    {"name": "bytes", "label": "Bytes", "kind": "summary", "help": "Size of the image as a NumPy file."}
  ],
  "parameters": [
    {"name": "note", "label": "Note", "type": "text", "default": "hello", "help": "A word for the log."}
  ],
  "entry": {"program": "@FILE@.sh", "interpreter": ["sh"]}
}
)json";

constexpr const char* shellProgram = R"sh(#!/bin/sh
# @TITLE@. Started in the run directory, which is also its argument; README.md says what it finds there.
set -e
echo "@phase Copy"
echo "the note is: $(cat parameters/note)"
cp inputs/image.npy outputs/copy.npy
echo "@progress 1"
echo "@summary bytes $(wc -c < inputs/image.npy | tr -d ' ')"
)sh";

constexpr const char* pythonProgram = R"py("""@TITLE@. discern-run starts it with a run directory; see README.md."""
import numpy as np

import discern


def run(inputs: discern.Inputs, parameters: discern.Parameters, outputs: discern.Outputs, context: discern.Context) -> None:
    image = inputs["image"]
    values = image.floats()  # (z, y, x); missing values are NaN
    context.phase("Multiply")
    for z in range(len(values)):
        context.check_cancelled()
        values[z] *= parameters.number("factor")
        context.progress((z + 1) / len(values))
    outputs.add_field(image.like(values, name="scaled", unit=image.unit))
    outputs.add_summary("mean", float(np.nanmean(values)) if np.isfinite(values).any() else 0.0)


if __name__ == "__main__":
    discern.main(run)
)py";

constexpr const char* cppProgram = R"cpp(#include "sdk/analysis.h"

#include <cmath>
#include <span>

/// Multiplies every value of an image by a factor.
class @CLASS@ final : public discern::sdk::Analysis {
  void run(const discern::sdk::Inputs& in, const discern::sdk::Parameters& p, discern::sdk::Outputs& out,
           discern::sdk::Context& ctx) override {
    const discern::sdk::Volume image = in.volume("image"); // one time step of one component
    std::vector<float> values = image.floats();            // missing values are NaN
    ctx.phase("Multiply");
    const auto factor = static_cast<float>(p.number("factor"));
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i % 65536 == 0) {
        ctx.checkCancelled();
        ctx.progress(static_cast<double>(i) / static_cast<double>(values.size()));
      }
      values[i] *= factor;
      if (std::isnan(values[i])) continue;
      sum += static_cast<double>(values[i]);
      ++count;
    }
    discern::data::FieldInfo info = image.info; // keeps the grid, the placement and the unit
    info.name = "scaled";
    info.type = discern::data::ScalarType::Float32;
    info.missing.reset();
    const auto bytes = std::as_bytes(std::span(values));
    out.addField(info, {bytes.begin(), bytes.end()});
    out.addSummary("mean", count > 0 ? sum / static_cast<double>(count) : 0.0);
  }
};
DISCERN_PLUGIN(@CLASS@)
)cpp";

constexpr const char* cppBuild = R"cmake(cmake_minimum_required(VERSION 3.25)
project(@FILE@ LANGUAGES C CXX)
find_package(Discern REQUIRED)
discern_add_plugin(@FILE@ @FILE@.cpp)
)cmake";

// The test runs the plugin on eight numbers whose result is known, and then the checks that every plugin must pass.
constexpr const char* testHead = R"sh(#!/bin/sh
# Tries the plugin: ./test.sh [discern-run]
set -eu
run=${1:-discern-run}
here=$(cd "$(dirname "$0")" && pwd)
)sh";

constexpr const char* readme = R"md(# @TITLE@

A plugin for Discern. `manifest.json` says what it is, takes and gives; `@SOURCE@` does it. Its parameters may be of these types: number, integer,
boolean, choice, text, file, color, labels, field, axis, timeRange, region and list; groups and presets are there too (analysis/sdk/README.md has
the table).

    ./test.sh                  # tries it
    discern-run describe @ID@
@BUILD@
Discern finds it in a folder of `$DISCERN_PLUGIN_PATH`, or in `~/.local/share/discern/plugins`; a window that is open picks up what changed.
)md";

} // namespace

std::vector<Template> templatesFor(const std::string& language) {
  constexpr const char* scaledTest = R"sh(plugin=@PLUGIN@
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# 0, 1, … 7 times 3: the mean is 10.5.
DISCERN_PLUGIN_PATH=$plugin "$run" run @ID@ --input image="$here/test/image.npy" --set factor=3 --output "$out/run" --json > "$out/answer"
grep -q '"mean": 10.5' "$out/answer" || { cat "$out/answer"; echo "the mean should be 10.5" >&2; exit 1; }
"$run" check-plugin "$plugin"
)sh";
  constexpr const char* shellTest = R"sh(plugin=$here
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
DISCERN_PLUGIN_PATH=$plugin "$run" run @ID@ --input image="$here/test/image.npy" --output "$out/run" --json > "$out/answer"
grep -q '"bytes": [1-9]' "$out/answer" || { cat "$out/answer"; echo "the size of the image should be known" >&2; exit 1; }
"$run" check-plugin "$plugin"
)sh";
  static const std::string ofPrograms = std::string(testHead) + scaledTest, ofShell = std::string(testHead) + shellTest;
  static const std::string ofLibraries =
      std::string(testHead) + "cmake -S \"$here\" -B \"$here/build\" > /dev/null\ncmake --build \"$here/build\"\n" +
      scaledTest;
  if (language == "python")
    return {{"manifest.json", manifest},
            {"@FILE@.py", pythonProgram},
            {"README.md", readme},
            {"test.sh", ofPrograms.c_str(), true}};
  if (language == "shell")
    return {{"manifest.json", shellManifest},
            {"@FILE@.sh", shellProgram, true},
            {"README.md", readme},
            {"test.sh", ofShell.c_str(), true}};
  if (language == "c++")
    return {{"manifest.json", manifest},
            {"@FILE@.cpp", cppProgram},
            {"CMakeLists.txt", cppBuild},
            {"README.md", readme},
            {"test.sh", ofLibraries.c_str(), true}};
  return {};
}

} // namespace discern::runner
