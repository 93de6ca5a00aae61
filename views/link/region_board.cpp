#include "link/region_board.h"

#include <algorithm>

namespace discern::link {

const RegionSketch* RegionBoard::sketch(const void* owner) const {
  const auto found = std::ranges::find(entries_, owner, &Entry::owner);
  return found == entries_.end() ? nullptr : &found->sketch;
}

const RegionBoard::Entry* RegionBoard::drawing() const {
  const auto found = std::ranges::find_if(entries_, [](const Entry& entry) { return entry.sketch.drawing; });
  return found == entries_.end() ? nullptr : &*found;
}

void RegionBoard::show(const void* owner, RegionSketch sketch) {
  std::vector<const void*> ended;
  if (sketch.drawing)
    for (Entry& entry : entries_)
      if (entry.owner != owner && std::exchange(entry.sketch.drawing, false)) ended.push_back(entry.owner);
  const auto found = std::ranges::find(entries_, owner, &Entry::owner);
  if (found == entries_.end())
    entries_.push_back({owner, std::move(sketch)});
  else
    found->sketch = std::move(sketch);
  Q_EMIT changed();
  for (const void* other : ended)
    Q_EMIT drawingEnded(other);
}

void RegionBoard::hide(const void* owner) {
  if (std::erase_if(entries_, [&](const Entry& entry) { return entry.owner == owner; }) > 0) Q_EMIT changed();
}

void RegionBoard::edit(const void* owner, const data::Box& box) {
  const auto found = std::ranges::find(entries_, owner, &Entry::owner);
  if (found == entries_.end() || found->sketch.box == box) return;
  found->sketch.box = box;
  Q_EMIT changed();
  Q_EMIT edited(owner, box);
}

void RegionBoard::endDrawing() {
  for (Entry& entry : entries_)
    if (std::exchange(entry.sketch.drawing, false)) {
      const void* owner = entry.owner;
      Q_EMIT changed();
      Q_EMIT drawingEnded(owner);
      return;
    }
}

} // namespace discern::link
