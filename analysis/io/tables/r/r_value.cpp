#include "io/tables/r/r_value.h"

#include <algorithm>

namespace discern::io {

const RValue* RValue::attribute(std::string_view name) const {
  const auto at = std::find_if(attributes.begin(), attributes.end(), [&](const auto& a) { return a.first == name; });
  return at == attributes.end() ? nullptr : at->second.get();
}

bool RValue::is(std::string_view name) const {
  const RValue* classes = attribute("class");
  return classes && std::find(classes->texts.begin(), classes->texts.end(), name) != classes->texts.end();
}

std::size_t RValue::length() const {
  switch (kind) {
  case Kind::Text:
    return texts.size();
  case Kind::List:
    return items.size();
  case Kind::Complex:
    return numbers.size() / 2;
  default:
    return numbers.size();
  }
}

std::vector<std::string> RValue::elementNames() const {
  const RValue* given = attribute("names");
  if (given && given->kind == Kind::Text) return given->texts;
  return names;
}

} // namespace discern::io
