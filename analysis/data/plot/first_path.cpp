#include "data/plot/first_path.h"

#include <nlohmann/json.hpp>

namespace discern::data {

std::string firstPath(const nlohmann::json& request) {
  if (!request.is_structured()) return {};
  if (request.is_object())
    if (const auto path = request.find("path"); path != request.end() && path->is_string())
      return path->get<std::string>();
  for (const nlohmann::json& part : request)
    if (std::string path = firstPath(part); !path.empty()) return path;
  return {};
}

} // namespace discern::data
