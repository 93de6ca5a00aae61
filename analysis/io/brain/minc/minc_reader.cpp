#include "io/brain/minc/minc_reader.h"

#include "io/brain/volume/number_text.h"
#include "io/brain/volume/volume_bytes.h"
#include "io/brain/xml/xml_tree.h"
#include "io/fields/hdf5/hdf5_file.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/netcdf/hdf5_check.h"
#include "io/netcdf/library_lock.h"
#include "io/raw_field.h"
#include "io/region_field.h"
#include "io/result/hdf5.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr const char* imagePath = "/minc-2.0/image/0/image";

/// HDF5 prints its errors unless told not to.
class Silence {
public:
  Silence() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

Hdf5Id openFile(const std::string& path) { return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose}; }

Hdf5Id openSet(hid_t file, const std::string& name) { return {H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose}; }

/// A text attribute, of fixed or variable length; empty when there is none.
std::string textOf(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) return {};
  const Hdf5Id attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  const Hdf5Id type(H5Aget_type(attribute.get()), H5Tclose);
  if (!type || H5Tget_class(type.get()) != H5T_STRING) return {};
  const Hdf5Id space(H5Aget_space(attribute.get()), H5Sclose);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) return {};
  if (H5Tis_variable_str(type.get()) > 0) {
    char* text = nullptr;
    if (H5Aread(attribute.get(), type.get(), &text) < 0 || !text) return {};
    std::string copy = cleanText(text);
    H5free_memory(text);
    return copy;
  }
  std::string text(std::min<std::size_t>(H5Tget_size(type.get()), 1 << 16), '\0');
  if (text.size() != H5Tget_size(type.get()) || H5Aread(attribute.get(), type.get(), text.data()) < 0) return {};
  return cleanText(text);
}

/// The numbers of an attribute, at most sixteen; empty when there is none.
std::vector<double> numbersOf(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) return {};
  const Hdf5Id attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  const Hdf5Id space(H5Aget_space(attribute.get()), H5Sclose);
  const auto count = H5Sget_simple_extent_npoints(space.get());
  if (count < 1 || count > 16) return {};
  std::vector<double> numbers(static_cast<std::size_t>(count));
  return H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, numbers.data()) < 0 ? std::vector<double>() : numbers;
}

std::optional<ScalarType> typeOf(hid_t dataset) {
  const Hdf5Id type(H5Dget_type(dataset), H5Tclose);
  const std::size_t size = H5Tget_size(type.get());
  const auto kind = H5Tget_class(type.get());
  if (kind == H5T_FLOAT)
    return size == 4   ? std::optional(ScalarType::Float32)
           : size == 8 ? std::optional(ScalarType::Float64)
                       : std::nullopt;
  if (kind != H5T_INTEGER) return std::nullopt;
  const bool isSigned = H5Tget_sign(type.get()) == H5T_SGN_2;
  if (size == 1) return isSigned ? ScalarType::Int8 : ScalarType::UInt8;
  if (size == 2) return isSigned ? ScalarType::Int16 : ScalarType::UInt16;
  if (size == 4) return isSigned ? ScalarType::Int32 : ScalarType::UInt32;
  return std::nullopt;
}

/// The minima or maxima of the slices: one number for all, or one for each index along the slowest axes.
struct SliceNumbers {
  std::vector<hsize_t> shape;
  std::vector<double> values;
};

SliceNumbers sliceNumbers(const std::string& path, hid_t file, const std::string& name,
                          const std::vector<hsize_t>& image) {
  SliceNumbers numbers;
  if (H5Lexists(file, name.c_str(), H5P_DEFAULT) <= 0) return numbers;
  const Hdf5Id set = openSet(file, name);
  if (!set) return numbers;
  numbers.shape = lengthsOf(set.get());
  double count = 1;
  for (std::size_t i = 0; i < numbers.shape.size(); ++i) {
    if (i >= image.size() || numbers.shape[i] != image[i])
      throw data::ReadError(path, name + " does not have the shape of the image's slices; the file is damaged");
    count *= static_cast<double>(numbers.shape[i]);
  }
  if (count > 10e6) throw data::ReadError(path, name + " has " + numberText(count) + " entries");
  numbers.values.resize(static_cast<std::size_t>(count));
  if (H5Dread(set.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.values.data()) < 0)
    throw data::ReadError(path, name + " can't be read; the file is damaged");
  return numbers;
}

/// Everything about the image that a read needs.
struct Image {
  Hdf5Id file, set;
  ScalarType stored = ScalarType::Float32;
  std::vector<hsize_t> shape;     ///< as in the file, the slowest first
  std::vector<std::size_t> roles; ///< of each axis of the file: 0, 1, 2 space, 3 time, 4 component
  bool scaled = false;
  double low = 0, high = 1; ///< the valid range
  SliceNumbers minima, maxima;
};

