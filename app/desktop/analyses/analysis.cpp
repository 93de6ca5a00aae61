#include "desktop/analyses/analysis.h"

#include "data/error.h"

#include <algorithm>
#include <cctype>

namespace discern::desktop {

using nlohmann::json;

namespace {

std::string text(const json& object, const char* key, const std::string& fallback = {}) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : fallback;
}

std::optional<double> number(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number() ? std::optional(it->get<double>()) : std::nullopt;
}

bool flag(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_boolean() && it->get<bool>();
}

/// An array of words; of objects, their "name" or "doi".
std::vector<std::string> words(const json& object, const char* key) {
  std::vector<std::string> out;
  const auto it = object.find(key);
  if (it == object.end() || !it->is_array()) return out;
  for (const json& item : *it) {
    if (item.is_string())
      out.push_back(item.get<std::string>());
    else if (item.is_object() && (item.contains("doi") || item.contains("name")))
      out.push_back(text(item, item.contains("doi") ? "doi" : "name"));
  }
  return out;
}

std::string firstSentence(const std::string& markdown) {
  std::size_t begin = markdown.find_first_not_of("# \n");
  if (begin == std::string::npos) return {};
  std::size_t end = begin;
  while (end < markdown.size() && markdown[end] != '\n' &&
         !(markdown[end] == '.' &&
           (end + 1 == markdown.size() || std::isspace(static_cast<unsigned char>(markdown[end + 1])))))
    ++end;
  return markdown.substr(begin, end - begin);
}

Input inputOf(const json& object, const std::string& key) {
  Input in;
  in.name = text(object, "name", key);
  in.label = text(object, "label", in.name);
  in.labels = text(object, "kind") == "labels";
  in.optional = flag(object, "optional") || (object.contains("required") && !flag(object, "required"));
  in.axes = words(object, "axes");
  in.sameGridAs = text(object, "sameGridAs");
  in.help = text(object, "help");
  return in;
}

std::string lower(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return s;
}

/// 0: no; 1: the letters of `word` in order; up to 4: a prefix of the whole.
double fit(const std::string& word, const std::string& target, bool fuzzy) {
  const std::size_t at = target.find(word);
  if (at == 0) return 4;
  if (at != std::string::npos) return std::isalnum(static_cast<unsigned char>(target[at - 1])) ? 2 : 3;
  if (!fuzzy || word.size() < 2) return 0;
  std::size_t from = 0, gaps = 0;
  for (const char c : word) {
    const std::size_t next = target.find(c, from);
    if (next == std::string::npos) return 0;
    gaps += next - from;
    from = next + 1;
  }
  return 1.0 / (1.0 + static_cast<double>(gaps) / static_cast<double>(target.size() + 1));
}

} // namespace

bool Analysis::isComparison() const {
  const auto has = [this](const char* wanted) {
    return std::any_of(inputs.begin(), inputs.end(), [wanted](const Input& in) { return in.name == wanted; });
  };
  return has("prediction") && has("truth");
}

json Analysis::defaults() const {
  json values = json::object();
  for (const Parameter& p : parameters)
    values[p.name] = p.defaultValue;
  return values;
}

std::vector<std::string> Analysis::fileParameters() const {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters)
    if ((parameter.type == form::Type::File && parameter.mode != "save") ||
        (parameter.type == form::Type::Field && parameter.input.empty()))
      names.push_back(parameter.name);
  return names;
}

const Parameter* Analysis::parameter(const std::string& wanted) const { return form::find(parameters, wanted); }

double Analysis::memoryFor(std::int64_t voxels) const {
  if (voxels <= 0 || memoryBytesPerVoxel <= 0) return memoryBytes;
  return memoryBytes + memoryBytesPerVoxel * static_cast<double>(voxels);
}

Analysis analysisFromManifest(const json& manifest) {
  Analysis a;
  a.id = text(manifest, "id");
  if (a.id.empty()) throw data::UsageError("A plugin's manifest has no id.");
  a.version = text(manifest, "version");
  a.name = text(manifest, "name", a.id);
  a.category = text(manifest, "category");
  a.help = text(manifest, "help");
  a.summary = text(manifest, "summary", firstSentence(a.help));
  a.keywords = words(manifest, "keywords");
  a.authors = words(manifest, "authors");
  a.references = words(manifest, "references");
  if (const auto it = manifest.find("inputs"); it != manifest.end())
    for (const auto& [key, value] : it->items())
      a.inputs.push_back(inputOf(value, key));
  if (const auto it = manifest.find("parameters"); it != manifest.end()) try {
      a.parameters = it->get<std::vector<Parameter>>();
    } catch (const data::UsageError& error) {
      throw data::UsageError(a.id + ": " + error.what());
    }
  if (const auto it = manifest.find("groups"); it != manifest.end()) a.groups = it->get<std::vector<form::Group>>();
  if (const auto it = manifest.find("presets"); it != manifest.end()) a.presets = it->get<std::vector<form::Preset>>();
  if (const auto it = manifest.find("resources"); it != manifest.end() && it->is_object()) {
    a.memoryBytesPerVoxel = number(*it, "memoryBytesPerVoxel").value_or(0);
    a.memoryBytes = number(*it, "memoryBytes").value_or(0);
    a.mpi = flag(*it, "mpi");
  }
  return a;
}

double relevance(const Analysis& analysis, const std::string& query) {
  double total = 0;
  std::size_t at = 0;
  const std::string wanted = lower(query);
  while (at < wanted.size()) {
    const std::size_t end = std::min(wanted.find(' ', at), wanted.size());
    const std::string word = wanted.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    double best = 3 * fit(word, lower(analysis.name), true);
    for (const std::string& keyword : analysis.keywords)
      best = std::max(best, 2 * fit(word, lower(keyword), false));
    best = std::max(best, 1.5 * fit(word, lower(analysis.category), false));
    best = std::max(best, fit(word, lower(analysis.summary), false));
    if (best <= 0) return 0;
    total += best;
  }
  return total > 0 ? total : 1;
}

} // namespace discern::desktop
