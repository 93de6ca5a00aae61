#include "desktop/window/figure_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>
#include <cmath>

namespace discern::desktop {

namespace {
constexpr double mmPerInch = 25.4;
constexpr int mostPixels = 16000;
} // namespace

FigureDialog::FigureDialog(double aspect, QWidget* parent)
    : QDialog(parent), width_(new QDoubleSpinBox(this)), height_(new QDoubleSpinBox(this)), dpi_(new QSpinBox(this)),
      format_(new QComboBox(this)), pixels_(new QLabel(this)) {
  setWindowTitle(tr("Export Figure"));
  const QSettings settings;
  for (QDoubleSpinBox* size : {width_, height_}) {
    size->setRange(10, 1000);
    size->setDecimals(1);
    size->setSuffix(tr(" mm"));
  }
  dpi_->setRange(36, 1200);
  dpi_->setSuffix(tr(" dpi"));
  width_->setValue(settings.value(QStringLiteral("figure/width"), 180.0).toDouble());
  height_->setValue(width_->value() * aspect);
  dpi_->setValue(settings.value(QStringLiteral("figure/dpi"), 300).toInt());
  format_->addItem(tr("PNG"), QStringLiteral("png"));
  format_->addItem(tr("SVG"), QStringLiteral("svg"));
  format_->addItem(tr("PDF"), QStringLiteral("pdf"));
  format_->setCurrentIndex(
      std::max(0, format_->findData(settings.value(QStringLiteral("figure/format"), QStringLiteral("png")))));
  pixels_->setProperty("tone", "muted");

  auto* form = new QFormLayout;
  form->setHorizontalSpacing(16);
  form->setVerticalSpacing(8);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form->addRow(tr("Width"), width_);
  form->addRow(tr("Height"), height_);
  form->addRow(tr("Resolution"), dpi_);
  form->addRow(tr("Format"), format_);
  form->addRow(QString(), pixels_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  auto* go = buttons->addButton(tr("Choose File…"), QDialogButtonBox::AcceptRole);
  go->setDefault(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(24, 24, 24, 16);
  column->setSpacing(24);
  column->addLayout(form);
  column->addWidget(buttons);
  setMinimumWidth(360);

  connect(width_, &QDoubleSpinBox::valueChanged, this, &FigureDialog::refresh);
  connect(height_, &QDoubleSpinBox::valueChanged, this, &FigureDialog::refresh);
  connect(dpi_, &QSpinBox::valueChanged, this, &FigureDialog::refresh);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, [this] {
    QSettings kept;
    kept.setValue(QStringLiteral("figure/width"), width_->value());
    kept.setValue(QStringLiteral("figure/dpi"), dpi_->value());
    kept.setValue(QStringLiteral("figure/format"), format());
    accept();
  });
  refresh();
}

QSize FigureDialog::pixels() const {
  const auto of = [this](double mm) {
    return std::clamp(static_cast<int>(std::lround(mm / mmPerInch * dpi_->value())), 16, mostPixels);
  };
  return {of(width_->value()), of(height_->value())};
}

double FigureDialog::scale() const { return std::clamp(dpi_->value() / 96.0, 0.5, 8.0); }

QString FigureDialog::format() const { return format_->currentData().toString(); }

void FigureDialog::refresh() { pixels_->setText(tr("%1 × %2 pixels").arg(pixels().width()).arg(pixels().height())); }

} // namespace discern::desktop
