#include "form/value.h"

#include "data/error.h"
#include "form/field_address.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace discern::form {
namespace {

using Json = nlohmann::json;

constexpr double mostWhole = 9e15; ///< beyond, a double skips whole numbers

std::string joined(const std::vector<std::string>& words, const char* gap, const char* last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? last : gap) + words[i];
  return text;
}

std::vector<std::string> valuesOf(const std::vector<Choice>& choices) {
  std::vector<std::string> values;
  values.reserve(choices.size());
  for (const Choice& choice : choices)
    values.push_back(choice.value);
  return values;
}

/// "a number from 0 to 20 voxels"; "numbers from 0 to 20 voxels".
std::string numbers(const Parameter& p, const std::string& noun) {
  const std::string unit = p.unit.empty() ? "" : " " + p.unit;
  const std::string comma = p.type == Type::List ? " of " : ", ";
  if (p.minimum && p.maximum) return noun + " from " + shortest(*p.minimum) + " to " + shortest(*p.maximum) + unit;
  if (p.minimum) return noun + comma + "at least " + shortest(*p.minimum) + unit;
  if (p.maximum) return noun + comma + "at most " + shortest(*p.maximum) + unit;
  return noun + (unit.empty() ? "" : " in" + unit);
}

std::string count(const Parameter& p) {
  if (p.maxItems && *p.maxItems == p.minItems) return ", " + std::to_string(p.minItems) + " of them";
  if (p.maxItems && p.minItems > 0)
    return ", " + std::to_string(p.minItems) + " to " + std::to_string(*p.maxItems) + " of them";
  if (p.maxItems) return ", " + std::to_string(*p.maxItems) + " at most";
  if (p.minItems > 0) return ", " + std::to_string(p.minItems) + " at least";
  return {};
}

std::string listOf(const Parameter& p) {
  switch (p.of) {
  case Type::Number:
    return "a list of " + numbers(p, "numbers") + count(p);
  case Type::Integer:
    return "a list of " + numbers(p, "whole numbers") + count(p);
  case Type::Choice:
    return "a list of any of " + joined(valuesOf(p.choices), ", ", ", ") + count(p);
  default:
    return "a list of texts" + count(p);
  }
}

bool isHex(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
}

std::string lower(std::string text) {
  for (char& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

bool isWhole(const Json& value) {
  if (value.is_number_integer()) return true;
  return value.is_number() && value.get<double>() == std::floor(value.get<double>()) &&
         std::fabs(value.get<double>()) <= mostWhole;
}

std::int64_t whole(const Json& value) {
  return value.is_number_integer() ? value.get<std::int64_t>() : static_cast<std::int64_t>(value.get<double>());
}

/// What became of a value: in its own type, or null; `which` is the part that is at fault, where it is only a part.
struct Outcome {
  Json value;
  std::string which;
};

Outcome accept(const Parameter& p, const Json& given);

Outcome acceptNumber(const Parameter& p, const Json& given) {
  if (!given.is_number()) return {};
  const double value = given.get<double>();
  if (!std::isfinite(value) || (p.minimum && value < *p.minimum) || (p.maximum && value > *p.maximum)) return {};
  if (p.type == Type::Number) return {value, {}};
  if (!isWhole(given)) return {};
  return {given.is_number_integer() ? given : Json(whole(given)), {}};
}

Outcome acceptFile(const Parameter& p, const Json& given) {
  if (!given.is_string()) return {};
  const std::string path = given.get<std::string>();
  if (path.find('\0') != std::string::npos || path.find('\n') != std::string::npos) return {};
  if (path.empty() || p.suffixes.empty()) return {given, {}};
  const std::string small = lower(path);
  const bool fits = std::ranges::any_of(p.suffixes, [&](const std::string& suffix) { return small.ends_with(suffix); });
  return fits ? Outcome{given, {}} : Outcome{};
}

Outcome acceptColor(const Json& given) {
  if (!given.is_string()) return {};
  const std::string text = given.get<std::string>();
  if (text.size() != 7 || text[0] != '#' || !std::all_of(text.begin() + 1, text.end(), isHex)) return {};
  return {lower(text), {}};
}

Outcome acceptLabels(const Json& given) {
  if (!given.is_array()) return {};
  std::set<std::int64_t> labels;
  for (const Json& label : given) {
    if (!isWhole(label)) return {nullptr, label.dump() + " is no label"};
    labels.insert(whole(label));
  }
  return {Json(labels), {}};
}

Outcome acceptTimeRange(const Parameter& p, const Json& given) {
  if (!given.is_array()) return {};
  if (given.empty()) return {given, {}};
  if (given.size() != 2 || !given[0].is_number() || !given[1].is_number()) return {};
  const double first = given[0].get<double>(), last = given[1].get<double>();
  if (!std::isfinite(first) || !std::isfinite(last)) return {};
  if (first > last) return {nullptr, "the first comes after the last"};
  if (p.physical) return {Json::array({first, last}), {}};
  if (!isWhole(given[0]) || !isWhole(given[1]) || first < 0) return {};
  return {Json::array({whole(given[0]), whole(given[1])}), {}};
}

Outcome acceptRegion(const Json& given) {
  if (!given.is_array()) return {};
  if (given.empty()) return {given, {}};
  if (given.size() != 3) return {};
  Json region = Json::array();
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const Json& side = given[axis];
    if (!side.is_array() || side.size() != 2 || !isWhole(side[0]) || !isWhole(side[1]) || whole(side[0]) < 0) return {};
    if (whole(side[0]) >= whole(side[1]))
      return {nullptr, std::string("it has no voxel along ") + static_cast<char>('x' + axis)};
    region.push_back(Json::array({whole(side[0]), whole(side[1])}));
  }
  return {region, {}};
}

Outcome acceptList(const Parameter& p, const Json& given) {
  if (!given.is_array()) return {};
  const Parameter one = p.item();
  Json list = Json::array();
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Outcome item = accept(one, given[i]);
    if (item.value.is_null()) return {nullptr, "item " + std::to_string(i + 1) + " is " + given[i].dump()};
    list.push_back(item.value);
  }
  if (list.size() < p.minItems || (p.maxItems && list.size() > *p.maxItems))
    return {nullptr, list.size() == 1 ? "there is 1" : "there are " + std::to_string(list.size())};
  return {list, {}};
}

