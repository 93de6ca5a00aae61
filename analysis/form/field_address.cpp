#include "form/field_address.h"

#include "data/error.h"

#include <filesystem>

namespace discern::form {
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

} // namespace discern::form
