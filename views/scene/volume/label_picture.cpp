#include "scene/volume/label_picture.h"

#include "scene/colour/labels.h"

#include <vtkActor.h>
#include <vtkLongLongArray.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>

namespace discern::scene {

LabelPicture::LabelPicture(vtkRenderer* renderer, std::function<void()> ready)
    : renderer_(renderer), maker_(std::move(ready)) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetScalarModeToUsePointData();
  actor_->SetMapper(mapper);
  vtkProperty* property = actor_->GetProperty();
  property->SetAmbient(0.18);
  property->SetDiffuse(0.82);
  property->SetSpecular(0.15);
  property->SetSpecularPower(20);
  actor_->VisibilityOff();
  renderer_->AddActor(actor_);
}

LabelPicture::~LabelPicture() { renderer_->RemoveActor(actor_); }

void LabelPicture::setData(const data::FieldInfo& field, const data::BlockPtr& block) {
  if (block == block_) return;
  block_ = block;
  maker_.start(field, block);
}

void LabelPicture::setLook(const Look& look) {
  if (look == look_) return;
  look_ = look;
  paint();
}

void LabelPicture::setVisible(bool visible) {
  visible_ = visible;
  actor_->SetVisibility(visible && surfaces_ && surfaces_->GetNumberOfPoints() > 0);
}

void LabelPicture::clear() {
  maker_.cancel();
  block_.reset();
  surfaces_ = nullptr;
  setVisible(false);
}

bool LabelPicture::settled() const { return !maker_.running(); }

bool LabelPicture::collect(std::string& problem) {
  auto done = maker_.take();
  if (!done) return false;
  problem = done->problem;
  if (done->data) {
    surfaces_ = done->data;
    vtkPolyDataMapper::SafeDownCast(actor_->GetMapper())->SetInputData(surfaces_);
    paint();
  }
  setVisible(visible_);
  return true;
}

void LabelPicture::paint() {
  vtkProperty* property = actor_->GetProperty();
  property->SetOpacity(look_.opacity);
  if (look_.wire)
    property->SetRepresentationToWireframe();
  else
    property->SetRepresentationToSurface();
  property->SetLineWidth(1);
  if (!surfaces_) return;
  auto* labels = vtkLongLongArray::SafeDownCast(surfaces_->GetPointData()->GetArray("label"));
  if (!labels) return;
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(3);
  colours->SetNumberOfTuples(labels->GetNumberOfTuples());
  std::int64_t last = 0;
  Rgba8 colour{};
  for (vtkIdType i = 0; i < labels->GetNumberOfTuples(); ++i) {
    const std::int64_t label = labels->GetValue(i);
    if (i == 0 || label != last) {
      Rgb own = look_.single ? *look_.single : labelColour(label);
      if (!look_.selected.empty() && !look_.selected.contains(label))
        for (double& part : own)
          part = 0.25 * part + 0.75 * 0.45; // grey, but still there
      colour = toRgba8(own);
      last = label;
    }
    colours->SetTypedTuple(i, colour.data());
  }
  surfaces_->GetPointData()->SetScalars(colours);
  surfaces_->Modified();
}

} // namespace discern::scene
