#include "desktop/tree/layer_delegate.h"

#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"
#include "desktop/tree/layer_model.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace discern::desktop {

namespace {

QFont smallFont(const Tokens& tokens) {
  QFont font(tokens.family);
  font.setPixelSize(tokens.small);
  return font;
}

} // namespace

LayerDelegate::LayerDelegate(const Appearance& appearance, QObject* parent)
    : QStyledItemDelegate(parent), appearance_(appearance) {}

QSize LayerDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
  const Tokens& tokens = appearance_.tokens();
  return {120, tokens.body + tokens.small + 24};
}

QRect LayerDelegate::eyeRect(const QRect& row) const { return {row.left() + 8, row.center().y() - 11, 24, 24}; }

QRect LayerDelegate::chipRect(const QRect& row, const QModelIndex& index) const {
  if (index.data(LayerModel::PendingRole).toBool() || index.data(LayerModel::TableRole).toBool()) return {};
  const Tokens& tokens = appearance_.tokens();
  const auto role = static_cast<session::Role>(index.data(LayerModel::RoleRole).toInt());
  const int width = QFontMetrics(smallFont(tokens)).horizontalAdvance(roleName(role)) + 16;
  const int height = tokens.small + 9;
  return {row.right() - 8 - width, row.center().y() - height / 2 + 1, width, height};
}

void LayerDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const Tokens& tokens = appearance_.tokens();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const QRect row = option.rect;
  const bool pending = index.data(LayerModel::PendingRole).toBool();
  const bool visible = index.data(LayerModel::VisibleRole).toBool();
  const QRect ground = row.adjusted(4, 1, -4, -1);
  painter->setPen(Qt::NoPen);
  if (option.state & QStyle::State_Selected) {
    painter->setBrush(tokens["selection"]);
    painter->drawRoundedRect(ground, 6, 6);
  } else if ((option.state & QStyle::State_MouseOver) && !pending) {
    painter->setBrush(tokens.mixed("surface", "text", 0.06));
    painter->drawRoundedRect(ground, 6, 6);
  }
  if ((option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_KeyboardFocusChange)) {
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(tokens["accent"], 1));
    painter->drawRoundedRect(QRectF(ground).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
  }

  const QRect eye = eyeRect(row).adjusted(4, 4, -4, -4);
  if (pending) {
    icon(QStringLiteral("clock"), tokens["muted"]).paint(painter, eye);
  } else if (index.data(LayerModel::TableRole).toBool()) {
    icon(QStringLiteral("table"), tokens["text"]).paint(painter, eye);
  } else {
    icon(visible ? QStringLiteral("eye") : QStringLiteral("eye-off"), visible ? tokens["text"] : tokens["muted"])
        .paint(painter, eye);
  }

  const QRect chip = chipRect(row, index);
  int right = row.right() - 8;
  if (chip.isValid()) {
    const auto role = static_cast<session::Role>(index.data(LayerModel::RoleRole).toInt());
    painter->setFont(smallFont(tokens));
    const QRectF box = QRectF(chip).adjusted(0.5, 0.5, -0.5, -0.5);
    if (role == session::Role::Prediction) {
      painter->setPen(Qt::NoPen);
      QColor fill = tokens["prediction"];
      fill.setAlphaF(0.22F);
      painter->setBrush(fill);
      painter->drawRoundedRect(box, 4, 4);
      painter->setPen(tokens.dark ? tokens["prediction"].lighter(125) : tokens["prediction"]);
    } else if (role == session::Role::Truth) {
      painter->setPen(QPen(tokens["truth"], 1));
      painter->setBrush(Qt::NoBrush);
      painter->drawRoundedRect(box, 4, 4);
      painter->setPen(tokens["text"]);
    } else {
      painter->setPen(Qt::NoPen);
      QColor fill = tokens["text"];
      fill.setAlphaF(0.08F);
      painter->setBrush(fill);
      painter->drawRoundedRect(box, 4, 4);
      painter->setPen(tokens["muted"]);
    }
    painter->drawText(chip, Qt::AlignCenter, roleName(role));
    right = chip.left() - 8;
  }

  const int left = row.left() + 40, width = right - left;
  const int block = tokens.body + tokens.small + 8, top = row.center().y() - block / 2;
  QFont font(tokens.family);
  font.setPixelSize(tokens.body);
  if (index.data(LayerModel::ActiveRole).toBool()) font.setWeight(QFont::DemiBold);
  painter->setFont(font);
  painter->setPen(pending || !visible ? tokens["muted"] : tokens["text"]);
  painter->drawText(QRect(left, top, width, tokens.body + 5), Qt::AlignVCenter,
                    QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideMiddle, width));
  const QFont small = smallFont(tokens);
  painter->setFont(small);
  const QFontMetrics metrics(small);
  int from = left;
  if (const QString note = index.data(LayerModel::NoteRole).toString(); !note.isEmpty()) {
    painter->setPen(tokens["warn"]);
    painter->drawText(QRect(from, top + tokens.body + 5, width, tokens.small + 5), Qt::AlignVCenter,
                      metrics.elidedText(note, Qt::ElideRight, width));
    from += metrics.horizontalAdvance(note + QStringLiteral("  ·  "));
  }
  QString summary = index.data(LayerModel::SummaryRole).toString();
  if (const QString host = index.data(LayerModel::HostRole).toString(); !host.isEmpty()) {
    const bool away = index.data(LayerModel::UnreachableRole).toBool();
    const QString words = away ? tr("%1 unreachable").arg(host) : host;
    const QColor colour = tokens[away ? "warn" : "accent"];
    const int sign = tokens.small + 1;
    icon(QStringLiteral("host"), colour).paint(painter, QRect(from, top + tokens.body + 5 + 2, sign, sign));
    from += sign + 4;
    painter->setPen(colour);
    if (from < right)
      painter->drawText(QRect(from, top + tokens.body + 5, right - from, tokens.small + 5), Qt::AlignVCenter,
                        metrics.elidedText(words, Qt::ElideRight, right - from));
    from += metrics.horizontalAdvance(words);
    summary.prepend(QStringLiteral("  ·  "));
  }
  painter->setPen(tokens[index.data(LayerModel::UnreadableRole).toBool() ? "bad" : "muted"]);
  if (from < right)
    painter->drawText(QRect(from, top + tokens.body + 5, right - from, tokens.small + 5), Qt::AlignVCenter,
                      metrics.elidedText(summary, Qt::ElideRight, right - from));
  painter->restore();
}

