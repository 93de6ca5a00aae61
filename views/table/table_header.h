#pragma once
#include "style/style.h"

#include <QHeaderView>

namespace discern::views {

/// The headings of a table's columns: the name over unit and type, and an arrow where the rows are sorted.
class TableHeader final : public QHeaderView {
  Q_OBJECT
public:
  TableHeader(const Style& style, QWidget* parent);
  void setStyle(const Style& style);
  /// The column that the rows are sorted by, −1: none.
  void setSorted(int column, bool descending);
  /// Width that shows the whole heading.
  [[nodiscard]] int neededWidth(int column) const;

protected:
  void paintSection(QPainter* painter, const QRect& rect, int column) const override;
  [[nodiscard]] QSize sectionSizeFromContents(int column) const override;

private:
  [[nodiscard]] QFont nameFont() const;
  [[nodiscard]] QFont detailFont() const;
  Style style_;
  int sorted_ = -1;
  bool descending_ = false;
};

/// The numbers of the rows beside a table.
class RowHeader final : public QHeaderView {
  Q_OBJECT
public:
  RowHeader(const Style& style, QWidget* parent);
  void setStyle(const Style& style);

protected:
  void paintSection(QPainter* painter, const QRect& rect, int row) const override;

private:
  Style style_;
};

} // namespace discern::views
