#include "data/table/row_filter.h"

#include "data/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace discern::data {

namespace {

using Test = std::function<bool(std::size_t)>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool holds(std::string_view text, std::string_view needle) {
  return std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool isQuoted(std::string_view text) {
  return text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
         text.find(text.front(), 1) == text.size() - 1;
}

std::string_view unquoted(std::string_view text) { return isQuoted(text) ? text.substr(1, text.size() - 2) : text; }

std::optional<double> numberOf(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  return !copy.empty() && end == copy.c_str() + copy.size() && !std::isnan(value) ? std::optional(value) : std::nullopt;
}

/// The shortest text that gives the number back.
std::string_view shortest(double value, std::array<char, 32>& buffer) {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), error == std::errc() ? static_cast<std::size_t>(end - buffer.data()) : 0};
}

/// Calls `mark(place)` for each place outside quotes; what it returns is skipped.
template <typename Mark>
void outsideQuotes(std::string_view text, const Mark& mark) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (quote == 0 && (text[i] == '"' || (text[i] == '\'' && (i == 0 || text[i - 1] == ' ')))) {
      quote = text[i++];
    } else if (quote != 0) {
      quote = text[i] == quote ? 0 : quote;
      ++i;
    } else {
      i += std::max<std::size_t>(1, mark(i));
    }
  }
}

/// Cuts at a word ("and") that stands alone, or at a sign ("&&").
std::vector<std::string_view> cut(std::string_view text, std::string_view word, std::string_view sign) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  outsideQuotes(text, [&](std::size_t i) {
    std::size_t length = 0;
    if (text.substr(i, sign.size()) == sign) length = sign.size();
    const bool alone = i > 0 && text[i - 1] == ' ' && i + word.size() < text.size() && text[i + word.size()] == ' ';
    if (alone && lowered(text.substr(i, word.size())) == word) length = word.size();
    if (length == 0) return length;
    parts.push_back(text.substr(from, i - from));
    from = i + length;
    return length;
  });
  parts.push_back(text.substr(from));
  return parts;
}

enum class Operator { Less, LessEqual, Greater, GreaterEqual, Equal, Unequal, Holds };

struct Sign {
  std::string_view text;
  Operator means;
};
/// Longer ones first.
constexpr std::array signs{
    Sign{"<=", Operator::LessEqual},   Sign{">=", Operator::GreaterEqual}, Sign{"!=", Operator::Unequal},
    Sign{"<>", Operator::Unequal},     Sign{"==", Operator::Equal},        Sign{"≤", Operator::LessEqual},
    Sign{"≥", Operator::GreaterEqual}, Sign{"≠", Operator::Unequal},       Sign{"<", Operator::Less},
    Sign{">", Operator::Greater},      Sign{"=", Operator::Equal},         Sign{"~", Operator::Holds}};

struct Comparison {
  std::string_view left, right;
  Sign sign{};
};

std::optional<Comparison> comparisonIn(std::string_view term) {
  std::optional<Comparison> found;
  outsideQuotes(term, [&](std::size_t i) {
    for (const Sign& sign : signs) {
      if (found || term.substr(i, sign.text.size()) != sign.text) continue;
      found = Comparison{trimmed(term.substr(0, i)), trimmed(term.substr(i + sign.text.size())), sign};
    }
    return std::size_t{1};
  });
  return found;
}

template <typename T>
bool compare(Operator means, const T& a, const T& b) {
  switch (means) {
  case Operator::Less:
    return a < b;
  case Operator::LessEqual:
    return a <= b;
  case Operator::Greater:
    return a > b;
  case Operator::GreaterEqual:
    return a >= b;
  case Operator::Equal:
    return a == b;
  case Operator::Unequal:
    return a != b;
  case Operator::Holds:
    break;
  }
  return false;
}

std::string namesOf(const std::vector<ColumnInfo>& columns) {
  constexpr std::size_t most = 12;
  std::string names;
  for (std::size_t i = 0; i < std::min(columns.size(), most); ++i)
    names += (i == 0 ? "" : ", ") + columns[i].name;
  return columns.size() > most ? names + " and " + std::to_string(columns.size() - most) + " more" : names;
}

Test missingTest(const Table& table, std::size_t column, bool text, bool wanted) {
  if (text) return [&cells = table.texts[column], wanted](std::size_t row) { return cells[row].empty() == wanted; };
  return [&cells = table.numbers[column], wanted](std::size_t row) { return std::isnan(cells[row]) == wanted; };
}

