#include "command.h"

#include "data/address.h"
#include "data/memory_estimate.h"
#include "data/provenance.h"
#include "guarded.h"
#include "io/open.h"
#include "remote/connection/child.h"
#include "remote/connection/ssh.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace discern::runner {

namespace {

using data::memoryText;

std::string number(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6g", std::abs(value) < 1e-12 ? 0 : value);
  return text.data();
}

/// Letters on the screen, not bytes.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void line(const char* name, const std::string& value) {
  if (!value.empty()) std::printf("    %-12s %s\n", name, value.c_str());
}

std::string shapeLine(const data::FieldInfo& field) {
  std::string text;
  for (std::size_t a = 0; a < 3; ++a) {
    if (a == 2 && field.shape[2] == 1) break;
    if (a == 1 && field.support != data::Support::Voxels && !field.tabular) break;
    text += (a ? " × " : "") + std::to_string(field.shape[a]);
  }
  if (field.components > 1) text += ", " + std::to_string(field.components) + " components";
  if (field.time.size > 1) text += ", " + std::to_string(field.time.size) + " time steps";
  const double bytes = static_cast<double>(field.voxels()) * static_cast<double>(field.time.size) * field.components *
                       static_cast<double>(sizeOf(field.type));
  return text + "  (" + memoryText(bytes) + ")";
}

std::string frameText(data::Frame frame, const std::string& unit, const std::string& transform) {
  std::string text;
  switch (frame) {
  case data::Frame::VoxelIndex:
    text = "voxel index, no physical placement";
    break;
  case data::Frame::RasMillimetres:
    text = "RAS (+x right, +y anterior, +z superior)";
    break;
  case data::Frame::LonLat:
    text = "longitude, latitude";
    break;
  case data::Frame::Cartesian:
    text = "Cartesian";
    break;
  }
  if (!unit.empty() && frame != data::Frame::VoxelIndex) text += ", in " + unit;
  if (!transform.empty() && transform != "none") text += ", from the " + transform;
  if (transform == "none" && frame != data::Frame::VoxelIndex) text += ", no transform in the file";
  return text;
}

std::string axisLine(const data::FieldInfo& field, std::size_t axis) {
  const auto& coordinates = field.coordinates[axis];
  const std::int64_t count = field.shape[axis];
  data::Vec3 first{0, 0, 0}, last{0, 0, 0};
  last[axis] = static_cast<double>(count - 1);
  const double from = field.world(first)[axis], to = field.world(last)[axis];
  std::string text = number(from) + (count > 1 ? " … " + number(to) : std::string());
  if (!coordinates.empty()) return text + ", uneven steps";
  const double step = count > 1 ? (to - from) / static_cast<double>(count - 1) : 0;
  return count > 1 ? text + ", step " + number(step) : text;
}

bool isAxisAligned(const data::FieldInfo& field) {
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 3; ++column)
      if (row != column && std::abs(field.indexToWorld.m[row * 4 + column]) > 1e-6) return false;
  return true;
}

std::string timeLine(const data::TimeAxis& time) {
  if (time.size <= 1 && time.values.empty()) return {};
  if (time.values.empty()) return std::to_string(time.size) + " steps, no known times";
  std::string text = time.label(0);
  if (time.size > 1) text += " … " + time.label(time.size - 1);
  if (!time.calendar.empty()) text += " (" + time.calendar + " calendar)";
  return text;
}

void printField(const data::FieldInfo& field) {
  std::string title = field.name;
  if (!field.quantity.empty()) title += ": " + field.quantity;
  if (!field.unit.empty()) title += " [" + field.unit + "]";
  std::printf("\n  %s\n", title.c_str());
  line("type", std::string(nameOf(field.type)) + (field.labels ? ", labels" : ""));
  line("shape", shapeLine(field));
  if (field.support != data::Support::Voxels)
    line("on", std::string(nameOf(field.support)) + " of " + field.grid);
  else
    line("frame", frameText(field.frame, field.worldUnit, field.transform));
  const bool placed = field.support == data::Support::Voxels && field.frame != data::Frame::VoxelIndex;
  std::size_t longest = 0;
  for (const std::string& name : field.axisNames)
    longest = std::max(longest, width(name));
  if (placed && isAxisAligned(field)) {
    for (std::size_t a = 0; a < 3; ++a) {
      if (field.shape[a] == 1 && a == 2) continue;
      const std::string padding(longest - width(field.axisNames[a]) + 2, ' ');
      line(a == 0 ? "axes" : "", field.axisNames[a] + padding + axisLine(field, a));
    }
  } else if (placed) {
    const data::Vec3 step = field.indexToWorld.spacing();
    line("spacing", number(step[0]) + " × " + number(step[1]) + " × " + number(step[2]) + " " + field.worldUnit);
    for (std::size_t row = 0; row < 3; ++row) {
      std::array<char, 120> text{};
      const auto* m = field.indexToWorld.m.data() + row * 4;
      std::snprintf(text.data(), text.size(), "%10.4f %10.4f %10.4f %12.4f", m[0], m[1], m[2], m[3]);
      line(row == 0 ? "matrix" : "", text.data());
    }
  }
  line("time", timeLine(field.time));
  if (field.missing) line("missing", number(*field.missing));
  if (!field.labelNames.empty()) {
    std::string names;
    std::size_t shown = 0;
    for (const auto& [value, name] : field.labelNames) {
      if (++shown > 8) break;
      names += (names.empty() ? "" : ", ") + std::to_string(value) + " " + name;
    }
    line("labels", names + (field.labelNames.size() > 8 ? ", …" : ""));
  }
  if (field.levels > 1) line("levels", std::to_string(field.levels));
}

