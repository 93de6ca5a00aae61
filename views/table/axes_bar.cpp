#include "table/axes_bar.h"

#include "scene/plot/table_axes.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

constexpr int longest = 22; ///< letters of a column's name on a button

QString shortened(const QString& name) { return name.size() > longest ? name.left(longest - 1) + QChar(0x2026) : name; }

QString acrossName(const std::string& column) { return column == data::rowColumn ? AxesBar::tr("row") : text(column); }

} // namespace

AxesBar::AxesBar(link::Link& link, const Style& style, QWidget* parent) : QWidget(parent), link_(link) {
  const auto button = [&](const char* name, const QString& tip, void (AxesBar::*fill)(QMenu&)) {
    auto* made = new QToolButton(this);
    made->setObjectName(QString::fromLatin1(name));
    made->setToolTip(tip);
    made->setAccessibleName(tip);
    made->setPopupMode(QToolButton::InstantPopup);
    made->setToolButtonStyle(Qt::ToolButtonTextOnly);
    made->setFocusPolicy(Qt::TabFocus);
    auto* menu = new QMenu(made);
    QObject::connect(menu, &QMenu::aboutToShow, this, [this, menu, fill] {
      menu->clear();
      (this->*fill)(*menu);
    });
    made->setMenu(menu);
    return made;
  };
  up_ = button("plotUp", tr("Columns to plot"), &AxesBar::fillUp);
  across_ = button("plotAcross", tr("Column to plot them against"), &AxesBar::fillAcross);
  marks_ = button("plotMarks", tr("Lines or points"), &AxesBar::fillMarks);
  static_cast<void>(style);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  for (QToolButton* one : {up_, across_, marks_})
    row->addWidget(one);
}

void AxesBar::setColumns(const std::vector<data::ColumnInfo>& columns) {
  columns_ = columns;
  follow();
}

void AxesBar::follow() {
  const session::Table* table = link_.state().tableOf(link_.state().table);
  setVisible(table && table->plotted);
  if (!table) return;
  const scene::TableAxes axes = scene::axesOf(*table, columns_);
  const QString first = axes.y.empty() ? tr("nothing") : shortened(text(axes.y.front()));
  up_->setText(axes.y.size() > 1 ? tr("%1 and %2 more").arg(first).arg(axes.y.size() - 1) : first);
  across_->setText(tr("against %1").arg(shortened(acrossName(axes.x))));
  marks_->setText(table->marks == "lines"    ? tr("as lines")
                  : table->marks == "points" ? tr("as points")
                                             : tr("lines or points"));
  up_->setEnabled(!axes.y.empty());
  across_->setEnabled(!axes.y.empty());
}

void AxesBar::change(const char* property, const nlohmann::json& value) {
  link_.run("setTable", {{"id", link_.state().table}, {property, value}});
}

void AxesBar::fillAcross(QMenu& menu) {
  const session::Table* table = link_.state().tableOf(link_.state().table);
  if (!table) return;
  const scene::TableAxes axes = scene::axesOf(*table, columns_);
  auto* group = new QActionGroup(&menu);
  const auto add = [&](const std::string& column, const QString& words) {
    QAction* action = menu.addAction(words);
    action->setCheckable(true);
    action->setChecked(axes.x == column);
    group->addAction(action);
    QObject::connect(action, &QAction::triggered, this, [this, column, y = axes.y] {
      link_.run("setTable", {{"id", link_.state().table}, {"x", column}, {"y", y}});
    });
  };
  add(data::rowColumn, tr("row (number in the file)"));
  for (const data::ColumnInfo& column : columns_)
    if (column.type != data::ColumnType::Text) add(column.name, text(scene::columnTitle(columns_, column.name)));
}

void AxesBar::fillUp(QMenu& menu) {
  const session::Table* table = link_.state().tableOf(link_.state().table);
  if (!table) return;
  const scene::TableAxes axes = scene::axesOf(*table, columns_);
  for (const data::ColumnInfo& column : columns_) {
    if (column.type == data::ColumnType::Text) continue;
    QAction* action = menu.addAction(text(scene::columnTitle(columns_, column.name)));
    const bool on = std::find(axes.y.begin(), axes.y.end(), column.name) != axes.y.end();
    action->setCheckable(true);
    action->setChecked(on);
    action->setEnabled(!on || axes.y.size() > 1); // one always stays
    QObject::connect(action, &QAction::triggered, this, [this, axes, name = column.name](bool now) {
      std::vector<std::string> y = axes.y;
      std::erase(y, name);
      if (now) y.push_back(name);
      link_.run("setTable", {{"id", link_.state().table}, {"x", axes.x}, {"y", y}});
    });
  }
}

void AxesBar::fillMarks(QMenu& menu) {
  const session::Table* table = link_.state().tableOf(link_.state().table);
  if (!table) return;
  auto* group = new QActionGroup(&menu);
  for (const auto& [marks, words] : {std::pair{"automatic", tr("Lines where the values below never fall, else points")},
                                     {"lines", tr("Lines")},
                                     {"points", tr("Points")}}) {
    QAction* action = menu.addAction(words);
    action->setCheckable(true);
    action->setChecked(table->marks == marks);
    group->addAction(action);
    QObject::connect(action, &QAction::triggered, this, [this, to = std::string(marks)] { change("marks", to); });
  }
}

} // namespace discern::views
