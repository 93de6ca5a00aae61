#include "io/matter/density.h"

#include "io/file_text.h"
#include "io/whole/whole_field.h"

#include <cstring>
#include <mutex>

namespace discern::io {

namespace {

/// The values of a file's grids, parsed once, each handed out once.
struct Parsed {
  std::mutex mutex;
  bool done = false;
  DensityValues values;
};

} // namespace

data::FieldInfo densityInfo(const std::string& path, const std::string& name, const data::Index3& shape,
                            const data::Vec3& origin, const Lattice& axes, const std::string& source) {
  constexpr std::int64_t longest = 1 << 20;
  for (const std::int64_t n : shape)
    if (n < 1 || n > longest)
      throw data::ReadError(path, "the grid is of " + shapeText(shape) + " points, which can't be");
  data::FieldInfo info;
  info.name = name;
  info.shape = shape;
  const double values = static_cast<double>(shape[0]) * static_cast<double>(shape[1]) * static_cast<double>(shape[2]);
  info.type = values * 8 > 256e6 ? data::ScalarType::Float32 : data::ScalarType::Float64;
  if (values * static_cast<double>(sizeOf(info.type)) > wholeLimit)
    throw data::ReadError(path, "the grid of " + shapeText(shape) + " points takes more than " + byteText(wholeLimit) +
                                    ", and text is read whole");
  info.levels = levelsFor(shape);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k)
      info.indexToWorld.m[i * 4 + k] = axes[k][i];
    info.indexToWorld.m[i * 4 + 3] = origin[i];
  }
  if (!(volume(axes) > 0)) throw data::ReadError(path, "the vectors of the grid lie in one plane");
  info.frame = data::Frame::Cartesian;
  info.worldUnit = "Å";
  info.transform = "coordinates";
  info.axisNames = {"a", "b", "c"};
  info.source = source;
  return info;
}

void checkRoom(const std::string& path, double bytes, double values) {
  if (values * 2 > bytes + 1)
    throw data::ReadError(path, "the grid promises " + numberText(values) + " values, but only " + byteText(bytes) +
                                    " of text follow; the file is cut short or its header is wrong");
}

std::vector<std::shared_ptr<const data::FieldSource>>
densityFields(std::vector<data::FieldInfo> infos, const Candidate& candidate,
              std::function<DensityValues(std::string_view text)> parse) {
  auto parsed = std::make_shared<Parsed>();
  std::vector<std::shared_ptr<const data::FieldSource>> fields;
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const data::ScalarType type = infos[i].type;
    auto load = [parsed, parse, i, type, file = candidate.file, gzip = candidate.gzip] {
      std::vector<double> values;
      {
        const std::lock_guard lock(parsed->mutex);
        if (!parsed->done) {
          parsed->values = parse(wholeText({file, {}, gzip}, densityLimit));
          parsed->done = true;
        }
        values = std::move(parsed->values.at(i));
      }
      std::vector<std::byte> bytes(values.size() * sizeOf(type));
      if (type == data::ScalarType::Float64) {
        std::memcpy(bytes.data(), values.data(), bytes.size());
      } else {
        auto* to = reinterpret_cast<float*>(bytes.data());
        for (std::size_t k = 0; k < values.size(); ++k)
          to[k] = static_cast<float>(values[k]);
      }
      return bytes;
    };
    fields.push_back(wholeField(std::move(infos[i]), std::move(load)));
  }
  return fields;
}

} // namespace discern::io
