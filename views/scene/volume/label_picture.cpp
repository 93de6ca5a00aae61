#include "scene/volume/label_picture.h"

#include "scene/colour/labels.h"

#include <vtkActor.h>
#include <vtkCellArray.h>
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
  for (vtkActor* actor : {solid_.Get(), shell_.Get()}) {
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetScalarModeToUsePointData();
    actor->SetMapper(mapper);
    vtkProperty* property = actor->GetProperty();
    property->SetAmbient(0.18);
    property->SetDiffuse(0.82);
    property->SetSpecular(0.15);
    property->SetSpecularPower(20);
    actor->VisibilityOff();
    renderer_->AddActor(actor);
  }
}

LabelPicture::~LabelPicture() {
  renderer_->RemoveActor(solid_);
  renderer_->RemoveActor(shell_);
}

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
  for (vtkActor* actor : {solid_.Get(), shell_.Get()}) {
    vtkPolyData* part = vtkPolyDataMapper::SafeDownCast(actor->GetMapper())->GetInput();
    actor->SetVisibility(visible && part && part->GetNumberOfPolys() > 0);
  }
}

void LabelPicture::clear() {
  maker_.cancel();
  block_.reset();
  surfaces_ = nullptr;
  visible_ = false;
  paint();
}

bool LabelPicture::settled() const { return !maker_.running(); }

bool LabelPicture::collect(std::string& problem) {
  auto done = maker_.take();
  if (!done) return false;
  problem = done->problem;
  if (done->data) {
    surfaces_ = done->data;
    paint();
  }
  return true;
}

void LabelPicture::paint() {
  for (vtkActor* actor : {solid_.Get(), shell_.Get()})
    vtkPolyDataMapper::SafeDownCast(actor->GetMapper())->SetInputData(nullptr);
  auto* labels = surfaces_ ? vtkLongLongArray::SafeDownCast(surfaces_->GetPointData()->GetArray("label")) : nullptr;
  if (!labels) return;
  // Beside a selection the others are faint shells, so that it is seen wherever it lies.
  const auto stepsBack = [&](std::int64_t label) {
    return (look_.faint || !look_.selected.empty()) && !look_.selected.contains(label);
  };
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(4);
  colours->SetNumberOfTuples(labels->GetNumberOfTuples());
  std::int64_t last = 0;
  Rgba8 colour{};
  for (vtkIdType i = 0; i < labels->GetNumberOfTuples(); ++i) {
    const std::int64_t label = labels->GetValue(i);
    if (i == 0 || label != last) {
      Rgb own = look_.single ? *look_.single : labelColour(label);
      if (stepsBack(label))
        for (double& part : own)
          part = 0.4 * part + 0.6 * 0.5;
      colour = toRgba8(own, look_.opacity * (stepsBack(label) ? 0.1 : 1));
      last = label;
    }
    colours->SetTypedTuple(i, colour.data());
  }
  vtkNew<vtkCellArray> front, back;
  vtkIdType count = 0;
  const vtkIdType* corners = nullptr;
  vtkCellArray* all = surfaces_->GetPolys();
  for (vtkIdType i = 0; i < all->GetNumberOfCells(); ++i) {
    all->GetCellAtId(i, count, corners);
    (stepsBack(labels->GetValue(corners[0])) ? back : front)->InsertNextCell(count, corners);
  }
  for (const auto& [actor, cells] : {std::pair{solid_.Get(), front.Get()}, std::pair{shell_.Get(), back.Get()}}) {
    vtkNew<vtkPolyData> part;
    part->SetPoints(surfaces_->GetPoints());
    part->SetPolys(cells);
    part->GetPointData()->SetNormals(surfaces_->GetPointData()->GetNormals());
    part->GetPointData()->SetScalars(colours);
    vtkPolyDataMapper::SafeDownCast(actor->GetMapper())->SetInputData(part);
  }
  solid_->SetForceTranslucent(look_.opacity < 1);
  solid_->SetForceOpaque(look_.opacity >= 1);
  shell_->ForceTranslucentOn();
  setVisible(visible_);
}

} // namespace discern::scene
