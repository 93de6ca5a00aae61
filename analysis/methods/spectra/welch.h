#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace discern::methods {

/// The power of an evenly sampled series at each frequency, piece by piece.
struct Spectra {
  std::vector<double> frequencies; ///< 0 … half the rate: segment / 2 + 1 of them
  std::vector<double> times;       ///< middle of each piece, from the first sample
  std::vector<double> density;     ///< squared unit per frequency, one-sided; frequencies fastest, a run a piece
};

/// Pieces of `segment` samples, each half over the one before, less their mean, under a Hann window (P. D. Welch,
/// 1967); the scaling is that of SciPy's `spectrogram`. `rate`: samples per unit of time. Values must be finite. Throws
/// std::invalid_argument for a segment under 2 or longer than the series, or a rate that is not above 0.
[[nodiscard]] Spectra spectra(std::span<const double> values, double rate, int segment);

/// The mean over the pieces.
[[nodiscard]] std::vector<double> meanDensity(const Spectra& of);

/// Fills what is not finite by a straight line between its neighbours (at the ends: by the nearest). How many were
/// filled; all of them when none is finite, and then nothing is changed.
std::int64_t fillGaps(std::span<double> values);

} // namespace discern::methods
