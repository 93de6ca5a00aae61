#include "io/numpy/npy_reader.h"

#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/numpy/npy_header.h"

namespace discern::io {

std::shared_ptr<data::Dataset> openNpy(const std::shared_ptr<const File>& file) {
  const std::string& path = file->path();
  NpyHeader header = npyHeader(file->head(longestNpyHeader), path);
  if (!header.type)
    throw data::ReadError(path, "its numbers are of NumPy type " + header.code +
                                    "; whole numbers of 8 to 64 bits or floats of 32 or 64 were expected");
  const auto size = static_cast<double>(file->size()), before = static_cast<double>(header.data);
  const double bytes = header.elements * static_cast<double>(sizeOf(*header.type));
  if (before + bytes > size)
    throw data::ReadError(path, "the header promises " + shapeText(header.shape) + " values (" + byteText(bytes) +
                                    "), but the file has only " + byteText(size - before) +
                                    " of them; it is cut short or its header is wrong");
  if (header.elements == 0) throw data::ReadError(path, "the array is empty: its shape is " + shapeText(header.shape));
  if (header.shape.empty() || header.shape.size() > 5)
    throw data::ReadError(path, "the array has " + std::to_string(header.shape.size()) +
                                    " axes; 1 to 5 were expected (time, z, y, x, component)");
  data::FieldInfo info;
  info.name = "array";
  info.source = "NumPy";
  info.labels = !isFloating(*header.type) && speaksOfLabels(stemOf(path));
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "NumPy";
  dataset.alone = true;
  dataset.attributes["order"] = header.fortran ? "Fortran" : "C";
  const std::string order = npyAxes(header.shape, path, info.name);
  return std::make_shared<FieldsDataset>(std::move(dataset),
                                         std::vector{npyField(std::move(info), header, order, file, path)});
}

} // namespace discern::io
