#include "io/grids/nek5000/nek_reader.h"

#include "io/file_text.h"
#include "io/grids/object/grid_steps.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <vtkCellArray.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkIdTypeArray.h>
#include <vtkPointData.h>
#include <vtkUnstructuredGrid.h>

namespace discern::io {

namespace {

constexpr std::int64_t headerBytes = 132;

struct NekStep {
  std::string path;
  int size = 4; ///< bytes of a value
  std::int64_t n[3]{1, 1, 1};
  std::int64_t elements = 0;
  double time = 0;
  bool swapped = false, points = false, velocity = false, pressure = false, temperature = false;
  int scalars = 0;
  [[nodiscard]] std::int64_t perElement() const { return n[0] * n[1] * n[2]; }
  [[nodiscard]] int dimensions() const { return n[2] > 1 ? 3 : 2; }
  [[nodiscard]] std::int64_t begin() const { return headerBytes + 4 + 4 * elements; }
};

/// Reads and checks the header: "#std 4 8 8 1 256 256 0.0E+00 0 0 1 XUP".
NekStep stepOf(const std::string& path) {
  const File file(path);
  const auto head = file.head(headerBytes + 4);
  std::istringstream in(std::string(reinterpret_cast<const char*>(head.data()),
                                    std::min(head.size(), static_cast<std::size_t>(headerBytes))));
  NekStep step;
  step.path = path;
  std::string mark, codes;
  std::int64_t all = 0, iteration = 0, part = 0, files = 1;
  in >> mark >> step.size >> step.n[0] >> step.n[1] >> step.n[2] >> step.elements >> all >> step.time >> iteration >>
      part >> files >> codes;
  if (!in || mark != "#std" || (step.size != 4 && step.size != 8) || head.size() < headerBytes + 4)
    throw data::ReadError(path, "expected the header of a Nek5000 file, \"#std 4 8 8 8 …\", found \"" +
                                    cleanText(std::string(reinterpret_cast<const char*>(head.data()),
                                                          std::min<std::size_t>(head.size(), 40))) +
                                    "\"");
  if (files != 1 || all != step.elements)
    throw data::ReadError(path,
                          "its step is spread over " + std::to_string(files) + " files; only steps in one are read");
  constexpr std::int64_t mostPoints = 64;
  for (const std::int64_t n : step.n)
    if (n < 1 || n > mostPoints)
      throw data::ReadError(path, "expected 1 to 64 points along an element, found " + std::to_string(n));
  if (step.n[0] < 2 || step.n[1] < 2 || step.elements < 1 || step.elements > file.size())
    throw data::ReadError(path, "expected elements of 2 points or more, found " + std::to_string(step.elements) +
                                    " of " + std::to_string(step.n[0]) + " × " + std::to_string(step.n[1]));
  float tag = 0;
  std::memcpy(&tag, head.data() + headerBytes, sizeof tag);
  constexpr float expected = 6.54321F;
  if (std::abs(tag - expected) > 1e-4F) {
    std::array<std::byte, 4> bytes{};
    std::reverse_copy(head.begin() + headerBytes, head.begin() + headerBytes + 4, bytes.begin());
    std::memcpy(&tag, bytes.data(), sizeof tag);
    if (std::abs(tag - expected) > 1e-4F)
      throw data::ReadError(path, "expected 6.54321 at byte 132, found neither order of it");
    step.swapped = true;
  }
  for (std::size_t i = 0; i < codes.size(); ++i) {
    step.points = step.points || codes[i] == 'X';
    step.velocity = step.velocity || codes[i] == 'U';
    step.pressure = step.pressure || codes[i] == 'P';
    step.temperature = step.temperature || codes[i] == 'T';
    if (codes[i] == 'S') step.scalars = std::clamp(std::atoi(codes.substr(i + 1, 2).c_str()), 0, 99);
  }
  const std::int64_t values = (step.points ? step.dimensions() : 0) + (step.velocity ? step.dimensions() : 0) +
                              step.pressure + step.temperature + step.scalars;
  const double needed =
      static_cast<double>(step.begin()) + static_cast<double>(values * step.elements * step.perElement()) * step.size;
  if (needed > static_cast<double>(file.size()))
    throw data::ReadError(path, "its header asks for " + byteText(needed) + ", the file has " +
                                    byteText(static_cast<double>(file.size())));
  return step;
}

/// Reads one quantity after the other; of each, every element has all of its first component, then the second.
class Reading {
public:
  explicit Reading(const NekStep& step) : step_(step), file_(step.path), at_(step.begin()) {}

