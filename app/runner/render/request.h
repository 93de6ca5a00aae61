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
  std::string output;                   ///< the picture to write, .png
  int width = 1280, height = 960;       ///< logical pixels
  double scale = 1;                     ///< device pixels per logical pixel
  std::string view;                     ///< one panel alone; empty: the grid of the state
  bool dark = true;
  std::string mode;   ///< of the comparison; empty: as the state says
  std::string cursor; ///< "x,y,z" in world units; empty: as the state says
  std::string time;   ///< a step; empty: as the state says
  /// Gives the data where some of it is on another machine. Replies come before a call returns.
  std::function<data::FieldProvider&()> far;
};

} // namespace discern::render

/// The module's one entry (extern "C" in name only: both ends are built together). Draws and writes the picture. What
/// could be drawn only in part goes to stderr. Throws data::ReadError and data::UsageError.
extern "C" void discern_render(const discern::render::Request& request);
