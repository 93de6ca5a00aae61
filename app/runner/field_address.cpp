#include "field_address.h"

#include "data/error.h"

#include <charconv>
#include <filesystem>

namespace discern::runner {
namespace fs = std::filesystem;

FieldAddress fieldAddress(const std::string& text) {
  if (text.empty()) throw data::UsageError("a file is expected as FILE or FILE:FIELD, and nothing was given");
  if (text.starts_with("ssh://")) { // in an address a ":" of the path is %3A
    const auto path = text.find('/', 6);
    const auto colon = path == std::string::npos ? path : text.find(':', path);
    if (colon == std::string::npos) return {text, {}};
    return {text.substr(0, colon), text.substr(colon + 1)};
  }
  const auto absolute = [](const std::string& path) {
    std::error_code problem;
    const fs::path result = fs::absolute(path, problem);
    return problem ? path : result.lexically_normal().string();
  };
  std::error_code ignored;
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || fs::exists(text, ignored)) return {absolute(text), {}};
  return {absolute(text.substr(0, colon)), text.substr(colon + 1)};
}

Assignment assignment(const std::string& text, const std::string& option) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw data::UsageError("--" + option + " expects NAME=VALUE, and \"" + text + "\" was given");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::int64_t wholeNumber(const std::string& text, const std::string& option, std::int64_t least) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least)
    throw data::UsageError("--" + option + " expects a whole number, at least " + std::to_string(least) + ", and \"" +
                           text + "\" was given");
  return value;
}

} // namespace discern::runner