  template <typename T, typename Array>
  vtkSmartPointer<Array> next(const char* name, int components, int padded) {
    const auto array = vtkSmartPointer<Array>::New();
    array->SetName(name);
    array->SetNumberOfComponents(padded);
    array->SetNumberOfTuples(step_.elements * step_.perElement());
    array->Fill(0);
    std::vector<T> values(static_cast<std::size_t>(step_.perElement() * components));
    T* out = array->GetPointer(0);
    for (std::int64_t e = 0; e < step_.elements; ++e) {
      const auto bytes = std::as_writable_bytes(std::span(values));
      file_.readAt(at_, bytes);
      at_ += static_cast<std::int64_t>(bytes.size());
      if (step_.swapped)
        for (std::size_t i = 0; i < bytes.size(); i += sizeof(T))
          std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                       bytes.begin() + static_cast<std::ptrdiff_t>(i + sizeof(T)));
      for (std::int64_t p = 0; p < step_.perElement(); ++p, out += padded)
        for (int c = 0; c < components; ++c)
          out[c] = values[static_cast<std::size_t>(c * step_.perElement() + p)];
    }
    return array;
  }

private:
  const NekStep& step_;
  File file_;
  std::int64_t at_;
};

void addCells(const NekStep& step, vtkUnstructuredGrid& mesh) {
  const std::int64_t nx = step.n[0], ny = step.n[1], nz = step.n[2];
  const bool solid = nz > 1;
  const auto cells = vtkSmartPointer<vtkCellArray>::New();
  const std::int64_t count = step.elements * (nx - 1) * (ny - 1) * std::max<std::int64_t>(nz - 1, 1);
  cells->AllocateExact(count, count * (solid ? 8 : 4));
  for (std::int64_t e = 0; e < step.elements; ++e)
    for (std::int64_t z = 0; z < std::max<std::int64_t>(nz - 1, 1); ++z)
      for (std::int64_t y = 0; y + 1 < ny; ++y)
        for (std::int64_t x = 0; x + 1 < nx; ++x) {
          const vtkIdType a = e * step.perElement() + (z * ny + y) * nx + x, b = a + nx * ny;
          const std::array<vtkIdType, 8> ids{a, a + 1, a + nx + 1, a + nx, b, b + 1, b + nx + 1, b + nx};
          cells->InsertNextCell(solid ? 8 : 4, ids.data());
        }
  mesh.SetCells(solid ? VTK_HEXAHEDRON : VTK_QUAD, cells);
}

template <typename T, typename Array>
vtkSmartPointer<vtkDataObject> meshOf(const NekStep& step, const NekStep& first) {
  const auto mesh = vtkSmartPointer<vtkUnstructuredGrid>::New();
  const auto points = vtkSmartPointer<vtkPoints>::New();
  const int dimensions = step.dimensions();
  Reading reading(step);
  // Only the first step need have the points.
  if (step.points)
    points->SetData(reading.next<T, Array>("points", dimensions, 3));
  else
    points->SetData(Reading(first).next<T, Array>("points", dimensions, 3));
  mesh->SetPoints(points);
  addCells(step, *mesh);
  if (step.velocity) mesh->GetPointData()->AddArray(reading.next<T, Array>("velocity", dimensions, dimensions));
  if (step.pressure) mesh->GetPointData()->AddArray(reading.next<T, Array>("pressure", 1, 1));
  if (step.temperature) mesh->GetPointData()->AddArray(reading.next<T, Array>("temperature", 1, 1));
  for (int s = 1; s <= step.scalars; ++s) {
    const std::string name = "scalar " + std::to_string(s);
    mesh->GetPointData()->AddArray(reading.next<T, Array>(name.c_str(), 1, 1));
  }
  return mesh;
}

/// Puts the numbers into a template such as "eddy_uv%01d.f%05d": the part, which is 0, and the step.
std::string fileName(const std::string& form, std::int64_t step) {
  std::string name;
  const std::size_t last = form.rfind('%');
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '%') {
      name += form[i];
      continue;
    }
    const std::int64_t number = i == last ? step : 0;
    std::size_t width = 0;
    for (++i; i < form.size() && form[i] != 'd'; ++i)
      if (form[i] >= '0' && form[i] <= '9')
        width = std::min<std::size_t>(width * 10 + static_cast<std::size_t>(form[i] - '0'), 20);
    std::string digits = std::to_string(number);
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    name += digits;
  }
  return name;
}

