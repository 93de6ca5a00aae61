#include "conformance/sample_inputs.h"

#include "io/write.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace discern::runner {

namespace {

data::FieldInfo infoOf(const sdk::InputSpec& spec, int side) {
  const auto along = [&](const char* axis) {
    return std::find(spec.axes.begin(), spec.axes.end(), axis) != spec.axes.end();
  };
  const bool flat = !spec.axes.empty() && !along("z");
  data::FieldInfo info;
  info.name = spec.name;
  const int edge = flat ? static_cast<int>(side * std::sqrt(side / 2.0)) : side; // as many voxels
  info.shape = {edge, edge - edge / 8, flat ? 1 : std::max(2, side / 2)};
  info.indexToWorld = data::Affine::scaling({0.5, 0.5, 1}, {0, 0, 0});
  info.frame = data::Frame::Cartesian;
  info.worldUnit = "µm";
  info.labels = spec.kind == "labels";
  info.type = info.labels ? data::ScalarType::UInt16 : data::ScalarType::Float32;
  if (along("time")) {
    constexpr int steps = 24;
    info.time.size = steps;
    info.time.unit = "s";
    for (int i = 0; i < steps; ++i)
      info.time.values.push_back(i);
  }
  return info;
}

/// Balls on a lattice, of different sizes, growing and shrinking with time.
template <typename T>
std::vector<std::byte> balls(const data::FieldInfo& info) {
  constexpr double apart = 9;
  std::vector<T> values;
  values.reserve(static_cast<std::size_t>(info.voxels() * info.time.size));
  std::uint32_t noise = 1;
  for (std::int64_t t = 0; t < info.time.size; ++t)
    for (std::int64_t z = 0; z < info.shape[2]; ++z)
      for (std::int64_t y = 0; y < info.shape[1]; ++y)
        for (std::int64_t x = 0; x < info.shape[0]; ++x) {
          const std::array<double, 3> at{static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)};
          double distance = 0;
          std::uint32_t number = 0;
          for (std::size_t axis = 0; axis < 3; ++axis) {
            const double cell = std::floor(at[axis] / apart);
            const double middle = info.shape[axis] == 1 ? 0 : (cell + 0.5) * apart;
            distance += (at[axis] - middle) * (at[axis] - middle);
            number = number * 31 + static_cast<std::uint32_t>(cell);
          }
          const double radius = 2.5 + 0.3 * (number % 4) + 0.3 * std::sin(static_cast<double>(t));
          noise = noise * 1664525 + 1013904223;
          if constexpr (std::is_floating_point_v<T>)
            values.push_back(static_cast<T>(100 / (1 + std::exp(2 * (std::sqrt(distance) - radius))) +
                                            static_cast<double>(noise >> 24) / 64));
          else
            values.push_back(distance < radius * radius ? static_cast<T>(number + 1) : T{0});
        }
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string write(const std::string& path, const data::FieldInfo& info, std::vector<std::byte> bytes) {
  io::ResultFile file;
  file.addField(info, std::move(bytes));
  file.commit(path);
  return path;
}

} // namespace

std::map<std::string, std::string> sampleInputs(const sdk::Manifest& manifest, const std::string& folder,
                                                std::map<std::string, std::string> given, int side) {
  for (const sdk::InputSpec& spec : manifest.inputs) {
    if (given.contains(spec.name)) continue;
    // What must lie on another input's grid takes that one's axes.
    const sdk::InputSpec* other = spec.sameGridAs.empty() ? nullptr : manifest.input(spec.sameGridAs);
    sdk::InputSpec own = spec;
    if (other) own.axes = other->axes;
    const data::FieldInfo info = infoOf(own, side);
    given[spec.name] =
        write(folder + "/" + spec.name + ".h5", info, info.labels ? balls<std::uint16_t>(info) : balls<float>(info));
  }
  return given;
}

std::map<std::string, std::string> emptyInputs(const sdk::Manifest& manifest, const std::string& folder) {
  constexpr int side = 12;
  std::map<std::string, std::string> given;
  for (const sdk::InputSpec& spec : manifest.inputs) {
    const sdk::InputSpec* other = spec.sameGridAs.empty() ? nullptr : manifest.input(spec.sameGridAs);
    sdk::InputSpec own = spec;
    if (other) own.axes = other->axes;
    const data::FieldInfo info = infoOf(own, side);
    const auto count = static_cast<std::size_t>(info.voxels() * info.time.size);
    std::vector<std::byte> bytes(count * sizeOf(info.type));
    if (!info.labels) {
      const std::vector<float> nothing(count, std::numeric_limits<float>::quiet_NaN());
      std::memcpy(bytes.data(), nothing.data(), bytes.size());
    }
    given[spec.name] = write(folder + "/" + spec.name + ".h5", info, std::move(bytes));
  }
  return given;
}

} // namespace discern::runner
