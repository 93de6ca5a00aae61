#include "sdk/manifest.h"

#include "form/value.h"
#include "sdk/json_place.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace discern::sdk {
namespace {

using Json = nlohmann::json;

/// What is wrong, and the JSON path where.
struct Fault {
  std::string place, problem;
  std::string at; ///< the value in the text to point at
};

/// A value of the manifest and its JSON path, so that every complaint says where.
class Node {
public:
  explicit Node(const Json& json, std::string place = {}) : json_(&json), place_(std::move(place)) {}

  [[noreturn]] void fail(const std::string& problem) const { throw Fault{place_, problem, place_}; }
  [[nodiscard]] bool has(const char* key) const { return json_->contains(key); }
  [[nodiscard]] Node at(const char* key) const {
    if (!has(key)) fail(std::string("\"") + key + "\" is missing");
    return Node((*json_)[key], place_ + "/" + key);
  }
  [[nodiscard]] const Json& json() const { return *json_; }

  /// An object with no other keys than these; a misspelt key is an error, not a silent default.
  void expectObject(std::initializer_list<const char*> keys) const {
    if (!json_->is_object()) fail("expected an object, found " + std::string(json_->type_name()));
    for (const auto& item : json_->items()) {
      const std::string& key = item.key();
      if (key.starts_with("x-") || std::ranges::any_of(keys, [&](const char* known) { return key == known; })) continue;
      std::string known;
      for (const char* name : keys)
        known += (known.empty() ? "" : ", ") + std::string(name);
      throw Fault{place_, "\"" + key + "\" is not known here; known are " + known, place_ + "/" + key};
    }
  }
  [[nodiscard]] std::string text() const {
    if (!json_->is_string()) fail("expected text, found " + std::string(json_->type_name()));
    return json_->get<std::string>();
  }
  [[nodiscard]] std::string text(const char* key, const std::string& fallback) const {
    return has(key) ? at(key).text() : fallback;
  }
  [[nodiscard]] double number() const {
    if (!json_->is_number()) fail("expected a number, found " + std::string(json_->type_name()));
    return json_->get<double>();
  }
  [[nodiscard]] std::optional<double> number(const char* key) const {
    return has(key) ? std::optional(at(key).number()) : std::nullopt;
  }
  [[nodiscard]] bool boolean(const char* key, bool fallback) const {
    if (!has(key)) return fallback;
    const Node node = at(key);
    if (!node.json_->is_boolean()) node.fail("expected true or false, found " + std::string(node.json_->type_name()));
    return node.json_->get<bool>();
  }
  [[nodiscard]] std::vector<Node> list(const char* key) const {
    std::vector<Node> nodes;
    if (!has(key)) return nodes;
    const Node node = at(key);
    if (!node.json_->is_array()) node.fail("expected an array, found " + std::string(node.json_->type_name()));
    for (std::size_t i = 0; i < node.json_->size(); ++i)
      nodes.emplace_back((*node.json_)[i], node.place_ + "/" + std::to_string(i));
    return nodes;
  }
  [[nodiscard]] std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> result;
    for (const Node& node : list(key))
      result.push_back(node.text());
    return result;
  }
  [[nodiscard]] std::string oneOf(std::initializer_list<const char*> allowed) const {
    std::string value = text(), known;
    for (const char* name : allowed) {
      if (value == name) return value;
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    fail("\"" + value + "\" is none of " + known);
  }
  /// A name that a shell, a file system and a form can live with.
  [[nodiscard]] std::string identifier(const char* key) const {
    const Node node = at(key);
    std::string value = node.text();
    static const std::regex pattern("[A-Za-z][A-Za-z0-9_]*");
    if (!std::regex_match(value, pattern)) node.fail("\"" + value + "\" is not a name made of letters, digits and _");
    return value;
  }

private:
  const Json* json_;
  std::string place_;
};

InputSpec inputSpec(const Node& node) {
  node.expectObject({"name", "label", "kind", "axes", "required", "sameGridAs", "help"});
  InputSpec spec;
  spec.name = node.identifier("name");
  spec.label = node.text("label", spec.name);
  if (node.has("kind")) spec.kind = node.at("kind").oneOf({"field", "labels"});
  for (const Node& axis : node.list("axes"))
    spec.axes.push_back(axis.oneOf({"x", "y", "z", "time"}));
  spec.required = node.boolean("required", true);
  spec.sameGridAs = node.text("sameGridAs", "");
  spec.help = node.text("help", "");
  return spec;
}

OutputSpec outputSpec(const Node& node) {
  node.expectObject({"name", "label", "kind", "columns", "unit", "help"});
  OutputSpec spec;
  spec.name = node.identifier("name");
  spec.label = node.text("label", spec.name);
  spec.kind = node.at("kind").oneOf({"field", "labels", "table", "summary"});
  spec.columns = node.texts("columns");
  spec.unit = node.text("unit", "");
  spec.help = node.text("help", "");
  return spec;
}

/// A key that only some types have.
void onlyFor(const Node& node, const char* key, bool fits, const char* whom) {
  if (node.has(key) && !fits) node.at(key).fail(std::string("only ") + whom + " has this");
}

std::size_t count(const Node& node) {
  const double value = node.number();
  if (value < 0 || value != std::floor(value) || value > 1e6) node.fail("expected a whole number, at least 0");
  return static_cast<std::size_t>(value);
}

void readChoices(const Node& node, ParameterSpec& spec) {
  for (const Node& choice : node.list("choices")) {
    choice.expectObject({"value", "label"});
    const std::string value = choice.at("value").text();
    if (std::ranges::any_of(spec.choices, [&](const Choice& other) { return other.value == value; }))
      choice.fail("the value \"" + value + "\" is there twice");
    spec.choices.push_back({value, choice.text("label", value)});
  }
  const bool choosing = spec.item().type == ParameterType::Choice;
  if (choosing == spec.choices.empty())
    node.fail(choosing ? "a choice needs \"choices\"" : "only a choice, or a list of choices, has \"choices\"");
}

/// What only the types beyond numbers, words and switches have.
void readMore(const Node& node, ParameterSpec& spec) {
  const ParameterType type = spec.type;
  onlyFor(node, "required", !spec.emptyValue().is_null(), "a value that may be empty");
  spec.required = node.boolean("required", false);
  onlyFor(node, "mode", type == ParameterType::File, "a file");
  onlyFor(node, "suffixes", type == ParameterType::File, "a file");
  if (node.has("mode")) spec.mode = node.at("mode").oneOf({"open", "save", "folder"});
  for (const Node& suffix : node.list("suffixes")) {
    static const std::regex pattern("(\\.[a-z0-9]+)+");
    if (!std::regex_match(suffix.text(), pattern)) suffix.fail("expected a suffix such as \".csv\", in lower case");
    if (spec.mode == "folder") suffix.fail("a folder has no suffix");
    spec.suffixes.push_back(suffix.text());
  }
  if (node.has("example")) {
    spec.example = node.at("example").text();
    if (type != ParameterType::File || spec.mode != "open") node.at("example").fail("only a file to open has this");
    if (spec.example.empty() || spec.example.find('/') != std::string::npos)
      node.at("example").fail("expected the name of a file beside the manifest");
  }
  const bool about = type == ParameterType::Labels || type == ParameterType::TimeRange || type == ParameterType::Region;
  onlyFor(node, "input", about || type == ParameterType::Field || type == ParameterType::Axis,
          "what is about an input: labels, field, axis, timeRange, region");
  if (about && !node.has("input"))
    node.fail("\"input\" is missing: which input it is a " + std::string(nameOf(type)) + " of");
  spec.input = node.text("input", "");
  onlyFor(node, "kind", type == ParameterType::Field, "a field");
  if (node.has("kind")) spec.kind = node.at("kind").oneOf({"field", "labels"});
  onlyFor(node, "axes", type == ParameterType::Axis, "an axis");
  for (const Node& axis : node.list("axes"))
    spec.axes.push_back(axis.oneOf({"x", "y", "z", "time"}));
  if (spec.axes.empty()) spec.axes = {"x", "y", "z", "time"};
  onlyFor(node, "in", type == ParameterType::TimeRange, "a timeRange");
  spec.physical = node.has("in") && node.at("in").oneOf({"steps", "times"}) == "times";
  for (const char* key : {"minItems", "maxItems"})
    onlyFor(node, key, type == ParameterType::List, "a list");
  if (node.has("minItems")) spec.minItems = count(node.at("minItems"));
  if (node.has("maxItems")) spec.maxItems = count(node.at("maxItems"));
  if (spec.maxItems && *spec.maxItems < spec.minItems) node.at("maxItems").fail("is less than minItems");
}

void readDefault(const Node& node, ParameterSpec& spec) {
  const bool fillable = !spec.emptyValue().is_null() && spec.type != ParameterType::Text && spec.minItems == 0;
  if (fillable && !node.has("default")) {
    spec.defaultValue = spec.emptyValue();
    return;
  }
  const Node place = node.at("default");
  try {
    spec.defaultValue = place.json();
    static_cast<void>(form::checked(spec, spec.defaultValue));
  } catch (const data::UsageError&) {
    place.fail("expected " + form::expectation(spec) + ", found " + spec.defaultValue.dump());
  }
}

ParameterSpec parameterSpec(const Node& node) {
  node.expectObject({"name",    "label",       "type",     "default", "minimum", "maximum",  "step",     "unit",
                     "choices", "visibleWhen", "advanced", "group",   "help",    "required", "mode",     "suffixes",
                     "example", "input",       "kind",     "axes",    "in",      "of",       "minItems", "maxItems"});
  ParameterSpec spec;
  spec.name = node.identifier("name");
  spec.label = node.text("label", spec.name);
  spec.type = *form::typeNamed(node.at("type").oneOf({"number", "integer", "boolean", "choice", "text", "file", "color",
                                                      "labels", "field", "axis", "timeRange", "region", "list"}));
  onlyFor(node, "of", spec.type == ParameterType::List, "a list");
  if (spec.type == ParameterType::List)
    spec.of = *form::typeNamed(node.at("of").oneOf({"number", "integer", "text", "choice"}));
  const ParameterType item = spec.item().type;
  for (const char* key : {"minimum", "maximum", "step"})
    onlyFor(node, key, item == ParameterType::Number || item == ParameterType::Integer, "a number or an integer");
  spec.minimum = node.number("minimum");
  spec.maximum = node.number("maximum");
  spec.step = node.number("step");
  if (spec.minimum && spec.maximum && *spec.minimum > *spec.maximum)
    node.at("minimum").fail("is greater than the maximum");
  if (spec.step && !(*spec.step > 0)) node.at("step").fail("must be greater than 0");
  spec.unit = node.text("unit", "");
  readChoices(node, spec);
  readMore(node, spec);
  if (node.has("visibleWhen")) {
    const Node when = node.at("visibleWhen");
    if (!when.json().is_object()) when.fail("expected an object {parameter: value}");
    for (const auto& [name, value] : when.json().items())
      spec.visibleWhen[name] = value;
  }
  spec.advanced = node.boolean("advanced", false);
  spec.group = node.text("group", "");
  spec.help = node.text("help", "");
  readDefault(node, spec);
  return spec;
}

template <typename Spec>
void unique(const Node& top, const char* key, const std::vector<Spec>& specs) {
  std::set<std::string> names;
  for (const Spec& spec : specs)
    if (!names.insert(spec.name).second) top.at(key).fail("the name \"" + spec.name + "\" is there twice");
}

/// What a visibility rule allows: a single value, or any of a list.
void checkVisibility(const Node& top, const Manifest& manifest) {
  for (std::size_t i = 0; i < manifest.parameters.size(); ++i) {
    for (const auto& [name, allowed] : manifest.parameters[i].visibleWhen) {
      const Node place = top.list("parameters")[i].at("visibleWhen");
      const ParameterSpec* other = manifest.parameter(name);
      if (!other || other->name == manifest.parameters[i].name)
        place.fail("there is no other parameter \"" + name + "\"");
      if (other->type != ParameterType::Choice) continue;
      for (const Json& value : allowed.is_array() ? allowed : Json::array({allowed}))
        if (std::ranges::none_of(other->choices, [&](const Choice& choice) { return value == choice.value; }))
          place.fail(value.dump() + " is not a choice of \"" + name + "\"");
    }
  }
}

/// The inputs that parameters are about.
void checkSubjects(const Node& top, const Manifest& manifest) {
  for (std::size_t i = 0; i < manifest.parameters.size(); ++i) {
    const ParameterSpec& spec = manifest.parameters[i];
    const Node place = top.list("parameters")[i];
    if (spec.type == ParameterType::Field && manifest.input(spec.name))
      place.at("name").fail("an input is called \"" + spec.name +
                            "\" too, and the field that is chosen is an input under this name");
    if (spec.input.empty()) continue;
    const InputSpec* input = manifest.input(spec.input);
    if (!input) place.at("input").fail("there is no input \"" + spec.input + "\"");
    if (spec.type == ParameterType::Labels && input->kind != "labels")
      place.at("input").fail("the input \"" + spec.input + "\" is no field of labels");
  }
}

void readGroups(const Node& top, Manifest& manifest) {
  for (const Node& node : top.list("groups")) {
    node.expectObject({"name", "label", "help"});
    const std::string name = node.at("name").text();
    manifest.groups.push_back({name, node.text("label", name), node.text("help", "")});
  }
  unique(top, "groups", manifest.groups);
  if (!top.has("groups")) return;
  for (const Node& node : top.list("parameters")) {
    const std::string group = node.text("group", "");
    if (!group.empty() && std::ranges::find(manifest.groups, group, &form::Group::name) == manifest.groups.end())
      node.at("group").fail("there is no group \"" + group + "\"");
  }
}

void readPresets(const Node& top, Manifest& manifest) {
  for (const Node& node : top.list("presets")) {
    node.expectObject({"name", "help", "values"});
    form::Preset preset;
    preset.name = node.at("name").text();
    if (preset.name.empty()) node.at("name").fail("is empty");
    preset.help = node.text("help", "");
    const Node values = node.at("values");
    if (!values.json().is_object()) values.fail("expected an object {parameter: value}");
    for (const auto& [name, value] : values.json().items()) {
      const ParameterSpec* spec = manifest.parameter(name);
      if (!spec) values.at(name.c_str()).fail("there is no parameter \"" + name + "\"");
      try {
        preset.values[name] = form::checked(*spec, value);
      } catch (const data::UsageError&) {
        values.at(name.c_str()).fail("expected " + form::expectation(*spec) + ", found " + value.dump());
      }
    }
    manifest.presets.push_back(std::move(preset));
  }
  unique(top, "presets", manifest.presets);
}

std::string readText(const std::string& path) {
  std::error_code unknown;
  if (const auto what = std::filesystem::status(path, unknown); what.type() != std::filesystem::file_type::regular)
    throw ManifestError(path + (what.type() == std::filesystem::file_type::not_found
                                    ? ": there is no such file"
                                    : ": is no file, but a folder, a pipe or a device"));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ManifestError(path + ": can't be opened");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace

const InputSpec* Manifest::input(std::string_view wanted) const {
  const auto found = std::ranges::find(inputs, wanted, &InputSpec::name);
  return found == inputs.end() ? nullptr : &*found;
}

const ParameterSpec* Manifest::parameter(std::string_view wanted) const { return form::find(parameters, wanted); }

const form::Preset* Manifest::preset(std::string_view wanted) const {
  const auto found = std::ranges::find(presets, wanted, &form::Preset::name);
  return found == presets.end() ? nullptr : &*found;
}

namespace {

std::string fileInFolder(const Node& node) {
  std::string name = node.text();
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
    node.fail("\"" + name + "\" is not a file name in the manifest's folder");
  return name;
}

void readEntry(const Node& entry, Manifest& manifest) {
  entry.expectObject({"library", "program", "interpreter"});
  if (entry.has("library") == entry.has("program"))
    entry.fail("expected either \"library\" (C++) or \"program\" (any language)");
  if (entry.has("library")) {
    if (entry.has("interpreter")) entry.at("interpreter").fail("only a program has this");
    manifest.library = fileInFolder(entry.at("library"));
    return;
  }
  manifest.program = fileInFolder(entry.at("program"));
  manifest.interpreter = entry.texts("interpreter");
  for (const std::string& word : manifest.interpreter)
    if (word.empty()) entry.at("interpreter").fail("holds an empty word");
}

/// The whole manifest. Throws Fault.
Manifest manifestOf(const Json& json) {
  const Node top(json);
  top.expectObject({"id", "version", "name", "summary", "category", "keywords", "authors", "references", "help",
                    "inputs", "outputs", "parameters", "groups", "presets", "resources", "entry"});
  Manifest manifest;
  manifest.id = top.at("id").text();
  static const std::regex idPattern("[a-z0-9]+(-[a-z0-9]+)*(\\.[a-z0-9]+(-[a-z0-9]+)*)+");
  if (!std::regex_match(manifest.id, idPattern))
    top.at("id").fail("\"" + manifest.id + "\" is not a reverse-DNS name such as org.example.my-analysis");
  manifest.version = top.at("version").text();
  static const std::regex versionPattern("[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.-]+)?");
  if (!std::regex_match(manifest.version, versionPattern))
    top.at("version").fail("\"" + manifest.version + "\" is not a version such as 1.0.0");
  manifest.name = top.at("name").text();
  if (manifest.name.empty()) top.at("name").fail("is empty");
  manifest.summary = top.text("summary", "");
  manifest.category = top.text("category", "Other");
  manifest.keywords = top.texts("keywords");
  manifest.authors = top.texts("authors");
  manifest.references = top.texts("references");
  manifest.help = top.text("help", "");
  for (const Node& node : top.list("inputs"))
    manifest.inputs.push_back(inputSpec(node));
  for (const Node& node : top.list("outputs"))
    manifest.outputs.push_back(outputSpec(node));
  for (const Node& node : top.list("parameters"))
    manifest.parameters.push_back(parameterSpec(node));
  unique(top, "inputs", manifest.inputs);
  unique(top, "outputs", manifest.outputs);
  unique(top, "parameters", manifest.parameters);
  for (std::size_t i = 0; i < manifest.inputs.size(); ++i) {
    const std::string& other = manifest.inputs[i].sameGridAs;
    if (!other.empty() && (!manifest.input(other) || other == manifest.inputs[i].name))
      top.list("inputs")[i].at("sameGridAs").fail("there is no other input \"" + other + "\"");
  }
  checkVisibility(top, manifest);
  checkSubjects(top, manifest);
  readGroups(top, manifest);
  readPresets(top, manifest);
  if (top.has("resources")) {
    const Node resources = top.at("resources");
    resources.expectObject({"threads", "mpi", "memoryBytesPerVoxel"});
    manifest.resources.threads = resources.boolean("threads", false);
    manifest.resources.mpi = resources.boolean("mpi", false);
    manifest.resources.memoryBytesPerVoxel = resources.number("memoryBytesPerVoxel").value_or(0);
    if (manifest.resources.memoryBytesPerVoxel < 0) resources.at("memoryBytesPerVoxel").fail("must not be negative");
  }
  readEntry(top.at("entry"), manifest);
  return manifest;
}

} // namespace

Manifest parseManifest(std::string_view text, const std::string& path) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    // nlohmann's text: "[json.exception.parse_error.101] parse error at line 3, column 5: …"
    const std::string what = error.what();
    const auto start = what.find("at line");
    throw ManifestError(path + ": not valid JSON " + (start == std::string::npos ? what : what.substr(start)));
  }
  try {
    return manifestOf(json);
  } catch (const Fault& fault) {
    throw ManifestError(path + ": at " + (fault.place.empty() ? "the top" : fault.place) + " (" +
                        placeInJson(text, fault.at).text() + "): " + fault.problem);
  }
}

Manifest readManifest(const std::string& path) { return parseManifest(readText(path), path); }

} // namespace discern::sdk
