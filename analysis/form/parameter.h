#pragma once
/// The parameters of an analysis as its manifest describes them. analysis/sdk/README.md has the table of types.
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace discern::form {

enum class Type {
  Number,
  Integer,
  Boolean,
  Choice,
  Text,
  File,      ///< a path; "": none
  Color,     ///< "#rrggbb"
  Labels,    ///< labels of an input, sorted: [1, 4, 7]; []: none
  Field,     ///< a field of an input's file by its name, or any as "FILE:FIELD"; "": none
  Axis,      ///< "x", "y", "z" or "time"
  TimeRange, ///< [first, last], both included, of an input's time; []: all of it
  Region,    ///< [[i0, i1], [j0, j1], [k0, k1]], half-open, in voxels of an input; []: all of it
  List       ///< numbers, integers, texts or choices
};
[[nodiscard]] std::string_view nameOf(Type type); ///< as in the manifest: "number", "timeRange", …
[[nodiscard]] std::optional<Type> typeNamed(std::string_view name);
inline constexpr Type allTypes[] = {Type::Number,    Type::Integer, Type::Boolean, Type::Choice, Type::Text,
                                    Type::File,      Type::Color,   Type::Labels,  Type::Field,  Type::Axis,
                                    Type::TimeRange, Type::Region,  Type::List};

struct Choice {
  std::string value, label;
};

struct Parameter {
  std::string name, label;
  Type type = Type::Number;
  nlohmann::json defaultValue;                  ///< never null, of the parameter's type and within its range
  std::optional<double> minimum, maximum, step; ///< of a number or an integer, or of those in a list
  std::string unit;
  std::vector<Choice> choices;
  std::map<std::string, nlohmann::json>
      visibleWhen; ///< other parameter → the value (or list of values) at which this one is shown
  bool advanced = false;
  std::string group, help;

  bool required = false;             ///< an empty value is none
  std::string mode = "open";         ///< of a file: "open", "save", "folder"
  std::vector<std::string> suffixes; ///< of a file: ".csv", lower case; none: any
  std::string example;           ///< of a file to open: the name of one beside the manifest that shows what it takes
  std::string input;             ///< labels, field, axis, timeRange, region: the input that it is about
  std::string kind;              ///< of a field: "field", "labels"; empty: either
  std::vector<std::string> axes; ///< of an axis: those on offer
  bool physical = false;         ///< of a timeRange: times in the unit of the input's time axis, not steps
  Type of = Type::Number;        ///< of a list
  std::size_t minItems = 0;      ///< of a list
  std::optional<std::size_t> maxItems;

  /// Of a list: one item as a parameter of its own. Of any other: itself.
  [[nodiscard]] Parameter item() const;
  /// The value that means "none" or "all": "" or []; null where there is none.
  [[nodiscard]] nlohmann::json emptyValue() const;
};

/// Parameters that stand together under a title.
struct Group {
  std::string name, label, help;
};

/// Values under a name. What it doesn't name takes its default.
struct Preset {
  std::string name, help;
  nlohmann::json values = nlohmann::json::object();
};

/// The same names as in manifest.json; keys that a type doesn't have are left out.
void to_json(nlohmann::json& json, const Parameter& parameter);
void to_json(nlohmann::json& json, const Group& group);
void to_json(nlohmann::json& json, const Preset& preset);
/// What to_json wrote; also less: what is missing takes a fitting default. Throws data::UsageError without a name or a
/// known type.
void from_json(const nlohmann::json& json, Parameter& parameter);
void from_json(const nlohmann::json& json, Group& group);
void from_json(const nlohmann::json& json, Preset& preset);

/// nullptr: there is none of that name.
[[nodiscard]] const Parameter* find(std::span<const Parameter> parameters, std::string_view name);

/// Whether a parameter is shown with these values: every rule of it holds, and the parameters that it goes by are shown
/// themselves.
[[nodiscard]] bool isShown(const Parameter& parameter, std::span<const Parameter> all, const nlohmann::json& values);

/// The fewest digits that are this number: "0", "0.05", "1e+09".
[[nodiscard]] std::string shortest(double value);

} // namespace discern::form