class MincField final : public RegionField {
public:
  MincField(data::FieldInfo info, std::string path, Image image)
      : RegionField(std::move(info)), path_(std::move(path)), image_(std::move(image)) {}
  ~MincField() override {
    const auto lock = lockHdf5();
    image_.set.reset();
    image_.file.reset();
  }
  MincField(const MincField&) = delete;
  MincField& operator=(const MincField&) = delete;

protected:
  void region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
              std::byte* out) const override {
    const std::size_t axes = image_.shape.size();
    std::vector<hsize_t> start(axes), count(axes, 1);
    hsize_t total = 1;
    for (std::size_t i = 0; i < axes; ++i) {
      const std::size_t role = image_.roles[i];
      start[i] = role < 3    ? static_cast<hsize_t>(lo[role])
                 : role == 3 ? static_cast<hsize_t>(time)
                             : static_cast<hsize_t>(component);
      if (role < 3) count[i] = static_cast<hsize_t>(hi[role] - lo[role]);
      total *= count[i];
    }
    std::vector<double> values(total);
    {
      const auto lock = lockHdf5();
      const Silence silence;
      const Hdf5Id there(H5Dget_space(image_.set.get()), H5Sclose);
      const Hdf5Id here(H5Screate_simple(static_cast<int>(axes), count.data(), nullptr), H5Sclose);
      if (H5Sselect_hyperslab(there.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
          H5Dread(image_.set.get(), H5T_NATIVE_DOUBLE, here.get(), there.get(), H5P_DEFAULT, values.data()) < 0)
        throw data::ReadError(path_, "voxels can't be read; the file is damaged");
    }
    put(values, start, count, lo, hi, out);
  }

private:
  void put(const std::vector<double>& values, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count,
           const data::Index3& lo, const data::Index3& hi, std::byte* out) const {
    const std::size_t axes = count.size();
    const std::array<std::int64_t, 3> step{1, hi[0] - lo[0], (hi[0] - lo[0]) * (hi[1] - lo[1])};
    std::vector<hsize_t> at(axes, 0);
    for (const double value : values) {
      std::int64_t to = 0;
      for (std::size_t i = 0; i < axes; ++i)
        if (image_.roles[i] < 3) to += static_cast<std::int64_t>(at[i]) * step[image_.roles[i]];
      store(image_.scaled ? scale(value, start, at) : value, out, to);
      for (std::size_t i = axes; i-- > 0;) {
        if (++at[i] < count[i]) break;
        at[i] = 0;
      }
    }
  }
  [[nodiscard]] double scale(double value, const std::vector<hsize_t>& start, const std::vector<hsize_t>& at) const {
    if (value < image_.low || value > image_.high) return std::numeric_limits<double>::quiet_NaN();
    const auto of = [&](const SliceNumbers& numbers) {
      std::size_t index = 0;
      for (std::size_t i = 0; i < numbers.shape.size(); ++i)
        index = index * static_cast<std::size_t>(numbers.shape[i]) + static_cast<std::size_t>(start[i] + at[i]);
      return numbers.values[index];
    };
    const double low = of(image_.minima), high = of(image_.maxima);
    return (value - image_.low) / (image_.high - image_.low) * (high - low) + low;
  }
  void store(double value, std::byte* out, std::int64_t at) const {
    data::dispatch(info_.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T own = static_cast<T>(value);
      std::memcpy(out + at * static_cast<std::int64_t>(sizeof(T)), &own, sizeof(T));
    });
  }

  std::string path_;
  Image image_;
};

/// The dimension's name → its role.
std::size_t roleOf(const std::string& path, const std::string& name) {
  if (name == "xspace") return 0;
  if (name == "yspace") return 1;
  if (name == "zspace") return 2;
  if (name == "time") return 3;
  if (name == "vector_dimension") return 4;
  throw data::ReadError(path, "the image has a dimension \"" + name +
                                  "\"; xspace, yspace, zspace, time and vector_dimension were expected");
}

void setRange(const std::string& path, Image& image, std::vector<std::string>& warnings) {
  image.minima = sliceNumbers(path, image.file.get(), "/minc-2.0/image/0/image-min", image.shape);
  image.maxima = sliceNumbers(path, image.file.get(), "/minc-2.0/image/0/image-max", image.shape);
  if (isFloating(image.stored)) return;
  if (image.minima.values.empty() || image.maxima.values.empty()) {
    warnings.push_back("The file has no image-min and image-max; values are given as stored.");
    return;
  }
  const auto range = numbersOf(image.set.get(), "valid_range");
  data::dispatch(image.stored, [&](auto tag) {
    using T = typename decltype(tag)::type;
    image.low = static_cast<double>(std::numeric_limits<T>::lowest());
    image.high = static_cast<double>(std::numeric_limits<T>::max());
  });
  if (range.size() == 2 && range[0] != range[1] && std::isfinite(range[0]) && std::isfinite(range[1])) {
    image.low = std::min(range[0], range[1]);
    image.high = std::max(range[0], range[1]);
  } else {
    warnings.push_back("The file has no valid_range; that of its type was assumed.");
  }
  image.scaled = true;
}

} // namespace

bool isMinc(const Candidate& c) {
  if (c.gzip || hdf5Begin(*c.file) != 0) return false;
  // The name of the root's only group stands near the beginning in every file that a MINC program writes; others are
  // spared the opening.
  if (c.text().find("minc-2.0") == std::string_view::npos && !lowerCase(c.path()).ends_with(".mnc")) return false;
  return true;
}

