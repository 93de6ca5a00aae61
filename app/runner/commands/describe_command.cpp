#include "command.h"
#include "form/value.h"
#include "run_text.h"
#include "sdk/registry.h"

#include <cstdio>

namespace discern::runner {
namespace {

std::string kindOf(const sdk::ParameterSpec& spec) {
  return form::allowed(spec) + (spec.unit.empty() || spec.type == sdk::ParameterType::List ? "" : " " + spec.unit) +
         (spec.required ? ", required" : "");
}

std::string plain(const nlohmann::json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// Text broken into lines of at most `width` letters, each after `indent` spaces; empty lines stay.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width = 96) {
  std::string result;
  const std::string margin(indent, ' ');
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) result += "\n";
    while (!line.empty()) {
      auto cut = line.size();
      if (cut > width - indent) {
        cut = line.rfind(' ', width - indent);
        if (cut == std::string::npos || cut == 0) cut = std::min(line.find(' ', width - indent), line.size());
      }
      result += margin + line.substr(0, cut) + "\n";
      line.erase(0, cut);
      line.erase(0, line.find_first_not_of(' '));
    }
  }
  return result;
}

std::string asText(const sdk::Manifest& manifest) {
  std::string text = manifest.name + "  (" + manifest.id + " " + manifest.version + ", " + manifest.category + ")\n";
  if (!manifest.summary.empty()) text += wrapped(manifest.summary, 0);
  text += "\n" + wrapped(manifest.help, 0);
  if (!manifest.inputs.empty()) text += "\nINPUTS\n";
  for (const sdk::InputSpec& spec : manifest.inputs)
    text += "  " + spec.name + "  " + spec.kind + (spec.required ? "" : ", optional") +
            (spec.sameGridAs.empty() ? "" : ", same grid as " + spec.sameGridAs) + "\n" + wrapped(spec.help, 6);
  if (!manifest.parameters.empty()) text += "\nPARAMETERS\n";
  for (const sdk::ParameterSpec& spec : manifest.parameters) {
    text += "  " + spec.name + "  " + kindOf(spec) + "  [" + form::asText(spec, spec.defaultValue) + "]\n" +
            wrapped(spec.help, 6);
    for (const auto& [name, value] : spec.visibleWhen)
      text += "      Used when " + name + " is " + plain(value) + ".\n";
  }
  if (!manifest.presets.empty()) text += "\nPRESETS\n";
  for (const form::Preset& preset : manifest.presets) {
    text += "  " + preset.name + "\n" + wrapped(preset.help, 6);
    for (const auto& [name, value] : preset.values.items())
      text += "      " + name + "=" + form::asText(*manifest.parameter(name), value) + "\n";
  }
  if (!manifest.outputs.empty()) text += "\nOUTPUTS\n";
  for (const sdk::OutputSpec& spec : manifest.outputs)
    text += "  " + spec.name + "  " + spec.kind + "\n" + wrapped(spec.help, 6);
  if (!manifest.references.empty()) text += "\nREFERENCES\n";
  for (const std::string& reference : manifest.references)
    text += wrapped(reference, 2);
  return text;
}

} // namespace

int describeCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {"json", "markdown"});
  if (arguments.words().size() != 1) throw data::UsageError("one analysis is expected, by its id");
  const sdk::Entry entry = sdk::find(arguments.words()[0]);
  if (arguments.has("json")) {
    nlohmann::json json = entry.manifest;
    json["folder"] = entry.folder;
    json["error"] = entry.error;
    std::puts(json.dump(2).c_str());
  } else {
    std::fputs((arguments.has("markdown") ? asMarkdown(entry.manifest) : asText(entry.manifest)).c_str(), stdout);
  }
  return Done;
}

} // namespace discern::runner
