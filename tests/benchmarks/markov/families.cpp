#include "families.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace discern::benchmarks {
namespace {

/// SplitMix64: the same numbers with every compiler and library.
class Random {
public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t whole() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  double uniform() { return static_cast<double>(whole() >> 11U) * 0x1.0p-53; }
  std::int64_t below(std::int64_t n) {
    return std::min(n - 1, static_cast<std::int64_t>(uniform() * static_cast<double>(n)));
  }

private:
  std::uint64_t state_;
};

} // namespace

std::int64_t writeFamilies(const FamilyModel& model, const std::string& path) {
  Random random(model.seed);
  const auto n = static_cast<std::size_t>(model.nodes);
  std::vector<std::uint32_t> member(n);
  std::iota(member.begin(), member.end(), 0U);
  for (std::size_t i = n; i-- > 1;)
    std::swap(member[i], member[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i) + 1))]);
  struct Place {
    std::uint32_t first = 0, size = 0, at = 0;
    float base = 0;
  };
  std::vector<Place> places(n); // of each protein: its family's members, and which of them it is
  std::vector<double> cumulated(static_cast<std::size_t>(model.largest));
  double sum = 0;
  for (std::size_t s = 1; s <= cumulated.size(); ++s)
    cumulated[s - 1] = sum += std::pow(static_cast<double>(s), -2.0);
  for (std::size_t from = 0; from < n;) {
    const auto drawn = std::lower_bound(cumulated.begin(), cumulated.end(), random.uniform() * sum);
    const std::size_t size = std::min(n - from, static_cast<std::size_t>(drawn - cumulated.begin()) + 1);
    const auto base = static_cast<float>(20 + 160 * random.uniform());
    for (std::size_t i = 0; i < size; ++i)
      places[member[from + i]] = {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(size),
                                  static_cast<std::uint32_t>(i), base};
    from += size;
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"), std::fclose);
  if (!file) throw std::runtime_error(path + " can't be written");
  std::int64_t lines = 0;
  const auto write = [&](std::size_t a, std::size_t b, double weight) {
    std::fprintf(file.get(), "p%zu\tp%zu\t%.2f\n", a, b, weight);
    ++lines;
  };
  for (std::size_t a = 0; a < n; ++a) {
    const Place& place = places[a];
    const std::int64_t others = place.size - 1;
    for (std::int64_t k = 0; k < std::min<std::int64_t>(others, model.degree); ++k) {
      // All of a small family; of a large one, any.
      const std::int64_t step = others <= model.degree ? k + 1 : 1 + random.below(others);
      const std::size_t b = member[place.first + (place.at + static_cast<std::size_t>(step)) % place.size];
      write(a, b, std::min(180.0, place.base * (0.3 + 0.7 * random.uniform())));
    }
    if (random.uniform() >= model.crossing) continue;
    for (int k = 0; k < 4; ++k)
      if (k == 0 || random.uniform() < 1.0 / 3)
        if (const auto b = static_cast<std::size_t>(random.below(model.nodes)); b != a)
          write(a, b, 5 + 15 * random.uniform());
  }
  for (std::size_t a = 0; a < n; ++a)
    if (places[a].size == 1) write(a, a, 1); // so that every protein is in the file
  if (std::fflush(file.get()) != 0 || std::ferror(file.get()) != 0)
    throw std::runtime_error(path + " can't be written: is the disk full?");
  return lines;
}

} // namespace discern::benchmarks
