#include "io/file_text.h"
#include "io/grids/object/grid_steps.h"
#include "io/module.h"
#include "vtk_call.h"

#include <algorithm>
#include <vtkOBJReader.h>
#include <vtkPolyData.h>
#include <vtkSTLReader.h>

namespace discern::io {

namespace {

template <typename SurfaceReader>
std::shared_ptr<data::Dataset> open(const Candidate& candidate, const char* format) {
  const std::string& path = candidate.path();
  GridSpec spec;
  spec.name = stemOf(path);
  spec.load = [path](std::int64_t) {
    return runVtk(path, false, [&] {
      const auto reader = vtkSmartPointer<SurfaceReader>::New();
      reader->SetFileName(path.c_str());
      return outputOf(*reader);
    });
  };
  GridParts parts;
  parts.info.path = path;
  parts.info.format = format;
  parts.grids.push_back(std::move(spec));
  return gridDataset(std::move(parts));
}

/// VTK's reader stops at the end without a word: the closing line is looked for here.
std::shared_ptr<data::Dataset> openStl(const Candidate& candidate) {
  const bool text = candidate.begins("solid") && candidate.isText();
  if (text) {
    constexpr std::int64_t tailBytes = 512;
    const std::int64_t from = std::max<std::int64_t>(candidate.file->size() - tailBytes, 0);
    std::string tail(static_cast<std::size_t>(candidate.file->size() - from), '\0');
    candidate.file->readAt(from, std::as_writable_bytes(std::span(tail)));
    if (lowerCase(tail).find("endsolid") == std::string::npos)
      throw data::ReadError(candidate.path(), "the file ends early, after " + std::to_string(candidate.file->size()) +
                                                  " bytes: its last line, endsolid, is missing");
  }
  return open<vtkSTLReader>(candidate, text ? "STL (text)" : "STL (binary)");
}

std::shared_ptr<data::Dataset> openObj(const Candidate& candidate) {
  return open<vtkOBJReader>(candidate, "Wavefront OBJ");
}

} // namespace

DISCERN_READER_ENTRY(discernStl, Candidate, openStl)
DISCERN_READER_ENTRY(discernObj, Candidate, openObj)

} // namespace discern::io
