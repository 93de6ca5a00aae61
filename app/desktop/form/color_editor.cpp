#include "desktop/form/color_editor.h"

#include "desktop/form/text_editor.h"

#include <QColorDialog>
#include <QHBoxLayout>
#include <QIcon>
#include <QLineEdit>
#include <QPainter>
#include <QToolButton>

namespace discern::desktop {

using nlohmann::json;

QIcon swatch(const QColor& colour, int side) {
  QIcon icon;
  for (const int scale : {1, 2}) {
    QPixmap picture(side * scale, side * scale);
    picture.setDevicePixelRatio(scale);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(128, 128, 128, 110), 1));
    painter.setBrush(colour);
    painter.drawRoundedRect(QRectF(1.5, 1.5, side - 3, side - 3), 3, 3);
    painter.end();
    icon.addPixmap(picture);
  }
  return icon;
}

ColorEditor::ColorEditor(const Parameter& parameter, QWidget* owner)
    : Editor(parameter), box_(new QWidget(owner)), line_(new QLineEdit(box_)), swatch_(new QToolButton(box_)) {
  auto* row = new QHBoxLayout(box_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  swatch_->setObjectName(QStringLiteral("swatch.") + QString::fromStdString(parameter.name));
  swatch_->setAutoRaise(true);
  swatch_->setToolTip(tr("Choose a colour"));
  swatch_->setAccessibleName(tr("Choose %1").arg(QString::fromStdString(parameter.label)));
  line_->setMaxLength(7);
  line_->setPlaceholderText(QStringLiteral("#rrggbb"));
  row->addWidget(line_, 1);
  row->addWidget(swatch_);
  box_->setFocusProxy(line_);
  connect(line_, &QLineEdit::textChanged, this, [this] {
    showColour();
    Q_EMIT changed();
  });
  connect(swatch_, &QToolButton::clicked, this, &ColorEditor::choose);
}

QList<QWidget*> ColorEditor::fields() const { return {line_}; }

json ColorEditor::value() const { return typed(parameter(), line_->text().trimmed()); }

void ColorEditor::setValue(const json& value) {
  if (value.is_string()) line_->setText(QString::fromStdString(value.get<std::string>()));
}

void ColorEditor::showColour() {
  const QColor colour(line_->text().trimmed());
  if (colour.isValid()) swatch_->setIcon(swatch(colour, 18));
}

void ColorEditor::choose() {
  auto* dialog = new QColorDialog(QColor(line_->text()), box_);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(QString::fromStdString(parameter().label));
  connect(dialog, &QColorDialog::currentColorChanged, this,
          [this](const QColor& colour) { line_->setText(colour.name()); });
  connect(dialog, &QDialog::rejected, this, [this, before = line_->text()] { line_->setText(before); });
  dialog->open();
}

} // namespace discern::desktop
