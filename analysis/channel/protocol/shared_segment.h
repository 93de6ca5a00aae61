#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace discern::channel {

/// Shared memory could not be had: it is full, switched off, or not what was said. what() is a sentence.
class SegmentError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// A piece of POSIX shared memory, `/discern-<maker's pid>-<n>`, mapped for as long as the object lives.
/// The asker creates it, the service attaches to it by name and fills it. Only the owner's user can open it.
class SharedSegment {
public:
  /// A new segment, mapped read-only: the maker reads what the service wrote. Takes no memory before it is filled.
  [[nodiscard]] static SharedSegment create(std::size_t bytes);
  /// An existing segment, mapped for writing. Its memory is reserved first, so that writing can't fail. Throws
  /// SegmentError for a name that isn't a segment's, a segment that is missing or smaller than `bytes`, or too little
  /// memory.
  [[nodiscard]] static SharedSegment attach(const std::string& name, std::size_t bytes);
  ~SharedSegment();
  SharedSegment(SharedSegment&& other) noexcept;
  SharedSegment& operator=(SharedSegment&&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::byte* data() const { return data_; } ///< written to by the side that attached only
  /// Takes the name away; the memory stays until the last mapping goes. The maker's destructor does it too.
  void unlink() noexcept;

  [[nodiscard]] static bool isName(std::string_view name);
  /// Removes the segment of that name, when it is one.
  static void remove(const std::string& name) noexcept;
  /// Removes the segments whose makers are dead; returns how many.
  static int removeOrphans();

private:
  SharedSegment() = default;

  std::string name_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  bool linked_ = false; ///< the name is ours to take away
};

} // namespace discern::channel
