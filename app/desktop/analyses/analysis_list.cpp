#include "desktop/analyses/analysis_list.h"

#include <QApplication>
#include <QPainter>
#include <QTextLayout>

namespace discern::desktop {

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }
constexpr int padding = 8, lines = 2; // of the summary

/// The words on at most `lines` lines; what doesn't fit is left out behind an ellipsis.
void drawSummary(QPainter& painter, const QRect& area, const QString& words) {
  const QFontMetrics metrics(painter.font());
  QTextLayout layout(words, painter.font());
  layout.beginLayout();
  for (int i = 0; i < lines; ++i) {
    QTextLine line = layout.createLine();
    if (!line.isValid()) break;
    line.setLineWidth(area.width());
    const QString rest = words.mid(line.textStart(), i + 1 < lines ? line.textLength() : -1).trimmed();
    painter.drawText(QRect(area.left(), area.top() + i * metrics.lineSpacing(), area.width(), metrics.lineSpacing()),
                     Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(rest, Qt::ElideRight, area.width()));
  }
  layout.endLayout();
}

} // namespace

void AnalysisListModel::show(const std::vector<const Analysis*>& analyses) {
  beginResetModel();
  analyses_.clear();
  for (const Analysis* analysis : analyses)
    analyses_.push_back(*analysis);
  endResetModel();
}

int AnalysisListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(analyses_.size());
}

QVariant AnalysisListModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Analysis& analysis = analyses_[static_cast<std::size_t>(index.row())];
  switch (role) {
  case Qt::DisplayRole:
    return str(analysis.name);
  case Qt::AccessibleDescriptionRole:
  case Summary:
    return str(analysis.summary);
  case Qt::ToolTipRole:
    return QStringLiteral("<p><b>%1</b><br>%2</p>")
        .arg(str(analysis.name).toHtmlEscaped(), str(analysis.summary).toHtmlEscaped());
  case Category:
    return str(analysis.category);
  case Id:
    return str(analysis.id);
  default:
    return {};
  }
}

void AnalysisDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const {
  QStyleOptionViewItem option = given;
  initStyleOption(&option, index);
  option.text.clear();
  const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
  style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);

  painter->save();
  const bool selected = option.state & QStyle::State_Selected;
  const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
  QColor muted = text;
  muted.setAlphaF(0.68F);
  QRect area = given.rect.adjusted(padding + 4, padding, -padding - 4, -padding);
  QFont bold = given.font;
  bold.setWeight(QFont::DemiBold);
  const QFontMetrics boldMetrics(bold), metrics(given.font);

  const QString category = index.data(AnalysisListModel::Category).toString();
  const int categoryWidth = std::min(metrics.horizontalAdvance(category) + 2, area.width() * 2 / 5);
  painter->setFont(given.font);
  painter->setPen(muted);
  painter->drawText(QRect(area.right() - categoryWidth, area.top(), categoryWidth + 1, boldMetrics.height()),
                    Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(category, Qt::ElideRight, categoryWidth + 1));
  painter->setFont(bold);
  painter->setPen(text);
  const int nameWidth = area.width() - categoryWidth - padding;
  painter->drawText(QRect(area.left(), area.top(), nameWidth, boldMetrics.height()), Qt::AlignVCenter,
                    boldMetrics.elidedText(index.data().toString(), Qt::ElideRight, nameWidth));
  area.setTop(area.top() + boldMetrics.height() + 2);
  painter->setFont(given.font);
  painter->setPen(muted);
  drawSummary(*painter, area, index.data(AnalysisListModel::Summary).toString());
  painter->restore();
}

QSize AnalysisDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  QFont bold = option.font;
  bold.setWeight(QFont::DemiBold);
  return {100, 2 * padding + QFontMetrics(bold).height() + 2 + lines * QFontMetrics(option.font).lineSpacing()};
}

} // namespace discern::desktop
