#include "io/fields/npz/npz_reader.h"

#include "io/fields/zip/zip_archive.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/numpy/npy_header.h"

#include <algorithm>
#include <cstring>

namespace discern::io {

namespace {

constexpr std::size_t mostArrays = 4096;

/// A single number or text, in the words of a person; empty when it is neither.
std::string scalarText(const ZipArchive& archive, const ZipArchive::Member& member, const NpyHeader& header) {
  const auto whole = archive.head(member, static_cast<std::size_t>(header.data) + 4096);
  const std::span bytes = std::span(whole).subspan(std::min(static_cast<std::size_t>(header.data), whole.size()));
  if (header.code.size() > 1 && header.code[1] == 'U') { // UTF-32
    std::string text;
    for (std::size_t i = 0; i + 4 <= bytes.size() && i < 4096; i += 4) {
      const std::size_t low = header.swapped ? 3 : 0, next = header.swapped ? 2 : 1;
      const auto code = std::to_integer<unsigned>(bytes[i + low]) | std::to_integer<unsigned>(bytes[i + next]) << 8;
      if (code == 0) break;
      text += code < 128 ? static_cast<char>(code) : '?';
    }
    return text;
  }
  if (!header.type || bytes.size() < sizeOf(*header.type)) return {};
  return data::dispatch(*header.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::array<std::byte, sizeof(T)> raw{};
    std::copy_n(bytes.begin(), sizeof(T), raw.begin());
    if (header.swapped) std::reverse(raw.begin(), raw.end());
    T value;
    std::memcpy(&value, raw.data(), sizeof(T));
    return numberText(static_cast<double>(value));
  });
}

} // namespace

bool isNpz(const std::shared_ptr<const File>& file) {
  if (lowerCase(file->path()).ends_with(".npz")) return true;
  try {
    const ZipArchive archive(file);
    return std::any_of(archive.members().begin(), archive.members().end(),
                       [](const auto& member) { return member.name.ends_with(".npy"); });
  } catch (const data::ReadError&) {
    return false;
  }
}

std::shared_ptr<data::Dataset> openNpz(const std::shared_ptr<const File>& file) {
  const std::string& path = file->path();
  const ZipArchive archive(file);
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "NumPy archive";
  dataset.alone = true;
  std::vector<std::shared_ptr<const data::FieldSource>> fields;
  std::string problem;
  const auto skip = [&](const std::string& name, const std::string& why) {
    if (dataset.warnings.size() < 20) dataset.warnings.push_back("The array " + name + " is not shown: " + why + ".");
  };
  for (const auto& member : archive.members()) {
    if (!member.name.ends_with(".npy")) continue;
    if (fields.size() >= mostArrays) break;
    const std::string name = member.name.substr(0, member.name.size() - 4);
    try {
      NpyHeader header = npyHeader(archive.head(member, longestNpyHeader), path);
      const double end = static_cast<double>(header.data) +
                         header.elements * (header.type ? static_cast<double>(sizeOf(*header.type)) : 0);
      if (end > static_cast<double>(member.size))
        throw data::ReadError(path, "the array " + name + " promises " + shapeText(header.shape) +
                                        " values, more than the archive has");
      if (header.elements == 1 && header.shape.size() <= 1) {
        if (const std::string text = scalarText(archive, member, header); !text.empty())
          dataset.attributes[name] = text;
        continue;
      }
      if (!header.type || header.shape.size() > 5 || header.elements == 0) {
        skip(name, header.elements == 0 ? "it is empty"
                   : !header.type       ? "its type is " + header.code
                                        : "it has more than five axes");
        continue;
      }
      data::FieldInfo info;
      info.name = name;
      info.source = dataset.format;
      info.labels = !isFloating(*header.type) && speaksOfLabels(name);
      const std::string order = npyAxes(header.shape, path, name);
      fields.push_back(npyField(std::move(info), header, order, archive.open(member), path));
    } catch (const data::ReadError& error) {
      problem = error.what();
      skip(name, std::string(error.what()).substr(std::min(problem.size(), path.size() + 2)));
    }
  }
  if (fields.empty() && !problem.empty())
    throw data::ReadError(path, problem.substr(std::min(problem.size(), path.size() + 2)));
  if (fields.empty()) dataset.warnings.emplace_back("There is no array of numbers in the archive.");
  return std::make_shared<FieldsDataset>(std::move(dataset), std::move(fields));
}

} // namespace discern::io
