#pragma once
#include "data/field_source.h"

#include <QObject>
#include <vector>

namespace discern::link {

/// A box of voxels that somebody shows in the slices, where it can be changed with the mouse.
struct RegionSketch {
  std::string name;      ///< for a person
  data::FieldInfo field; ///< whose voxels they are, and where those lie
  data::Box box;         ///< half-open; no voxels: none is drawn yet
  bool drawing = false;  ///< the next drag in a slice draws it anew
  [[nodiscard]] bool empty() const { return box.voxels() <= 0; }
};

/// The regions in sight. Who shows one is known by an address, and hears of each change; slices draw and edit them.
class RegionBoard final : public QObject {
  Q_OBJECT
public:
  using QObject::QObject;
  struct Entry {
    const void* owner;
    RegionSketch sketch;
  };
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const RegionSketch* sketch(const void* owner) const;
  /// The one that is being drawn; nullptr: none is.
  [[nodiscard]] const Entry* drawing() const;
  /// Adds the owner's region, or replaces it. At most one is drawn at a time: the last that asks.
  void show(const void* owner, RegionSketch sketch);
  void hide(const void* owner);
  /// A slice changed it.
  void edit(const void* owner, const data::Box& box);
  /// A slice ends the drawing: what is there is kept.
  void endDrawing();

Q_SIGNALS:
  void changed();                                                ///< anything to draw
  void edited(const void* owner, const discern::data::Box& box); ///< by a slice; no voxels: cleared
  void drawingEnded(const void* owner);

private:
  std::vector<Entry> entries_;
};

} // namespace discern::link
