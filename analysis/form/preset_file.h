#pragma once
/// The presets that a person saves, one file for each analysis:
/// {"format": 1, "plugin": "org.example.thing", "presets": [{"name", "help", "values"}]}.
#include "form/parameter.h"

namespace discern::form {

/// $XDG_CONFIG_HOME/discern/presets/ID.json.
[[nodiscard]] std::string presetFile(const std::string& id);
/// Empty where there is no file. Throws data::ReadError for a file that holds something else.
[[nodiscard]] std::vector<Preset> readPresets(const std::string& file);
/// Under another name first, renamed when whole; makes the folder. Throws data::UsageError when it can't be written.
void writePresets(const std::string& file, const std::string& id, const std::vector<Preset>& presets);

} // namespace discern::form
