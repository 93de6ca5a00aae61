#include "desktop/palette/fuzzy.h"

#include <algorithm>
#include <vector>

namespace discern::desktop {

namespace {

bool startsWord(const QString& text, int at) {
  return at == 0 || !text[at - 1].isLetterOrNumber() || (text[at].isUpper() && text[at - 1].isLower());
}

/// Best alignment of one word, by dynamic programming over (letter of the word, place in the text).
std::optional<FuzzyMatch> matchWord(const QString& word, const QString& text) {
  const int n = static_cast<int>(word.size()), m = static_cast<int>(text.size());
  if (n > m) return std::nullopt;
  constexpr int never = -1000000;
  const auto cell = [m](int i, int j) {
    return static_cast<std::size_t>(i) * static_cast<std::size_t>(m) + static_cast<std::size_t>(j);
  };
  std::vector<int> best(static_cast<std::size_t>(n) * static_cast<std::size_t>(m), never), from(best.size(), -1);
  for (int i = 0; i < n; ++i) {
    int bestBefore = never, bestBeforeAt = -1; // over places before j - 1, with a gap
    for (int j = i; j < m; ++j) {
      if (i > 0 && j >= 2 && best[cell(i - 1, j - 2)] > bestBefore) {
        bestBefore = best[cell(i - 1, j - 2)];
        bestBeforeAt = j - 2;
      }
      if (word[i].toCaseFolded() != text[j].toCaseFolded()) continue;
      const int here = 1 + (startsWord(text, j) ? 8 : 0);
      if (i == 0) {
        best[cell(i, j)] = here - std::min(j, 6);
        continue;
      }
      const int run = best[cell(i - 1, j - 1)] == never ? never : best[cell(i - 1, j - 1)] + here + 5;
      const int gap = bestBefore == never ? never : bestBefore + here - 2;
      best[cell(i, j)] = std::max(run, gap);
      from[cell(i, j)] = run >= gap ? j - 1 : bestBeforeAt;
    }
  }
  int end = -1;
  for (int j = 0; j < m; ++j)
    if (best[cell(n - 1, j)] > (end < 0 ? never : best[cell(n - 1, end)])) end = j;
  if (end < 0) return std::nullopt;
  FuzzyMatch match;
  match.score = best[cell(n - 1, end)];
  for (int i = n - 1, j = end; i >= 0; --i) {
    match.positions.prepend(j);
    j = from[cell(i, j)];
  }
  return match;
}

} // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString& pattern, const QString& text) {
  FuzzyMatch whole;
  const QStringList words = pattern.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
  for (const QString& word : words) {
    const auto match = matchWord(word, text);
    if (!match) return std::nullopt;
    whole.score += match->score;
    whole.positions += match->positions;
  }
  whole.score -= static_cast<int>(text.size()) / 16;
  std::sort(whole.positions.begin(), whole.positions.end());
  return whole;
}

} // namespace discern::desktop
