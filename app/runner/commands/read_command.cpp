#include "command.h"

#include "data/address.h"
#include "data/field_source.h"
#include "far/far_provider.h"
#include "guarded.h"
#include "io/open.h"
#include "io/write.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

namespace discern::runner {

namespace {

constexpr std::int64_t pieceBytes = 32 << 20;

std::int64_t whole(const std::string& text, const std::string& what) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw data::UsageError(what + " must be a whole number, not \"" + text + "\"");
  return value;
}

std::optional<std::int64_t> option(const Arguments& arguments, const std::string& name) {
  if (!arguments.has(name)) return std::nullopt;
  return whole(arguments.value(name), "--" + name);
}

/// "i0:i1,j0:j1,k0:k1"; either end, or all of an axis, may be left out.
data::Box boxOf(const std::string& text, const data::Index3& shape) {
  data::Box box{{0, 0, 0}, shape};
  std::size_t axis = 0;
  for (std::size_t at = 0; !text.empty() && at <= text.size(); ++axis) {
    if (axis == 3) throw data::UsageError("--box has more than three ranges");
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string range = text.substr(at, end - at);
    const auto colon = range.find(':');
    if (colon == std::string::npos) throw data::UsageError("--box wants ranges such as 0:10, not \"" + range + "\"");
    if (colon > 0) box.lo[axis] = whole(range.substr(0, colon), "--box");
    if (colon + 1 < range.size()) box.hi[axis] = whole(range.substr(colon + 1), "--box");
    if (box.lo[axis] < 0 || box.lo[axis] >= box.hi[axis] || box.hi[axis] > shape[axis])
      throw data::UsageError("--box: the range " + range + " does not lie within 0:" + std::to_string(shape[axis]));
    at = end + 1;
  }
  return box;
}

/// A field of a file of this machine.
std::shared_ptr<const data::FieldSource> nearField(const std::string& path, const std::string& name) {
  const auto dataset = io::open(path);
  if (dataset->info().fields.empty()) throw data::ReadError(path, "there is no field in it to read");
  return dataset->field(name);
}

void write(const Arguments& arguments, const data::FieldSource& field, const std::string& output) {
  const data::FieldInfo& info = field.info();

  data::Slab slab;
  slab.level = static_cast<int>(option(arguments, "level").value_or(0));
  slab.component = static_cast<int>(option(arguments, "component").value_or(0));
  if (slab.level < 0 || slab.level >= info.levels)
    throw data::UsageError("--level: the field has levels 0 to " + std::to_string(info.levels - 1));
  if (slab.component < 0 || slab.component >= info.components)
    throw data::UsageError("--component: the field has components 0 to " + std::to_string(info.components - 1));
  const auto time = option(arguments, "time");
  if (time && (*time < 0 || *time >= info.time.size))
    throw data::UsageError("--time: the field has steps 0 to " + std::to_string(info.time.size - 1));
  const std::int64_t firstStep = time.value_or(0), lastStep = time ? *time + 1 : info.time.size;
  const data::Box box = boxOf(arguments.value("box"), info.shapeAt(slab.level));

  std::vector<std::int64_t> shape;
  if (!time && info.time.size > 1) shape.push_back(info.time.size);
  for (const std::size_t axis : {2, 1, 0})
    shape.push_back(box.shape()[axis]);
  io::NpyWriter writer(output, info.type, shape);
  // A few planes or rows at a time, so that a field of any size passes through little memory.
  const std::int64_t row = box.shape()[0] * static_cast<std::int64_t>(sizeOf(info.type)), plane = row * box.shape()[1];
  const std::int64_t planes = std::max<std::int64_t>(1, pieceBytes / plane);
  const std::int64_t rows = plane <= pieceBytes ? box.shape()[1] : std::max<std::int64_t>(1, pieceBytes / row);
  std::vector<std::byte> bytes;
  for (slab.time = firstStep; slab.time < lastStep; ++slab.time) {
    for (std::int64_t z = box.lo[2]; z < box.hi[2]; z += planes) {
      for (std::int64_t y = box.lo[1]; y < box.hi[1]; y += rows) {
        slab.box = {{box.lo[0], y, z}, {box.hi[0], std::min(box.hi[1], y + rows), std::min(box.hi[2], z + planes)}};
        bytes.resize(static_cast<std::size_t>(slab.box.voxels()) * sizeOf(info.type));
        field.read(slab, bytes);
        writer.append(bytes);
      }
    }
  }
  writer.commit();
}

} // namespace

int readCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {"field", "time", "component", "box", "level", "output"}, {});
  if (arguments.words().size() != 1) throw data::UsageError("name one file");
  const std::string output = arguments.value("output");
  if (output.empty()) throw data::UsageError("--output is needed");
  const std::string path = arguments.words()[0], name = arguments.value("field");
  if (data::isRemote(path)) {
    FarProvider provider(false);
    write(arguments, *farField(provider, data::Address::from(path).text(), name), output);
    return Done;
  }
  try {
    static_cast<void>(guarded(path, [&] {
      write(arguments, *nearField(path, name), output);
      return std::string();
    }));
  } catch (const data::ReadError&) {
    std::remove((output + ".part").c_str()); // left behind when a library crashed
    throw;
  }
  return Done;
}

} // namespace discern::runner
