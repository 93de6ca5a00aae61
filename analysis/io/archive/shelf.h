#pragma once
#include "data/field_source.h"

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace discern::io {

/// Datasets by their path, the last used ones kept open: many files in one dataset must not use up the descriptors that
/// a process may have.
class Shelf {
public:
  /// Opens it unless it is kept. Throws data::ReadError.
  [[nodiscard]] std::shared_ptr<const data::Dataset> take(const std::string& path);

private:
  std::mutex mutex_;
  std::deque<std::pair<std::string, std::shared_ptr<const data::Dataset>>> kept_;
};

/// A dataset that is opened again, through the shelf, whenever a part of it is read. `info` as it was when it was open.
[[nodiscard]] std::shared_ptr<const data::Dataset> shelvedDataset(std::shared_ptr<Shelf> shelf,
                                                                  const std::string& path);

} // namespace discern::io