std::shared_ptr<data::Dataset> openMinc(const Candidate& c) {
  const std::string& path = c.path();
  checkHdf5Length(*c.file);
  const auto lock = lockHdf5();
  const Silence silence;
  Image image;
  image.file = openFile(path);
  if (!image.file) throw data::ReadError(path, "HDF5 can't open it; the file is damaged");
  for (const char* name : {"/minc-2.0", "/minc-2.0/image", "/minc-2.0/image/0", imagePath})
    if (H5Lexists(image.file.get(), name, H5P_DEFAULT) <= 0)
      throw data::ReadError(path, std::string("the MINC file has no ") + name + "; it is damaged");
  image.set = openSet(image.file.get(), imagePath);
  const auto type = image.set ? typeOf(image.set.get()) : std::nullopt;
  if (!type) throw data::ReadError(path, "the MINC image is not of whole numbers or floats of up to 64 bits");
  image.stored = *type;
  image.shape = lengthsOf(image.set.get());

  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "MINC 2";
  dataset.alone = keepsInside(image.file.get());
  data::FieldInfo info;
  info.name = "image";
  info.source = "MINC 2";
  std::string order = textOf(image.set.get(), "dimorder");
  std::replace(order.begin(), order.end(), ',', ' ');
  const auto names = wordsIn(order);
  if (names.size() != image.shape.size() || names.empty() || names.size() > 5)
    throw data::ReadError(path,
                          "the MINC image has " + std::to_string(image.shape.size()) + " axes named \"" + order + "\"");
  data::Affine affine;
  data::Vec3 start{0, 0, 0};
  std::array<bool, 5> seen{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name(names[i]);
    const std::size_t role = roleOf(path, name);
    if (std::exchange(seen[role], true)) throw data::ReadError(path, "the MINC image has " + name + " twice");
    image.roles.push_back(role);
    const auto n = static_cast<std::int64_t>(std::min<hsize_t>(image.shape[i], hsize_t{1} << 40));
    if (n < 1) throw data::ReadError(path, "the MINC image is empty along " + name);
    if (role == 4) {
      info.components = static_cast<int>(std::min<std::int64_t>(n, 65537));
      if (info.components > 65536) throw data::ReadError(path, "the MINC image has too many components");
      continue;
    }
    const std::string where = "/minc-2.0/dimensions/" + name;
    Hdf5Id dimension;
    if (H5Lexists(image.file.get(), "/minc-2.0/dimensions", H5P_DEFAULT) > 0 &&
        H5Lexists(image.file.get(), where.c_str(), H5P_DEFAULT) > 0)
      dimension = openSet(image.file.get(), where);
    std::vector<double> step, first, cosines;
    if (dimension) {
      step = numbersOf(dimension.get(), "step");
      first = numbersOf(dimension.get(), "start");
      cosines = numbersOf(dimension.get(), "direction_cosines");
      const std::string spacing = textOf(dimension.get(), "spacing");
      if (!spacing.empty() && !spacing.starts_with("regular"))
        dataset.warnings.push_back("The spacing of " + name + " is \"" + spacing + "\"; it is taken as regular.");
    }
    if (role == 3) {
      info.time.size = n;
      if (step.size() == 1 && n <= 10'000'000) {
        info.time.unit = "s";
        for (std::int64_t t = 0; t < n; ++t)
          info.time.values.push_back((first.empty() ? 0 : first[0]) + step[0] * static_cast<double>(t));
      }
      continue;
    }
    info.shape[role] = n;
    if (step.empty()) dataset.warnings.push_back("The step of " + name + " is not given; 1 mm was assumed.");
    const double length = step.empty() ? 1 : step[0];
    if (cosines.size() != 3) {
      cosines = {0, 0, 0};
      cosines[role] = 1;
    }
    const double norm = std::hypot(cosines[0], cosines[1], cosines[2]);
    for (std::size_t row = 0; row < 3; ++row) {
      const double direction = norm > 0 ? cosines[row] / norm : 0;
      affine.m[row * 4 + role] = direction * length;
      start[row] += direction * (first.empty() ? 0 : first[0]);
    }
  }
  for (std::size_t row = 0; row < 3; ++row)
    affine.m[row * 4 + 3] = start[row];
  info.frame = data::Frame::RasMillimetres;
  info.worldUnit = "mm";
  info.transform = "start, step and direction cosines";
  if (isUsable(affine)) {
    info.indexToWorld = affine;
  } else {
    info.transform = "none";
    dataset.warnings.push_back("The direction cosines are singular or not finite and were not used.");
  }
  setRange(path, image, dataset.warnings);
  info.type = image.scaled ? scaledType(image.stored) : image.stored;
  info.levels = levelsFor(info.shape);
  auto field = std::make_shared<MincField>(std::move(info), path, std::move(image));
  return std::make_shared<FieldsDataset>(std::move(dataset), FieldsDataset::Fields{std::move(field)});
}

} // namespace discern::io
