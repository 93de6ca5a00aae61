#pragma once
#include <functional>
#include <string>
#include <vector>

namespace discern::data {
class FieldProvider;
}

namespace discern::render {

/// What `discern-run render` and `replay` ask of the drawing module.
struct Request {
  std::vector<std::string> files;       ///< files to open, each a layer; or one session
  std::vector<std::string> predictions; ///< files shown as a prediction
  std::vector<std::string> truths;      ///< files shown as the truth
  bool session = false;                 ///< `files` names one saved session
  std::string output;                   ///< .png, .svg, .pdf; with `animate` also .mp4 or .webm
  double width = 1280, height = 960;    ///< logical pixels
  double scale = 1;                     ///< device pixels per logical pixel
  bool transparent = false;             ///< no background
  int tile = 4096;                      ///< side of what the graphics draw at once, device pixels
  std::string view;                     ///< one panel alone; empty: the grid of the state
  bool dark = true;
  std::string mode;      ///< of the comparison; empty: as the state says
  std::string cursor;    ///< "x,y,z" in world units; empty: as the state says
  std::string time;      ///< a step; empty: as the state says
  std::string vision;    ///< "protan", "deutan", "tritan": seen with such eyes; empty: as is, whatever the session says
  bool crosshair = true; ///< false: without, whatever the state says
  bool embed = true;     ///< the session goes into PNG and SVG
  std::string sessionFile;              ///< whose paths the embedded session has; empty: the output's
  std::string animate;                  ///< "time", "time:FROM:TO[:STEP]" or "orbit[:FRAMES]"; empty: one picture
  double rate = 12;                     ///< frames a second, of a video
  std::function<void(double)> progress; ///< 0…1; may be empty
  std::function<bool()> cancelled;      ///< may be empty
  /// Gives the data where some of it is on another machine. Replies come before a call returns.
  std::function<data::FieldProvider&()> far;
};

/// Device pixels an inch where a logical pixel is one of a screen.
inline constexpr double screenDpi = 96;

} // namespace discern::render

/// The module's one entry (extern "C" in name only: both ends are built together). Draws and writes the picture. What
/// could be drawn only in part goes to stderr. Returns false when it was cancelled: then nothing is written. Throws
/// data::ReadError and data::UsageError.
extern "C" bool discern_render(const discern::render::Request& request);
