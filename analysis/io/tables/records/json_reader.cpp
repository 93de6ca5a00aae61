#include "io/tables/records/json_reader.h"

#include "io/archive/combined_dataset.h"
#include "io/cache/user_cache.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/gzip_source.h"
#include "io/open.h"
#include "io/tables/text/cells.h"

#include <filesystem>

namespace discern::io {

namespace {

constexpr std::int64_t most = 256 << 20, mostEmbedded = std::int64_t{1} << 30;

bool isImage(std::span<const std::byte> bytes) {
  constexpr std::string_view fits = "SIMPLE  =";
  if (GzipSource::isGzip(bytes)) return true;
  return bytes.size() > fits.size() &&
         std::string_view(reinterpret_cast<const char*>(bytes.data()), fits.size()) == fits;
}

} // namespace

bool isJson(const Candidate& candidate) {
  const std::string_view text = trimmed(candidate.text());
  if (text.empty() || (text.front() != '{' && text.front() != '[') || !candidate.isText()) return false;
  const std::string_view rest = trimmed(text.substr(1));
  if (rest.empty()) return false;
  if (text.front() == '{') return rest.front() == '"' || rest.front() == '}';
  return std::string_view("{[\"-0123456789tfn]").find(rest.front()) != std::string_view::npos;
}

std::shared_ptr<data::Dataset> openJson(const Candidate& candidate) {
  const auto bytes = candidate.content(most);
  nlohmann::json document;
  try {
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    document = nlohmann::json::parse(text, text + bytes.size());
  } catch (const nlohmann::json::parse_error& error) {
    const std::string what = error.what(); // "[json.exception.parse_error.101] parse error at line 3, column 5: …"
    const auto at = what.find("parse error at ");
    throw data::ReadError(candidate.path(), "this begins like JSON, but " +
                                                cleanText(at == std::string::npos ? what : what.substr(at + 15)));
  }
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "JSON";
  return recordsDataset(std::move(info), tablesOf(document, std::filesystem::path(candidate.path()).stem().string()));
}

std::shared_ptr<data::Dataset> recordsDataset(data::DatasetInfo info, RecordTables records) {
  info.attributes = std::move(records.attributes);
  info.warnings = std::move(records.warnings);
  const std::string path = info.path, cache = records.embedded.empty() ? std::string() : cacheFolder("embedded");
  std::vector<DatasetPart> parts;
  int lost = 0;
  for (const RecordTables::Embedded& file : records.embedded) {
    const auto bytes = std::as_bytes(std::span(file.bytes));
    try {
      if (cache.empty() || !isImage(bytes)) throw data::UsageError("no image");
      const std::string kept = cache + "/" + hexOf(hashOf(bytes));
      if (!std::filesystem::exists(kept) && !writeCached(kept, bytes)) throw data::UsageError("no room");
      keepWithin(cache, mostEmbedded, kept);
      parts.push_back({file.name, open(kept)});
    } catch (const std::exception&) {
      ++lost;
    }
  }
  if (lost > 0)
    info.warnings.push_back(std::to_string(lost) + (lost == 1 ? " piece" : " pieces") +
                            " of binary data in it can't be shown: no image, or the cache can't be written.");
  auto own = std::make_shared<FieldsDataset>(info, FieldsDataset::Fields{}, std::move(records.tables));
  if (parts.empty()) {
    if (own->info().tables.empty() && info.attributes.empty())
      throw data::ReadError(path, "it holds no records, no lists and no values");
    return own;
  }
  data::DatasetInfo bare;
  bare.path = path;
  bare.format = info.format;
  parts.insert(parts.begin(), {{}, std::move(own)});
  return combinedDataset(std::move(bare), std::move(parts));
}

} // namespace discern::io
