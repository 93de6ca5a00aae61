#include "io/matter/cif/cif_text.h"

#include "data/error.h"
#include "io/file_text.h"

#include <algorithm>
#include <optional>

namespace discern::io {

namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Token {
  std::string_view text;
  bool quoted = false;
};

class Tokens {
public:
  Tokens(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  std::optional<Token> next() {
    skip();
    if (at_ >= text_.size()) return std::nullopt;
    const char c = text_[at_];
    if (c == ';' && (at_ == 0 || text_[at_ - 1] == '\n')) {
      const auto end = text_.find("\n;", at_ + 1);
      if (end == std::string_view::npos)
        throw data::ReadError(path_, "a text that begins at byte " + std::to_string(at_) +
                                         " has no end (a line that begins with ;); the file is cut short or damaged");
      const Token token{text_.substr(at_ + 1, end - at_ - 1), true};
      at_ = end + 2;
      return token;
    }
    if (c == '\'' || c == '"') {
      // A quote ends the text only where a blank follows.
      for (std::size_t end = at_ + 1; end < text_.size() && text_[end] != '\n'; ++end)
        if (text_[end] == c && (end + 1 == text_.size() || isBlank(text_[end + 1]))) {
          const Token token{text_.substr(at_ + 1, end - at_ - 1), true};
          at_ = end + 1;
          return token;
        }
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && !isBlank(text_[at_]))
      ++at_;
    return Token{text_.substr(begin, at_ - begin), false};
  }

private:
  void skip() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (isBlank(text_[at_]))
        ++at_;
      else
        return;
    }
  }
  const std::string& path_;
  std::string_view text_;
  std::size_t at_ = 0;
};

bool begins(const Token& token, std::string_view word) {
  return !token.quoted && lowerCase(token.text.substr(0, word.size())) == word;
}

bool isTag(const Token& token) { return !token.quoted && token.text.starts_with('_'); }

bool isValue(const Token& token) {
  return !isTag(token) && !begins(token, "data_") && !(begins(token, "loop_") && token.text.size() == 5) &&
         !begins(token, "save_");
}

std::string tagName(std::string_view text) {
  std::string name = lowerCase(text);
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

} // namespace

const std::vector<std::string_view>& CifBlock::of(std::initializer_list<const char*> tags) const {
  static const std::vector<std::string_view> none;
  for (const char* tag : tags)
    if (const auto found = values.find(tag); found != values.end()) return found->second;
  return none;
}

std::vector<CifBlock> parseCif(const std::string& path, std::string_view text) {
  std::vector<CifBlock> blocks;
  Tokens tokens(path, text);
  auto token = tokens.next();
  while (token) {
    if (begins(*token, "data_")) {
      blocks.emplace_back().name = cleanText(token->text.substr(5));
      token = tokens.next();
    } else if (blocks.empty()) {
      token = tokens.next(); // words in front of the first block
    } else if (begins(*token, "loop_") && token->text.size() == 5) {
      std::vector<std::vector<std::string_view>*> columns;
      std::string first;
      for (token = tokens.next(); token && isTag(*token); token = tokens.next()) {
        if (columns.empty()) first = tagName(token->text);
        auto& column = blocks.back().values[tagName(token->text)];
        column.clear();
        columns.push_back(&column);
      }
      std::size_t count = 0;
      for (; token && isValue(*token); token = tokens.next(), ++count)
        if (!columns.empty()) columns[count % columns.size()]->push_back(token->text);
      if (!columns.empty() && count % columns.size() != 0)
        throw data::ReadError(path, "the loop that begins with " + cleanText(first) + " has " + std::to_string(count) +
                                        " values, which do not fill rows of " + std::to_string(columns.size()) +
                                        "; the file is cut short or damaged");
    } else if (isTag(*token)) {
      const std::string name = tagName(token->text);
      token = tokens.next();
      if (token && isValue(*token)) {
        blocks.back().values[name] = {token->text};
        token = tokens.next();
      }
    } else {
      token = tokens.next();
    }
  }
  return blocks;
}

} // namespace discern::io
