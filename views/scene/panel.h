#pragma once
#include "data/block.h"
#include "scene/theme.h"
#include "session/state.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

class vtkRenderer;
class vtkRenderWindow;

namespace discern::scene {

class Overlay;

/// A reading under the cursor, one a layer, for the probe.
struct Reading {
  std::string layer; ///< id
  std::string name;  ///< the layer's name
  std::string value; ///< formatted, with unit or label name: "214", "−3.2 gpdm", "nucleus 17"
  std::string index; ///< "28, 30, 15"
  std::string sky;   ///< of a field on the sky or along a spectrum: "RA 13h 29m 52.698s, … ICRS"; else empty
};

/// What a panel is given to draw. The references outlive the panel.
struct Context {
  data::FieldProvider& provider;
  Theme theme;
  double scale = 1.0;                             ///< device pixels per logical pixel: text and line widths follow
  std::function<void()> needsRender;              ///< the picture changed: render soon; may be called from any thread
  std::function<void(const std::string&)> report; ///< a sentence about data that could not be shown
};

/// One picture: a set of renderers in the panel's own render window, fed by the state. No widgets, no event loop.
/// The window hosts it in a GL widget, the headless renderer in an EGL context; both get the same pixels from the same
/// state.
///
/// Call order: attach(window) once; update(state) after each change (cheap when nothing it shows changed: it only asks
/// the provider for what is missing and calls needsRender when it arrives); resize on a change of size; the owner
/// renders the window.
class Panel {
public:
  explicit Panel(Context context) : context_(std::move(context)) {}
  virtual ~Panel() = default;
  [[nodiscard]] virtual std::string name() const = 0; ///< "axial", "coronal", "sagittal", "volume", "map", "course"
  virtual void attach(vtkRenderWindow* window) = 0;
  virtual void resize(int width, int height) = 0; ///< device pixels
  virtual void update(const session::State& state) = 0;
  virtual void setTheme(const Theme& theme) = 0;
  /// The provider's revision of a file grew: asks again for what may be better now; what is there is shown until then.
  virtual void reread() {}
  /// The data it was asked to show are all on the picture.
  [[nodiscard]] virtual bool complete() const = 0;
  /// World position under a pixel (origin bottom left, device pixels), if there is one.
  [[nodiscard]] virtual std::optional<data::Vec3> worldAt(double x, double y) const = 0;
  /// What is written over the picture; nullptr: nothing.
  [[nodiscard]] virtual Overlay* overlay() { return nullptr; }
  [[nodiscard]] const Context& context() const { return context_; }

protected:
  Context context_;
};

/// A panel seen straight on: slices and maps.
class FlatPanel : public Panel {
public:
  using Panel::Panel;
  /// The 2D view in force, fitted values filled in.
  [[nodiscard]] virtual session::View2D view() const = 0;
  /// Moves `steps` slices along the normal from `cursor`; the position stays inside the data. Maps return `cursor`.
  [[nodiscard]] virtual data::Vec3 stepped(const data::Vec3& cursor, int steps) const = 0;
  /// The label of the topmost visible label layer at a world position: (layer id, label); label 0 is background.
  [[nodiscard]] virtual std::optional<std::pair<std::string, std::int64_t>> labelAt(const data::Vec3& world) const = 0;
  /// For the flicker key and the difference: draw prediction and truth as `mode` says, without a change of state.
  /// Empty: as the state says.
  virtual void overrideMode(const std::string& mode) = 0;
};

/// The 3D panel.
class SpacePanel : public Panel {
public:
  using Panel::Panel;
  [[nodiscard]] virtual session::View3D view() const = 0; ///< camera in force
  /// Coarse and quick while the mouse is down, fine at rest.
  virtual void setInteracting(bool interacting) = 0;
  /// Moves the camera without a change of state; the widget puts view() in a command when the drag ends.
  virtual void rotate(double dx, double dy) = 0; ///< device pixels
  virtual void pan(double dx, double dy) = 0;
  virtual void zoom(double factor) = 0;
  virtual void standardView(char axis) = 0; ///< 'x', 'y', 'z'; upper case: from the other side; 'r': reset
};

/// Readings of all layers at the state's cursor and time. The provider's callback gives them; one call for all layers.
void readAtCursor(data::FieldProvider& provider, const session::State& state, const void* owner,
                  std::function<void(std::vector<Reading>)> done);

/// The panels of a state, in the order of its grid, after `layout` and `maximised`; rows × columns beside.
struct Grid {
  std::vector<std::string> panels;
  int rows = 1, columns = 1;
};
[[nodiscard]] Grid gridOf(const session::State& state, const data::FieldProvider& provider);

/// What a panel shows, for its head: "Axial", "Coronal", "Sagittal" in a frame of the body; "XY", "XZ", "YZ" elsewhere;
/// "3D", "Map", "Time course".
[[nodiscard]] std::string titleOf(const std::string& panel, const session::State& state,
                                  const data::FieldProvider& provider);

[[nodiscard]] std::unique_ptr<Panel> makePanel(const std::string& name, Context context);

} // namespace discern::scene
