#include "command.h"

#include "field_address.h"
#include "guarded.h"
#include "io/fields/convert/convert.h"
#include "io/open.h"

#include <cstdio>
#include <filesystem>

namespace discern::runner {

namespace {

bool sameFile(const std::string& a, const std::string& b) {
  std::error_code problem;
  return std::filesystem::equivalent(a, b, problem) && !problem;
}

} // namespace

int convertCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {"time"}, {});
  if (arguments.words().size() != 2) throw data::UsageError("name one file, and the file to be written");
  const FieldAddress from = fieldAddress(arguments.words()[0]);
  const std::string& output = arguments.words()[1];
  if (sameFile(from.path, output)) throw data::UsageError("the file would be written over itself");
  std::optional<std::int64_t> time;
  if (arguments.has("time")) time = wholeNumber(arguments.value("time"), "time", 0);
  try {
    const std::string said = guarded(from.path, [&] {
      std::string notes;
      for (const std::string& note : io::convert(*io::open(from.path), from.field, time, output))
        notes += "discern-run: " + note + "\n";
      return notes;
    });
    std::fputs(said.c_str(), stderr);
  } catch (const data::ReadError&) {
    std::remove((output + ".part").c_str()); // left behind when a library crashed
    throw;
  }
  return Done;
}

} // namespace discern::runner
