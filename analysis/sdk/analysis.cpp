#include "sdk/analysis.h"

#include <cmath>
#include <limits>

namespace discern::sdk {

std::vector<float> Volume::floats() const {
  return data::dispatch(info.type, [this](auto tag) {
    using T = typename decltype(tag)::type;
    const auto values = as<T>();
    std::vector<float> result(values.size());
    const auto count = static_cast<std::int64_t>(values.size());
    const bool hasMissing = !std::is_floating_point_v<T> && info.missing.has_value();
    const double missing = info.missing.value_or(0);
    for (std::int64_t i = 0; i < count; ++i) {
      const T value = values[static_cast<std::size_t>(i)];
      result[static_cast<std::size_t>(i)] = hasMissing && static_cast<double>(value) == missing
                                                ? std::numeric_limits<float>::quiet_NaN()
                                                : static_cast<float>(value);
    }
    return result;
  });
}

std::vector<std::int32_t> Volume::labels() const {
  return data::dispatch(info.type, [this](auto tag) {
    using T = typename decltype(tag)::type;
    const auto values = as<T>();
    std::vector<std::int32_t> result(values.size());
    constexpr double lowest = std::numeric_limits<std::int32_t>::lowest();
    constexpr double highest = std::numeric_limits<std::int32_t>::max();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto value = static_cast<double>(values[i]);
      if (std::isnan(value) || (info.missing && value == *info.missing)) continue; // background
      if (value < lowest || value > highest || value != std::floor(value))
        throw data::UsageError("field \"" + info.name +
                               "\" can't be used as labels: labels are whole numbers of at most 32 bits, and voxel " +
                               std::to_string(i) + " holds " + nlohmann::json(value).dump());
      result[i] = static_cast<std::int32_t>(value);
    }
    return result;
  });
}

void Inputs::add(const std::string& name, std::shared_ptr<const data::FieldSource> source, std::int64_t time,
                 int component) {
  const data::FieldInfo& info = source->info();
  if (time < 0 || time >= info.time.size)
    throw data::UsageError("input \"" + name + "\": field \"" + info.name + "\" has time steps 0 to " +
                           std::to_string(info.time.size - 1) + ", and step " + std::to_string(time) +
                           " was asked for");
  if (component < 0 || component >= info.components)
    throw data::UsageError("input \"" + name + "\": field \"" + info.name + "\" has components 0 to " +
                           std::to_string(info.components - 1) + ", and component " + std::to_string(component) +
                           " was asked for");
  entries_[name] = {std::move(source), time, component};
}

const Inputs::Entry& Inputs::entry(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) throw data::UsageError("input \"" + name + "\" was not given");
  return found->second;
}

bool Inputs::has(const std::string& name) const { return entries_.contains(name); }
const data::FieldSource& Inputs::field(const std::string& name) const { return *entry(name).source; }
std::int64_t Inputs::time(const std::string& name) const { return entry(name).time; }
int Inputs::component(const std::string& name) const { return entry(name).component; }

Volume Inputs::volume(const std::string& name) const {
  const Entry& input = entry(name);
  Volume volume{input.source->info(), {}};
  data::Slab slab;
  slab.box.hi = volume.info.shape;
  slab.time = input.time;
  slab.component = input.component;
  volume.bytes.resize(static_cast<std::size_t>(slab.box.voxels()) * data::sizeOf(volume.info.type));
  input.source->read(slab, volume.bytes);
  volume.info.components = 1;
  volume.info.levels = 1;
  data::TimeAxis now;
  if (volume.info.time.values.size() > static_cast<std::size_t>(input.time)) {
    now.unit = volume.info.time.unit;
    now.calendar = volume.info.time.calendar;
    now.values = {volume.info.time.values[static_cast<std::size_t>(input.time)]};
  }
  volume.info.time = now;
  return volume;
}

namespace {

const nlohmann::json& parameter(const nlohmann::json& values, const std::string& name) {
  const auto found = values.find(name);
  if (found == values.end())
    throw std::logic_error("the plugin asks for a parameter \"" + name + "\" that its manifest doesn't have");
  return *found;
}

} // namespace

double Parameters::number(const std::string& name) const { return parameter(values_, name).get<double>(); }
std::int64_t Parameters::integer(const std::string& name) const { return parameter(values_, name).get<std::int64_t>(); }
bool Parameters::boolean(const std::string& name) const { return parameter(values_, name).get<bool>(); }
std::string Parameters::text(const std::string& name) const { return parameter(values_, name).get<std::string>(); }
std::string Parameters::file(const std::string& name) const { return text(name); }
std::string Parameters::field(const std::string& name) const { return text(name); }

std::array<std::uint8_t, 3> Parameters::color(const std::string& name) const {
  const auto number = std::stoul(text(name).substr(1), nullptr, 16);
  return {static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8 & 0xFF),
          static_cast<std::uint8_t>(number & 0xFF)};
}

int Parameters::axis(const std::string& name) const {
  const std::string letter = text(name);
  return letter == "time" ? 3 : letter[0] - 'x';
}

std::array<double, 2> Parameters::timeRange(const std::string& name) const {
  return parameter(values_, name).get<std::array<double, 2>>();
}

std::array<std::int64_t, 2> Parameters::steps(const std::string& name, const data::TimeAxis& time) const {
  const auto range = timeRange(name);
  if (!physical_.contains(name) || time.values.empty())
    return {static_cast<std::int64_t>(range[0]), static_cast<std::int64_t>(range[1])};
  std::array<std::int64_t, 2> found{-1, -1};
  for (std::size_t i = 0; i < time.values.size(); ++i) {
    if (time.values[i] < range[0] || time.values[i] > range[1]) continue;
    if (found[0] < 0) found[0] = static_cast<std::int64_t>(i);
    found[1] = static_cast<std::int64_t>(i);
  }
  if (found[0] < 0)
    throw data::UsageError("parameter \"" + name + "\": no time step lies between " + nlohmann::json(range[0]).dump() +
                           " and " + nlohmann::json(range[1]).dump() + (time.unit.empty() ? "" : " " + time.unit));
  return found;
}

data::Box Parameters::region(const std::string& name) const {
  const nlohmann::json& sides = parameter(values_, name);
  data::Box box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lo[axis] = sides.at(axis).at(0).get<std::int64_t>();
    box.hi[axis] = sides.at(axis).at(1).get<std::int64_t>();
  }
  return box;
}

std::vector<std::int64_t> Parameters::labels(const std::string& name) const { return integers(name); }

std::vector<double> Parameters::numbers(const std::string& name) const {
  return parameter(values_, name).get<std::vector<double>>();
}

std::vector<std::int64_t> Parameters::integers(const std::string& name) const {
  return parameter(values_, name).get<std::vector<std::int64_t>>();
}

std::vector<std::string> Parameters::texts(const std::string& name) const {
  return parameter(values_, name).get<std::vector<std::string>>();
}

} // namespace discern::sdk
