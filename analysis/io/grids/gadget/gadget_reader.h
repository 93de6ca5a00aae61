#pragma once
#include "io/reader.h"

namespace discern::io {

/// A snapshot of GADGET-1 or GADGET-2: a block of 256 bytes first, or the label "HEAD".
[[nodiscard]] bool isGadget(const Candidate& candidate);

/// Particles of each kind as a grid, with velocity, id, mass and, of gas, energy, density and smoothing length.
/// Throws data::ReadError. Format: V. Springel, "User guide for GADGET-2" (2005), section 6.
[[nodiscard]] std::shared_ptr<data::Dataset> openGadget(const std::shared_ptr<const File>& file);

/// The same in HDF5, also as GADGET-3, AREPO and SWIFT write it: groups PartType0 … with any numeric arrays.
[[nodiscard]] std::shared_ptr<data::Dataset> openGadgetHdf5(const std::shared_ptr<const File>& file);

/// What the kinds of particles are called in GADGET's guide: gas, halo, disk, bulge, stars, boundary.
[[nodiscard]] std::string gadgetKind(int type);

} // namespace discern::io
