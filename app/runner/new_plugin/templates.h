#pragma once
#include <string>
#include <vector>

namespace discern::runner {

/// A file of a new plugin. @NAME@, @ID@, @TITLE@, @CLASS@ and @FILE@ stand for what the person chose.
struct Template {
  const char* path;
  const char* text;
  bool executable = false;
};

/// The files of a plugin in a language: "c++", "python", "shell"; empty for any other.
[[nodiscard]] std::vector<Template> templatesFor(const std::string& language);

} // namespace discern::runner
