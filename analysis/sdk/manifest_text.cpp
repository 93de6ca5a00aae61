#include "sdk/manifest.h"

#include "form/value.h"

namespace discern::sdk {
namespace {

using Json = nlohmann::json;

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// Text in a cell of a Markdown table.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  for (char& letter : text)
    if (letter == '\n') letter = ' ';
  return text;
}

std::string inTable(const ParameterSpec& spec) {
  if (spec.type == ParameterType::Choice) {
    std::string text;
    for (const Choice& choice : spec.choices)
      text += (text.empty() ? "" : ", ") + ("`" + choice.value + "`");
    return text;
  }
  if (spec.type == ParameterType::Boolean) return "`true`, `false`";
  return cell(form::allowed(spec)) + (spec.required ? ", required" : "");
}

std::string asCode(const ParameterSpec& spec, const Json& value) {
  const std::string text = form::asText(spec, value);
  return text.empty() ? "" : "`" + cell(text) + "`";
}

std::string bullets(const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = "## " + title + "\n\n";
  for (const std::string& line : lines)
    text += "- " + line + "\n";
  return text + "\n";
}

std::string visibility(const ParameterSpec& spec) {
  std::string text;
  for (const auto& [name, value] : spec.visibleWhen)
    text += " Used when `" + name + "` is `" + plain(value) + "`.";
  return text;
}

} // namespace

void to_json(Json& json, const Manifest& manifest) {
  json = {{"id", manifest.id},
          {"version", manifest.version},
          {"name", manifest.name},
          {"summary", manifest.summary},
          {"category", manifest.category},
          {"keywords", manifest.keywords},
          {"authors", manifest.authors},
          {"references", manifest.references},
          {"help", manifest.help},
          {"inputs", Json::array()},
          {"outputs", Json::array()},
          {"parameters", manifest.parameters},
          {"groups", manifest.groups},
          {"presets", manifest.presets},
          {"resources",
           {{"threads", manifest.resources.threads},
            {"mpi", manifest.resources.mpi},
            {"memoryBytesPerVoxel", manifest.resources.memoryBytesPerVoxel}}},
          {"entry", Json::object()}};
  if (!manifest.library.empty()) json["entry"]["library"] = manifest.library;
  if (!manifest.program.empty()) json["entry"]["program"] = manifest.program;
  if (!manifest.interpreter.empty()) json["entry"]["interpreter"] = manifest.interpreter;
  for (const InputSpec& spec : manifest.inputs)
    json["inputs"].push_back({{"name", spec.name},
                              {"label", spec.label},
                              {"kind", spec.kind},
                              {"axes", spec.axes},
                              {"required", spec.required},
                              {"sameGridAs", spec.sameGridAs},
                              {"help", spec.help}});
  for (const OutputSpec& spec : manifest.outputs)
    json["outputs"].push_back({{"name", spec.name},
                               {"label", spec.label},
                               {"kind", spec.kind},
                               {"columns", spec.columns},
                               {"unit", spec.unit},
                               {"help", spec.help}});
}

std::string asMarkdown(const Manifest& manifest) {
  std::string text = "# " + manifest.name + "\n\n";
  if (!manifest.summary.empty()) text += manifest.summary + "\n\n";
  text += "`" + manifest.id + "` version " + manifest.version + " · " + manifest.category + "\n\n";
  if (!manifest.help.empty()) text += manifest.help + (manifest.help.ends_with('\n') ? "\n" : "\n\n");
  if (!manifest.inputs.empty()) {
    text += "## Inputs\n\n| name | kind | | what |\n| --- | --- | --- | --- |\n";
    for (const InputSpec& spec : manifest.inputs) {
      std::string note = spec.required ? "required" : "optional";
      if (!spec.sameGridAs.empty()) note += ", same grid as `" + spec.sameGridAs + "`";
      text += "| `" + spec.name + "` | " + spec.kind + " | " + note + " | " + cell(spec.help) + " |\n";
    }
    text += "\n";
  }
  if (!manifest.parameters.empty()) {
    text += "## Parameters\n\n| name | default | allowed | unit | what |\n| --- | --- | --- | --- | --- |\n";
    for (const ParameterSpec& spec : manifest.parameters)
      text += "| `" + spec.name + "` | " + asCode(spec, spec.defaultValue) + " | " + inTable(spec) + " | " + spec.unit +
              " | " + cell(spec.help) + visibility(spec) + " |\n";
    text += "\n";
  }
  if (!manifest.presets.empty()) {
    text += "## Presets\n\n| name | sets | what |\n| --- | --- | --- |\n";
    for (const form::Preset& preset : manifest.presets) {
      std::string values;
      for (const auto& [name, value] : preset.values.items())
        values +=
            (values.empty() ? "`" : ", `") + name + "=" + cell(form::asText(*manifest.parameter(name), value)) + "`";
      text += "| " + cell(preset.name) + " | " + values + " | " + cell(preset.help) + " |\n";
    }
    text += "\n";
  }
  if (!manifest.outputs.empty()) {
    text += "## Outputs\n\n| name | kind | what |\n| --- | --- | --- |\n";
    for (const OutputSpec& spec : manifest.outputs) {
      std::string columns;
      for (const std::string& column : spec.columns)
        columns += (columns.empty() ? " Columns: `" : ", `") + column + "`";
      text += "| `" + spec.name + "` | " + spec.kind + " | " + cell(spec.help) + columns + " |\n";
    }
    text += "\n";
  }
  std::string example = "discern-run run " + manifest.id;
  for (const InputSpec& spec : manifest.inputs)
    if (spec.required) example += " --input " + spec.name + "=FILE";
  if (!manifest.parameters.empty())
    example += " --set " + manifest.parameters[0].name + "=" +
               form::asText(manifest.parameters[0], manifest.parameters[0].defaultValue);
  text += "## In a script\n\n```\n" + example + " --output RUNDIR\n```\n\n";
  if (manifest.resources.mpi) text += "With `--on mpi:4` it runs as four processes, over MPI.\n\n";
  text += bullets("References", manifest.references) + bullets("Authors", manifest.authors);
  while (text.ends_with("\n\n"))
    text.pop_back();
  return text;
}

} // namespace discern::sdk