Outcome accept(const Parameter& p, const Json& given) {
  const auto when = [&](bool good) { return good ? Outcome{given, {}} : Outcome{}; };
  switch (p.type) {
  case Type::Number:
  case Type::Integer:
    return acceptNumber(p, given);
  case Type::Boolean:
    return when(given.is_boolean());
  case Type::Choice:
    return when(std::ranges::any_of(p.choices, [&](const Choice& choice) { return given == choice.value; }));
  case Type::Text:
  case Type::Field:
    return when(given.is_string());
  case Type::File:
    return acceptFile(p, given);
  case Type::Color:
    return acceptColor(given);
  case Type::Labels:
    return acceptLabels(given);
  case Type::Axis:
    return when(given.is_string() && std::ranges::find(p.axes, given.get<std::string>()) != p.axes.end());
  case Type::TimeRange:
    return acceptTimeRange(p, given);
  case Type::Region:
    return acceptRegion(given);
  case Type::List:
    return acceptList(p, given);
  }
  return {};
}

} // namespace

std::string expectation(const Parameter& p) {
  switch (p.type) {
  case Type::Number:
    return numbers(p, "a number");
  case Type::Integer:
    return numbers(p, "a whole number");
  case Type::Boolean:
    return "true or false";
  case Type::Choice:
    return "one of " + joined(valuesOf(p.choices), ", ", ", ");
  case Type::Text:
    return "text";
  case Type::File: {
    if (p.mode == "folder") return "a folder";
    const std::string noun = p.mode == "save" ? "a file to write" : "a file";
    return noun + (p.suffixes.empty() ? "" : " ending in " + joined(p.suffixes, ", ", " or "));
  }
  case Type::Color:
    return "a colour such as #4c9aff";
  case Type::Labels:
    return "labels of \"" + p.input + "\" such as 1,4,7-9";
  case Type::Field: {
    const std::string noun = p.kind == "labels" ? "a field of labels" : "a field";
    return noun + (p.input.empty() ? " as FILE or FILE:FIELD" : " of the file of \"" + p.input + "\"");
  }
  case Type::Axis:
    return "one of " + joined(p.axes, ", ", ", ");
  case Type::TimeRange:
    return p.physical ? "a first and a last time such as 0.5:12" : "a first and a last step such as 0:11";
  case Type::Region:
    return "a box of voxels such as 0:64,0:64,0:32";
  case Type::List:
    return listOf(p);
  }
  return {};
}

std::string allowed(const Parameter& p) {
  switch (p.type) {
  case Type::Choice:
    return joined(valuesOf(p.choices), " | ", " | ");
  case Type::Boolean:
    return "true | false";
  case Type::Axis:
    return joined(p.axes, " | ", " | ");
  case Type::Text:
    return "text";
  case Type::Number:
  case Type::Integer: {
    const std::string noun(nameOf(p.type));
    if (p.minimum && p.maximum) return noun + " " + shortest(*p.minimum) + " to " + shortest(*p.maximum);
    if (p.minimum) return noun + ", at least " + shortest(*p.minimum);
    if (p.maximum) return noun + ", at most " + shortest(*p.maximum);
    return noun;
  }
  default:
    return expectation(p);
  }
}

Json checked(const Parameter& p, const Json& given) {
  Outcome outcome = accept(p, given);
  if (!outcome.value.is_null()) return std::move(outcome.value);
  const bool endless = given.is_number_float() && !std::isfinite(given.get<double>());
  throw data::UsageError("parameter \"" + p.name + "\" must be " + expectation(p) + ", and " +
                         (endless ? "a value that is not finite" : given.dump()) + " was given" +
                         (outcome.which.empty() ? "" : ": " + outcome.which));
}

std::string complaint(const Parameter& p, const Json& given) {
  const Outcome outcome = accept(p, given);
  if (!outcome.value.is_null()) return missing(p, outcome.value) ? "Must be given: " + expectation(p) + "." : "";
  return "Must be " + expectation(p) + (outcome.which.empty() ? "." : "; " + outcome.which + ".");
}

bool missing(const Parameter& p, const Json& value) {
  const Json empty = p.emptyValue();
  return p.required && !empty.is_null() && value == empty;
}

} // namespace discern::form
