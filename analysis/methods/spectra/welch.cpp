#include "methods/spectra/welch.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <unsupported/Eigen/FFT>

namespace discern::methods {

Spectra spectra(std::span<const double> values, double rate, int segment) {
  if (segment < 2 || static_cast<std::size_t>(segment) > values.size())
    throw std::invalid_argument("a piece has two samples or more, and no more than the series");
  if (!(rate > 0) || !std::isfinite(rate)) throw std::invalid_argument("a rate is a number above zero");
  const auto length = static_cast<std::size_t>(segment), half = length / 2 + 1, step = length - length / 2;
  std::vector<double> window(length);
  double power = 0;
  for (std::size_t i = 0; i < length; ++i) { // periodic, as for spectra
    window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(length));
    power += window[i] * window[i];
  }
  Spectra result;
  for (std::size_t f = 0; f < half; ++f)
    result.frequencies.push_back(static_cast<double>(f) * rate / static_cast<double>(length));
  Eigen::FFT<double> transform;
  std::vector<double> piece(length);
  std::vector<std::complex<double>> bins;
  for (std::size_t from = 0; from + length <= values.size(); from += step) {
    const double mean = std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(from),
                                        values.begin() + static_cast<std::ptrdiff_t>(from + length), 0.0) /
                        static_cast<double>(length);
    for (std::size_t i = 0; i < length; ++i)
      piece[i] = (values[from + i] - mean) * window[i];
    transform.fwd(bins, piece);
    for (std::size_t f = 0; f < half; ++f) {
      const bool twice = f > 0 && !(length % 2 == 0 && f == half - 1); // the same power lies at the negative frequency
      result.density.push_back((twice ? 2 : 1) * std::norm(bins[f]) / (rate * power));
    }
    result.times.push_back((static_cast<double>(from) + static_cast<double>(length) / 2) / rate);
  }
  return result;
}

std::vector<double> meanDensity(const Spectra& of) {
  const std::size_t half = of.frequencies.size(), pieces = of.times.size();
  std::vector<double> mean(half, 0);
  for (std::size_t p = 0; p < pieces; ++p)
    for (std::size_t f = 0; f < half; ++f)
      mean[f] += of.density[p * half + f] / static_cast<double>(pieces);
  return mean;
}

std::int64_t fillGaps(std::span<double> values) {
  std::int64_t filled = 0;
  const auto count = static_cast<std::int64_t>(values.size());
  std::int64_t before = -1;
  for (std::int64_t i = 0; i <= count; ++i) {
    if (i < count && !std::isfinite(values[static_cast<std::size_t>(i)])) continue;
    for (std::int64_t gap = before + 1; gap < i; ++gap) {
      ++filled;
      if (before < 0 && i == count) continue;
      const double left = before < 0 ? values[static_cast<std::size_t>(i)] : values[static_cast<std::size_t>(before)];
      const double right = i == count ? left : values[static_cast<std::size_t>(i)];
      const double share =
          before < 0 || i == count ? 0 : static_cast<double>(gap - before) / static_cast<double>(i - before);
      values[static_cast<std::size_t>(gap)] = left + share * (right - left);
    }
    before = i;
  }
  return filled;
}

} // namespace discern::methods
