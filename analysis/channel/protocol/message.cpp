#include "channel/protocol/message.h"

#include "data/error.h"

#include <algorithm>

namespace discern::channel {

using data::UsageError;
using nlohmann::json;

std::string_view nameOf(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::Read:
    return "read";
  case ErrorKind::Usage:
    return "usage";
  case ErrorKind::Memory:
    return "memory";
  case ErrorKind::Internal:
    break;
  }
  return "internal";
}

std::string line(const json& message) {
  std::string text = message.dump(-1, ' ', false, json::error_handler_t::replace);
  text += '\n';
  return text;
}

std::string requestLine(const Request& request) {
  return line(
      {{"id", request.id}, {"method", request.method}, {"params", request.params}, {"priority", request.priority}});
}

std::string answerLine(std::int64_t id, const json& result, std::size_t raw) {
  json message{{"id", id}, {"result", result}};
  if (raw > 0) message["raw"] = raw;
  return line(message);
}

std::string errorLine(std::optional<std::int64_t> id, ErrorKind kind, std::string_view message) {
  json answer{{"id", nullptr}, {"error", {{"kind", nameOf(kind)}, {"message", message}}}};
  if (id) answer["id"] = *id;
  return line(answer);
}

std::string greetingLine(std::string_view release) {
  // On a line of its own, whatever a login printed before it.
  return "\n" + line({{"greeting", {{"service", "discern"}, {"protocol", protocolVersion}, {"release", release}}}});
}

Request requestFrom(const json& message) {
  if (!message.is_object()) throw UsageError("a request is a JSON object");
  const auto id = message.find("id");
  if (id == message.end() || !id->is_number_integer()) throw UsageError("a request needs a whole number \"id\"");
  const auto method = message.find("method");
  if (method == message.end() || !method->is_string()) throw UsageError("a request needs a \"method\"");
  Request request;
  request.id = id->get<std::int64_t>();
  request.method = method->get<std::string>();
  request.params = message.value("params", json::object());
  if (!request.params.is_object()) throw UsageError("\"params\" is a JSON object");
  request.priority = static_cast<int>(integerParam(message, "priority", 0, 1000, 1));
  return request;
}

std::string textParam(const json& params, const char* name) {
  const auto found = params.find(name);
  if (found == params.end() || !found->is_string())
    throw UsageError("\"" + std::string(name) + "\" is missing, or no text");
  std::string text = found->get<std::string>();
  if (text.find('\0') != std::string::npos) throw UsageError("\"" + std::string(name) + "\" has a zero byte");
  return text;
}

std::int64_t integerParam(const json& params, const char* name, std::int64_t low, std::int64_t high,
                          std::optional<std::int64_t> fallback) {
  const auto found = params.find(name);
  if (found == params.end() && fallback) return *fallback;
  if (found == params.end() || !found->is_number_integer())
    throw UsageError("\"" + std::string(name) + "\" is missing, or no whole number");
  const bool huge = found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  const std::int64_t value = huge ? INT64_MAX : found->get<std::int64_t>();
  if (huge || value < low || value > high)
    throw UsageError("\"" + std::string(name) + "\" is " + found->dump() + "; it lies between " + std::to_string(low) +
                     " and " + std::to_string(high));
  return value;
}

data::Slab slabParam(const json& params, const char* name) {
  const auto found = params.find(name);
  if (found == params.end()) throw UsageError("\"" + std::string(name) + "\" is missing");
  try {
    return found->get<data::Slab>();
  } catch (const json::exception& error) {
    throw UsageError("\"" + std::string(name) + "\" is no slab: " + error.what());
  }
}

data::ShapeRequest shapeParam(const json& params, const char* name) {
  const auto found = params.find(name);
  if (found == params.end()) throw UsageError("\"" + std::string(name) + "\" is missing");
  try {
    return found->get<data::ShapeRequest>();
  } catch (const json::exception& error) {
    throw UsageError("\"" + std::string(name) + "\" says of no grid what to draw: " + error.what());
  }
}

data::Vec3 placeParam(const json& params, const char* name) {
  const auto found = params.find(name);
  const auto isNumber = [](const json& entry) { return entry.is_number(); };
  if (found == params.end() || !found->is_array() || found->size() != 3 ||
      !std::all_of(found->begin(), found->end(), isNumber))
    throw UsageError("\"" + std::string(name) + "\" is missing, or not three numbers");
  return found->get<data::Vec3>();
}

data::Index3 voxelParam(const json& params, const char* name, const data::Index3& shape) {
  const auto found = params.find(name);
  if (found == params.end() || !found->is_array() || found->size() != 3)
    throw UsageError("\"" + std::string(name) + "\" is missing, or not three whole numbers");
  data::Index3 voxel{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const json& entry = (*found)[axis];
    if (!entry.is_number_integer()) throw UsageError("\"" + std::string(name) + "\" is not three whole numbers");
    voxel[axis] = entry.get<std::int64_t>();
    if (voxel[axis] < 0 || voxel[axis] >= shape[axis])
      throw UsageError("the voxel " + found->dump() + " lies outside the field, which has " + std::to_string(shape[0]) +
                       " × " + std::to_string(shape[1]) + " × " + std::to_string(shape[2]));
  }
  return voxel;
}

std::size_t rowOf(const data::Box& box) {
  const data::Index3 shape = box.shape();
  return static_cast<std::size_t>(shape[0] > 1 ? shape[0] : std::max<std::int64_t>(shape[1], 1));
}

std::size_t checkedBytes(const data::FieldInfo& field, const data::Slab& slab) {
  const std::string where = "the field \"" + field.name + "\"";
  if (slab.level < 0 || slab.level >= field.levels)
    throw UsageError(where + " has no level " + std::to_string(slab.level));
  if (slab.time < 0 || slab.time >= field.time.size)
    throw UsageError(where + " has no time step " + std::to_string(slab.time));
  if (slab.component < 0 || slab.component >= field.components)
    throw UsageError(where + " has no component " + std::to_string(slab.component));
  const data::Index3 shape = field.shapeAt(slab.level);
  std::size_t bytes = data::sizeOf(field.type);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int64_t low = slab.box.lo[axis], high = slab.box.hi[axis];
    if (low < 0 || high > shape[axis] || low >= high)
      throw UsageError("the box " + std::to_string(low) + ":" + std::to_string(high) + " along " + "xyz"[axis] +
                       " is empty or lies outside " + where + ", which has " + std::to_string(shape[axis]) + " there");
    if (__builtin_mul_overflow(bytes, static_cast<std::size_t>(high - low), &bytes) || bytes > (std::size_t{1} << 46))
      throw UsageError("the box is too large to be read at once; ask for a coarser level or a part of it");
  }
  return bytes;
}

} // namespace discern::channel
