#include "scene/overlay/painter.h"

#include <vtkCameraPass.h>
#include <vtkLightsPass.h>
#include <vtkNew.h>
#include <vtkOpaquePass.h>
#include <vtkOpenGLRenderer.h>
#include <vtkOverlayPass.h>
#include <vtkRenderPassCollection.h>
#include <vtkSequencePass.h>
#include <vtkTranslucentPass.h>

namespace discern::scene {

void blendInOrder(vtkRenderer* renderer) {
  vtkNew<vtkLightsPass> lights;
  vtkNew<vtkOpaquePass> opaque;
  vtkNew<vtkTranslucentPass> translucent;
  vtkNew<vtkOverlayPass> overlay;
  vtkNew<vtkRenderPassCollection> passes;
  passes->AddItem(lights);
  passes->AddItem(opaque);
  passes->AddItem(translucent);
  passes->AddItem(overlay);
  vtkNew<vtkSequencePass> sequence;
  sequence->SetPasses(passes);
  vtkNew<vtkCameraPass> camera;
  camera->SetDelegatePass(sequence);
  renderer->SetPass(camera);
}

} // namespace discern::scene
