#pragma once
#include "data/plot/voxel_rule.h"
#include "plots/plot_desk.h"

#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace discern::plots {

/// One component of a field at one time in memory, as plots count it.
struct Values {
  data::FieldInfo info;
  std::vector<float> numbers; ///< x fastest; NaN: missing
};
/// The same as whole numbers. Missing and what is no whole number of 32 bits: `none`.
struct Labels {
  static constexpr std::int32_t none = INT32_MIN;
  data::FieldInfo info;
  std::vector<std::int32_t> numbers;
};
/// 0 or 1 a voxel.
struct Mask {
  data::FieldInfo info;
  std::vector<std::uint8_t> inside;
  std::int64_t chosen = 0;
};

using ValuesPtr = std::shared_ptr<const Values>;
using LabelsPtr = std::shared_ptr<const Labels>;
using MaskPtr = std::shared_ptr<const Mask>;

/// Fields and masks that were read, within a budget. Each is read once however many threads ask. Any thread may call.
class FieldShelf {
public:
  explicit FieldShelf(double bytes) : budget_(bytes) {}
  [[nodiscard]] ValuesPtr values(const data::FieldRef& ref, const Sources& sources);
  [[nodiscard]] LabelsPtr labels(const data::FieldRef& ref, const Sources& sources);
  /// The voxels that a rule means. Throws data::UsageError where its fields lie on different grids.
  [[nodiscard]] MaskPtr mask(const data::VoxelRule& rule, const Sources& sources);

  /// What `make` gives (with its bytes), made once for a key and kept like a field.
  [[nodiscard]] std::shared_ptr<const void>
  keep(const std::string& key, const std::function<std::pair<std::shared_ptr<const void>, double>()>& make);

private:
  struct Entry {
    std::string key;
    std::mutex making;
    std::shared_ptr<const void> what;
    double bytes = 0;
  };
  template <typename T, typename Make>
  std::shared_ptr<const T> get(const std::string& key, const Make& make) {
    return std::static_pointer_cast<const T>(keep(key, make));
  }
  void trim();
  double budget_;
  std::mutex mutex_;
  std::list<std::shared_ptr<Entry>> entries_; ///< most recently used first
};

/// Names one component of a field at a time, in the state its file is in.
[[nodiscard]] std::string keyOf(const data::FieldRef& ref, const Sources& sources, const char* kind);

/// Throws data::UsageError, naming both, unless they have the same number of voxels along each axis.
void mustMatch(const data::FieldInfo& a, const data::FieldInfo& b);

} // namespace discern::plots
