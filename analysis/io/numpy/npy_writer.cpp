#include "data/error.h"
#include "io/file.h"
#include "io/write.h"

namespace discern::io {

namespace {

std::string headerOf(data::ScalarType type, std::span<const std::int64_t> shape) {
  const std::string_view name = nameOf(type);
  const char kind = name.front() == 'f' ? 'f' : name.front() == 'u' ? 'u' : 'i';
  const std::string size = std::to_string(sizeOf(type));
  std::string header = std::string("{'descr': '") + (sizeOf(type) == 1 ? '|' : '<') + kind + size +
                       "', 'fortran_order': False, 'shape': (";
  for (const std::int64_t n : shape)
    header += std::to_string(n) + ", ";
  if (shape.size() > 1)
    header.resize(header.size() - 2);
  else if (shape.size() == 1)
    header.pop_back();
  header += "), }";
  const std::size_t whole = (10 + header.size() + 1 + 63) / 64 * 64; // data begins on a multiple of 64
  header.resize(whole - 10 - 1, ' ');
  header += '\n';
  std::string magic("\x93NUMPY\x01", 7);
  magic += '\0';
  magic += static_cast<char>(header.size() & 0xFF);
  magic += static_cast<char>(header.size() >> 8);
  return magic + header;
}

} // namespace

struct NpyWriter::Private {
  explicit Private(const std::string& name) : file(name), path(name) {}
  FileWriter file;
  std::string path;
  std::size_t left = 0;
};

NpyWriter::NpyWriter(const std::string& path, data::ScalarType type, std::span<const std::int64_t> shape)
    : d(std::make_unique<Private>(path)) {
  d->left = sizeOf(type);
  for (const std::int64_t n : shape)
    d->left *= static_cast<std::size_t>(n);
  const std::string header = headerOf(type, shape);
  d->file.write(std::as_bytes(std::span(header)));
}

NpyWriter::~NpyWriter() = default;

void NpyWriter::append(std::span<const std::byte> bytes) {
  if (bytes.size() > d->left) throw data::UsageError(d->path + ": more values than the shape has");
  d->file.write(bytes);
  d->left -= bytes.size();
}

void NpyWriter::commit() {
  if (d->left != 0) throw data::UsageError(d->path + ": fewer values than the shape has");
  d->file.commit();
}

void writeNpy(const std::string& path, data::ScalarType type, std::span<const std::int64_t> shape,
              std::span<const std::byte> bytes) {
  NpyWriter writer(path, type, shape);
  writer.append(bytes);
  writer.commit();
}

} // namespace discern::io
