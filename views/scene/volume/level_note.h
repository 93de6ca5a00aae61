#pragma once
#include "data/field_info.h"
#include "data/shape.h"

#include <string>

namespace discern::scene {

/// Which level of a field a picture shows.
struct LevelNote {
  int level = 0, levels = 1; ///< 0 is the finest
  int detail = -1;           ///< the level of the part that is looked at; −1: as all else
};
/// "level 2 of 5: 1.6 mm voxels, refined in view to 0.4 mm".
[[nodiscard]] std::string levelNote(const data::FieldInfo& field, const LevelNote& note);

/// "6.25 of 50 million particles", where only a part of them is drawn; else empty.
[[nodiscard]] std::string particleNote(const data::Shape& shape);

} // namespace discern::scene
