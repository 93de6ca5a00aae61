#include "draw.h"

#include "far/far_provider.h"
#include "interruption.h"
#include "session/embedded.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace discern::runner {

namespace {

constexpr double mmPerInch = 25.4;

double numberOf(const Arguments& arguments, const char* option, double low, double high, double fallback) {
  const std::string words = arguments.value(option);
  if (words.empty()) return fallback;
  char* end = nullptr;
  const double value = std::strtod(words.c_str(), &end);
  if (*end == '\0' && value >= low && value <= high) return value;
  std::ostringstream message;
  message << "--" << option << " expects a number from " << low << " to " << high << ", not \"" << words << "\"";
  throw data::UsageError(message.str());
}

void readSize(const std::string& size, render::Request& request) {
  double width = 0, height = 0;
  int end = 0;
  const bool numbers = std::sscanf(size.c_str(), "%lfx%lf%n", &width, &height, &end) == 2;
  const std::string unit = numbers ? size.substr(static_cast<std::size_t>(end)) : "";
  if (numbers && unit == "mm") {
    if (width < 10 || height < 10 || width > 5000 || height > 5000)
      throw data::UsageError("--size expects from 10 to 5000 mm, not \"" + size + "\"");
    request.width = width / mmPerInch * render::screenDpi;
    request.height = height / mmPerInch * render::screenDpi;
    return;
  }
  if (!numbers || !unit.empty() || width < 64 || height < 64 || width > 32767 || height > 32767)
    throw data::UsageError("--size expects width and height like 1280x960, from 64 to 32767, or 180x120mm, not \"" +
                           size + "\"");
  request.width = width;
  request.height = height;
}

} // namespace

std::set<std::string> drawingOptions() {
  return {"size", "scale", "dpi", "view", "theme", "mode", "cursor", "time", "vision", "tile", "animate", "rate"};
}

std::set<std::string> drawingFlags() { return {"transparent", "no-crosshair", "no-session", "progress"}; }

void readDrawingOptions(const Arguments& arguments, render::Request& request) {
  if (const std::string size = arguments.value("size"); !size.empty()) readSize(size, request);
  const double dpi = numberOf(arguments, "dpi", 24, 2400, 0);
  request.scale = numberOf(arguments, "scale", 0.25, 25, dpi > 0 ? dpi / render::screenDpi : 1);
  if (dpi > 0 && !arguments.value("scale").empty())
    throw data::UsageError("--dpi and --scale say the same: 96 dots per inch are a scale of 1");
  request.tile = static_cast<int>(numberOf(arguments, "tile", 64, 16384, request.tile));
  request.rate = numberOf(arguments, "rate", 0.1, 120, request.rate);
  request.transparent = arguments.has("transparent");
  request.crosshair = !arguments.has("no-crosshair");
  request.embed = !arguments.has("no-session");
  request.animate = arguments.value("animate");
  request.vision = arguments.value("vision");
  if (const std::set<std::string> visions{"", "protan", "deutan", "tritan"}; !visions.contains(request.vision))
    throw data::UsageError("--vision is protan, deutan or tritan, not \"" + request.vision + "\"");
  const std::string theme = arguments.value("theme", "dark");
  if (theme != "dark" && theme != "light") throw data::UsageError("--theme is dark or light, not \"" + theme + "\"");
  request.dark = theme == "dark";
  request.view = arguments.value("view");
  request.mode = arguments.value("mode");
  request.cursor = arguments.value("cursor");
  request.time = arguments.value("time");
}

int draw(const render::Request& request, bool progress) {
  // By its plain name: this program's own search path leads to the module, in the build tree and installed.
  void* module = dlopen("libdiscern_render.so", RTLD_NOW | RTLD_LOCAL);
  if (!module) throw std::runtime_error(std::string("the drawing module can't be loaded here: ") + dlerror());
  using Entry = bool (*)(const render::Request&);
  const auto entry = reinterpret_cast<Entry>(dlsym(module, "discern_render"));
  if (!entry) throw std::runtime_error("the drawing module belongs to another version of Discern");
  std::unique_ptr<FarProvider> far; // made when the module asks for it
  render::Request whole = request;
  whole.far = [&far]() -> data::FieldProvider& {
    if (!far) far = std::make_unique<FarProvider>(true);
    return *far;
  };
  const std::atomic<bool>& stop = interruption();
  whole.cancelled = [&stop] { return stop.load(); };
  if (progress)
    whole.progress = [](double share) {
      std::printf("progress %.3f\n", share);
      std::fflush(stdout);
    };
  return entry(whole) ? Done : WasCancelled;
}

bool looksLikeSession(const std::string& file) {
  if (file.ends_with(".discern") || !session::embeddedIn(file).empty()) return true;
  std::ifstream in(file, std::ios::binary);
  std::string start(64, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  return start.find_first_not_of(" \t\r\n") != std::string::npos && start[start.find_first_not_of(" \t\r\n")] == '{';
}

} // namespace discern::runner
