#include "sdk/manifest.h"

#include "sdk/json_place.h"

#include <algorithm>
#include <cmath>
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

void checkDefault(const Node& node, const ParameterSpec& spec) {
  const Json& value = spec.defaultValue;
  const Node place = node.at("default");
  const auto wrong = [&](const char* expected) {
    place.fail(std::string("expected ") + expected + ", found " + value.dump());
  };
  switch (spec.type) {
  case ParameterType::Boolean:
    if (!value.is_boolean()) wrong("true or false");
    return;
  case ParameterType::Text:
    if (!value.is_string()) wrong("text");
    return;
  case ParameterType::Choice:
    if (std::ranges::none_of(spec.choices, [&](const Choice& choice) { return value == choice.value; }))
      wrong("one of the choices");
    return;
  case ParameterType::Integer:
    if (!value.is_number_integer()) wrong("a whole number");
    break;
  case ParameterType::Number:
    if (!value.is_number()) wrong("a number");
    break;
  }
  const double number = value.get<double>();
  if ((spec.minimum && number < *spec.minimum) || (spec.maximum && number > *spec.maximum))
    place.fail(value.dump() + " lies outside minimum and maximum");
}

ParameterSpec parameterSpec(const Node& node) {
  node.expectObject({"name", "label", "type", "default", "minimum", "maximum", "step", "unit", "choices", "visibleWhen",
                     "advanced", "group", "help"});
  ParameterSpec spec;
  spec.name = node.identifier("name");
  spec.label = node.text("label", spec.name);
  const std::string type = node.at("type").oneOf({"number", "integer", "boolean", "choice", "text"});
  for (const ParameterType candidate : {ParameterType::Number, ParameterType::Integer, ParameterType::Boolean,
                                        ParameterType::Choice, ParameterType::Text})
    if (type == nameOf(candidate)) spec.type = candidate;
  const bool numeric = spec.type == ParameterType::Number || spec.type == ParameterType::Integer;
  for (const char* key : {"minimum", "maximum", "step"})
    if (node.has(key) && !numeric) node.at(key).fail("only a number or an integer has this");
  spec.minimum = node.number("minimum");
  spec.maximum = node.number("maximum");
  spec.step = node.number("step");
  if (spec.minimum && spec.maximum && *spec.minimum > *spec.maximum)
    node.at("minimum").fail("is greater than the maximum");
  if (spec.step && !(*spec.step > 0)) node.at("step").fail("must be greater than 0");
  spec.unit = node.text("unit", "");
  for (const Node& choice : node.list("choices")) {
    choice.expectObject({"value", "label"});
    const std::string value = choice.at("value").text();
    if (std::ranges::any_of(spec.choices, [&](const Choice& other) { return other.value == value; }))
      choice.fail("the value \"" + value + "\" is there twice");
    spec.choices.push_back({value, choice.text("label", value)});
  }
  if ((spec.type == ParameterType::Choice) == spec.choices.empty())
    node.fail(spec.choices.empty() ? "a choice needs \"choices\"" : "only a parameter of type choice has \"choices\"");
  if (node.has("visibleWhen")) {
    const Node when = node.at("visibleWhen");
    if (!when.json().is_object()) when.fail("expected an object {parameter: value}");
    for (const auto& [name, value] : when.json().items())
      spec.visibleWhen[name] = value;
  }
  spec.advanced = node.boolean("advanced", false);
  spec.group = node.text("group", "");
  spec.help = node.text("help", "");
  spec.defaultValue = node.at("default").json();
  checkDefault(node, spec);
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

std::string readText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ManifestError(path + ": can't be opened");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace

std::string_view nameOf(ParameterType type) {
  switch (type) {
  case ParameterType::Number:
    return "number";
  case ParameterType::Integer:
    return "integer";
  case ParameterType::Boolean:
    return "boolean";
  case ParameterType::Choice:
    return "choice";
  case ParameterType::Text:
    break;
  }
  return "text";
}

const InputSpec* Manifest::input(std::string_view wanted) const {
  const auto found = std::ranges::find(inputs, wanted, &InputSpec::name);
  return found == inputs.end() ? nullptr : &*found;
}

const ParameterSpec* Manifest::parameter(std::string_view wanted) const {
  const auto found = std::ranges::find(parameters, wanted, &ParameterSpec::name);
  return found == parameters.end() ? nullptr : &*found;
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
                    "inputs", "outputs", "parameters", "resources", "entry"});
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
