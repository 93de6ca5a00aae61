#include "data/error.h"
#include "form/field_address.h"
#include "form/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace discern::form {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const Parameter& p, const std::string& text) {
  throw data::UsageError("parameter \"" + p.name + "\" must be " + expectation(p) + ", and \"" + text + "\" was given");
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// The pieces between `mark`s; of an empty text: none.
std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> pieces;
  if (trimmed(text).empty()) return pieces;
  std::size_t at = 0;
  for (;;) {
    const auto end = text.find(mark, at);
    pieces.push_back(trimmed(text.substr(at, end == std::string::npos ? end : end - at)));
    if (end == std::string::npos) return pieces;
    at = end + 1;
  }
}

template <typename T>
std::optional<T> numberIn(const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if constexpr (std::is_floating_point_v<T>)
    if (!std::isfinite(value)) return std::nullopt;
  return value;
}

/// A whole number where it is written as one, else a number; null where it is neither.
Json parsed(const std::string& text) {
  if (const auto whole = numberIn<std::int64_t>(text)) return *whole;
  if (const auto number = numberIn<double>(text)) return *number;
  return nullptr;
}

Json booleanIn(const std::string& text) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  return nullptr;
}

/// "1,4,7-9"
Json labelsIn(const std::string& text) {
  constexpr std::int64_t most = 1'000'000;
  Json labels = Json::array();
  for (const std::string& piece : split(text, ',')) {
    const auto dash = piece.find('-', 1);
    const auto first = numberIn<std::int64_t>(trimmed(piece.substr(0, dash)));
    const auto last = dash == std::string::npos ? first : numberIn<std::int64_t>(trimmed(piece.substr(dash + 1)));
    if (!first || !last || *first > *last || *last - *first > most) return nullptr;
    for (std::int64_t label = *first; label <= *last; ++label)
      labels.push_back(label);
  }
  return labels;
}

/// "0:11"
Json pairIn(const std::string& text) {
  const auto pieces = split(text, ':');
  if (pieces.size() != 2) return nullptr;
  Json first = parsed(pieces[0]), last = parsed(pieces[1]);
  if (first.is_null() || last.is_null()) return nullptr;
  return Json::array({first, last});
}

Json regionIn(const std::string& text) {
  Json region = Json::array();
  for (const std::string& piece : split(text, ',')) {
    region.push_back(pairIn(piece));
    if (region.back().is_null()) return nullptr;
  }
  return region;
}

Json listIn(const Parameter& p, const std::string& text) {
  Json list = Json::array();
  for (const std::string& piece : split(text, ',')) {
    if (p.of == Type::Text || p.of == Type::Choice) {
      list.push_back(piece);
      continue;
    }
    list.push_back(parsed(piece));
    if (list.back().is_null()) return nullptr;
  }
  return list;
}

std::string absolute(const std::string& path) {
  std::error_code problem;
  const std::filesystem::path result = std::filesystem::absolute(path, problem);
  return problem ? path : result.lexically_normal().string();
}

std::string plain(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_float() ? shortest(value.get<double>()) : value.dump();
}

std::string labelsText(const Json& value) {
  std::string text;
  for (std::size_t i = 0; i < value.size();) {
    std::size_t end = i + 1;
    while (end < value.size() && value[end].get<std::int64_t>() == value[end - 1].get<std::int64_t>() + 1)
      ++end;
    const bool run = end - i > 2;
    text += (text.empty() ? "" : ",") + value[i].dump() + (run ? "-" + value[end - 1].dump() : "");
    i = run ? end : i + 1;
  }
  return text;
}

std::string listText(const Json& value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string item = plain(value[i]);
    const bool ambiguous = item.empty() || item.find_first_of(",\n") != std::string::npos || item != trimmed(item) ||
                           (i == 0 && item.starts_with('['));
    if (value[i].is_string() && ambiguous) return value.dump();
    text += (i == 0 ? "" : ",") + item;
  }
  return text;
}

bool isList(const Parameter& p) { return p.emptyValue().is_array(); }

} // namespace

Json unchecked(const Parameter& p, const std::string& text) {
  if (isList(p) && trimmed(text).starts_with('[')) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json() : json;
  }
  switch (p.type) {
  case Type::Number:
  case Type::Integer:
    return parsed(text);
  case Type::Boolean:
    return booleanIn(text);
  case Type::Labels:
    return labelsIn(text);
  case Type::TimeRange:
    return trimmed(text).empty() ? Json::array() : pairIn(text);
  case Type::Region:
    return regionIn(text);
  case Type::List:
    return listIn(p, text);
  case Type::File:
    return text.empty() ? text : absolute(text);
  case Type::Field:
    return text.empty() || !p.input.empty() ? text : fieldAddress(text).text();
  default:
    return text;
  }
}

Json fromText(const Parameter& p, const std::string& text) {
  const Json value = unchecked(p, text);
  if (value.is_null()) refuse(p, text);
  return checked(p, value);
}

std::string asText(const Parameter& p, const Json& value) {
  if (!value.is_array()) return plain(value);
  if (p.type == Type::Labels) return labelsText(value);
  if (p.type == Type::List) return listText(value);
  if (p.type == Type::TimeRange) return value.size() == 2 ? plain(value[0]) + ":" + plain(value[1]) : "";
  std::string text;
  for (const Json& side : value)
    text += (text.empty() ? "" : ",") + side[0].dump() + ":" + side[1].dump();
  return text;
}

} // namespace discern::form
