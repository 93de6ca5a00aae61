#pragma once
#include <QString>
#include <QVector>
#include <optional>

namespace discern::desktop {

/// How well a typed pattern fits a text: its letters occur in order, ignoring case. Word starts and unbroken runs count
/// for more.
struct FuzzyMatch {
  int score = 0;          ///< higher is better
  QVector<int> positions; ///< of the matched letters in the text
};

/// nullopt when a letter of the pattern doesn't occur in order. Spaces in the pattern separate words that may come in
/// any order.
[[nodiscard]] std::optional<FuzzyMatch> fuzzyMatch(const QString& pattern, const QString& text);

} // namespace discern::desktop
