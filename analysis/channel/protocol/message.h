#pragma once
#include "data/field_source.h"
#include "data/shape.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

/// The messages of analysis/channel/README.md, and the checks that both ends make on them.
namespace discern::channel {

inline constexpr int protocolVersion = 1;
inline constexpr std::size_t maxRequestLine = std::size_t{1} << 20;  ///< bytes; a longer request is refused
inline constexpr std::size_t maxAnswerLine = std::size_t{256} << 20; ///< bytes; a longer answer becomes an error
inline constexpr std::size_t maxRawPayload = std::size_t{1} << 30;   ///< bytes that follow an answer's line

/// Why a request was not answered.
enum class ErrorKind {
  Read,     ///< the file gives way
  Usage,    ///< the request is wrong
  Internal, ///< the service is wrong, or out of memory
  Memory    ///< the segment can't be filled; asking without one may do
};
[[nodiscard]] std::string_view nameOf(ErrorKind kind);

struct Request {
  std::int64_t id = 0;
  std::string method{};
  nlohmann::json params{};
  int priority = 0; ///< lower is served first
};

/// One line, with its end. Text that isn't UTF-8 is mended, numbers that JSON lacks become null.
[[nodiscard]] std::string line(const nlohmann::json& message);
[[nodiscard]] std::string requestLine(const Request& request);
/// `raw`: so many bytes follow the line.
[[nodiscard]] std::string answerLine(std::int64_t id, const nlohmann::json& result, std::size_t raw = 0);
/// Without an id when the request had none that could be read.
[[nodiscard]] std::string errorLine(std::optional<std::int64_t> id, ErrorKind kind, std::string_view message);

/// The first line of a service at the end of a pipe: what it is and which version it speaks, `release` for a person.
[[nodiscard]] std::string greetingLine(std::string_view release);

/// Parses a request's object; throws data::UsageError when it is none.
[[nodiscard]] Request requestFrom(const nlohmann::json& message);

// Parameters by name; data::UsageError when missing, of another type, or out of range.
[[nodiscard]] std::string textParam(const nlohmann::json& params, const char* name);
[[nodiscard]] std::int64_t integerParam(const nlohmann::json& params, const char* name, std::int64_t low,
                                        std::int64_t high, std::optional<std::int64_t> fallback = std::nullopt);
[[nodiscard]] data::Slab slabParam(const nlohmann::json& params, const char* name);
[[nodiscard]] data::ShapeRequest shapeParam(const nlohmann::json& params, const char* name);
[[nodiscard]] data::Vec3 placeParam(const nlohmann::json& params, const char* name);
[[nodiscard]] data::Index3 voxelParam(const nlohmann::json& params, const char* name, const data::Index3& shape);

/// Elements in a row of a box: along its first axis of more than one voxel.
[[nodiscard]] std::size_t rowOf(const data::Box& box);
/// Bytes of `slab` in a field; throws data::UsageError when it is empty or lies outside.
[[nodiscard]] std::size_t checkedBytes(const data::FieldInfo& field, const data::Slab& slab);

} // namespace discern::channel
