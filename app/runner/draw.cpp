#include "draw.h"

#include "far/far_provider.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <stdexcept>

namespace discern::runner {

std::set<std::string> drawingOptions() { return {"size", "scale", "view", "theme", "mode", "cursor", "time"}; }

void readDrawingOptions(const Arguments& arguments, render::Request& request) {
  if (const std::string size = arguments.value("size"); !size.empty()) {
    int end = 0;
    const bool whole = std::sscanf(size.c_str(), "%dx%d%n", &request.width, &request.height, &end) == 2 &&
                       static_cast<std::size_t>(end) == size.size();
    if (!whole || request.width < 64 || request.height < 64 || request.width > 16384 || request.height > 16384)
      throw data::UsageError("--size expects width and height like 1280x960, from 64 to 16384, not \"" + size + "\"");
  }
  if (const std::string scale = arguments.value("scale"); !scale.empty()) {
    char* end = nullptr;
    request.scale = std::strtod(scale.c_str(), &end);
    if (*end != '\0' || !(request.scale >= 0.5 && request.scale <= 8))
      throw data::UsageError("--scale expects a number from 0.5 to 8, not \"" + scale + "\"");
  }
  const std::string theme = arguments.value("theme", "dark");
  if (theme != "dark" && theme != "light") throw data::UsageError("--theme is dark or light, not \"" + theme + "\"");
  request.dark = theme == "dark";
  request.view = arguments.value("view");
  request.mode = arguments.value("mode");
  request.cursor = arguments.value("cursor");
  request.time = arguments.value("time");
}

void draw(const render::Request& request) {
  // By its plain name: this program's own search path leads to the module, in the build tree and installed.
  void* module = dlopen("libdiscern_render.so", RTLD_NOW | RTLD_LOCAL);
  if (!module) throw std::runtime_error(std::string("the drawing module can't be loaded here: ") + dlerror());
  using Entry = void (*)(const render::Request&);
  const auto entry = reinterpret_cast<Entry>(dlsym(module, "discern_render"));
  if (!entry) throw std::runtime_error("the drawing module belongs to another version of Discern");
  std::unique_ptr<FarProvider> far; // made when the module asks for it
  render::Request whole = request;
  whole.far = [&far]() -> data::FieldProvider& {
    if (!far) far = std::make_unique<FarProvider>(true);
    return *far;
  };
  entry(whole);
}

bool looksLikeSession(const std::string& file) {
  if (file.ends_with(".discern")) return true;
  std::ifstream in(file, std::ios::binary);
  std::string start(64, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  return start.find_first_not_of(" \t\r\n") != std::string::npos && start[start.find_first_not_of(" \t\r\n")] == '{';
}

} // namespace discern::runner
