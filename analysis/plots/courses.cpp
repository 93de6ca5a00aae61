#include "data/error.h"
#include "methods/spectra/welch.h"
#include "plots/workings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace discern::plots {
namespace {

/// The mean step between times and whether they are even to a thousandth of it.
void rateOf(const data::TimeAxis& time, data::SpectrumAnswer& answer) {
  answer.timeUnit = time.unit.substr(0, time.unit.find(" since "));
  answer.step = 1;
  if (time.values.size() != static_cast<std::size_t>(time.size) || time.size < 2) {
    answer.timeUnit = "step";
    return;
  }
  answer.step = (time.values.back() - time.values.front()) / static_cast<double>(time.size - 1);
  for (std::size_t i = 1; i < time.values.size(); ++i)
    if (std::abs(time.values[i] - time.values[i - 1] - answer.step) > 1e-3 * std::abs(answer.step)) answer.even = false;
  if (!(answer.step > 0)) throw data::UsageError("the times of the field do not rise; its frequencies can't be told");
  if (answer.timeUnit.empty()) answer.timeUnit = "step";
}

/// Less its straight trend, over its standard deviation; a course that does not vary is all 0.
void standardise(float* values, std::int64_t count) {
  double n = 0, st = 0, sv = 0;
  for (std::int64_t t = 0; t < count; ++t)
    if (std::isfinite(values[t])) {
      n += 1;
      st += static_cast<double>(t);
      sv += values[t];
    }
  const double mt = n > 0 ? st / n : 0, mv = n > 0 ? sv / n : 0;
  double tt = 0, tv = 0;
  for (std::int64_t t = 0; t < count; ++t)
    if (std::isfinite(values[t])) {
      tt += (static_cast<double>(t) - mt) * (static_cast<double>(t) - mt);
      tv += (static_cast<double>(t) - mt) * (values[t] - mv);
    }
  const double slope = tt > 0 ? tv / tt : 0;
  double squares = 0;
  for (std::int64_t t = 0; t < count; ++t) {
    const double rest = values[t] - mv - slope * (static_cast<double>(t) - mt);
    if (std::isfinite(rest)) squares += rest * rest;
    values[t] = static_cast<float>(rest);
  }
  const double deviation = n > 0 ? std::sqrt(squares / n) : 0;
  const bool still = !(deviation > 1e-6 * std::abs(mv)) || !(deviation > 0);
  for (std::int64_t t = 0; t < count; ++t)
    if (std::isfinite(values[t])) values[t] = still ? 0.0F : static_cast<float>(values[t] / deviation);
}

} // namespace

data::SpectrumAnswer spectrum(const data::SpectrumRequest& request, const Sources& sources) {
  const auto field = sources(request.of.path).field(request.of.field);
  const data::FieldInfo& info = field->info();
  constexpr int shortest = 4;
  if (info.time.size < shortest)
    throw data::UsageError(request.of.path + ": \"" + info.name + "\" has " + std::to_string(info.time.size) +
                           " time steps; frequencies need " + std::to_string(shortest) + " or more");
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (request.voxel[axis] < 0 || request.voxel[axis] >= info.shape[axis])
      throw data::UsageError(request.of.path + ": the voxel lies outside the field");
  std::vector<double> values(static_cast<std::size_t>(info.time.size));
  field->series(request.voxel, 0, info.time.size, request.of.component, values);
  data::SpectrumAnswer answer;
  answer.quantity = info.quantity;
  answer.unit = info.unit;
  rateOf(info.time, answer);
  answer.missing = methods::fillGaps(values);
  if (answer.missing == info.time.size) return answer;
  const auto length = static_cast<int>(std::min<std::int64_t>(info.time.size, std::int64_t{1} << 24));
  int segment = request.segment;
  if (segment <= 0) // about eight pieces, none too short to tell frequencies apart
    segment = std::clamp(length / 4, std::min(length, 64), 1024);
  answer.segment = std::clamp(segment, shortest, length);
  const methods::Spectra all = methods::spectra(values, 1 / answer.step, answer.segment);
  answer.frequencies = all.frequencies;
  answer.density = methods::meanDensity(all);
  answer.pieces = static_cast<int>(all.times.size());
  answer.times = all.times;
  answer.pieceDensity.assign(all.density.begin(), all.density.end());
  return answer;
}

