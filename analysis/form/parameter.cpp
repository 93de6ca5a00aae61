#include "form/parameter.h"

#include "data/error.h"

#include <algorithm>
#include <charconv>

namespace discern::form {
namespace {

using Json = nlohmann::json;

Json orNull(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::string text(const Json& json, const char* key, const std::string& fallback = {}) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : fallback;
}

bool flag(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_boolean() && found->get<bool>();
}

std::optional<double> number(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

std::vector<std::string> texts(const Json& json, const char* key) {
  std::vector<std::string> result;
  const auto found = json.find(key);
  if (found == json.end() || !found->is_array()) return result;
  for (const Json& item : *found)
    if (item.is_string()) result.push_back(item.get<std::string>());
  return result;
}

bool holds(const Json& allowed, const Json& value) {
  if (allowed == value) return true;
  return allowed.is_array() && std::ranges::find(allowed, value) != allowed.end();
}

bool isShown(const Parameter& parameter, std::span<const Parameter> all, const Json& values, std::size_t depth) {
  return depth > all.size() || std::ranges::all_of(parameter.visibleWhen, [&](const auto& rule) {
           const Parameter* other = find(all, rule.first);
           if (!other) return true;
           const Json& value = values.contains(rule.first) ? values[rule.first] : other->defaultValue;
           return holds(rule.second, value) && isShown(*other, all, values, depth + 1);
         });
}

constexpr std::pair<Type, std::string_view> names[] = {
    {Type::Number, "number"}, {Type::Integer, "integer"}, {Type::Boolean, "boolean"},     {Type::Choice, "choice"},
    {Type::Text, "text"},     {Type::File, "file"},       {Type::Color, "color"},         {Type::Labels, "labels"},
    {Type::Field, "field"},   {Type::Axis, "axis"},       {Type::TimeRange, "timeRange"}, {Type::Region, "region"},
    {Type::List, "list"}};

} // namespace

std::string_view nameOf(Type type) {
  return std::ranges::find(names, type, &std::pair<Type, std::string_view>::first)->second;
}

std::optional<Type> typeNamed(std::string_view name) {
  const auto found = std::ranges::find(names, name, &std::pair<Type, std::string_view>::second);
  return found == std::end(names) ? std::nullopt : std::optional(found->first);
}

Parameter Parameter::item() const {
  if (type != Type::List) return *this;
  Parameter one = *this;
  one.type = of;
  return one;
}

Json Parameter::emptyValue() const {
  switch (type) {
  case Type::Text:
  case Type::File:
  case Type::Field:
    return "";
  case Type::Labels:
  case Type::TimeRange:
  case Type::Region:
  case Type::List:
    return Json::array();
  default:
    return nullptr;
  }
}

void to_json(Json& json, const Parameter& parameter) {
  Json choices = Json::array();
  for (const Choice& choice : parameter.choices)
    choices.push_back({{"value", choice.value}, {"label", choice.label}});
  json = {{"name", parameter.name},
          {"label", parameter.label},
          {"type", nameOf(parameter.type)},
          {"default", parameter.defaultValue},
          {"minimum", orNull(parameter.minimum)},
          {"maximum", orNull(parameter.maximum)},
          {"step", orNull(parameter.step)},
          {"unit", parameter.unit},
          {"choices", choices},
          {"visibleWhen", Json(parameter.visibleWhen)},
          {"advanced", parameter.advanced},
          {"group", parameter.group},
          {"help", parameter.help}};
  if (!parameter.emptyValue().is_null()) json["required"] = parameter.required;
  if (parameter.type == Type::File) {
    json["mode"] = parameter.mode;
    json["suffixes"] = parameter.suffixes;
    if (!parameter.example.empty()) json["example"] = parameter.example;
  }
  if (!parameter.input.empty()) json["input"] = parameter.input;
  if (!parameter.kind.empty()) json["kind"] = parameter.kind;
  if (parameter.type == Type::Axis) json["axes"] = parameter.axes;
  if (parameter.type == Type::TimeRange) json["in"] = parameter.physical ? "times" : "steps";
  if (parameter.type == Type::List) {
    json["of"] = nameOf(parameter.of);
    json["minItems"] = parameter.minItems;
    if (parameter.maxItems) json["maxItems"] = *parameter.maxItems;
  }
}

void from_json(const Json& json, Parameter& p) {
  p = {};
  p.name = text(json, "name");
  if (p.name.empty()) throw data::UsageError("a parameter has no name");
  p.label = text(json, "label", p.name);
  const auto type = typeNamed(text(json, "type")), of = typeNamed(text(json, "of", "number"));
  if (!type || !of)
    throw data::UsageError("the parameter \"" + p.name + "\" has the unknown type \"" +
                           text(json, type ? "of" : "type") + "\"");
  p.type = *type;
  p.of = *of;
  p.minimum = number(json, "minimum");
  p.maximum = number(json, "maximum");
  p.step = number(json, "step");
  p.unit = text(json, "unit");
  p.group = text(json, "group");
  p.help = text(json, "help");
  p.advanced = flag(json, "advanced");
  p.required = flag(json, "required");
  p.mode = text(json, "mode", "open");
  p.suffixes = texts(json, "suffixes");
  p.example = text(json, "example");
  p.input = text(json, "input");
  p.kind = text(json, "kind");
  p.axes = texts(json, "axes");
  if (p.axes.empty()) p.axes = {"x", "y", "z", "time"};
  p.physical = text(json, "in") == "times";
  p.minItems = static_cast<std::size_t>(std::max(0.0, number(json, "minItems").value_or(0)));
  if (const auto most = number(json, "maxItems")) p.maxItems = static_cast<std::size_t>(std::max(0.0, *most));
  if (const auto rules = json.find("visibleWhen"); rules != json.end() && rules->is_object())
    for (const auto& [name, value] : rules->items())
      p.visibleWhen[name] = value;
  if (const auto choices = json.find("choices"); choices != json.end() && choices->is_array())
    for (const Json& choice : *choices)
      if (choice.is_object())
        p.choices.push_back({text(choice, "value"), text(choice, "label", text(choice, "value"))});
  if (json.contains("default"))
    p.defaultValue = json["default"];
  else if (!p.emptyValue().is_null())
    p.defaultValue = p.emptyValue();
  else if (p.type == Type::Boolean)
    p.defaultValue = false;
  else if (p.type == Type::Choice)
    p.defaultValue = p.choices.empty() ? std::string() : p.choices.front().value;
  else if (p.type == Type::Axis)
    p.defaultValue = p.axes.front();
  else if (p.type == Type::Color)
    p.defaultValue = "#000000";
  else
    p.defaultValue = p.minimum.value_or(0.0);
}

void to_json(Json& json, const Group& group) {
  json = {{"name", group.name}, {"label", group.label}, {"help", group.help}};
}

void from_json(const Json& json, Group& group) {
  group.name = text(json, "name");
  group.label = text(json, "label", group.name);
  group.help = text(json, "help");
}

void to_json(Json& json, const Preset& preset) {
  json = {{"name", preset.name}, {"help", preset.help}, {"values", preset.values}};
}

void from_json(const Json& json, Preset& preset) {
  preset.name = text(json, "name");
  preset.help = text(json, "help");
  preset.values = json.contains("values") && json["values"].is_object() ? json["values"] : Json::object();
}

const Parameter* find(std::span<const Parameter> parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &*found;
}

bool isShown(const Parameter& parameter, std::span<const Parameter> all, const Json& values) {
  return isShown(parameter, all, values, 0);
}

std::string shortest(double value) {
  char letters[32];
  const auto end = std::to_chars(letters, letters + sizeof letters, value).ptr;
  return {letters, end};
}

} // namespace discern::form
