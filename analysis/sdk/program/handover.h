#pragma once
#include "sdk/analysis.h"
#include "sdk/registry.h"

namespace discern::sdk {

/// Writes what a program needs into the run directory: inputs/NAME.npy, parameters/NAME and program.json. Fields are
/// passed on a few megabytes at a time.
void handOver(const std::string& run, const Entry& plugin, const Inputs& in, const Parameters& p, Context& ctx);

/// The inputs of the manifest, and the fields that its parameters choose, which are handed over as inputs are.
[[nodiscard]] std::vector<InputSpec> handedOver(const Manifest& manifest);

/// Takes inputs/ and parameters/ away again; program.json, which describes them, stays.
void removeHandedOver(const std::string& run);

/// What handOver gave of an input: the chosen time step of the chosen component, or all steps where the manifest says
/// that the input extends along time.
[[nodiscard]] data::FieldInfo handedOverInfo(const InputSpec& spec, const Inputs& in);

} // namespace discern::sdk
