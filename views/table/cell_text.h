#pragma once
#include "data/table/table_request.h"

#include <QString>
#include <span>

namespace discern::views {

/// How the numbers of a column are written, so that they stand under one another.
struct ColumnFormat {
  int decimals = -1; ///< behind the point; −1: as many digits as each number needs

  /// Fits values of a column of that type; what is missing doesn't count.
  [[nodiscard]] static ColumnFormat fitting(data::ColumnType type, std::span<const double> values);
};

/// A number for the eye, with a true minus; missing: an em dash.
[[nodiscard]] QString cellText(double value, const ColumnFormat& format);
/// A number for another program: the shortest text that gives it back; missing: nothing.
[[nodiscard]] QString exactText(double value);
/// "depth [km]": a heading that the reader of text tables understands.
[[nodiscard]] QString columnHeading(const data::ColumnInfo& column);
/// One cell of a line, quoted where `separator`, quotes or line ends are in it.
[[nodiscard]] QString quotedCell(const QString& cell, QChar separator);
/// Lines of rows, each ending with '\n'.
[[nodiscard]] QString linesOf(const data::TableRows& rows, QChar separator);
[[nodiscard]] QString headingLine(const std::vector<data::ColumnInfo>& columns, QChar separator);

} // namespace discern::views
