#pragma once
#include <string>

namespace discern::io {

/// A lock between processes on a folder (flock of a file `lock` in it): one of them builds there at a time. Gone with
/// the process that holds it, however that ends.
class FolderLock {
public:
  FolderLock() = default;
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  /// True when this process has it now. Where no lock can be had at all (no such folder, a file system without locks)
  /// it is true as well: two that do the same work replace each other's files by equal ones.
  [[nodiscard]] bool take(const std::string& folder);
  [[nodiscard]] bool held() const { return held_; }

private:
  int descriptor_ = -1;
  bool held_ = false;
};

} // namespace discern::io
