#include "io/tables/delimited/delimited_reader.h"

#include "io/file_text.h"
#include "io/tables/delimited/survey.h"
#include "io/tables/text/cells.h"
#include "io/tables/text/tables_dataset.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

namespace discern::io {

namespace {

constexpr double mostMatrix = 512e6; // bytes of a field that has to be held whole

/// The file's suffix, that of packing aside, in lower case.
std::string suffixOf(const std::string& path) {
  std::string name = lowerCase(path.substr(path.find_last_of('/') + 1));
  for (const char* packed : {".gz", ".xz"})
    if (name.ends_with(packed)) name.resize(name.size() - 3);
  const auto dot = name.find_last_of('.');
  return dot == std::string::npos ? std::string() : name.substr(dot + 1);
}

bool isOneOf(const std::string& suffix, std::initializer_list<const char*> list) {
  return std::any_of(list.begin(), list.end(), [&](const char* one) { return suffix == one; });
}

Named namedBy(const std::string& path) {
  const std::string suffix = suffixOf(path);
  if (isOneOf(suffix, {"csv", "tsv", "tab"})) return Named::Table;
  return isOneOf(suffix, {"txt", "dat", "asc", "text", "data"}) ? Named::Text : Named::Nothing;
}

/// Suffixes of text formats whose own readers come first: what they leave is no table.
bool isNamedOtherwise(const std::string& path) {
  return isOneOf(suffixOf(path),
                 {"hdr", "cif", "mcif", "vtk", "xyz", "pdb", "obj", "off",  "ply", "stl", "json", "xml",  "html",
                  "md",  "py",  "r",    "m",   "c",   "cpp", "h",   "yaml", "yml", "tex", "nrrd", "nhdr", "mhd"});
}

std::optional<Sniffed> sniffed(const Candidate& candidate) {
  const std::string head = textHead(candidate.file, sniffBytes);
  return sniff(head, head.size() < sniffBytes, namedBy(candidate.path()));
}

/// The field of a matrix: parsed when first read, then kept.
class MatrixField final : public data::FieldSource {
public:
  MatrixField(data::FieldInfo info, std::shared_ptr<const TablePlan> plan)
      : info_(std::move(info)), plan_(std::move(plan)) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    {
      const std::lock_guard lock(mutex_);
      if (!values_) {
        const auto values = readMatrix(*plan_);
        std::vector<std::byte> bytes(values.size() * sizeof(double));
        std::memcpy(bytes.data(), values.data(), bytes.size());
        values_ = data::memoryField(info_, std::move(bytes));
      }
    }
    values_->read(slab, out);
  }

private:
  data::FieldInfo info_;
  std::shared_ptr<const TablePlan> plan_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const data::FieldSource> values_;
};

const char* formatName(char delimiter) {
  switch (delimiter) {
  case ',':
    return "CSV";
  case '\t':
    return "TSV";
  case ';':
    return "CSV (semicolons)";
  case '|':
    return "CSV (bars)";
  default:
    return "text table";
  }
}

/// "title :: Nino3.4", "Site: US-CRT", "units = K" become attributes, other lines the comment.
void addAttributes(data::DatasetInfo& info, const std::vector<std::string>& lines) {
  constexpr std::size_t most = 500;
  std::string rest;
  for (const std::string& line : lines) {
    std::size_t at = std::string::npos, length = 0;
    for (const std::string_view mark : {" :: ", ": ", "=", ":"}) {
      const auto here = line.find(mark);
      if (here == std::string::npos || here == 0 || here > 40) continue;
      at = here;
      length = mark.size();
      break;
    }
    if (at == std::string::npos) {
      if (rest.size() < most) rest += (rest.empty() ? "" : "\n") + line.substr(0, most);
      continue;
    }
    std::string value(trimmed(std::string_view(line).substr(at + length)));
    while (value.ends_with(',')) // AmeriFlux fills its first lines with them
      value.pop_back();
    if (value.size() > most) value = cleanText(value.substr(0, most)) + "…";
    info.attributes[std::string(trimmed(std::string_view(line).substr(0, at)))] = value;
  }
  if (!rest.empty()) info.attributes["comment"] = rest;
}

} // namespace

bool isDelimited(const Candidate& candidate) {
  const std::string head = candidateText(candidate);
  const bool control = std::any_of(head.begin(), head.end(), [](char c) {
    return c == 0 || (static_cast<unsigned char>(c) < 32 && c != '\t' && c != '\n' && c != '\r' && c != '\f');
  });
  return !control && !isNamedOtherwise(candidate.path()) && sniffed(candidate).has_value();
}

std::shared_ptr<data::Dataset> openDelimited(const Candidate& candidate) {
  auto head = sniffed(candidate);
  if (!head) throw data::ReadError(candidate.path(), "this text is no table");
  const auto plan = std::make_shared<const TablePlan>(survey(candidate.file, std::move(*head)));
  if (plan->rows == 0) throw data::ReadError(candidate.path(), "the table has no rows");
  data::DatasetInfo dataset;
  dataset.path = candidate.path();
  dataset.format = formatName(plan->head.dialect.delimiter);
  dataset.warnings = plan->warnings;
  std::vector<std::string> lines = plan->head.comments;
  lines.insert(lines.end(), plan->head.skipped.begin(), plan->head.skipped.end());
  addAttributes(dataset, lines);

  data::TableInfo info;
  info.name = "table";
  info.rows = plan->rows;
  bool numbers = plan->head.numbers && plan->derived.empty();
  for (const ColumnPlan& column : plan->columns) {
    info.columns.push_back(column.name);
    info.units.push_back(column.unit);
    numbers = numbers && column.number;
  }
  for (const DerivedColumn& derived : plan->derived) {
    info.columns.push_back(derived.name);
    info.units.push_back(derived.unit);
  }
  FieldsDataset::Fields fields;
  if (numbers) {
    data::FieldInfo field;
    field.name = "matrix";
    field.type = data::ScalarType::Float64;
    field.shape = {static_cast<std::int64_t>(plan->columns.size()), plan->rows, 1};
    field.levels = levelsFor(field.shape);
    field.axisNames = {"column", "row", "z"};
    field.transform = "none";
    field.worldUnit = "px";
    field.source = dataset.format;
    if (static_cast<double>(field.voxels()) * 8 <= mostMatrix)
      fields.push_back(std::make_shared<MatrixField>(std::move(field), plan));
    else
      dataset.warnings.push_back("the matrix takes more than " + byteText(mostMatrix) + ": offered as a table only");
  }
  std::vector<LazyTable> tables;
  tables.push_back({info, [plan, info] { return readTable(*plan, info); }});
  return std::make_shared<TablesDataset>(std::move(dataset), std::move(tables), std::move(fields));
}

} // namespace discern::io
