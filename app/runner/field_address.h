#pragma once
#include "form/field_address.h"

#include <cstdint>
#include <string>

namespace discern::runner {

using form::FieldAddress;
using form::fieldAddress;

/// NAME=VALUE. Throws data::UsageError that names `option`.
struct Assignment {
  std::string name, value;
};
[[nodiscard]] Assignment assignment(const std::string& text, const std::string& option);

/// A whole number from `least` up. Throws data::UsageError that names `option`.
[[nodiscard]] std::int64_t wholeNumber(const std::string& text, const std::string& option, std::int64_t least);

} // namespace discern::runner
