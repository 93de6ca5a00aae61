#include "scene/theme.h"
#include "data/error.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>

namespace discern::scene {
namespace {

namespace fs = std::filesystem;

Rgb fromHex(const std::string& hex, const std::string& file) {
  const bool whole =
      hex.size() == 7 && hex[0] == '#' && hex.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
  if (!whole) throw data::ReadError(file, "expected a colour like #15171A, found \"" + hex + "\"");
  const auto part = [&](std::size_t at) { return std::stoi(hex.substr(at, 2), nullptr, 16) / 255.0; };
  return {part(1), part(3), part(5)};
}

std::string firstThatExists(std::initializer_list<const char*> files) {
  for (const char* file : files) {
    std::error_code none;
    if (fs::exists(file, none)) return file;
  }
  return {};
}

/// The colours of the design, for a token that the file leaves out.
nlohmann::json defaults(bool dark) {
  nlohmann::json common = {{"missed", "#D6409F"},
                           {"spurious", "#E8853B"},
                           {"split", "#E0C341"},
                           {"merged", "#7C6CF2"},
                           {"boundary", "#3FB6B6"}};
  if (dark)
    common.update({{"canvas", "#15171A"},
                   {"surface", "#1E2126"},
                   {"raised", "#272B31"},
                   {"text", "#E6E8EB"},
                   {"muted", "#9AA3AD"},
                   {"accent", "#4C9AFF"},
                   {"good", "#3FB68B"},
                   {"warn", "#E0A437"},
                   {"bad", "#E5534B"},
                   {"truth", "#FFFFFF"},
                   {"prediction", "#4C9AFF"},
                   {"missing", "#3A3F47"}});
  else
    common.update({{"canvas", "#FFFFFF"},
                   {"surface", "#F5F6F8"},
                   {"raised", "#FFFFFF"},
                   {"text", "#1B1F24"},
                   {"muted", "#5B6570"},
                   {"accent", "#1F6FD6"},
                   {"good", "#1E7F5C"},
                   {"warn", "#8F6200"},
                   {"bad", "#C2362F"},
                   {"truth", "#FFFFFF"},
                   {"prediction", "#1F6FD6"},
                   {"missing", "#C9CED6"}});
  return common;
}

} // namespace

Theme Theme::fromTokens(const std::string& jsonFile, bool dark) {
  nlohmann::json tokens = defaults(dark);
  if (!jsonFile.empty()) {
    std::ifstream in(jsonFile);
    if (!in) throw data::ReadError(jsonFile, "the colours of the design can't be read");
    const nlohmann::json file = nlohmann::json::parse(in, nullptr, false);
    if (!file.is_object()) throw data::ReadError(jsonFile, "expected a JSON object of colours");
    // A section for each theme, and what they share beside it.
    const auto take = [&](const nlohmann::json& from) {
      for (const auto& [name, value] : from.items())
        if (value.is_string() && !value.get_ref<const std::string&>().empty() &&
            value.get_ref<const std::string&>()[0] == '#')
          tokens[name] = value;
    };
    take(file);
    for (const char* shared : {"common", "shared"})
      if (file.contains(shared) && file[shared].is_object()) take(file[shared]);
    const char* section = dark ? "dark" : "light";
    if (file.contains(section) && file[section].is_object()) take(file[section]);
  }
  Theme theme;
  theme.dark = dark;
  const auto set = [&](Rgb& colour, const char* name) { colour = fromHex(tokens[name].get<std::string>(), jsonFile); };
  set(theme.canvas, "canvas");
  set(theme.surface, "surface");
  set(theme.raised, "raised");
  set(theme.text, "text");
  set(theme.muted, "muted");
  set(theme.accent, "accent");
  set(theme.good, "good");
  set(theme.warn, "warn");
  set(theme.bad, "bad");
  set(theme.truth, "truth");
  set(theme.prediction, "prediction");
  set(theme.missed, "missed");
  set(theme.spurious, "spurious");
  set(theme.split, "split");
  set(theme.merged, "merged");
  set(theme.boundary, "boundary");
  set(theme.missing, "missing");
  theme.fontFile = firstThatExists(
      {"/usr/share/fonts/opentype/inter/Inter-Medium.otf", "/usr/share/fonts/opentype/inter/Inter-Regular.otf",
       "/usr/share/fonts/truetype/inter/Inter-Medium.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"});
  return theme;
}

std::string resourceFolder() {
  if (const char* folder = std::getenv("DISCERN_RESOURCES"); folder && *folder) return folder;
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  if (!none) {
    const fs::path installed = program.parent_path() / "../share/discern";
    if (fs::is_directory(installed, none)) return fs::weakly_canonical(installed, none).string();
  }
  return DISCERN_SOURCE_RESOURCES;
}

} // namespace discern::scene
