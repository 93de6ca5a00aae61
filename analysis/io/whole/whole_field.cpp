#include "io/whole/whole_field.h"

#include "data/error.h"

#include <exception>
#include <mutex>

namespace discern::io {

namespace {

class WholeField final : public data::FieldSource {
public:
  WholeField(data::FieldInfo info, std::function<std::vector<std::byte>()> load)
      : info_(std::move(info)), load_(std::move(load)) {
    info_.whole = true;
  }
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    memory().read(slab, out);
  }
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    memory().series(voxel, t0, t1, component, out);
  }

private:
  const data::FieldSource& memory() const {
    const std::lock_guard lock(mutex_);
    if (problem_) std::rethrow_exception(problem_);
    if (!memory_) {
      try {
        memory_ = data::memoryField(info_, load_());
        load_ = nullptr; // what it holds is no longer needed
      } catch (const data::ReadError&) {
        problem_ = std::current_exception();
        throw;
      }
    }
    return *memory_;
  }
  data::FieldInfo info_;
  mutable std::mutex mutex_;
  mutable std::function<std::vector<std::byte>()> load_;
  mutable std::shared_ptr<const data::FieldSource> memory_;
  mutable std::exception_ptr problem_;
};

} // namespace

std::shared_ptr<const data::FieldSource> wholeField(data::FieldInfo info,
                                                    std::function<std::vector<std::byte>()> load) {
  return std::make_shared<WholeField>(std::move(info), std::move(load));
}

} // namespace discern::io
