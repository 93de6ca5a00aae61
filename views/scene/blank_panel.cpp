#include "scene/blank_panel.h"

#include <vtkNew.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>

namespace discern::scene {
namespace {

class BlankPanel final : public Panel {
public:
  BlankPanel(std::string name, Context context) : Panel(std::move(context)), name_(std::move(name)) {}
  [[nodiscard]] std::string name() const override { return name_; }
  void attach(vtkRenderWindow* window) override {
    window->AddRenderer(renderer_);
    setTheme(context_.theme);
  }
  void resize(int, int) override {}
  void update(const session::State&) override {}
  void setTheme(const Theme& theme) override {
    context_.theme = theme;
    renderer_->SetBackground(theme.canvas.data());
    if (context_.needsRender) context_.needsRender();
  }
  [[nodiscard]] bool complete() const override { return true; }
  [[nodiscard]] std::optional<data::Vec3> worldAt(double, double) const override { return std::nullopt; }

private:
  std::string name_;
  vtkNew<vtkRenderer> renderer_;
};

} // namespace

std::unique_ptr<Panel> makeBlankPanel(std::string name, Context context) {
  return std::make_unique<BlankPanel>(std::move(name), std::move(context));
}

} // namespace discern::scene
