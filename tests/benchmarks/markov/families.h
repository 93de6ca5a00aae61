#pragma once
#include <cstdint>
#include <string>

namespace discern::benchmarks {

/// A graph as searches of all proteins against all give it.
///
///   families      sizes s with P(s) ∝ s^−2, from 1 to `largest`, until there are `nodes` members; numbered at random,
///   as
///                 proteins of many genomes are
///   inside one    each member draws min(s − 1, degree) others of its family (by chance the same pair twice), weight
///                 −log10 of the e-value = base · (0.3 + 0.7 u), base uniform in 20 … 180 for each family, at most 180
///   between them  a share `crossing` of the members draws 1 + three more with a chance of ⅓ each, of any family,
///   weight
///                 5 + 15 u: chance hits and shared domains
///
/// u uniform in 0 … 1; SplitMix64, so that a seed gives the same graph everywhere.
struct FamilyModel {
  std::int64_t nodes = 100'000, largest = 2000;
  int degree = 30;
  double crossing = 0.2;
  std::uint64_t seed = 1;
};

/// Writes it as lines "p12 TAB p34 TAB weight" in the order of the first protein, as a search does. Gives the number of
/// lines.
std::int64_t writeFamilies(const FamilyModel& model, const std::string& path);

} // namespace discern::benchmarks
