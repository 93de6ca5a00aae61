#include "io/tables/avro/avro_schema.h"

#include "data/error.h"
#include "io/file_text.h"

#include <array>
#include <map>
#include <nlohmann/json.hpp>

namespace discern::io {

namespace {

using Kind = AvroType::Kind;

constexpr int deepest = 60;
constexpr std::size_t mostTypes = 50000;
constexpr std::array plainTypes{std::pair{"null", Kind::Null},   std::pair{"boolean", Kind::Boolean},
                                std::pair{"int", Kind::Int},     std::pair{"long", Kind::Long},
                                std::pair{"float", Kind::Float}, std::pair{"double", Kind::Double},
                                std::pair{"bytes", Kind::Bytes}, std::pair{"string", Kind::Text}};

} // namespace

class AvroSchema::Making {
public:
  Making(AvroSchema& schema, const std::string& path) : schema_(schema), path_(path) {}

  const AvroType* type(const nlohmann::json& json, const std::string& space, int depth) {
    if (depth > deepest) fail("is nested too deeply");
    if (json.is_string()) return named(json.get<std::string>(), space);
    if (json.is_array()) {
      AvroType& own = add(Kind::Union);
      for (const auto& branch : json)
        own.parts.push_back(type(branch, space, depth + 1));
      if (own.parts.empty()) fail("has a union without branches");
      return &own;
    }
    if (!json.is_object() || !json.contains("type")) fail("has a type that is none");
    const auto& kind = json["type"];
    if (!kind.is_string()) return type(kind, space, depth + 1);
    const std::string word = kind.get<std::string>();
    if (word == "array" || word == "map") {
      AvroType& own = add(word == "array" ? Kind::Array : Kind::Map);
      const char* key = word == "array" ? "items" : "values";
      if (!json.contains(key)) fail("has an " + word + " without " + key);
      own.parts.push_back(type(json[key], space, depth + 1));
      return &own;
    }
    if (word == "record" || word == "error" || word == "enum" || word == "fixed")
      return definition(json, word, space, depth);
    return named(word, space);
  }

private:
  [[noreturn]] void fail(const std::string& what) const {
    throw data::ReadError(path_, "the Avro schema " + what + "; the file is damaged");
  }

  AvroType& add(Kind kind) {
    if (schema_.types_.size() >= mostTypes) fail("has too many types");
    schema_.types_.push_back(std::make_unique<AvroType>());
    schema_.types_.back()->kind = kind;
    return *schema_.types_.back();
  }

  const AvroType* named(const std::string& name, const std::string& space) {
    for (const auto& [word, kind] : plainTypes)
      if (name == word) return &add(kind);
    for (const std::string& full : {space + "." + name, name})
      if (const auto at = names_.find(full); at != names_.end()) return at->second;
    fail("speaks of a type \"" + cleanText(name.substr(0, 80)) + "\" that it does not define");
  }

  const AvroType* definition(const nlohmann::json& json, const std::string& word, const std::string& outer, int depth) {
    AvroType& own = add(word == "enum" ? Kind::Enum : word == "fixed" ? Kind::Fixed : Kind::Record);
    const std::string name = text(json, "name"), space = json.contains("namespace") ? text(json, "namespace") : outer;
    names_[name.find('.') == std::string::npos ? space + "." + name : name] = &own;
    if (own.kind == Kind::Fixed) {
      const auto size = json.find("size");
      if (size == json.end() || !size->is_number_integer() || size->get<std::int64_t>() < 0)
        fail("has a fixed type without a size");
      own.size = size->get<std::int64_t>();
    } else if (own.kind == Kind::Enum) {
      for (const auto& symbol : list(json, "symbols"))
        own.names.push_back(symbol.is_string() ? symbol.get<std::string>() : std::string());
    } else {
      for (const auto& field : list(json, "fields")) {
        if (!field.is_object() || !field.contains("type")) fail("has a field without a type");
        own.names.push_back(cleanText(text(field, "name")));
        own.parts.push_back(type(field["type"], space, depth + 1));
      }
    }
    return &own;
  }

  static std::string text(const nlohmann::json& json, const char* key) {
    const auto at = json.find(key);
    return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
  }
  const nlohmann::json& list(const nlohmann::json& json, const char* key) const {
    const auto at = json.find(key);
    if (at == json.end() || !at->is_array()) fail(std::string("has a type without ") + key);
    return *at;
  }

  AvroSchema& schema_;
  const std::string& path_;
  std::map<std::string, const AvroType*> names_;
};

AvroSchema::AvroSchema(const std::string& text, const std::string& path) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) throw data::ReadError(path, "the Avro schema is no JSON; the file is damaged");
  root_ = Making(*this, path).type(json, "", 0);
}

AvroSchema::~AvroSchema() = default;

} // namespace discern::io
