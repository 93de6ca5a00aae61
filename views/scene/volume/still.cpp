#include "scene/volume/still.h"

#include <algorithm>
#include <vtkCallbackCommand.h>
#include <vtkCamera.h>
#include <vtkImageData.h>
#include <vtkPointData.h>
#include <vtkPropCollection.h>
#include <vtkRenderWindow.h>
#include <vtkUnsignedCharArray.h>

namespace discern::scene {

Still::Still(vtkRenderer* scene, std::function<void()> before) : scene_(scene), before_(std::move(before)) {
  texture_->SetColorModeToDirectScalars();
  texture_->InterpolateOff();
  backdrop_->InteractiveOff();
  backdrop_->SetBackgroundTexture(texture_);
  vtkNew<vtkCallbackCommand> start;
  start->SetClientData(this);
  start->SetCallback([](vtkObject*, unsigned long, void* self, void*) { static_cast<Still*>(self)->begin(); });
  backdrop_->AddObserver(vtkCommand::StartEvent, start);
  vtkNew<vtkCallbackCommand> end;
  end->SetClientData(this);
  end->SetCallback([](vtkObject*, unsigned long, void* self, void*) { static_cast<Still*>(self)->keep(); });
  scene_->AddObserver(vtkCommand::EndEvent, end);
}

Still::~Still() { // the window may keep the renderers
  backdrop_->RemoveObservers(vtkCommand::StartEvent);
  scene_->RemoveObservers(vtkCommand::EndEvent);
}

void Still::attach(vtkRenderWindow* window) {
  window->SetNumberOfLayers(std::max(window->GetNumberOfLayers(), 2));
  backdrop_->SetLayer(0);
  scene_->SetLayer(1);
  window->AddRenderer(backdrop_);
  window->AddRenderer(scene_);
}

void Still::setBackground(const double* colour) {
  backdrop_->SetBackground(colour[0], colour[1], colour[2]);
  kept_ = {};
}

void Still::setKeeping(bool keeping) { keeping_ = keeping; }

Still::Key Still::keyNow() const {
  Key key;
  key.time = scene_->GetActiveCamera()->GetMTime();
  vtkPropCollection* props = scene_->GetViewProps();
  key.props = props->GetNumberOfItems();
  props->InitTraversal();
  while (vtkProp* prop = props->GetNextProp())
    key.time = std::max({key.time, prop->GetMTime(), prop->GetVisibility() ? prop->GetRedrawMTime() : vtkMTimeType{0}});
  const int* size = scene_->GetVTKWindow()->GetSize();
  key.width = size[0];
  key.height = size[1];
  return key;
}

void Still::begin() {
  if (before_) before_();
  const bool same = keyNow() == kept_;
  scene_->SetDraw(!same);
  backdrop_->SetTexturedBackground(same);
}

void Still::keep() {
  ++drawings_;
  kept_ = {};
  if (!keeping_) return;
  vtkWindow* window = scene_->GetVTKWindow();
  const int* size = window->GetSize();
  vtkNew<vtkUnsignedCharArray> pixels;
  if (!vtkRenderWindow::SafeDownCast(window)->GetPixelData(0, 0, size[0] - 1, size[1] - 1, 0, pixels)) return;
  vtkNew<vtkImageData> image;
  image->SetDimensions(size[0], size[1], 1);
  image->GetPointData()->SetScalars(pixels);
  texture_->SetInputData(image);
  kept_ = keyNow();
}

} // namespace discern::scene
