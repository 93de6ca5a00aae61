#include "xml_object.h"

#include "io/file.h"
#include "io/grids/legacy/legacy_check.h"
#include "io/grids/object/amr_boxes.h"
#include "io/grids/vtkxml/xml_check.h"
#include "io/grids/vtkxml/xml_tags.h"
#include "vtk_call.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>
#include <vtkCellData.h>
#include <vtkGenericDataObjectReader.h>
#include <vtkImageData.h>
#include <vtkOverlappingAMR.h>
#include <vtkUniformGrid.h>
#include <vtkXMLGenericDataObjectReader.h>
#include <vtkXMLHyperTreeGridReader.h>
#include <vtkXMLPHyperTreeGridReader.h>
#include <vtkXMLReader.h>
#include <vtkXMLTableReader.h>
#include <vtkXMLUniformGridAMRReader.h>

namespace discern::io {

namespace {

struct OldBox {
  std::string file;
  AmrBox box;
};

/// Boxes of the first version of the format, which VTK reads only after a conversion: <DataSet group= dataset=
/// amr_box= file=> and <RefinementRatio level= refinement=>.
vtkSmartPointer<vtkDataObject> readOldAmr(const File& file) {
  const auto folder = std::filesystem::path(file.path()).parent_path();
  std::vector<std::vector<OldBox>> boxes;
  std::vector<int> ratios;
  constexpr int mostLevels = 64;
  XmlTags tags(file);
  for (XmlTag tag; tags.next(tag);) {
    const auto number = [&](const char* name) {
      const int value = std::atoi(tag.get(name).c_str());
      if (value < 0 || value >= mostLevels)
        throw data::ReadError(file.path(), "expected a level below 64, found " + tag.get(name));
      return static_cast<std::size_t>(value);
    };
    if (tag.name == "RefinementRatio" && !tag.closing) {
      const std::size_t level = number("level");
      ratios.resize(std::max(ratios.size(), level + 1), 2);
      ratios[level] = std::clamp(std::atoi(tag.get("refinement").c_str()), 1, 64);
    } else if (tag.name == "DataSet" && !tag.closing) {
      const std::size_t level = number("group");
      boxes.resize(std::max(boxes.size(), level + 1));
      OldBox& box = boxes[level].emplace_back();
      box.file = (folder / tag.get("file")).string();
      std::istringstream in(tag.get("amr_box"));
      for (std::size_t axis = 0; axis < 3; ++axis)
        in >> box.box.lo[axis] >> box.box.hi[axis];
      if (!in)
        throw data::ReadError(file.path(), "expected six numbers as amr_box, found \"" + tag.get("amr_box") + "\"");
    }
  }
  if (boxes.empty()) throw data::ReadError(file.path(), "there are no boxes in it");
  std::vector<AmrLevel> levels(boxes.size());
  std::vector<std::vector<vtkSmartPointer<vtkImageData>>> grids(boxes.size());
  data::Vec3 origin{};
  for (std::size_t l = 0; l < boxes.size(); ++l) {
    levels[l].ratio = l < ratios.size() ? ratios[l] : 2;
    for (std::size_t i = 0; i < boxes[l].size(); ++i) {
      const OldBox& box = boxes[l][i];
      const vtkSmartPointer<vtkDataObject> read = readVtkXml(box.file);
      auto* image = vtkImageData::SafeDownCast(read);
      if (!image || image->GetNumberOfCells() != box.box.cells())
        throw data::ReadError(box.file, "expected an image of " + std::to_string(box.box.cells()) + " cells, found " +
                                            std::to_string(image ? image->GetNumberOfCells() : 0));
      image->GetSpacing(levels[l].spacing.data());
      if (l == 0 && i == 0)
        for (std::size_t axis = 0; axis < 3; ++axis)
          origin[axis] =
              image->GetOrigin()[axis] + (image->GetExtent()[2 * axis] - box.box.lo[axis]) * image->GetSpacing()[axis];
      levels[l].boxes.push_back(box.box);
      grids[l].emplace_back(image);
    }
  }
  auto amr = makeAmr(origin, levels);
  for (unsigned l = 0; l < grids.size(); ++l)
    for (unsigned i = 0; i < grids[l].size(); ++i)
      amr->GetDataSet(l, i)->GetCellData()->ShallowCopy(grids[l][i]->GetCellData());
  return amr;
}

bool isOldAmr(const File& file) {
  XmlTags tags(file);
  XmlTag tag;
  return tags.next(tag) && tag.get("type") == "vtkHierarchicalBoxDataSet" && std::atof(tag.get("version").c_str()) < 1;
}

} // namespace

vtkSmartPointer<vtkDataObject> readVtkXml(const std::string& path) {
  const File file(path);
  const std::string type = vtkXmlType(file);
  checkVtkXml(file);
  if (isOldAmr(file)) return readOldAmr(file);
  return runVtk(path, false, [&]() -> vtkSmartPointer<vtkDataObject> {
    vtkSmartPointer<vtkXMLReader> reader;
    if (type == "vtkOverlappingAMR" || type == "vtkHierarchicalBoxDataSet" || type == "vtkNonOverlappingAMR") {
      const auto amr = vtkSmartPointer<vtkXMLUniformGridAMRReader>::New();
      amr->SetMaximumLevelsToReadByDefault(0); // all of them
      reader = amr;
    } else if (type == "HyperTreeGrid") {
      reader = vtkSmartPointer<vtkXMLHyperTreeGridReader>::New();
    } else if (type == "PHyperTreeGrid") {
      reader = vtkSmartPointer<vtkXMLPHyperTreeGridReader>::New();
    } else if (type == "Table") {
      reader = vtkSmartPointer<vtkXMLTableReader>::New();
    } else {
      const auto generic = vtkSmartPointer<vtkXMLGenericDataObjectReader>::New();
      bool parallel = false;
      const int kind = generic->ReadOutputType(path.c_str(), parallel);
      reader = vtkXMLGenericDataObjectReader::CreateReader(kind, parallel);
    }
    if (!reader) throw data::ReadError(path, "VTK has no reader of \"" + type + "\"");
    reader->SetFileName(path.c_str());
    return outputOf(*reader);
  });
}

vtkSmartPointer<vtkDataObject> readLegacyVtk(const std::string& path) {
  checkLegacyVtk(File(path));
  return runVtk(path, false, [&] {
    const auto reader = vtkSmartPointer<vtkGenericDataObjectReader>::New();
    reader->SetFileName(path.c_str());
    reader->ReadAllScalarsOn();
    reader->ReadAllVectorsOn();
    reader->ReadAllNormalsOn();
    reader->ReadAllTensorsOn();
    reader->ReadAllTCoordsOn();
    reader->ReadAllColorScalarsOn();
    reader->ReadAllFieldsOn();
    return outputOf(*reader);
  });
}

vtkSmartPointer<vtkDataObject> readVtkFile(const std::string& path) {
  const auto head = File(path).head(64);
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return text.starts_with("# vtk DataFile") ? readLegacyVtk(path) : readVtkXml(path);
}

} // namespace discern::io