bool LayerDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                                const QModelIndex& index) {
  if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick) {
    const auto* mouse = static_cast<QMouseEvent*>(event);
    if (mouse->button() == Qt::LeftButton && !index.data(LayerModel::PendingRole).toBool() &&
        !index.data(LayerModel::TableRole).toBool()) {
      if (eyeRect(option.rect).contains(mouse->pos())) {
        model->setData(index, !index.data(LayerModel::VisibleRole).toBool(), LayerModel::VisibleRole);
        return true;
      }
      const QRect chip = chipRect(option.rect, index);
      if (chip.contains(mouse->pos()) && option.widget) {
        Q_EMIT roleMenuRequested(index, option.widget->mapToGlobal(chip.bottomLeft()));
        return true;
      }
    }
  }
  return QStyledItemDelegate::editorEvent(event, model, option, index);
}

void LayerDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                         const QModelIndex&) const {
  const QRect row = option.rect;
  editor->setGeometry(row.left() + 36, row.top() + 4, row.width() - 44, row.height() - 8);
}

bool LayerDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                              const QModelIndex& index) {
  if (event->type() == QEvent::ToolTip && index.isValid() && !index.data(LayerModel::PendingRole).toBool() &&
      !index.data(LayerModel::TableRole).toBool()) {
    if (eyeRect(option.rect).contains(event->pos())) {
      QToolTip::showText(event->globalPos(),
                         index.data(LayerModel::VisibleRole).toBool() ? tr("Hide  (H)") : tr("Show  (H)"), view);
      return true;
    }
    if (chipRect(option.rect, index).contains(event->pos())) {
      QToolTip::showText(event->globalPos(), tr("What the layer is for: image, prediction or truth"), view);
      return true;
    }
  }
  return QStyledItemDelegate::helpEvent(event, view, option, index);
}

} // namespace discern::desktop
