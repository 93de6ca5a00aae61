#pragma once
#include "scene/theme.h"
#include "scene/volume/surfaces.h"

#include <set>
#include <vtkNew.h>

class vtkActor;
class vtkRenderer;

namespace discern::scene {

/// The surfaces of one label layer in space.
class LabelPicture {
public:
  /// `ready`: see SurfaceMaker.
  LabelPicture(vtkRenderer* renderer, std::function<void()> ready);
  ~LabelPicture();
  LabelPicture(const LabelPicture&) = delete;
  LabelPicture& operator=(const LabelPicture&) = delete;

  struct Look {
    std::optional<Rgb> single;       ///< one colour for all; absent: labelColour
    std::set<std::int64_t> selected; ///< these keep their colour, the others become faint shells
    bool faint = false;              ///< something is selected in another layer: all of these are faint shells
    double opacity = 1;
    bool operator==(const Look&) const = default;
  };
  /// Makes the surfaces of another block; the old ones stay until then.
  void setData(const data::FieldInfo& field, const data::BlockPtr& block);
  void setLook(const Look& look);
  void setVisible(bool visible);
  /// Takes up surfaces that are done; returns whether the picture changed, and what to tell a person.
  bool collect(std::string& problem);
  [[nodiscard]] bool settled() const;
  void clear();

private:
  void paint();
  vtkRenderer* renderer_;
  SurfaceMaker maker_;
  data::BlockPtr block_;
  vtkSmartPointer<vtkPolyData> surfaces_;
  Look look_;
  bool visible_ = false;
  vtkNew<vtkActor> solid_, shell_; ///< what counts, and what steps back for a selection
};

} // namespace discern::scene