std::vector<std::string> listOf(const Candidate& candidate) {
  constexpr std::int64_t most = 1 << 20;
  const auto bytes = candidate.content(most);
  std::istringstream in(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  std::string form, word;
  std::int64_t first = 0, count = 0;
  while (in >> word) {
    if (word == "filetemplate:") in >> form;
    if (word == "firsttimestep:") in >> first;
    if (word == "numtimesteps:") in >> count;
  }
  constexpr std::int64_t mostSteps = 10'000'000;
  if (form.empty() || count < 1 || count > mostSteps || form.find('%') == std::string::npos)
    throw data::ReadError(candidate.path(), "expected \"filetemplate:\" and \"numtimesteps:\", found \"" +
                                                cleanText(form) + "\" and " + std::to_string(count));
  const auto folder = std::filesystem::path(candidate.path()).parent_path();
  std::vector<std::string> paths;
  for (std::int64_t i = 0; i < count; ++i) {
    paths.push_back((folder / fileName(form, first + i)).string());
    static_cast<void>(File(paths.back())); // a step that isn't there ends the list of claims
  }
  return paths;
}

} // namespace

bool isNek(const Candidate& candidate) {
  if (candidate.gzip) return false;
  if (candidate.begins("#std ")) return true;
  return candidate.isText() && candidate.text().substr(0, 512).find("filetemplate:") != std::string_view::npos;
}

std::shared_ptr<data::Dataset> openNek(const Candidate& candidate) {
  std::vector<std::string> paths{candidate.path()};
  if (!candidate.begins("#std ")) paths = listOf(candidate);
  std::vector<NekStep> steps;
  GridSpec spec;
  for (const std::string& path : paths) {
    steps.push_back(stepOf(path));
    const NekStep& first = steps.front();
    if (!first.points) throw data::ReadError(path, "the first step has no points (X)");
    if (steps.back().size != first.size || steps.back().elements != first.elements ||
        !std::equal(std::begin(first.n), std::end(first.n), std::begin(steps.back().n)))
      throw data::ReadError(path, "its elements are not those of the first step");
    spec.time.values.push_back(steps.back().time);
  }
  spec.time.size = static_cast<std::int64_t>(steps.size());
  spec.moves = std::any_of(steps.begin() + 1, steps.end(), [](const NekStep& step) { return step.points; });
  spec.load = [steps](std::int64_t t) {
    const NekStep& step = steps[static_cast<std::size_t>(t)];
    return step.size == 8 ? meshOf<double, vtkDoubleArray>(step, steps.front())
                          : meshOf<float, vtkFloatArray>(step, steps.front());
  };
  GridParts parts;
  parts.info.path = candidate.path();
  parts.info.format = "Nek5000";
  parts.grids.push_back(std::move(spec));
  return gridDataset(std::move(parts));
}

} // namespace discern::io