Test comparisonTest(const Comparison& term, const Table& table, const std::vector<ColumnInfo>& columns) {
  const std::string_view name = unquoted(term.left);
  const std::string right(unquoted(term.right));
  if (term.right.empty())
    throw UsageError("a value is missing behind \"" + std::string(term.left) + " " + std::string(term.sign.text) +
                     "\"");
  const Operator means = term.sign.means;
  const auto value = numberOf(right);
  if (name == rowColumn) {
    if (!value || means == Operator::Holds) throw UsageError("# is the number of a row: compare it with a number");
    return [means, value](std::size_t row) { return compare(means, static_cast<double>(row + 1), *value); };
  }
  const std::size_t column = columnNamed(columns, name);
  if (column == columns.size())
    throw UsageError("there is no column \"" + std::string(name) + "\"; there are " + namesOf(columns) +
                     ". To look for the words themselves, put them in quotes");
  const bool text = columns[column].type == ColumnType::Text;
  const std::string needle = lowered(right);
  const bool equality = means == Operator::Equal || means == Operator::Unequal;
  if (equality && !isQuoted(term.right) && (needle == "missing" || needle == "nan" || right == "—"))
    return missingTest(table, column, text, means == Operator::Equal);
  if (text) {
    const auto& cells = table.texts[column];
    if (means == Operator::Holds) return [&cells, needle](std::size_t row) { return holds(cells[row], needle); };
    return [&cells, means, needle](std::size_t row) {
      return !cells[row].empty() && compare(means, lowered(cells[row]), needle);
    };
  }
  const auto& cells = table.numbers[column];
  if (means == Operator::Holds)
    return [&cells, needle](std::size_t row) {
      std::array<char, 32> buffer{};
      return !std::isnan(cells[row]) && holds(shortest(cells[row], buffer), needle);
    };
  if (!value) throw UsageError("\"" + right + "\" is no number, and " + columns[column].name + " holds numbers");
  return
      [&cells, means, value](std::size_t row) { return !std::isnan(cells[row]) && compare(means, cells[row], *value); };
}

/// Words without a comparison: in any cell.
Test wordsTest(std::string_view words, const Table& table) {
  const std::string needle = lowered(unquoted(words));
  const bool numeric = needle.find_first_not_of("0123456789.+-einf") == std::string::npos;
  return [&table, needle, numeric](std::size_t row) {
    std::array<char, 32> buffer{};
    for (std::size_t column = 0; column < table.info.columns.size(); ++column) {
      if (!table.texts[column].empty()) {
        if (holds(table.texts[column][row], needle)) return true;
      } else if (numeric && !std::isnan(table.numbers[column][row]) &&
                 holds(shortest(table.numbers[column][row], buffer), needle)) {
        return true;
      }
    }
    return false;
  };
}

Test termTest(std::string_view term, const Table& table, const std::vector<ColumnInfo>& columns) {
  term = trimmed(term);
  if (term.empty()) throw UsageError("\"and\" and \"or\" stand between two conditions");
  if (isQuoted(term)) return wordsTest(term, table);
  if (const auto comparison = comparisonIn(term); comparison && !comparison->left.empty())
    return comparisonTest(*comparison, table, columns);
  return wordsTest(term, table);
}

} // namespace

std::size_t columnNamed(const std::vector<ColumnInfo>& columns, std::string_view name) {
  const auto exact =
      std::find_if(columns.begin(), columns.end(), [&](const ColumnInfo& column) { return column.name == name; });
  if (exact != columns.end()) return static_cast<std::size_t>(exact - columns.begin());
  const std::string wanted = lowered(name);
  const auto alike = std::find_if(columns.begin(), columns.end(),
                                  [&](const ColumnInfo& column) { return lowered(column.name) == wanted; });
  return static_cast<std::size_t>(alike - columns.begin());
}

bool textLess(const std::string& a, const std::string& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return static_cast<unsigned char>(lower(x)) < static_cast<unsigned char>(lower(y));
  });
}

std::function<bool(std::size_t)> rowFilter(const std::string& words, const Table& table,
                                           const std::vector<ColumnInfo>& columns) {
  if (trimmed(words).empty()) return [](std::size_t) { return true; };
  std::vector<std::vector<Test>> either;
  for (const std::string_view group : cut(words, "or", "||")) {
    auto& all = either.emplace_back();
    for (const std::string_view term : cut(group, "and", "&&"))
      all.push_back(termTest(term, table, columns));
  }
  return [either = std::move(either)](std::size_t row) {
    return std::any_of(either.begin(), either.end(), [row](const std::vector<Test>& all) {
      return std::all_of(all.begin(), all.end(), [row](const Test& test) { return test(row); });
    });
  };
}

} // namespace discern::data
