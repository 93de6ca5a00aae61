#include "io/tables/avro/avro_reader.h"

#include "io/file_text.h"
#include "io/tables/avro/avro_schema.h"
#include "io/tables/records/record_parts.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <limits>
#include <snappy-c.h>
#include <zlib.h>

namespace discern::io {

namespace {

using Kind = AvroType::Kind;

constexpr std::int64_t mostFile = 400'000'000;
constexpr std::size_t mostBlock = 200'000'000;
constexpr int deepest = 60;

/// Avro's binary encoding, from memory.
class Input {
public:
  Input(std::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}
  [[nodiscard]] bool atEnd() const { return at_ == bytes_.size(); }
  [[noreturn]] void fail(const std::string& problem) const { throw data::ReadError(path_, problem); }
  std::string_view take(std::int64_t count) {
    if (count < 0 || count > static_cast<std::int64_t>(bytes_.size() - at_))
      fail("the Avro data ends early; the file is cut short or damaged");
    const auto part = bytes_.substr(at_, static_cast<std::size_t>(count));
    at_ += static_cast<std::size_t>(count);
    return part;
  }
  /// A zig-zag number of variable length.
  std::int64_t whole() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1).front());
      if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    fail("a number of the Avro data has too many bytes; the file is damaged");
  }
  std::string_view text() { return take(whole()); }
  template <typename Bits>
  Bits little() {
    Bits bits = 0;
    const auto raw = take(sizeof(Bits));
    for (std::size_t i = sizeof(Bits); i-- > 0;)
      bits = static_cast<Bits>(bits << 8 | static_cast<unsigned char>(raw[i]));
    return bits;
  }

private:
  std::string_view bytes_;
  const std::string& path_;
  std::size_t at_ = 0;
};

/// One value of a type.
void decode(Input& in, const AvroType& type, RecordBuilder& out, int depth) {
  if (depth > deepest) in.fail("the Avro data is nested too deeply");
  switch (type.kind) {
  case Kind::Null:
    return out.add({});
  case Kind::Boolean:
    return out.add(RecordValue::ofNumber(in.take(1).front() != 0 ? 1 : 0));
  case Kind::Int:
  case Kind::Long:
    return out.add(RecordValue::ofWhole(in.whole()));
  case Kind::Float:
    return out.add(RecordValue::ofNumber(shortestDecimal(std::bit_cast<float>(in.little<std::uint32_t>()))));
  case Kind::Double:
    return out.add(RecordValue::ofNumber(std::bit_cast<double>(in.little<std::uint64_t>())));
  case Kind::Text:
    return out.add(RecordValue::ofText(std::string(in.text())));
  case Kind::Bytes:
  case Kind::Fixed: {
    RecordValue bytes = RecordValue::ofText(std::string(type.kind == Kind::Fixed ? in.take(type.size) : in.text()));
    bytes.kind = RecordValue::Kind::Bytes;
    return out.add(std::move(bytes));
  }
  case Kind::Enum:
  case Kind::Union: {
    const std::int64_t index = in.whole();
    const auto count = static_cast<std::int64_t>(type.kind == Kind::Enum ? type.names.size() : type.parts.size());
    if (index < 0 || index >= count)
      in.fail("the Avro data chooses what the schema does not have; the file is damaged");
    if (type.kind == Kind::Union) return decode(in, *type.parts[static_cast<std::size_t>(index)], out, depth + 1);
    return out.add(RecordValue::ofText(cleanText(type.names[static_cast<std::size_t>(index)])));
  }
  case Kind::Record:
    out.begin(RecordValue::Kind::Object);
    for (std::size_t i = 0; i < type.parts.size(); ++i) {
      out.key(type.names[i]);
      decode(in, *type.parts[i], out, depth + 1);
    }
    return out.end();
  case Kind::Array:
  case Kind::Map:
    break;
  }
  out.begin(type.kind == Kind::Map ? RecordValue::Kind::Object : RecordValue::Kind::List);
  for (std::int64_t count = in.whole(); count != 0; count = in.whole()) {
    if (count < 0) in.whole(); // the block's size in bytes
    if (count == std::numeric_limits<std::int64_t>::min()) in.fail("a list of the Avro data is damaged");
    for (std::int64_t left = std::abs(count); left > 0; --left) {
      if (type.kind == Kind::Map) out.key(cleanText(in.text()));
      decode(in, *type.parts.front(), out, depth + 1);
    }
  }
  out.end();
}

