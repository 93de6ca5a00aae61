#include "methods/clustering/markov_column.h"

#include <cmath>
#include <functional>

namespace discern::methods {

float inflated(float v, double r) {
  if (r == 2) return v * v;
  if (r == 1.5) return v * std::sqrt(v);
  if (r == 3) return v * v * v;
  return std::pow(v, static_cast<float>(r));
}

double ColumnDraft::sum() const {
  double sum = 0;
  for (const Neighbour& entry : entries())
    sum += static_cast<double>(entry.weight);
  return sum;
}

template <typename Wanted>
void ColumnDraft::keepIf(Wanted&& wanted) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i)
    if (wanted(kept_[i])) kept_[kept++] = kept_[i];
  count_ = kept;
}

void ColumnDraft::keepGreatest(std::size_t count) {
  if (count_ <= count) return;
  if (count == 0) return clear();
  scratch_.resize(count_);
  for (std::size_t i = 0; i < count_; ++i)
    scratch_[i] = kept_[i].weight;
  const auto nth = scratch_.begin() + static_cast<std::ptrdiff_t>(count) - 1;
  std::nth_element(scratch_.begin(), nth, scratch_.end(), std::greater<>());
  const float least = *nth;
  auto ties = static_cast<std::ptrdiff_t>(count) -
              std::count_if(scratch_.begin(), scratch_.end(), [least](float weight) { return weight > least; });
  keepIf([&](const Neighbour& e) { return e.weight > least || (e.weight == least && ties-- > 0); });
}

bool ColumnDraft::prune(const MarkovOptions& options, std::size_t entries, double total) {
  keepGreatest(static_cast<std::size_t>(options.select));
  if (count_ == 0) return false;
  return count_ >= static_cast<std::size_t>(options.recover) || count_ >= entries ||
         sum() >= options.recoverShare * total;
}

void ColumnDraft::recover(const MarkovOptions& options) {
  keepGreatest(static_cast<std::size_t>(std::max<std::int64_t>(1, options.recover)));
}

void ColumnDraft::divideBySum() {
  const double all = sum();
  for (std::size_t i = 0; i < count_; ++i)
    kept_[i].weight = static_cast<float>(static_cast<double>(kept_[i].weight) / all);
}

float ColumnDraft::inflate(double inflation) {
  const auto scale = static_cast<float>(1 / sum());
  float greatest = 0;
  double squares = 0, powers = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const float v = kept_[i].weight * scale;
    greatest = std::max(greatest, v);
    squares += static_cast<double>(v * v);
    kept_[i].weight = inflated(v, inflation);
    powers += static_cast<double>(kept_[i].weight);
  }
  const float chaos = static_cast<float>(count_) * (greatest - static_cast<float>(squares));
  const auto again = static_cast<float>(1 / powers);
  for (std::size_t i = 0; i < count_; ++i)
    kept_[i].weight *= again;
  if (inflation > 4) // a tiny entry's power may be no number that counts
    keepIf([](const Neighbour& entry) { return entry.weight > 1e-30F; });
  return chaos;
}

} // namespace discern::methods
