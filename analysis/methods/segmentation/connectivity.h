#pragma once

namespace discern::methods {

/// Which voxels are neighbours: those that share a face (6 in a volume, 4 in a plane), or also an edge or a corner (26,
/// 8).
enum class Connectivity { Faces, Corners };

} // namespace discern::methods
