#include "table/cell_text.h"

#include "style/style.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace discern::views {
namespace {

constexpr int digits = 7, mostDecimals = 6;

QString withTrueMinus(QString number) { return number.replace(QLatin1Char('-'), QChar(0x2212)); }

} // namespace

ColumnFormat ColumnFormat::fitting(data::ColumnType type, std::span<const double> values) {
  if (type == data::ColumnType::Integer) return {0};
  int most = 0;
  for (const double value : values) {
    if (!std::isfinite(value) || value == 0) continue;
    if (std::abs(value) >= 1e9 || std::abs(value) < 1e-4) return {-1};
    const QString text = QString::number(value, 'g', digits);
    if (text.contains(QLatin1Char('e'))) return {-1};
    const auto point = text.indexOf(QLatin1Char('.'));
    if (point >= 0) most = std::max(most, static_cast<int>(text.size() - point) - 1);
  }
  return {std::min(most, mostDecimals)};
}

QString cellText(double value, const ColumnFormat& format) {
  if (std::isnan(value)) return QStringLiteral("—");
  if (std::isinf(value)) return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
  if (format.decimals < 0 || std::abs(value) >= 1e15) return withTrueMinus(QString::number(value, 'g', digits));
  // What the column's decimals would round away is written with digits of its own.
  if (value != 0 && std::abs(value) < 0.5 * std::pow(10.0, -format.decimals) && format.decimals > 0)
    return withTrueMinus(QString::number(value, 'g', 3));
  return withTrueMinus(QString::number(value, 'f', format.decimals));
}

QString exactText(double value) {
  if (std::isnan(value)) return {};
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return QString::fromLatin1(buffer.data(), error == std::errc() ? end - buffer.data() : 0);
}

QString columnHeading(const data::ColumnInfo& column) {
  return column.unit.empty() ? text(column.name) : QStringLiteral("%1 [%2]").arg(text(column.name), text(column.unit));
}

QString quotedCell(const QString& cell, QChar separator) {
  const bool plain = !cell.contains(separator) && !cell.contains(QLatin1Char('"')) &&
                     !cell.contains(QLatin1Char('\n')) && !cell.contains(QLatin1Char('\r'));
  if (plain) return cell;
  QString inside = cell;
  return QLatin1Char('"') + inside.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

QString linesOf(const data::TableRows& rows, QChar separator) {
  QString lines;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    for (std::size_t column = 0; column < rows.columns.size(); ++column) {
      if (column > 0) lines += separator;
      lines += rows.columns[column].type == data::ColumnType::Text
                   ? quotedCell(text(rows.texts[column][row]), separator)
                   : exactText(rows.numbers[column][row]);
    }
    lines += QLatin1Char('\n');
  }
  return lines;
}

QString headingLine(const std::vector<data::ColumnInfo>& columns, QChar separator) {
  QStringList names;
  for (const data::ColumnInfo& column : columns)
    names << quotedCell(columnHeading(column), separator);
  return names.join(separator) + QLatin1Char('\n');
}

} // namespace discern::views
