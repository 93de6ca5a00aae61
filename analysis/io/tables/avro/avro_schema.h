#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace discern::io {

/// A type of an Avro schema (https://avro.apache.org/docs/1.11.1/specification).
struct AvroType {
  enum class Kind { Null, Boolean, Int, Long, Float, Double, Bytes, Text, Fixed, Enum, Array, Map, Union, Record };
  Kind kind = Kind::Null;
  std::int64_t size = 0;              ///< of fixed
  std::vector<std::string> names;     ///< of a record's fields, of an enum's symbols
  std::vector<const AvroType*> parts; ///< of a record's fields, a union's branches; an array's or map's items
};

/// A schema with all the types that it names.
class AvroSchema {
public:
  /// Throws data::ReadError(path, …) for what is no schema.
  AvroSchema(const std::string& text, const std::string& path);
  ~AvroSchema();
  AvroSchema(const AvroSchema&) = delete;
  AvroSchema& operator=(const AvroSchema&) = delete;
  [[nodiscard]] const AvroType& root() const { return *root_; }

private:
  class Making;
  std::vector<std::unique_ptr<AvroType>> types_;
  const AvroType* root_ = nullptr;
};

} // namespace discern::io
