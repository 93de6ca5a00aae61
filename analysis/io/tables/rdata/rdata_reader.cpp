#include "io/tables/rdata/rdata_reader.h"

#include "io/file_text.h"
#include "io/tables/rdata/r_objects.h"
#include "io/tables/text/cells.h"
#include "io/whole/whole_field.h"

#include <cstring>
#include <filesystem>

namespace discern::io {

namespace {

RObjects read(const std::shared_ptr<const File>& file) {
  const std::string head = textHead(file, 1);
  const auto stream = streamOf(file);
  const RValue document = readRValue(file->path(), *stream, wholeLimit);
  return objectsOf(document, head == "R", std::filesystem::path(file->path()).stem().string());
}

std::vector<std::byte> bytesOf(const std::vector<double>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(double));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

} // namespace

bool isRData(const Candidate& candidate) {
  const std::string head = candidateText(candidate);
  const std::string_view text(head);
  if (text.starts_with("RDX2\n") || text.starts_with("RDX3\n") || text.starts_with("RDA2\n") ||
      text.starts_with("RDA3\n"))
    return true;
  using namespace std::string_view_literals;
  return text.starts_with("X\n\0\0\0\2"sv) || text.starts_with("X\n\0\0\0\3"sv);
}

std::shared_ptr<data::Dataset> openRData(const Candidate& candidate) {
  const std::shared_ptr<const File> file = candidate.file;
  RObjects objects = read(file);
  data::DatasetInfo info;
  info.path = file->path();
  info.format = "R data";
  info.attributes = std::move(objects.attributes);
  info.warnings = std::move(objects.warnings);
  if (objects.tables.empty() && objects.arrays.empty() && !objects.network && info.attributes.empty())
    throw data::ReadError(file->path(), "it holds no data frame, vector or matrix" +
                                            (info.warnings.empty() ? std::string() : ". " + info.warnings[0]));
  std::vector<LazyTable> tables;
  for (std::size_t i = 0; i < objects.tables.size(); ++i)
    tables.push_back({objects.tables[i].info, [file, i] {
                        RObjects again = read(file);
                        if (i >= again.tables.size()) throw data::ReadError(file->path(), "the file was changed");
                        return std::move(again.tables[i]);
                      }});
  FieldsDataset::Fields fields;
  for (std::size_t i = 0; i < objects.arrays.size(); ++i)
    fields.push_back(wholeField(objects.arrays[i].info, [file, i] {
      const RObjects again = read(file);
      if (i >= again.arrays.size()) throw data::ReadError(file->path(), "the file was changed");
      return bytesOf(again.arrays[i].values);
    }));
  if (objects.network)
    return networkDataset(std::move(info), std::move(*objects.network), std::move(tables), std::move(fields));
  return std::make_shared<TablesDataset>(std::move(info), std::move(tables), std::move(fields));
}

} // namespace discern::io
