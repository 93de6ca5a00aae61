#include "command.h"
#include "field_address.h"
#include "foreground.h"
#include "interruption.h"
#include "io/open.h"
#include "jobs/run_directory.h"
#include "run_text.h"
#include "sdk/parameters.h"
#include "sdk/plugin_library.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <thread>

namespace discern::runner {
namespace {

using Json = nlohmann::json;

constexpr const char* comparison = "org.discern.compare-instances";
/// What of the comparison speaks of the foreground alone.
constexpr std::array foregroundKeys{"dice", "iou", "voxelPrecision", "voxelRecall"};
constexpr std::size_t shownPlaces = 15;

/// The tables of a comparison, wherever it ran.
using Tables = std::map<std::string, data::Table>;

class TableKeeper final : public sdk::Outputs {
public:
  void addField(const data::FieldInfo&, std::vector<std::byte>) override {}
  void addTable(const data::Table& table) override { tables[table.info.name] = table; }
  void addSummary(const std::string&, const Json&) override {}
  Tables tables;
};

class QuietContext final : public sdk::Context {
public:
  void phase(const std::string&) override {}
  void progress(double) override {}
  void log(const std::string& line) override { std::fprintf(stderr, "%s\n", line.c_str()); }
  [[nodiscard]] bool cancelled() const override { return interruption(); }
  void partial(const data::FieldInfo&, std::span<const std::byte>) override {}
  [[nodiscard]] int threads() const override {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  [[nodiscard]] std::uint64_t seed() const override { return 0; }
};

Tables compareHere(const sdk::Entry& plugin, const Json& job) {
  sdk::Inputs inputs;
  for (const auto& [name, input] : job["inputs"].items())
    inputs.add(name, io::open(input["path"].get<std::string>())->field(input["field"].get<std::string>()), 0);
  checkInputs(plugin.manifest, inputs);
  TableKeeper outputs;
  QuietContext context;
  sdk::load(plugin)->run(inputs, sdk::Parameters(job["parameters"]), outputs, context);
  return std::move(outputs.tables);
}

Tables tablesOf(const std::string& result) {
  const auto dataset = io::open(result);
  Tables tables;
  for (const char* name : {"metrics", "disagreements", "instances"})
    tables[name] = dataset->table(name);
  return tables;
}

/// One object a row, by column name.
Json rowsOf(const data::Table& table) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < static_cast<std::size_t>(table.info.rows); ++row) {
    Json item = Json::object();
    for (std::size_t column = 0; column < table.info.columns.size(); ++column) {
      const std::string& name = table.info.columns[column];
      if (!table.texts[column].empty())
        item[name] = table.texts[column][row];
      else if (const double value = table.numbers[column][row]; !std::isfinite(value))
        item[name] = nullptr;
      else if (value == std::floor(value) && std::fabs(value) < 9e15)
        item[name] = static_cast<std::int64_t>(value);
      else
        item[name] = value;
    }
    rows.push_back(std::move(item));
  }
  return rows;
}

bool wanted(const Json& metric, bool foregroundOnly) {
  return !foregroundOnly || std::ranges::any_of(foregroundKeys, [&](const char* key) { return metric["key"] == key; });
}

std::string shown(const Json& value) {
  if (value.is_null()) return "not defined";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value.get<double>());
  return text;
}

void print(const Json& metrics, const Json& places, bool foregroundOnly) {
  std::vector<std::vector<std::string>> rows{{"METRIC", "VALUE", ""}};
  for (const Json& metric : metrics) {
    if (!wanted(metric, foregroundOnly)) continue;
    const std::string unit = metric["unit"];
    // A ratio that happens to be whole is still a ratio.
    const Json value =
        unit.empty() && metric["value"].is_number() ? Json(metric["value"].get<double>()) : metric["value"];
    rows.push_back({metric["metric"].get<std::string>(), shown(value), unit});
  }
  std::fputs(columns(rows).c_str(), stdout);
  if (foregroundOnly) return;
  if (places.empty()) {
    std::puts("\nThe two agree everywhere that counts: no disagreements.");
    return;
  }
  std::printf("\n%zu disagreements, the most costly first\n", places.size());
  std::vector<std::string> heading{"KIND", "TRUTH", "PREDICTION", "COST", "IOU", "VOXELS", "X", "Y", "Z"};
  rows = {heading};
  for (const Json& place : places) {
    if (rows.size() > shownPlaces) break;
    std::vector<std::string> row{place["kind"].get<std::string>()};
    for (const char* key : {"truth", "prediction", "cost", "iou", "voxels", "x", "y", "z"}) {
      char text[32];
      const double value = place[key].is_null() ? std::nan("") : place[key].get<double>();
      std::snprintf(text, sizeof text, std::string_view(key) == "iou" ? "%.3f" : "%.6g", value);
      row.emplace_back(text);
    }
    rows.push_back(std::move(row));
  }
  std::fputs(columns(rows).c_str(), stdout);
  if (places.size() > shownPlaces) std::printf("… and %zu more (--json lists all)\n", places.size() - shownPlaces);
}

} // namespace

int evaluateCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {"truth", "prediction", "task", "output", "set"}, {"json"});
  if (!arguments.words().empty()) throw data::UsageError("evaluate takes no \"" + arguments.words()[0] + "\"");
  for (const char* name : {"truth", "prediction"})
    if (!arguments.has(name)) throw data::UsageError(std::string("--") + name + " FILE[:FIELD] is missing");
  const std::string task = arguments.value("task", "instances");
  if (task != "segmentation" && task != "instances")
    throw data::UsageError("--task must be segmentation or instances, and \"" + task + "\" was given");
  const sdk::Entry plugin = sdk::find(comparison);
  Json parameters = Json::object();
  for (const std::string& text : arguments.values("set")) {
    const auto [name, value] = assignment(text, "set");
    parameters[name] = fromText(plugin.manifest, name, value);
  }
  Json job{
      {"plugin", comparison}, {"title", plugin.manifest.name}, {"parameters", complete(plugin.manifest, parameters)}};
  for (const char* name : {"truth", "prediction"}) {
    const FieldAddress address = fieldAddress(arguments.value(name));
    job["inputs"][name] = {{"path", address.path}, {"field", address.field}, {"time", 0}};
  }

  Tables tables;
  if (arguments.has("output")) {
    const auto run = jobs::RunDirectory::create(arguments.value("output"), job);
    const jobs::Snapshot snapshot = superviseInForeground(run.path());
    if (snapshot.state != jobs::RunState::Succeeded) return exitCode(snapshot);
    tables = tablesOf(snapshot.result);
  } else {
    try {
      tables = compareHere(plugin, job);
    } catch (const sdk::Cancelled&) {
      return WasCancelled;
    }
  }

  const bool foregroundOnly = task == "segmentation";
  const Json metrics = rowsOf(tables.at("metrics")), places = rowsOf(tables.at("disagreements"));
  if (!arguments.has("json")) {
    print(metrics, places, foregroundOnly);
    return Done;
  }
  Json answer{{"task", task},
              {"truth", job["inputs"]["truth"]},
              {"prediction", job["inputs"]["prediction"]},
              {"metrics", Json::object()}};
  for (const Json& metric : metrics)
    if (wanted(metric, foregroundOnly)) answer["metrics"][metric["key"].get<std::string>()] = metric["value"];
  if (!foregroundOnly) {
    answer["disagreements"] = places;
    answer["instances"] = rowsOf(tables.at("instances"));
    answer["parameters"] = job["parameters"];
  }
  std::puts(answer.dump(2).c_str());
  return Done;
}

} // namespace discern::runner
