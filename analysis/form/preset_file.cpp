#include "form/preset_file.h"

#include "data/error.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace discern::form {
namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string presetFile(const std::string& id) {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const fs::path base = config && *config ? fs::path(config) : fs::path(home ? home : "") / ".config";
  return (base / "discern" / "presets" / (id + ".json")).string();
}

std::vector<Preset> readPresets(const std::string& file) {
  std::error_code problem;
  if (!fs::exists(file, problem)) return {};
  std::ifstream stream(file, std::ios::binary);
  const Json json = Json::parse(stream, nullptr, false);
  if (!json.is_object() || !json.contains("presets") || !json["presets"].is_array())
    throw data::ReadError(file, "expected presets: {\"format\": 1, \"presets\": [{\"name\", \"values\"}]}");
  std::vector<Preset> presets;
  for (const Json& one : json["presets"])
    if (one.is_object() && !one.value("name", "").empty()) presets.push_back(one.get<Preset>());
  return presets;
}

void writePresets(const std::string& file, const std::string& id, const std::vector<Preset>& presets) {
  std::error_code problem;
  fs::create_directories(fs::path(file).parent_path(), problem);
  const std::string part = file + ".part";
  std::ofstream stream(part, std::ios::binary | std::ios::trunc);
  stream << Json{{"format", 1}, {"plugin", id}, {"presets", presets}}.dump(1) << '\n';
  stream.close();
  if (!stream) throw data::UsageError(file + " can't be written; is the disk full, or the folder not yours?");
  fs::rename(part, file, problem);
  if (problem) throw data::UsageError(file + " can't be written: " + problem.message());
}

} // namespace discern::form