std::string inflated(std::string_view packed, const std::string& path) {
  z_stream z{};
  if (inflateInit2(&z, -15) != Z_OK) throw data::ReadError(path, "zlib can't be started");
  std::string out;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  z.avail_in = static_cast<uInt>(packed.size());
  int state = Z_OK;
  while (state == Z_OK && out.size() <= mostBlock) {
    const std::size_t before = out.size();
    out.resize(before + (1 << 18));
    z.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    z.avail_out = 1 << 18;
    state = inflate(&z, Z_NO_FLUSH);
    out.resize(before + (1 << 18) - z.avail_out);
    if (state == Z_OK && z.avail_in == 0 && z.avail_out > 0) break;
  }
  inflateEnd(&z);
  if (state != Z_STREAM_END)
    throw data::ReadError(path, "a block of the Avro file is damaged, or inflates to too much");
  return out;
}

std::string unsnapped(std::string_view packed, const std::string& path) {
  constexpr std::size_t checksum = 4;
  std::size_t size = 0;
  const std::size_t length = packed.size() < checksum ? 0 : packed.size() - checksum;
  std::string out;
  bool good = snappy_uncompressed_length(packed.data(), length, &size) == SNAPPY_OK && size <= mostBlock &&
              size <= 64 * length + 64; // Snappy can do no better
  if (good) {
    out.resize(size);
    good = snappy_uncompress(packed.data(), length, out.data(), &size) == SNAPPY_OK && size == out.size();
  }
  if (good) {
    std::uint32_t stated = 0;
    for (std::size_t i = 0; i < checksum; ++i)
      stated = stated << 8 | static_cast<unsigned char>(packed[length + i]);
    good = stated == crc32(0, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(out.size()));
  }
  if (!good) throw data::ReadError(path, "a block of the Avro file is damaged");
  return out;
}

RecordValue readAvro(const std::shared_ptr<const File>& file) {
  const std::string& path = file->path();
  if (file->size() > mostFile)
    throw data::ReadError(path, "the Avro file has more than " + byteText(static_cast<double>(mostFile)) +
                                    "; split it, or write what you need as CSV or HDF5");
  std::string content(static_cast<std::size_t>(file->size()), '\0');
  file->readAt(0, std::as_writable_bytes(std::span(content)));
  Input in(content, path);
  in.take(4);
  std::string codec = "null", text;
  for (std::int64_t count = in.whole(); count != 0; count = in.whole()) {
    if (count < 0) in.whole();
    if (count == std::numeric_limits<std::int64_t>::min()) in.fail("the Avro header is damaged");
    for (std::int64_t left = std::abs(count); left > 0; --left) {
      const std::string key(in.text()), value(in.text());
      if (key == "avro.schema")
        text = value;
      else if (key == "avro.codec")
        codec = value;
    }
  }
  const std::string sync(in.take(16));
  if (codec != "null" && codec != "deflate" && codec != "snappy")
    in.fail("the Avro file is compressed by \"" + cleanText(codec.substr(0, 40)) +
            "\"; null, deflate and snappy are read");
  const AvroSchema schema(text, path);
  RecordBuilder builder(path);
  builder.begin(RecordValue::Kind::List);
  while (!in.atEnd()) {
    const std::int64_t count = in.whole();
    const std::string_view packed = in.take(in.whole());
    const std::string unpacked = codec == "null"      ? std::string(packed)
                                 : codec == "deflate" ? inflated(packed, path)
                                                      : unsnapped(packed, path);
    Input block(unpacked, path);
    if (count < 0) in.fail("a block of the Avro file has a negative count; the file is damaged");
    for (std::int64_t left = count; left > 0; --left)
      decode(block, schema.root(), builder, 0);
    if (in.take(16) != sync) in.fail("a block of the Avro file does not end in the file's mark; the file is damaged");
  }
  builder.end();
  auto values = builder.take();
  return std::move(values.front());
}

} // namespace

bool isAvro(const Candidate& candidate) { return !candidate.gzip && candidate.begins("Obj\1"); }

std::shared_ptr<data::Dataset> openAvro(const Candidate& candidate) {
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "Avro";
  return recordDataset(std::move(info),
                       [file = candidate.file] { return partsOf(readAvro(file), "Avro", stemOf(file->path())); });
}

} // namespace discern::io
