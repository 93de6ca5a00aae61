#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace discern::io {

/// Names, numbered from 0 as they come: all in one piece of memory, for millions of them. About 16 bytes a name and its
/// letters.
class NamePool {
public:
  /// The number of that name; a new one when there is none yet. Throws std::length_error beyond 2³² − 2 names.
  std::uint32_t number(std::string_view name);
  [[nodiscard]] std::size_t size() const { return starts_.size() - 1; }
  [[nodiscard]] std::string_view operator[](std::size_t number) const {
    return std::string_view(letters_.data() + starts_[number], starts_[number + 1] - starts_[number]);
  }

private:
  void grow();
  [[nodiscard]] std::size_t placeOf(std::string_view name) const;

  std::vector<char> letters_;
  std::vector<std::uint64_t> starts_{0};
  std::vector<std::uint32_t> table_; ///< number + 1, 0: free; a power of two of places, at most two thirds taken
};

} // namespace discern::io
