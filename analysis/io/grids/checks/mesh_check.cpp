#include "io/grids/checks/mesh_check.h"

#include "io/file_text.h"
#include "io/grids/hdf5/hdf5_read.h"
#include "io/netcdf/library_lock.h"
#include "io/netcdf/netcdf_file.h"

#include <algorithm>
#include <memory>

namespace discern::io {

namespace {

void checkNode(const std::string& path, hid_t file, const std::string& name, int depth) {
  constexpr int deepest = 16;
  for (const char* attribute : {"label", "type"})
    if (hdf5AttributeText(file, name, attribute).empty())
      throw data::ReadError(path, "the node \"" + name + "\" has no " + attribute);
  const std::string type = hdf5AttributeText(file, name, "type");
  if (type == "LK") return; // a link to another file or node
  if (type != "MT") {
    const Hdf5Shape shape = hdf5Shape(file, name + "/ data");
    if (shape.lengths.empty() || !shape.type)
      throw data::ReadError(path, "the node \"" + name + "\" of type " + type + " has no values");
    constexpr double mostDeflated = 1100;
    if (shape.values() * static_cast<double>(sizeOf(*shape.type)) > shape.stored * mostDeflated)
      throw data::ReadError(path, "the node \"" + name + "\" is said to hold " + numberText(shape.values()) +
                                      " values, the file has " + byteText(shape.stored) + " of it");
  }
  if (depth >= deepest) return;
  for (const std::string& child : hdf5Links(file, name))
    if (!child.starts_with(' ')) checkNode(path, file, name + "/" + child, depth + 1);
}

} // namespace

void checkExodus(const File& file) {
  const auto netcdf = [&] {
    const auto lock = lockHdf5();
    return std::make_unique<NetcdfFile>(file.path());
  }();
  const auto lock = lockHdf5(); // let go before the file closes, which takes it itself
  double nodes = 0;
  for (const NetcdfVariable& variable : netcdf->variables())
    for (const NetcdfDimension& dimension : variable.dimensions)
      if (dimension.name == "num_nodes") nodes = static_cast<double>(dimension.length);
  std::string problem;
  for (const NetcdfVariable& variable : netcdf->variables()) {
    if (!variable.shortName.starts_with("connect") || variable.dimensions.size() != 2) continue;
    const double values =
        static_cast<double>(variable.dimensions[0].length) * static_cast<double>(variable.dimensions[1].length);
    constexpr double mostDeflated = 1100;
    if (values > static_cast<double>(file.size()) * mostDeflated) {
      problem = "\"" + variable.name + "\" is said to hold " + numberText(values) + " corners";
      break;
    }
    const auto corners = netcdf->values(variable);
    const auto bad = std::find_if(corners.begin(), corners.end(), [&](double c) { return !(c >= 1 && c <= nodes); });
    if (bad != corners.end()) {
      problem = "an element of \"" + variable.name + "\" has the node " + numberText(*bad) +
                " as a corner; there are " + numberText(nodes);
      break;
    }
  }
  if (!problem.empty()) throw data::ReadError(file.path(), problem);
}

void checkCgns(const File& file) {
  const auto lock = lockHdf5();
  const Hdf5Id id = openHdf5File(file.path());
  for (const std::string& child : hdf5Links(id.get(), "/"))
    if (!child.starts_with(' ')) checkNode(file.path(), id.get(), "/" + child, 0);
}

} // namespace discern::io
