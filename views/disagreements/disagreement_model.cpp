#include "disagreements/disagreement_model.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>
#include <QPixmap>
#include <algorithm>
#include <cmath>

namespace discern::views {
namespace {

QString tr(const char* words) { return QCoreApplication::translate("Disagreements", words); }

QString whole(std::int64_t value) {
  return QLocale::c().toString(static_cast<qlonglong>(value)).replace(QLatin1Char(','), QChar(0x2009));
}

/// "81, 146"; of many the first ones and how many more.
QString list(const std::vector<std::int64_t>& labels, std::size_t most = 12) {
  QStringList words;
  for (std::size_t i = 0; i < std::min(labels.size(), most); ++i)
    words << QString::number(labels[i]);
  if (labels.size() > most) words << tr("+%1").arg(labels.size() - most);
  return words.isEmpty() ? QStringLiteral("–") : words.join(QStringLiteral(", "));
}

} // namespace

QIcon kindIcon(const std::string& kind, const Style& style) {
  const scene::Theme& theme = style.theme;
  const scene::Rgb rgb = kind == "missed"     ? theme.missed
                         : kind == "spurious" ? theme.spurious
                         : kind == "split"    ? theme.split
                         : kind == "merged"   ? theme.merged
                         : kind == "boundary" ? theme.boundary
                                              : theme.muted;
  QPixmap pixmap(32, 32);
  pixmap.setDevicePixelRatio(2);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  const QColor ink = colour(rgb);
  const QRectF box(3, 3, 10, 10);
  painter.setPen(QPen(ink, 1.8));
  if (kind == "missed") { // an empty ring: nothing was found there
    painter.drawEllipse(box);
  } else if (kind == "spurious") { // a full disc without a ring
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawEllipse(box.adjusted(-0.5, -0.5, 0.5, 0.5));
  } else if (kind == "split") { // one cut in two
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawRect(QRectF(3, 3, 4, 10));
    painter.drawRect(QRectF(9, 3, 4, 10));
  } else if (kind == "merged") { // two grown together
    painter.drawEllipse(QRectF(2, 4.5, 7, 7));
    painter.drawEllipse(QRectF(7, 4.5, 7, 7));
  } else if (kind == "boundary") { // the same shape, edges apart
    painter.drawEllipse(QRectF(2.5, 2.5, 11, 11));
    painter.setPen(QPen(ink, 1.4, Qt::DotLine));
    painter.drawEllipse(QRectF(5.5, 5.5, 5, 5));
  } else {
    painter.drawRect(box);
  }
  return pixmap;
}

QString kindText(const std::string& kind) {
  if (kind == "missed") return tr("Missed");
  if (kind == "spurious") return tr("Spurious");
  if (kind == "split") return tr("Split");
  if (kind == "merged") return tr("Merged");
  if (kind == "boundary") return tr("Boundary");
  return text(kind);
}

QString kindHelp(const Disagreement& row) {
  if (row.kind == "missed") return tr("In the truth, not found by the prediction");
  if (row.kind == "spurious") return tr("In the prediction, not in the truth");
  if (row.kind == "split")
    return tr("One in the truth (%1), in the prediction %2").arg(row.truth).arg(list(row.partners));
  if (row.kind == "merged")
    return tr("One in the prediction (%1), in the truth %2").arg(row.prediction).arg(list(row.partners));
  if (row.kind == "boundary")
    return row.iou > 0.5 ? tr("Found, but with another outline")
                         : tr("The two overlap, but too little to count as found: the outlines are far apart");
  return {};
}

DisagreementModel::DisagreementModel(const Style& style, QObject* parent)
    : QAbstractTableModel(parent), style_(style) {}

void DisagreementModel::setStyle(const Style& style) {
  style_ = style;
  if (!rows_.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
}

void DisagreementModel::setRows(std::vector<Disagreement> rows, const QString& costUnit) {
  beginResetModel();
  rows_ = std::move(rows);
  costUnit_ = costUnit;
  endResetModel();
}

int DisagreementModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}
int DisagreementModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : Columns; }

QVariant DisagreementModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Disagreement& row = rows_[static_cast<std::size_t>(index.row())];
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue(
        Qt::Alignment(Qt::AlignVCenter | (index.column() == Kind ? Qt::AlignLeft : Qt::AlignRight)));
  if (role == Qt::DecorationRole && index.column() == Kind) return kindIcon(row.kind, style_);
  if (role == Qt::ToolTipRole) return QStringLiteral("%1. %2").arg(kindText(row.kind), kindHelp(row));
  if (role == Qt::DisplayRole) {
    switch (index.column()) {
    case Rank:
      return QString::number(index.row() + 1);
    case Kind:
      return kindText(row.kind);
    case Truth:
      return list(row.truths(), 3);
    case Prediction:
      return list(row.predictions(), 3);
    case Iou:
      return row.truth == 0 || row.prediction == 0 ? QStringLiteral("–") : QString::number(row.iou, 'f', 3);
    case Voxels:
      return whole(row.voxels);
    case Cost:
      return row.cost >= 100 || row.cost == std::floor(row.cost) ? whole(std::llround(row.cost))
                                                                 : QString::number(row.cost, 'f', 1);
    default:
      return {};
    }
  }
  if (role == Qt::UserRole) {
    switch (index.column()) {
    case Rank:
      return index.row();
    case Kind:
      return kindText(row.kind);
    case Truth:
      return static_cast<qlonglong>(row.truth);
    case Prediction:
      return static_cast<qlonglong>(row.prediction);
    case Iou:
      return row.iou;
    case Voxels:
      return static_cast<qlonglong>(row.voxels);
    case Cost:
      return row.cost;
    default:
      return {};
    }
  }
  return {};
}

QVariant DisagreementModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (section == Kind ? Qt::AlignLeft : Qt::AlignRight)));
  const auto either = [&](const QString& words, const QString& help) {
    return role == Qt::DisplayRole ? QVariant(words) : QVariant(help);
  };
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  switch (section) {
  case Rank:
    return either(tr("#"), tr("Rank by cost, worst first"));
  case Kind:
    return either(tr("Kind"), tr("How the two disagree"));
  case Truth:
    return either(tr("Truth"), tr("Label in the truth; – when there is none"));
  case Prediction:
    return either(tr("Pred."), tr("Label in the prediction; – when there is none"));
  case Iou:
    return either(tr("IoU"), tr("Intersection over union of the pair"));
  case Voxels:
    return either(tr("Voxels"), tr("Voxels of the region"));
  case Cost:
    return either(costUnit_.isEmpty() ? tr("Cost") : tr("Cost (%1)").arg(costUnit_),
                  tr("Volume in disagreement times its greatest depth: what the table is ranked by"));
  default:
    return {};
  }
}

} // namespace discern::views
