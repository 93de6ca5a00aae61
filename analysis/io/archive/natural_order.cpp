#include "io/archive/natural_order.h"

#include <cstddef>

namespace discern::io {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// The digits that `text` begins with, without leading zeros; they are taken off it.
std::string_view number(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && isDigit(text[end]))
    ++end;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  while (digits.size() > 1 && digits.front() == '0')
    digits.remove_prefix(1);
  return digits;
}

} // namespace

bool naturallyBefore(std::string_view a, std::string_view b) {
  const std::string_view wholeA = a, wholeB = b;
  while (!a.empty() && !b.empty()) {
    if (isDigit(a.front()) && isDigit(b.front())) {
      const std::string_view left = number(a), right = number(b);
      if (left != right) return left.size() != right.size() ? left.size() < right.size() : left < right;
      continue;
    }
    if (a.front() != b.front()) return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  if (a.empty() != b.empty()) return a.empty();
  return wholeA < wholeB; // "01" and "1"
}

} // namespace discern::io
