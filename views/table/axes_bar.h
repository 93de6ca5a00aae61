#pragma once
#include "data/table/table_request.h"
#include "link/link.h"
#include "style/style.h"

#include <QWidget>
#include <vector>

class QMenu;
class QToolButton;

namespace discern::views {

/// What the plot of the table in front shows: the column below, the columns upright, lines or points.
class AxesBar final : public QWidget {
  Q_OBJECT
public:
  AxesBar(link::Link& link, const Style& style, QWidget* parent);
  void setColumns(const std::vector<data::ColumnInfo>& columns);
  void follow(); ///< after a change of the session
  [[nodiscard]] QToolButton& across() const { return *across_; }
  [[nodiscard]] QToolButton& up() const { return *up_; }
  [[nodiscard]] QToolButton& marks() const { return *marks_; }

private:
  void fillAcross(QMenu& menu);
  void fillUp(QMenu& menu);
  void fillMarks(QMenu& menu);
  void change(const char* property, const nlohmann::json& value);
  link::Link& link_;
  std::vector<data::ColumnInfo> columns_;
  QToolButton *across_, *up_, *marks_;
};

} // namespace discern::views
