#include "data/statistics.h"

#include "data/field_source.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace discern::data {

namespace {

/// The value below which a share `q` of the sorted sample lies, linear between neighbours.
double quantile(std::vector<double>& values, double q) {
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(at);
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const double low = values[static_cast<std::size_t>(below)];
  if (below + 1 >= static_cast<std::ptrdiff_t>(values.size())) return low;
  const double next = *std::min_element(values.begin() + below + 1, values.end());
  return low + (at - static_cast<double>(below)) * (next - low);
}

} // namespace

Statistics statistics(const FieldSource& field, std::int64_t time, int component, std::int64_t sample) {
  if (auto exact = field.exactStatistics(time, component)) return std::move(*exact);
  const FieldInfo& info = field.info();
  // Whole rows of x, strided over y and z so that at most `sample` voxels are read.
  const Index3 shape = info.shape;
  const std::int64_t rows = shape[1] * shape[2];
  const std::int64_t wanted = std::clamp<std::int64_t>(sample / std::max<std::int64_t>(shape[0], 1), 1, rows);
  Statistics result;
  result.sampled = wanted < rows;
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(std::min(info.voxels(), wanted * shape[0])));
  const auto take = [&](const std::vector<std::byte>& bytes) {
    dispatch(info.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T* from = reinterpret_cast<const T*>(bytes.data());
      const std::size_t count = bytes.size() / sizeof(T);
      for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<double>(from[i]);
        if (!std::isfinite(value) || (info.missing && value == *info.missing))
          ++result.missing;
        else
          values.push_back(value);
      }
    });
  };
  std::vector<std::byte> bytes;
  const auto readBox = [&](const Box& box) {
    bytes.resize(static_cast<std::size_t>(box.voxels()) * sizeOf(info.type));
    field.read({box, time, component, 0}, bytes);
    take(bytes);
  };
  if (!result.sampled) {
    for (std::int64_t k = 0; k < shape[2]; ++k)
      readBox({{0, 0, k}, {shape[0], shape[1], k + 1}});
  } else if (shape[1] <= wanted) { // whole planes, evenly spaced: few reads
    const std::int64_t planes = std::max<std::int64_t>(1, wanted / shape[1]);
    for (std::int64_t p = 0; p < planes; ++p) {
      const std::int64_t k = (2 * p + 1) * shape[2] / (2 * planes);
      readBox({{0, 0, k}, {shape[0], shape[1], k + 1}});
    }
  } else {
    for (std::int64_t r = 0; r < wanted; ++r) {
      const std::int64_t row = (2 * r + 1) * rows / (2 * wanted);
      readBox({{0, row % shape[1], row / shape[1]}, {shape[0], row % shape[1] + 1, row / shape[1] + 1}});
    }
  }
  result.count = static_cast<std::int64_t>(values.size());
  result.histogram.assign(256, 0);
  if (values.empty()) return result;
  double sum = 0;
  result.min = result.max = values[0];
  for (const double value : values) {
    sum += value;
    result.min = std::min(result.min, value);
    result.max = std::max(result.max, value);
  }
  result.mean = sum / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values)
    squares += (value - result.mean) * (value - result.mean);
  result.deviation = std::sqrt(squares / static_cast<double>(values.size()));
  result.binLow = result.min;
  result.binHigh = result.max;
  const double width = result.max > result.min ? (result.max - result.min) / 256 : 1;
  for (const double value : values)
    ++result.histogram[static_cast<std::size_t>(std::clamp((value - result.min) / width, 0.0, 255.0))];
  result.low = quantile(values, 0.005);
  result.high = quantile(values, 0.998);
  if (!(result.high > result.low)) {
    result.low = result.min;
    result.high = result.max;
  }
  return result;
}

void to_json(nlohmann::json& json, const Statistics& s) {
  json = {{"min", s.min},         {"max", s.max},       {"mean", s.mean},       {"deviation", s.deviation},
          {"low", s.low},         {"high", s.high},     {"count", s.count},     {"missing", s.missing},
          {"sampled", s.sampled}, {"binLow", s.binLow}, {"binHigh", s.binHigh}, {"histogram", s.histogram}};
}

void from_json(const nlohmann::json& json, Statistics& s) {
  s.min = json.at("min");
  s.max = json.at("max");
  s.mean = json.at("mean");
  s.deviation = json.at("deviation");
  s.low = json.at("low");
  s.high = json.at("high");
  s.count = json.at("count");
  s.missing = json.at("missing");
  s.sampled = json.at("sampled");
  s.binLow = json.at("binLow");
  s.binHigh = json.at("binHigh");
  s.histogram = json.at("histogram").get<std::vector<std::int64_t>>();
}

} // namespace discern::data
