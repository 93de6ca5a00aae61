#pragma once
#include "data/scalar_type.h"
#include "io/result/hdf5.h"

#include <optional>
#include <string>
#include <vector>
#include <vtkDataArray.h>
#include <vtkSmartPointer.h>

namespace discern::io {

// All of it is to be called with lockHdf5() held.

/// A file opened for reading. Throws data::ReadError.
[[nodiscard]] Hdf5Id openHdf5File(const std::string& path);

/// The numbers of an attribute of an object; empty when there is none or it is text.
[[nodiscard]] std::vector<double> hdf5Numbers(hid_t parent, const std::string& object, const std::string& attribute);
/// The text of an attribute; empty when there is none or it is numbers.
[[nodiscard]] std::string hdf5AttributeText(hid_t parent, const std::string& object, const std::string& attribute);
/// Names of the links in a group, in order.
[[nodiscard]] std::vector<std::string> hdf5Links(hid_t parent, const std::string& group);

/// What a data set is, before it is read.
struct Hdf5Shape {
  std::vector<hsize_t> lengths;
  std::optional<data::ScalarType> type; ///< nothing: not numbers
  double stored = 0;                    ///< bytes in the file
  [[nodiscard]] double values() const;
};
[[nodiscard]] Hdf5Shape hdf5Shape(hid_t parent, const std::string& name);

/// A data set of N, N × components, z × y × x or blocks × z × y × x numbers as a VTK array of its type. Throws
/// data::ReadError, naming `path`, when it says more than what it stores can hold, or can't be read.
[[nodiscard]] vtkSmartPointer<vtkDataArray> hdf5Array(const std::string& path, hid_t parent, const std::string& name);

} // namespace discern::io
