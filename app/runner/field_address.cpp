#include "field_address.h"

#include "data/error.h"

#include <charconv>

namespace discern::runner {

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
