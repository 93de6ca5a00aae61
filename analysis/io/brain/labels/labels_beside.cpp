#include "io/brain/labels/labels_beside.h"

#include "data/error.h"
#include "io/brain/volume/number_text.h"
#include "io/brain/xml/xml_tree.h"
#include "io/fields_dataset.h"
#include "io/file.h"
#include "io/file_text.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace discern::io {

namespace {

constexpr std::int64_t most = 4 << 20;

/// The content of a small file; empty when there is none or it can't be read.
std::vector<std::byte> contentOf(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) return {};
  try {
    const File file(path);
    return file.size() > most ? std::vector<std::byte>() : file.head(file.size());
  } catch (const data::ReadError&) {
    return {};
  }
}

std::vector<LabelEntry> labelsInXml(const std::string& path, std::span<const std::byte> bytes) {
  std::vector<LabelEntry> entries;
  try {
    const XmlNode root = parseXml(path, bytes);
    const XmlNode* list = root.name == "atlas" ? root.child("data") : nullptr;
    if (!list) return {};
    const XmlNode* header = root.child("header");
    // In FSL's atlases of probabilities the index counts the maps from 0, and label volumes count from 1.
    const bool fromZero = header && lowerCase(header->childText("type")).starts_with("prob");
    for (const XmlNode& label : list->children) {
      if (label.name != "label") continue;
      const bool inside = label.child("index") != nullptr;
      const auto key = wholeNumber(inside ? label.childText("index") : label.attribute("index"));
      const std::string name = inside ? label.childText("name") : std::string(trimmed(label.text));
      if (key) entries.push_back({*key + (fromZero && !inside ? 1 : 0), cleanText(name), {}});
    }
  } catch (const data::ReadError&) { // some other XML
    return {};
  }
  return entries;
}

void addColours(std::span<const std::byte> lut, std::vector<LabelEntry>& entries) {
  if (lut.size() != 768) return;
  for (LabelEntry& entry : entries) {
    if (entry.key < 0 || entry.key > 255) continue;
    const auto part = [&](std::size_t channel) {
      return std::to_integer<int>(lut[channel * 256 + static_cast<std::size_t>(entry.key)]) / 255.0;
    };
    entry.colour = std::array<double, 4>{part(0), part(1), part(2), 1};
  }
}

} // namespace

std::vector<LabelEntry> labelsInText(std::string_view text) {
  std::vector<LabelEntry> entries;
  std::set<std::int64_t> keys;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    const auto line = trimmed(text.substr(at, end - at));
    at = end + 1;
    if (line.empty() || line.starts_with('#')) continue;
    auto words = wordsIn(line);
    const auto key = wholeNumber(words[0]);
    if (!key || words.size() < 2 || number(words[1]) || !keys.insert(*key).second) return {};
    if (words.size() > 2 && number(words.back())) words.pop_back(); // a code of another list
    const auto* begin = words[1].data();
    const auto* last = words.back().data() + words.back().size();
    entries.push_back({*key, cleanText(std::string_view(begin, static_cast<std::size_t>(last - begin))), {}});
  }
  return entries;
}

bool isLabelFile(const Candidate& candidate) {
  constexpr std::int64_t lutBytes = 768;
  if (candidate.file->size() == lutBytes && lowerCase(candidate.path()).ends_with(".lut")) return true;
  const auto text = candidate.text();
  return candidate.begins("<?xml") && text.find("<atlas") != std::string_view::npos && !candidate.gzip;
}

std::shared_ptr<data::Dataset> openLabelFile(const Candidate& candidate) {
  const auto bytes = candidate.content(most);
  std::vector<LabelEntry> entries;
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = candidate.begins("<?xml") ? "label table (XML)" : "colour table (.lut)";
  if (candidate.begins("<?xml")) {
    entries = labelsInXml(candidate.path(), bytes);
    if (entries.empty())
      throw data::ReadError(candidate.path(), "expected an atlas in XML with <label> entries; found none");
  } else {
    constexpr int colours = 256;
    for (int key = 0; key < colours; ++key)
      entries.push_back({key, {}, {}});
    addColours(bytes, entries);
  }
  return std::make_shared<FieldsDataset>(std::move(info), FieldsDataset::Fields{},
                                         std::vector<data::Table>{tableOf("labels", entries)});
}

LabelsBeside labelsBeside(const std::string& volumePath) {
  const std::string whole = volumePath.ends_with(".gz") ? volumePath.substr(0, volumePath.size() - 3) : volumePath;
  const std::string stem = volumePath.substr(0, volumePath.find_last_of('/') + 1) + stemOf(volumePath);
  LabelsBeside found;
  for (const std::string& name : {whole + ".txt", stem + ".txt", whole + ".xml", stem + ".xml"}) {
    const auto bytes = contentOf(name);
    if (bytes.empty()) continue;
    found.entries = name.ends_with(".xml") ? labelsInXml(name, bytes)
                                           : labelsInText({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (found.entries.empty()) continue;
    found.file = name.substr(name.find_last_of('/') + 1);
    for (const std::string& colours : {whole + ".lut", stem + ".lut"})
      addColours(contentOf(colours), found.entries);
    break;
  }
  return found;
}

} // namespace discern::io
