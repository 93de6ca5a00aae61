#include "io/grids/object/grid_steps.h"
#include "io/grids/vtkxml/xml_check.h"
#include "io/grids/vtkxml/xml_tags.h"
#include "io/module.h"
#include "xml_object.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vtkMultiBlockDataSet.h>

namespace discern::io {

namespace {

/// Files of one time step of a series.
struct Step {
  double time = 0;
  std::vector<std::string> files;
};

std::shared_ptr<data::Dataset> series(const std::string& path, const std::string& format, std::vector<Step> steps) {
  if (steps.empty()) throw data::ReadError(path, "it names no files");
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.time < b.time; });
  for (const Step& step : steps)
    for (const std::string& file : step.files)
      static_cast<void>(File(file)); // a step that isn't there is told at once
  GridSpec spec;
  spec.time.size = static_cast<std::int64_t>(steps.size());
  for (const Step& step : steps)
    spec.time.values.push_back(step.time);
  spec.load = [steps](std::int64_t step) -> vtkSmartPointer<vtkDataObject> {
    const auto& files = steps[static_cast<std::size_t>(step)].files;
    if (files.size() == 1) return readVtkFile(files.front());
    const auto blocks = vtkSmartPointer<vtkMultiBlockDataSet>::New();
    for (std::size_t i = 0; i < files.size(); ++i)
      blocks->SetBlock(static_cast<unsigned>(i), readVtkFile(files[i]));
    return blocks;
  };
  GridParts parts;
  parts.info.path = path;
  parts.info.format = format;
  parts.grids.push_back(std::move(spec));
  return gridDataset(std::move(parts));
}

std::shared_ptr<data::Dataset> openPvd(const File& file) {
  const auto folder = std::filesystem::path(file.path()).parent_path();
  std::vector<Step> steps;
  bool closed = false;
  XmlTags tags(file);
  for (XmlTag tag; tags.next(tag);) {
    closed = closed || (tag.name == "VTKFile" && tag.closing);
    if (tag.name != "DataSet" || tag.closing) continue;
    const double time = std::atof(tag.get("timestep").c_str());
    if (tag.get("file").empty() || !std::isfinite(time))
      throw data::ReadError(file.path(), "expected <DataSet timestep=… file=…>, found timestep \"" +
                                             tag.get("timestep") + "\", file \"" + tag.get("file") + "\"");
    auto at = std::find_if(steps.begin(), steps.end(), [&](const Step& step) { return step.time == time; });
    if (at == steps.end()) at = steps.insert(steps.end(), Step{time, {}});
    at->files.push_back((folder / tag.get("file")).string());
  }
  if (!closed) throw data::ReadError(file.path(), "the file ends early: its closing tag </VTKFile> is missing");
  return series(file.path(), "ParaView data (PVD)", std::move(steps));
}

std::shared_ptr<data::Dataset> single(const std::string& path, const std::string& format,
                                      vtkSmartPointer<vtkDataObject> (*read)(const std::string&)) {
  GridSpec spec;
  spec.load = [path, read](std::int64_t) { return read(path); };
  GridParts parts;
  parts.info.path = path;
  parts.info.format = format;
  parts.grids.push_back(std::move(spec));
  return gridDataset(std::move(parts));
}

std::shared_ptr<data::Dataset> openXml(const Candidate& candidate) {
  const std::string type = vtkXmlType(*candidate.file);
  if (type == "Collection") return openPvd(*candidate.file);
  return single(candidate.path(), "VTK XML " + type, readVtkXml);
}

std::shared_ptr<data::Dataset> openLegacy(const Candidate& candidate) {
  return single(candidate.path(), "VTK legacy", readLegacyVtk);
}

/// ParaView's list of steps: {"file-series-version": "1.0", "files": [{"name": …, "time": …}, …]}.
std::shared_ptr<data::Dataset> openSeries(const Candidate& candidate) {
  constexpr std::int64_t most = 64 << 20;
  const auto bytes = candidate.content(most);
  const auto folder = std::filesystem::path(candidate.path()).parent_path();
  std::vector<Step> steps;
  try {
    const auto json = nlohmann::json::parse(reinterpret_cast<const char*>(bytes.data()),
                                            reinterpret_cast<const char*>(bytes.data()) + bytes.size());
    for (const auto& entry : json.at("files"))
      steps.push_back({entry.value("time", static_cast<double>(steps.size())),
                       {(folder / entry.at("name").get<std::string>()).string()}});
  } catch (const nlohmann::json::exception& error) {
    throw data::ReadError(candidate.path(), std::string("expected a list of files as JSON: ") + error.what());
  }
  return series(candidate.path(), "ParaView file series", std::move(steps));
}

} // namespace

DISCERN_READER_ENTRY(discernVtkXml, Candidate, openXml)
DISCERN_READER_ENTRY(discernVtkLegacy, Candidate, openLegacy)
DISCERN_READER_ENTRY(discernVtkSeries, Candidate, openSeries)

} // namespace discern::io