data::CarpetAnswer carpet(const data::CarpetRequest& request, FieldShelf& shelf, const Sources& sources) {
  const auto field = sources(request.of.path).field(request.of.field);
  const data::FieldInfo& info = field->info();
  constexpr int mostRows = 4096;
  constexpr std::int64_t mostNumbers = std::int64_t{1} << 25;
  if (info.time.size < 2)
    throw data::UsageError(request.of.path + ": \"" + info.name + "\" has one time step; a carpet needs more");
  const auto wanted = static_cast<std::size_t>(
      std::clamp<std::int64_t>(std::min<std::int64_t>(request.rows, mostNumbers / info.time.size), 1, mostRows));
  data::CarpetAnswer answer;
  answer.steps = info.time.size;
  answer.quantity = info.quantity;
  answer.unit = info.unit;
  // Which voxels: of labels if there are any, else those that have a value that is not zero at the first step.
  std::vector<std::int64_t> places, labels;
  const auto plane = info.shape[0] * info.shape[1];
  if (request.labels) {
    const LabelsPtr of = shelf.labels(*request.labels, sources);
    mustMatch(info, of->info);
    std::map<std::int32_t, std::vector<std::int64_t>> byLabel;
    for (std::size_t i = 0; i < of->numbers.size(); ++i)
      if (of->numbers[i] != 0 && of->numbers[i] != Labels::none)
        byLabel[of->numbers[i]].push_back(static_cast<std::int64_t>(i));
    for (const auto& [label, voxels] : byLabel) {
      places.insert(places.end(), voxels.begin(), voxels.end());
      labels.insert(labels.end(), voxels.size(), label);
    }
  } else {
    data::FieldRef first = request.of;
    first.time = 0;
    const ValuesPtr values = shelf.values(first, sources);
    for (std::size_t i = 0; i < values->numbers.size(); ++i)
      if (std::isfinite(values->numbers[i]) && values->numbers[i] != 0) places.push_back(static_cast<std::int64_t>(i));
  }
  answer.of = static_cast<std::int64_t>(places.size());
  if (places.empty()) return answer;
  const std::size_t rows = std::min(wanted, places.size());
  answer.rows = static_cast<int>(rows);
  std::vector<std::size_t> taken(rows);
  for (std::size_t r = 0; r < rows; ++r) // evenly spaced through the list, so that each label has its share
    taken[r] = r * places.size() / rows + places.size() / rows / 2;
  for (const std::size_t at : taken) {
    const std::int64_t place = places[at];
    answer.voxels.push_back({place % info.shape[0], place % plane / info.shape[0], place / plane});
    if (!labels.empty()) answer.labels.push_back(labels[at]);
  }
  const auto steps = static_cast<std::size_t>(answer.steps);
  answer.values.resize(rows * steps);
  answer.global.resize(steps);
  answer.change.resize(steps);
  std::vector<float> before(places.size()), now(places.size());
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.voxels()) * data::sizeOf(info.type));
  for (std::size_t t = 0; t < steps; ++t) {
    field->read({{{0, 0, 0}, info.shape}, static_cast<std::int64_t>(t), request.of.component, 0}, bytes);
    data::dispatch(info.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T* from = reinterpret_cast<const T*>(bytes.data());
      for (std::size_t i = 0; i < places.size(); ++i) {
        const auto value = static_cast<double>(from[places[i]]);
        now[i] = info.missing && value == *info.missing ? std::numeric_limits<float>::quiet_NaN()
                                                        : static_cast<float>(value);
      }
    });
    double sum = 0, squares = 0, n = 0, pairs = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (std::isfinite(now[i])) {
        sum += now[i];
        n += 1;
      }
      const double change = now[i] - before[i];
      if (t > 0 && std::isfinite(change)) {
        squares += change * change;
        pairs += 1;
      }
    }
    answer.global[t] = n > 0 ? static_cast<float>(sum / n) : std::numeric_limits<float>::quiet_NaN();
    answer.change[t] = pairs > 0 ? static_cast<float>(std::sqrt(squares / pairs)) : 0.0F;
    for (std::size_t r = 0; r < rows; ++r)
      answer.values[r * steps + t] = now[taken[r]];
    std::swap(before, now);
  }
  for (std::size_t r = 0; r < rows; ++r)
    standardise(answer.values.data() + r * steps, answer.steps);
  return answer;
}

} // namespace discern::plots