std::string counted(std::int64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void printGrid(const data::GridInfo& grid) {
  std::printf("\n  %s: %s grid\n", grid.name.c_str(), std::string(nameOf(grid.kind)).c_str());
  const bool network = grid.kind == data::GridKind::Network;
  std::string size =
      counted(grid.points, network ? "node" : "point") + ", " + counted(grid.cells, network ? "edge" : "cell");
  if (grid.blocks > 1) size += ", " + counted(grid.blocks, "block");
  if (grid.levels > 1) size += ", " + counted(grid.levels, "level");
  line("size", size + "  (" + memoryText(grid.bytes) + ")");
  if (!network) line("frame", frameText(grid.frame, grid.worldUnit, grid.transform));
  if (!network && grid.lo[0] <= grid.hi[0])
    for (std::size_t a = 0; a < 3; ++a)
      line(a == 0 ? "bounds" : "", number(grid.lo[a]) + " … " + number(grid.hi[a]));
  line("time", timeLine(grid.time));
}

void print(const data::DatasetInfo& dataset) {
  std::printf("%s\n  %s", dataset.path.c_str(), dataset.format.c_str());
  const std::pair<std::size_t, const char*> parts[]{
      {dataset.fields.size(), "field"}, {dataset.grids.size(), "grid"}, {dataset.tables.size(), "table"}};
  for (const auto& [count, what] : parts)
    if (count > 0) std::printf(", %s", counted(static_cast<std::int64_t>(count), what).c_str());
  std::printf("\n");
  for (const auto& grid : dataset.grids)
    printGrid(grid);
  for (const auto& field : dataset.fields)
    printField(field);
  for (const auto& table : dataset.tables) {
    std::printf("\n  %s: table of %lld rows\n", table.name.c_str(), static_cast<long long>(table.rows));
    std::string columns;
    constexpr std::size_t told = 40; // all of them are in --json
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (c == told && table.columns.size() > told + 1) {
        columns += ", … " + std::to_string(table.columns.size() - told) + " more";
        break;
      }
      columns += (c ? ", " : "") + table.columns[c];
      if (c < table.units.size() && !table.units[c].empty()) columns += " [" + table.units[c] + "]";
    }
    line("columns", columns);
  }
  if (const auto lines = data::provenanceOf(dataset); !lines.empty()) {
    std::size_t longest = 0;
    for (const auto& [name, value] : lines)
      longest = std::max(longest, width(name));
    std::printf("\n  made by\n");
    for (const auto& [name, value] : lines)
      std::printf("    %s%s  %s\n", name.c_str(), std::string(longest - width(name), ' ').c_str(), value.c_str());
  }
  if (const double bytes = data::memoryOf(dataset); bytes > 0)
    std::printf("\n  memory: about %s to show the largest of its parts, which are read whole\n",
                memoryText(bytes).c_str());
  if (!dataset.warnings.empty()) std::printf("\n");
  for (const std::string& warning : dataset.warnings)
    std::printf("  ! %s\n", warning.c_str());
}

std::string describe(const std::string& path) {
  const auto dataset = io::open(path);
  nlohmann::json json = dataset->info();
  json["memory"] = data::memoryOf(dataset->info()); // an estimate: what showing its largest part takes
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

namespace {

/// The same of a file on another machine, by the discern-run there.
nlohmann::json describeThere(const std::string& path) {
  constexpr double patience = 60; // seconds
  const data::Address address = data::Address::from(path);
  const remote::Ssh ssh(remote::findProfile(address.host, true));
  ssh.connect(::isatty(STDIN_FILENO) != 0 ? remote::Prompts::Terminal : remote::Prompts::None);
  const remote::Outcome outcome = remote::outcomeOf(ssh.service({"info", "--json", address.path}), patience);
  if (outcome.code == UnreadableInput) {
    const std::size_t at = outcome.err.rfind(address.path + ": ");
    std::string why = at == std::string::npos ? outcome.err : outcome.err.substr(at + address.path.size() + 2);
    why.erase(std::min(why.find('\n'), why.size()));
    throw data::ReadError(path, why);
  }
  if (outcome.code != Done) throw std::runtime_error(ssh.explain(outcome.code, outcome.err).what());
  nlohmann::json described = nlohmann::json::parse(outcome.out).at(0);
  described["path"] = address.text();
  return described;
}

} // namespace

int infoCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {"json", "formats"});
  if (arguments.has("formats")) {
    for (const std::string& format : io::formats())
      std::puts(format.c_str());
    return Done;
  }
  if (arguments.words().empty()) throw data::UsageError("no file was named");
  int code = Done;
  auto all = nlohmann::json::array();
  bool first = true;
  for (const std::string& path : arguments.words()) {
    try {
      const auto json = data::isRemote(path) ? describeThere(path)
                                             : nlohmann::json::parse(guarded(path, [&] { return describe(path); }));
      if (arguments.has("json")) {
        all.push_back(json);
      } else {
        if (!first) std::printf("\n");
        print(json.get<data::DatasetInfo>());
      }
      first = false;
    } catch (const data::ReadError& error) {
      std::fprintf(stderr, "discern-run: %s\n", error.what());
      code = UnreadableInput;
    }
  }
  if (arguments.has("json")) std::puts(all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  return code;
}

} // namespace discern::runner
