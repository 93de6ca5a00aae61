#include "io/grids/vtkxml/xml_tags.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace discern::io {

namespace {

std::string resolved(std::string text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> entities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  for (const auto& [entity, letter] : entities)
    for (std::size_t at = 0; (at = text.find(entity, at)) != std::string::npos; ++at)
      text.replace(at, entity.size(), 1, letter);
  return text;
}

bool isSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

XmlTag parsed(const std::string& body) {
  XmlTag tag;
  std::size_t i = 0, end = body.size();
  if (!body.empty() && body.front() == '/') {
    tag.closing = true;
    ++i;
  }
  if (end > i && body[end - 1] == '/') {
    tag.empty = true;
    --end;
  }
  const std::size_t nameBegin = i;
  while (i < end && !isSpace(body[i]))
    ++i;
  tag.name = body.substr(nameBegin, i - nameBegin);
  while (i < end) {
    while (i < end && isSpace(body[i]))
      ++i;
    const std::size_t begin = i;
    while (i < end && body[i] != '=' && !isSpace(body[i]))
      ++i;
    const std::string name = body.substr(begin, i - begin);
    while (i < end && (body[i] == '=' || isSpace(body[i])))
      ++i;
    if (i >= end || (body[i] != '"' && body[i] != '\'')) continue;
    const char quote = body[i++];
    const std::size_t close = std::min(body.find(quote, i), end);
    tag.attributes[name] = resolved(body.substr(i, close - i));
    i = close + 1;
  }
  return tag;
}

} // namespace

std::string XmlTag::get(const std::string& attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? std::string() : found->second;
}

int XmlTags::byte() {
  constexpr std::int64_t pieceBytes = 1 << 18;
  if (at_ >= pieceBegin_ + static_cast<std::int64_t>(piece_.size())) {
    const std::int64_t left = file_.size() - at_;
    if (left <= 0) return -1;
    piece_.resize(static_cast<std::size_t>(std::min(left, pieceBytes)));
    pieceBegin_ = at_;
    file_.readAt(at_, piece_);
  }
  return std::to_integer<int>(piece_[static_cast<std::size_t>(at_++ - pieceBegin_)]);
}

bool XmlTags::next(XmlTag& tag) {
  constexpr std::size_t most = 1 << 20;
  for (int c = byte(); c >= 0; c = byte()) {
    if (c != '<') continue;
    std::string body;
    int quote = 0;
    for (c = byte(); c >= 0 && (quote != 0 || c != '>'); c = byte()) {
      if (quote == c)
        quote = 0;
      else if (quote == 0 && (c == '"' || c == '\'') && !body.starts_with('!'))
        quote = c;
      body += static_cast<char>(c);
      if (body.size() > most) throw data::ReadError(file_.path(), "expected XML, found a tag of more than 1 MB");
      if (c == '-' && body == "!--") { // runs to -->, whatever is in between
        std::string last;
        for (c = byte(); c >= 0 && last != "-->"; c = last == "-->" ? c : byte())
          last = (last.size() < 3 ? last : last.substr(1)) + static_cast<char>(c);
        break;
      }
    }
    if (c < 0) {
      if (body.starts_with('!')) return false;
      throw data::ReadError(file_.path(), "the file ends in the middle of a tag, at byte " + std::to_string(at_));
    }
    if (body.starts_with('!') || body.starts_with('?') || body.empty()) continue;
    tag = parsed(body);
    tag.end = at_;
    return true;
  }
  return false;
}

} // namespace discern::io
