#include "io/grids/flash/flash_scalars.h"

#include "io/file_text.h"
#include "io/result/hdf5.h"

#include <array>
#include <cstring>

namespace discern::io {

namespace {

constexpr hsize_t mostRows = 65536;
constexpr std::size_t longestText = 512;

std::string trimmed(std::string text) {
  text.resize(std::strlen(text.c_str()));
  text.erase(text.find_last_not_of(' ') + 1);
  return cleanText(text);
}

/// Rows of a compound of a text `name` and one other member, read as `length` bytes each of which the text comes first.
struct Rows {
  std::vector<std::string> names;
  std::vector<char> values; ///< of `size` bytes each
};

Rows rowsOf(hid_t file, const char* dataset, hid_t valueType) {
  Rows rows;
  if (H5Lexists(file, dataset, H5P_DEFAULT) <= 0) return rows;
  const Hdf5Id id(H5Dopen2(file, dataset, H5P_DEFAULT), H5Dclose);
  if (!id) return rows;
  const Hdf5Id type(H5Dget_type(id.get()), H5Tclose);
  const auto lengths = lengthsOf(id.get());
  if (H5Tget_class(type.get()) != H5T_COMPOUND || lengths.size() != 1 || lengths[0] == 0 || lengths[0] > mostRows ||
      H5Tget_member_index(type.get(), "name") < 0 || H5Tget_member_index(type.get(), "value") < 0)
    return rows;
  const auto number = static_cast<unsigned>(H5Tget_member_index(type.get(), "name"));
  const Hdf5Id text(H5Tget_member_type(type.get(), number), H5Tclose);
  const std::size_t length = H5Tget_size(text.get()), size = H5Tget_size(valueType);
  if (H5Tget_class(text.get()) != H5T_STRING || H5Tis_variable_str(text.get()) > 0 || length > longestText) return rows;
  const Hdf5Id memory(H5Tcreate(H5T_COMPOUND, length + size), H5Tclose);
  if (H5Tinsert(memory.get(), "name", 0, text.get()) < 0 || H5Tinsert(memory.get(), "value", length, valueType) < 0)
    return rows;
  std::vector<char> bytes(static_cast<std::size_t>(lengths[0]) * (length + size));
  if (H5Dread(id.get(), memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0) return rows;
  for (std::size_t at = 0; at < bytes.size(); at += length + size) {
    rows.names.push_back(trimmed(std::string(bytes.data() + at, length)));
    rows.values.insert(rows.values.end(), bytes.data() + at + length, bytes.data() + at + length + size);
  }
  return rows;
}

} // namespace

std::vector<std::string> flashNames(hid_t file, const std::string& name) {
  std::vector<std::string> names;
  if (H5Lexists(file, name.c_str(), H5P_DEFAULT) <= 0) return names;
  const Hdf5Id id(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!id) return names;
  const Hdf5Id type(H5Dget_type(id.get()), H5Tclose);
  const auto lengths = lengthsOf(id.get());
  const std::size_t size = H5Tget_size(type.get());
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) > 0 || size > longestText ||
      lengths.empty() || lengths[0] > mostRows || (lengths.size() > 1 && lengths[1] != 1) || lengths.size() > 2)
    return names;
  std::string bytes(static_cast<std::size_t>(lengths[0]) * size, '\0');
  if (H5Dread(id.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0) return names;
  names.reserve(static_cast<std::size_t>(lengths[0]));
  for (std::size_t at = 0; at < bytes.size(); at += size)
    names.push_back(trimmed(bytes.substr(at, size)));
  // The data set of a variable is named by all four letters, blanks included.
  for (std::string& text : names)
    if (H5Lexists(file, text.c_str(), H5P_DEFAULT) <= 0 && text.size() < size)
      if (std::string padded = text + std::string(size - text.size(), ' ');
          H5Lexists(file, padded.c_str(), H5P_DEFAULT) > 0)
        text = padded;
  return names;
}

std::map<std::string, double> flashNumbers(hid_t file) {
  std::map<std::string, double> numbers;
  for (const char* dataset : {"integer scalars", "real scalars"}) {
    const Rows rows = rowsOf(file, dataset, H5T_NATIVE_DOUBLE);
    for (std::size_t i = 0; i < rows.names.size(); ++i) {
      double value = 0;
      std::memcpy(&value, rows.values.data() + i * sizeof value, sizeof value);
      numbers[rows.names[i]] = value;
    }
  }
  if (!numbers.empty() || H5Lexists(file, "simulation parameters", H5P_DEFAULT) <= 0) return numbers;
  const Hdf5Id id(H5Dopen2(file, "simulation parameters", H5P_DEFAULT), H5Dclose);
  const Hdf5Id memory(H5Tcreate(H5T_COMPOUND, sizeof(double)), H5Tclose);
  double time = 0;
  if (id && H5Tinsert(memory.get(), "time", 0, H5T_NATIVE_DOUBLE) >= 0 &&
      (lengthsOf(id.get()).empty() || lengthsOf(id.get())[0] == 1) &&
      H5Dread(id.get(), memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &time) >= 0)
    numbers["time"] = time;
  return numbers;
}

std::map<std::string, std::string> flashTexts(hid_t file) {
  std::map<std::string, std::string> texts;
  constexpr std::size_t length = 80;
  const Hdf5Id text = hdf5Text(length, true);
  const Rows rows = rowsOf(file, "string scalars", text.get());
  for (std::size_t i = 0; i < rows.names.size(); ++i)
    texts[rows.names[i]] = trimmed(std::string(rows.values.data() + i * length, length));
  return texts;
}

} // namespace discern::io
