#include "io/tables/catalogues/votable_reader.h"

#include "io/file_text.h"
#include "io/tables/text/cells.h"
#include "io/tables/text/tables_dataset.h"
#include "io/tables/text/xml_parser.h"

#include <limits>

namespace discern::io {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct VoTable {
  data::Table table;
  std::vector<bool> number;
  std::vector<std::string> nulls;
};

/// Reads the tables; the values only of table `wanted` (counted from 0), of none when it is negative.
class Builder {
public:
  Builder(std::string path, std::int64_t wanted) : path_(std::move(path)), wanted_(wanted) {}

  void start(const std::string& name, const XmlHandler::Attributes& attributes) {
    const auto value = [&](const char* key) {
      const auto at = attributes.find(key);
      return at == attributes.end() ? std::string() : std::string(trimmed(at->second));
    };
    if (name == "TABLE") {
      inTable_ = true;
      VoTable table;
      table.table.info.name = !value("name").empty() ? value("name") : value("ID");
      tables.push_back(std::move(table));
    } else if (!inTable_) {
      return;
    } else if (name == "FIELD") {
      VoTable& table = tables.back();
      const std::string type = value("datatype"), size = value("arraysize");
      const bool number = type != "char" && type != "unicodeChar" && type != "floatComplex" &&
                          type != "doubleComplex" && type != "bit" && (size.empty() || size == "1");
      table.table.info.columns.push_back(!value("name").empty() ? value("name") : value("ID"));
      table.table.info.units.push_back(value("unit"));
      table.number.push_back(number);
      table.nulls.emplace_back();
      table.table.numbers.emplace_back();
      table.table.texts.emplace_back();
    } else if (name == "VALUES" && !tables.back().nulls.empty()) {
      tables.back().nulls.back() = value("null");
    } else if (name == "BINARY" || name == "BINARY2" || name == "FITS") {
      throw data::ReadError(path_, "a table of this VOTable is stored as " + name + "; TABLEDATA is read");
    } else if (name == "TR") {
      cell_ = 0;
    }
  }

  void end(const std::string& name, const std::string& text) {
    if (name == "TABLE") inTable_ = false;
    if (!inTable_ || (name != "TD" && name != "TR")) return;
    VoTable& table = tables.back();
    const std::size_t columns = table.number.size();
    if (name == "TD") {
      if (cell_ >= columns)
        throw data::ReadError(path_, "row " + std::to_string(table.table.info.rows + 1) + " has more cells than the " +
                                         std::to_string(columns) + " fields of its table");
      if (isWanted()) add(table, cell_, text);
      ++cell_;
      return;
    }
    ++table.table.info.rows;
    if (isWanted())
      for (; cell_ < columns; ++cell_) // cells that are left out at the end
        add(table, cell_, "");
  }

  std::vector<VoTable> tables;

private:
  [[nodiscard]] bool isWanted() const { return static_cast<std::int64_t>(tables.size()) - 1 == wanted_; }
  static void add(VoTable& table, std::size_t column, const std::string& text) {
    if (!table.number[column]) {
      table.table.texts[column].push_back(cleanText(trimmed(text)));
      return;
    }
    const std::string_view word = trimmed(text);
    double value = numberOf(word).value_or(none);
    if (word == "T" || word == "t" || word == "true") value = 1;
    if (word == "F" || word == "f" || word == "false") value = 0;
    if (word.starts_with("0x")) value = static_cast<double>(std::strtoll(std::string(word).c_str(), nullptr, 16));
    if (!word.empty() && word == table.nulls[column]) value = none;
    table.table.numbers[column].push_back(value);
  }

  std::string path_;
  std::int64_t wanted_;
  bool inTable_ = false;
  std::size_t cell_ = 0;
};

std::vector<VoTable> readTables(const std::shared_ptr<const File>& file, std::int64_t wanted) {
  Builder builder(file->path(), wanted);
  const auto stream = streamOf(file);
  parseXml(file->path(), *stream,
           {[&](const std::string& name, const XmlHandler::Attributes& attributes) { builder.start(name, attributes); },
            [&](const std::string& name, const std::string& text) { builder.end(name, text); }});
  std::vector<std::string> names;
  for (std::size_t i = 0; i < builder.tables.size(); ++i) {
    data::TableInfo& info = builder.tables[i].table.info;
    names.push_back(info.name.empty() ? "table" : info.name);
    makeUnique(info.columns);
  }
  makeUnique(names);
  for (std::size_t i = 0; i < names.size(); ++i)
    builder.tables[i].table.info.name = names[i];
  return std::move(builder.tables);
}

} // namespace

bool isVotable(const Candidate& candidate) {
  const std::string_view text = trimmed(candidate.text());
  return text.starts_with('<') &&
         (text.find("<VOTABLE") != std::string_view::npos || text.find(":VOTABLE") != std::string_view::npos);
}

std::shared_ptr<data::Dataset> openVotable(const Candidate& candidate) {
  const auto found = readTables(candidate.file, -1);
  if (found.empty()) throw data::ReadError(candidate.path(), "the VOTable has no table");
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "VOTable";
  std::vector<LazyTable> tables;
  for (std::size_t i = 0; i < found.size(); ++i)
    tables.push_back({found[i].table.info, [file = candidate.file, i] {
                        return std::move(readTables(file, static_cast<std::int64_t>(i)).at(i).table);
                      }});
  return std::make_shared<TablesDataset>(std::move(info), std::move(tables));
}

} // namespace discern::io
