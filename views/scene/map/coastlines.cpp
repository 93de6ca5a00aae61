#include "scene/map/coastlines.h"

#include "data/error.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <vtkCellArray.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

namespace discern::scene {

vtkSmartPointer<vtkPolyData> readCoastlines(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw data::ReadError(file, "the coastlines can't be opened");
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
  try {
    const nlohmann::json json = nlohmann::json::parse(stream);
    const double step = json.at("step");
    for (const auto& line : json.at("lines")) {
      const auto numbers = line.get<std::vector<long>>();
      cells->InsertNextCell(static_cast<int>(numbers.size() / 2));
      long x = 0, y = 0;
      for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
        x += numbers[i];
        y += numbers[i + 1];
        cells->InsertCellPoint(
            points->InsertNextPoint(static_cast<double>(x) * step, static_cast<double>(y) * step, 0));
      }
    }
  } catch (const nlohmann::json::exception& error) {
    throw data::ReadError(file, std::string("not a file of coastlines: ") + error.what());
  }
  auto result = vtkSmartPointer<vtkPolyData>::New();
  result->SetPoints(points);
  result->SetLines(cells);
  return result;
}

} // namespace discern::scene
