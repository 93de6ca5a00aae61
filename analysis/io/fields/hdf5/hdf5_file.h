#pragma once
#include "io/file.h"
#include "io/result/hdf5.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace discern::io {

/// An open HDF5 file, shared by its fields; opened and used with lockHdf5() held, closed by taking the lock itself.
class Hdf5File {
public:
  /// Throws data::ReadError when it can't be opened.
  explicit Hdf5File(const std::string& name);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;
  [[nodiscard]] hid_t id() const { return file_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
  Hdf5Id file_;
};

/// Names of the links in a group, in alphabetical order, at most 100000.
[[nodiscard]] std::vector<std::string> linksOf(hid_t group);
/// Whether a link leads into this file (hard or soft), not to another.
[[nodiscard]] bool leadsInside(hid_t group, const std::string& link);
/// Whether all values lie in the file itself: no links to other files, no external or virtual data sets. False, too,
/// for a file of more than 4000 links, which would take long to look at.
[[nodiscard]] bool keepsInside(hid_t file);

/// A text attribute, fixed or variable in length; several strings joined by ", ". Empty when there is none.
[[nodiscard]] std::string attributeText(hid_t object, const char* name);
/// The strings of a text attribute, one by one.
[[nodiscard]] std::vector<std::string> attributeTexts(hid_t object, const char* name);
/// A numeric attribute of at most 4096 values; empty when there is none.
[[nodiscard]] std::vector<double> attributeNumbers(hid_t object, const char* name);
/// Names of an object's attributes, at most 1000.
[[nodiscard]] std::vector<std::string> attributeNames(hid_t object);

/// The element type that numbers of an HDF5 type are read as: whole numbers, floats (of 16 bits as 32), enumerations.
[[nodiscard]] std::optional<data::ScalarType> scalarOf(hid_t type);
/// Bytes of one chunk, 0 when the data set isn't chunked.
[[nodiscard]] double chunkBytesOf(hid_t dataset);

} // namespace discern::io
