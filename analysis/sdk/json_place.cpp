#include "sdk/json_place.h"

#include <nlohmann/json.hpp>

namespace discern::sdk {
namespace {

/// Walks over valid JSON without building it.
class Walker {
public:
  explicit Walker(std::string_view json) : json_(json) { space(); }
  [[nodiscard]] std::size_t at() const { return at_; }

  /// Goes into the object or array at hand, to the value of `key`. False, where there is none.
  bool enter(const std::string& key) {
    const char kind = here();
    if (kind != '{' && kind != '[') return false;
    ++at_;
    space();
    for (std::size_t index = 0; at_ < json_.size() && here() != '}' && here() != ']'; ++index) {
      std::string name = std::to_string(index);
      if (kind == '{') {
        const std::size_t from = at_;
        text();
        name = nlohmann::json::parse(json_.substr(from, at_ - from), nullptr, false).get<std::string>();
        space();
        ++at_; // the colon
        space();
      }
      if (name == key) return true;
      value();
      space();
      if (here() == ',') ++at_;
      space();
    }
    return false;
  }

private:
  [[nodiscard]] char here() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  void space() {
    while (at_ < json_.size() && std::string_view(" \t\r\n").find(here()) != std::string_view::npos)
      ++at_;
  }
  void text() {
    for (++at_; at_ < json_.size() && here() != '"'; ++at_)
      if (here() == '\\') ++at_;
    ++at_;
  }
  void value() {
    int depth = 0;
    do {
      if (here() == '"') {
        text();
        continue;
      }
      if (here() == '{' || here() == '[') ++depth;
      if (here() == '}' || here() == ']') --depth;
      ++at_;
    } while (at_ < json_.size() &&
             (depth > 0 || std::string_view(",}] \t\r\n").find(here()) == std::string_view::npos));
  }

  std::string_view json_;
  std::size_t at_ = 0;
};

} // namespace

std::string TextPlace::text() const { return "line " + std::to_string(line) + ", column " + std::to_string(column); }

TextPlace placeInJson(std::string_view json, std::string_view pointer) {
  Walker walker(json);
  std::size_t best = walker.at();
  while (!pointer.empty()) {
    pointer.remove_prefix(1); // the slash
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    if (!walker.enter(std::string(pointer.substr(0, end)))) break;
    best = walker.at();
    pointer.remove_prefix(end);
  }
  TextPlace place;
  for (std::size_t i = 0; i < std::min(best, json.size()); ++i) {
    if (json[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((json[i] & 0xC0) != 0x80) { // letters, not bytes
      ++place.column;
    }
  }
  return place;
}

} // namespace discern::sdk
