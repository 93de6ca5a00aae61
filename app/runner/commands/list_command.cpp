#include "command.h"
#include "run_text.h"
#include "sdk/registry.h"

#include <cstdio>

namespace discern::runner {

int listCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {"json"});
  if (!arguments.words().empty()) throw data::UsageError("list takes no \"" + arguments.words()[0] + "\"");
  if (arguments.has("json")) {
    std::puts(sdk::pluginsAsJson().dump(2).c_str());
    return Done;
  }
  std::vector<std::vector<std::string>> rows{{"ID", "VERSION", "CATEGORY", "NAME"}};
  for (const sdk::Entry& entry : sdk::installed()) {
    const sdk::Manifest& manifest = entry.manifest;
    if (entry.error.empty())
      rows.push_back({manifest.id, manifest.version, manifest.category, manifest.name});
    else
      std::fprintf(stderr, "discern-run: a plugin can't be used: %s\n", entry.error.c_str());
  }
  if (rows.size() == 1) {
    std::fputs("discern-run: no analysis is installed. Searched:\n", stderr);
    for (const std::string& folder : sdk::searchPath())
      std::fprintf(stderr, "  %s\n", folder.c_str());
    return Done;
  }
  std::fputs(columns(rows).c_str(), stdout);
  return Done;
}

} // namespace discern::runner
