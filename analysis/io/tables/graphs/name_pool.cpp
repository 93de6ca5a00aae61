#include "io/tables/graphs/name_pool.h"

#include <functional>
#include <limits>
#include <stdexcept>

namespace discern::io {

std::size_t NamePool::placeOf(std::string_view name) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t place = std::hash<std::string_view>{}(name)&mask;
  while (table_[place] != 0 && (*this)[table_[place] - 1] != name)
    place = (place + 1) & mask;
  return place;
}

void NamePool::grow() {
  table_.assign(table_.empty() ? 1024 : table_.size() * 2, 0);
  for (std::size_t i = 0; i < size(); ++i)
    table_[placeOf((*this)[i])] = static_cast<std::uint32_t>(i) + 1;
}

std::uint32_t NamePool::number(std::string_view name) {
  if (3 * (size() + 1) > 2 * table_.size()) grow();
  std::uint32_t& place = table_[placeOf(name)];
  if (place == 0) {
    if (size() >= std::numeric_limits<std::uint32_t>::max() - 1)
      throw std::length_error("there are more than 4 294 967 294 names");
    letters_.insert(letters_.end(), name.begin(), name.end());
    starts_.push_back(letters_.size());
    place = static_cast<std::uint32_t>(size());
  }
  return place - 1;
}

} // namespace discern::io
