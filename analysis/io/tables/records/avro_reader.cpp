#include "io/file_text.h"
#include "io/tables/records/json_reader.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <zlib.h>

namespace discern::io {

namespace {

using nlohmann::json;

constexpr std::int64_t most = 256 << 20;
constexpr std::size_t syncBytes = 16, mostValues = 20'000'000;
constexpr int deepest = 64;

/// Takes Avro's values off the front of bytes. Throws ReadError when there are not enough.
class Decoder {
public:
  Decoder(const std::string& path, std::span<const std::byte> bytes) : path_(path), left_(bytes) {}

  [[noreturn]] void refuse(const std::string& why) const { throw data::ReadError(path_, "the Avro data " + why); }
  [[nodiscard]] bool empty() const { return left_.empty(); }

  std::span<const std::byte> take(std::uint64_t count) {
    if (count > left_.size()) refuse("is cut short, or says more than it holds");
    const auto taken = left_.first(static_cast<std::size_t>(count));
    left_ = left_.subspan(static_cast<std::size_t>(count));
    return taken;
  }
  std::int64_t whole() { // zig-zag, seven bits a byte
    std::uint64_t raw = 0;
    for (int shift = 0;; shift += 7) {
      if (shift > 63) refuse("has a number of more than 64 bits");
      const auto byte = std::to_integer<std::uint64_t>(take(1)[0]);
      raw |= (byte & 0x7f) << shift;
      if (!(byte & 0x80)) break;
    }
    return static_cast<std::int64_t>((raw >> 1) ^ (~(raw & 1) + 1));
  }
  std::uint64_t length() {
    const std::int64_t count = whole();
    if (count < 0) refuse("has a negative length");
    return static_cast<std::uint64_t>(count);
  }
  std::string text() {
    const auto bytes = take(length());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  template <typename T>
  T raw() {
    T value{};
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

private:
  const std::string& path_;
  std::span<const std::byte> left_;
};

/// Reads values by a schema.
class SchemaReader {
public:
  explicit SchemaReader(const json& schema) { learn(schema, 0); }

  json value(const json& schema, Decoder& in, int depth = 0) {
    if (depth > deepest || ++values_ > mostValues) in.refuse("is nested too deep, or holds too many values");
    if (schema.is_array()) { // a union
      const std::int64_t branch = in.whole();
      if (branch < 0 || branch >= static_cast<std::int64_t>(schema.size()))
        in.refuse("names a branch that isn't there");
      return value(schema[static_cast<std::size_t>(branch)], in, depth + 1);
    }
    const json& own = schema.is_string() ? schema : schema.contains("type") ? schema["type"] : schema;
    if (!own.is_string()) {
      if (&own == &schema) in.refuse("has a schema without a type");
      return value(own, in, depth + 1);
    }
    const std::string type = own.get<std::string>();
    if (type == "null") return nullptr;
    if (type == "boolean") return std::to_integer<int>(in.take(1)[0]) != 0;
    if (type == "int" || type == "long") return in.whole();
    if (type == "float") return number(in.raw<float>());
    if (type == "double") return number(in.raw<double>());
    if (type == "string") return cleanText(in.text());
    if (type == "bytes") return binary(in.take(in.length()));
    if (type == "fixed") return binary(in.take(schema.value("size", std::uint64_t{0})));
    if (type == "enum") {
      const std::int64_t index = in.whole();
      const json symbols = schema.value("symbols", json::array());
      if (index < 0 || index >= static_cast<std::int64_t>(symbols.size())) in.refuse("names a symbol that isn't there");
      return symbols[static_cast<std::size_t>(index)];
    }
    if (type == "record" || type == "error") {
      json record = json::object();
      for (const json& field : schema.value("fields", json::array()))
        record[field.value("name", "")] = value(field.value("type", json("null")), in, depth + 1);
      return record;
    }
    if (type == "array" || type == "map") return block(schema, type == "map", in, depth);
    if (const auto known = named_.find(type); known != named_.end()) return value(known->second, in, depth + 1);
    const auto dot = type.rfind('.');
    if (const auto known = named_.find(dot == std::string::npos ? type : type.substr(dot + 1)); known != named_.end())
      return value(known->second, in, depth + 1);
    in.refuse("has a type \"" + cleanText(type) + "\" that its schema does not explain");
  }

private:
  static json number(double value) { return std::isfinite(value) ? json(value) : json(); }
  static json binary(std::span<const std::byte> bytes) {
    const auto* from = reinterpret_cast<const std::uint8_t*>(bytes.data());
    return json::binary(std::vector<std::uint8_t>(from, from + bytes.size()));
  }
  json block(const json& schema, bool map, Decoder& in, int depth) {
    json all = map ? json::object() : json::array();
    for (;;) {
      std::int64_t count = in.whole();
      if (count == 0) return all;
      if (count < 0) {
        (void)in.whole(); // the size of the block in bytes
        count = -count;
      }
      for (; count > 0; --count) {
        if (map) {
          const std::string key = cleanText(in.text());
          all[key] = value(schema.value("values", json("null")), in, depth + 1);
        } else {
          all.push_back(value(schema.value("items", json("null")), in, depth + 1));
        }
      }
    }
  }
  /// Remembers the named types of a schema.
  void learn(const json& schema, int depth) {
    if (depth > deepest) return;
    if (schema.is_array()) {
      for (const json& branch : schema)
        learn(branch, depth + 1);
      return;
    }
    if (!schema.is_object()) return;
    if (const auto name = schema.find("name");
        name != schema.end() && name->is_string() && schema.contains("type") && schema["type"].is_string())
      named_.try_emplace(name->get<std::string>(), schema);
    for (const char* key : {"type", "items", "values"})
      if (const auto inner = schema.find(key); inner != schema.end()) learn(*inner, depth + 1);
    if (const auto fields = schema.find("fields"); fields != schema.end() && fields->is_array())
      for (const json& field : *fields)
        learn(field, depth + 1);
  }

  std::map<std::string, json> named_;
  std::size_t values_ = 0;
};

std::vector<std::byte> inflated(Decoder& in, std::span<const std::byte> from) {
  std::vector<std::byte> bytes;
  z_stream z{};
  if (inflateInit2(&z, -15) != Z_OK) throw std::runtime_error("zlib can't start");
  z.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(from.data()));
  z.avail_in = static_cast<uInt>(from.size());
  int state = Z_OK;
  while (state == Z_OK && static_cast<std::int64_t>(bytes.size()) < most) {
    const std::size_t at = bytes.size();
    bytes.resize(at + (1 << 16));
    z.next_out = reinterpret_cast<Bytef*>(bytes.data() + at);
    z.avail_out = 1 << 16;
    state = inflate(&z, Z_NO_FLUSH);
    bytes.resize(at + (1 << 16) - z.avail_out);
  }
  inflateEnd(&z);
  if (state != Z_STREAM_END) in.refuse("has a block that does not inflate, or to more than 256 MB");
  return bytes;
}

} // namespace

bool isAvro(const Candidate& candidate) { return candidate.begins("Obj\x01"); }

std::shared_ptr<data::Dataset> openAvro(const Candidate& candidate) {
  const auto bytes = candidate.content(most);
  Decoder in(candidate.path(), bytes);
  (void)in.take(4);
  std::map<std::string, std::string> header;
  for (;;) {
    std::int64_t count = in.whole();
    if (count == 0) break;
    if (count < 0) {
      (void)in.whole();
      count = -count;
    }
    for (; count > 0; --count) {
      const std::string key = in.text();
      header[key] = in.text();
    }
  }
  const auto mark = in.take(syncBytes);
  const std::string codec = header.contains("avro.codec") ? header["avro.codec"] : "null";
  if (codec != "null" && codec != "deflate")
    in.refuse("is packed by \"" + cleanText(codec) + "\"; plain and deflated blocks are read");
  const json schema = json::parse(header["avro.schema"], nullptr, false);
  if (schema.is_discarded()) in.refuse("has a schema that is no JSON");

  SchemaReader reader(schema);
  json records = json::array();
  while (!in.empty()) {
    const std::uint64_t count = in.length();
    const auto block = in.take(in.length());
    const auto end = in.take(syncBytes);
    if (std::memcmp(end.data(), mark.data(), syncBytes) != 0)
      in.refuse("is damaged: a block does not end with its mark");
    const std::vector<std::byte> plain = codec == "deflate" ? inflated(in, block) : std::vector<std::byte>();
    Decoder values(candidate.path(), codec == "deflate" ? std::span<const std::byte>(plain) : block);
    for (std::uint64_t i = 0; i < count; ++i)
      records.push_back(reader.value(schema, values));
  }
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "Avro";
  const bool one = records.size() == 1;
  return recordsDataset(std::move(info),
                        tablesOf(one ? records[0] : records, std::filesystem::path(candidate.path()).stem().string()));
}

} // namespace discern::io
