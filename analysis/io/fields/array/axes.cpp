#include "io/fields/array/axes.h"

#include "data/error.h"
#include "io/file.h"
#include "io/file_text.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::io {
namespace fs = std::filesystem;

namespace {

std::string absolutePath(const std::string& path) {
  std::error_code problem;
  const fs::path whole = fs::weakly_canonical(path, problem);
  return problem ? path : whole.string();
}

fs::path memoryOf(const std::string& whole) {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const fs::path base = config && *config ? fs::path(config) : fs::path(home && *home ? home : "/tmp") / ".config";
  std::uint64_t hash = 14695981039346656037ULL; // FNV-1a; the path itself is in the file as well
  for (const char c : whole)
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  char name[32];
  std::snprintf(name, sizeof name, "%016llx.json", static_cast<unsigned long long>(hash));
  return base / "discern" / "axes" / name;
}

nlohmann::json memory(const std::string& whole) {
  std::ifstream file(memoryOf(whole));
  auto json = file ? nlohmann::json::parse(file, nullptr, false) : nlohmann::json();
  const bool ours =
      json.is_object() && json.contains("axes") && json["axes"].is_object() && json.value("path", "") == whole;
  return ours ? json : nlohmann::json{{"path", whole}, {"axes", nlohmann::json::object()}};
}

} // namespace

std::string guessedAxes(std::size_t rank) {
  constexpr std::string_view all = "ctzyx";
  return std::string(all.substr(all.size() - std::min(rank, all.size())));
}

bool areAxes(std::string_view order, std::size_t rank) {
  if (order.size() != rank || rank == 0) return false;
  for (const char c : order)
    if (axisOf(c) < 0 || std::count(order.begin(), order.end(), c) > 1) return false;
  return true;
}

int axisOf(char letter) {
  constexpr std::string_view letters = "xyztc";
  const auto at = letters.find(letter);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::optional<std::string> savedAxes(const std::string& path, const std::string& dataset) {
  try {
    const auto json = memory(absolutePath(path));
    const auto found = json["axes"].find(dataset);
    if (found != json["axes"].end() && found->is_string()) return found->get<std::string>();
  } catch (const std::exception&) { // a damaged memory is none
  }
  return std::nullopt;
}

std::string allSavedAxes(const std::string& path) {
  try {
    const auto axes = memory(absolutePath(path))["axes"];
    return axes.empty() ? std::string() : axes.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  } catch (const std::exception&) { // a damaged memory is none
    return {};
  }
}

void setAxes(const std::string& path, const std::string& dataset, const std::string& order) {
  if (order != "auto" && !areAxes(order, order.size()))
    throw data::UsageError(
        "an order of axes has one letter an axis, of x, y, z, t, c, each at most once, such as tzyx; \"" + order +
        "\" is none");
  const std::string whole = absolutePath(path);
  auto json = memory(whole);
  if (order == "auto")
    json["axes"].erase(dataset);
  else
    json["axes"][dataset] = order;
  const fs::path to = memoryOf(whole);
  std::error_code problem;
  fs::create_directories(to.parent_path(), problem);
  FileWriter file(to.string());
  const std::string text = json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
  file.write(std::as_bytes(std::span(text)));
  file.commit();
}

void setShape(data::FieldInfo& info, std::span<const std::int64_t> lengths, std::string_view order,
              const std::string& path) {
  double all = 1;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    all *= static_cast<double>(lengths[i]);
    const int axis = axisOf(order[i]);
    if (axis < 3)
      info.shape[static_cast<std::size_t>(axis)] = lengths[i];
    else if (axis == 3)
      info.time.size = lengths[i];
    else if (lengths[i] <= std::numeric_limits<int>::max())
      info.components = static_cast<int>(lengths[i]);
    else
      all = 1e30;
  }
  if (!(all >= 1 && all < 4e18))
    throw data::ReadError(path, "the array " + info.name + " has the shape " + shapeText(lengths) +
                                    ", which is empty or more than can be counted");
}

} // namespace discern::io
