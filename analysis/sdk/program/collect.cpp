#include "sdk/program/collect.h"

#include "io/open.h"
#include "sdk/program/handover.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace discern::sdk {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

const OutputSpec* declared(const Manifest& manifest, const std::string& name) {
  const auto found = std::ranges::find(manifest.outputs, name, &OutputSpec::name);
  return found == manifest.outputs.end() ? nullptr : &*found;
}

/// The name without what comes after the first dot: "labels.nii.gz" → "labels".
std::string stem(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.substr(0, name.find('.'));
}

Json readJsonFile(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  Json json = Json::parse(stream, nullptr, false);
  if (!json.is_object()) throw std::runtime_error(file.string() + ": expected a JSON object");
  return json;
}

class Collector {
public:
  Collector(const Manifest& manifest, const Inputs& in, Outputs& out) : manifest_(manifest), out_(out) {
    for (const InputSpec& spec : handedOver(manifest))
      if (in.has(spec.name)) inputs_.emplace_back(spec.name, handedOverInfo(spec, in));
  }

  void take(const fs::path& file) {
    if (file.filename() == "summary.json") {
      const Json summary = readJsonFile(file);
      for (const auto& [name, value] : summary.items()) {
        out_.addSummary(name, value);
        ++count_;
      }
      return;
    }
    const auto dataset = io::open(file.string());
    const data::DatasetInfo& info = dataset->info();
    if (info.fields.empty() && info.tables.empty())
      throw std::runtime_error(file.string() + ": there is neither a field nor a table in it");
    const bool single = info.fields.size() + info.tables.size() == 1;
    for (const data::FieldInfo& field : info.fields)
      addField(file, *dataset->field(field.name), single);
    for (const data::TableInfo& table : info.tables) {
      data::Table whole = dataset->table(table.name);
      if (single) whole.info.name = stem(file);
      expectKind(file, whole.info.name, "table");
      out_.addTable(whole);
      ++count_;
    }
  }

  [[nodiscard]] int count() const { return count_; }

private:
  void expectKind(const fs::path& file, const std::string& name, const std::string& found) const {
    const OutputSpec* spec = declared(manifest_, name);
    const std::string kind = !spec ? found : spec->kind == "labels" ? "field" : spec->kind;
    if (kind != found)
      throw std::runtime_error(file.string() + ": the manifest declares the output \"" + name + "\" as a " +
                               spec->kind + ", and the file holds a " + found);
  }

  void addField(const fs::path& file, const data::FieldSource& field, bool single) {
    data::FieldInfo info = field.info();
    if (single) info.name = stem(file);
    expectKind(file, info.name, "field");
    const OutputSpec* spec = declared(manifest_, info.name);
    describe(file, info);
    if (spec) {
      info.labels = info.labels || spec->kind == "labels"; // a file that says so knows better
      if (info.unit.empty()) info.unit = spec->unit;
      if (info.labels && data::isFloating(info.type))
        throw std::runtime_error(file.string() + ": labels are whole numbers, and these are " +
                                 std::string(nameOf(info.type)));
    }
    info.levels = 1;
    info.whole = false;
    const std::size_t step = static_cast<std::size_t>(info.voxels()) * data::sizeOf(info.type);
    std::vector<std::byte> bytes(step * static_cast<std::size_t>(info.time.size * info.components));
    for (int c = 0; c < info.components; ++c)
      for (std::int64_t t = 0; t < info.time.size; ++t)
        field.read({{{0, 0, 0}, info.shape}, t, c, 0},
                   std::span(bytes).subspan(static_cast<std::size_t>(c * info.time.size + t) * step, step));
    out_.addField(info, std::move(bytes));
    ++count_;
  }

  /// NumPy files know nothing of places and units: NAME.json beside them tells, else the input of the same shape.
  void describe(const fs::path& file, data::FieldInfo& info) const {
    const fs::path beside = file.parent_path() / (stem(file) + ".json");
    Json told = fs::exists(beside) ? readJsonFile(beside) : Json::object();
    const std::string like = told.value("like", "");
    const auto model = std::ranges::find_if(inputs_, [&](const auto& input) {
      return like.empty() ? info.frame == data::Frame::VoxelIndex && input.second.shape == info.shape
                          : input.first == like;
    });
    if (!like.empty() && model == inputs_.end())
      throw std::runtime_error(beside.string() + ": \"like\" names an input \"" + like + "\" that was not given");
    if (model != inputs_.end()) {
      const data::FieldInfo& other = model->second;
      if (other.shape != info.shape)
        throw std::runtime_error(file.string() + ": its shape is not that of the input \"" + model->first +
                                 "\", whose place it is to have");
      info.indexToWorld = other.indexToWorld;
      info.frame = other.frame;
      info.worldUnit = other.worldUnit;
      info.transform = other.transform;
      info.coordinates = other.coordinates;
      info.axisNames = other.axisNames;
      info.support = other.support;
      info.grid = other.grid;
      if (other.time.size == info.time.size) info.time = other.time;
    }
    Json whole = info;
    for (const char* key : {"quantity", "unit", "affine", "frame", "worldUnit", "transform", "coordinates", "axes",
                            "missing", "labels", "labelNames"})
      if (told.contains(key)) whole[key] = told[key];
    try {
      info = whole.get<data::FieldInfo>();
    } catch (const std::exception& problem) {
      throw std::runtime_error(beside.string() + ": " + problem.what());
    }
  }

  const Manifest& manifest_;
  Outputs& out_;
  std::vector<std::pair<std::string, data::FieldInfo>> inputs_;
  int count_ = 0;
};

} // namespace

int collectOutputs(const std::string& run, const Manifest& manifest, const Inputs& in, Outputs& out) {
  std::vector<fs::path> files;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(run + "/outputs", problem)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.') || name.ends_with(".part")) continue;
    if (name.ends_with(".json") && name != "summary.json") continue; // describes the file beside it
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  Collector collector(manifest, in, out);
  if (fs::exists(run + "/result.h5", problem)) collector.take(run + "/result.h5");
  for (const fs::path& file : files)
    collector.take(file);
  return collector.count();
}

} // namespace discern::sdk
