#include "desktop/figure/figure_dialog.h"

#include "desktop/figure/figure_run.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QSignalBlocker>
#include <QStandardPaths>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace discern::desktop {
namespace {

constexpr QSize previewSize{432, 360};
constexpr int previewDelay = 350; ///< milliseconds after the last change

/// Squares of two greys: where nothing is.
void drawChequer(QPainter& painter, const QRect& box) {
  constexpr int side = 8;
  for (int y = box.top(); y <= box.bottom(); y += side)
    for (int x = box.left(); x <= box.right(); x += side)
      painter.fillRect(QRect(x, y, side, side).intersected(box),
                       ((x - box.left()) / side + (y - box.top()) / side) % 2 == 0 ? QColor(204, 204, 204)
                                                                                   : QColor(236, 236, 236));
}

QString sizeText(const FigureOptions& options) {
  return FigureDialog::tr("%1 × %2 pixels").arg(options.pixelsAcross()).arg(options.pixelsDown());
}

} // namespace

FigureDialog::FigureDialog(Subject subject, QWidget* parent)
    : QDialog(parent), subject_(std::move(subject)), form_(new QFormLayout), motion_(new QComboBox(this)),
      view_(new QComboBox(this)), format_(new QComboBox(this)), look_(new QComboBox(this)),
      width_(new QDoubleSpinBox(this)), height_(new QDoubleSpinBox(this)), rate_(new QDoubleSpinBox(this)),
      dpi_(new QSpinBox(this)), frames_(new QSpinBox(this)), transparent_(new QCheckBox(tr("Transparent"), this)),
      crosshair_(new QCheckBox(tr("Crosshair"), this)), embed_(new QCheckBox(tr("Session inside"), this)),
      pixels_(new QLabel(this)), picture_(new QLabel(this)), note_(new QLabel(this)) {
  setObjectName(QStringLiteral("figureDialog"));
  setWindowTitle(tr("Export Figure"));
  for (QDoubleSpinBox* size : {width_, height_}) {
    size->setRange(10, 2000);
    size->setDecimals(1);
    size->setSuffix(tr(" mm"));
    size->setKeyboardTracking(false);
  }
  width_->setAccessibleName(tr("Width"));
  height_->setAccessibleName(tr("Height"));
  dpi_->setRange(36, 2400);
  dpi_->setSuffix(tr(" dpi"));
  dpi_->setKeyboardTracking(false);
  rate_->setRange(0.5, 60);
  rate_->setDecimals(1);
  rate_->setSuffix(tr(" a second"));
  frames_->setRange(2, 3600);
  motion_->addItem(tr("Figure"), QString());
  if (subject_.time) motion_->addItem(tr("Animation: through time"), QStringLiteral("time"));
  if (subject_.space) motion_->addItem(tr("Animation: round the 3D view"), QStringLiteral("orbit"));
  view_->addItem(tr("All views"), QString());
  for (const View& view : subject_.views)
    view_->addItem(view.title, view.panel);
  look_->addItem(tr("Light, for paper"), true);
  look_->addItem(tr("Dark, for slides"), false);
  transparent_->setToolTip(tr("No background; what is half clear stays so"));
  crosshair_->setToolTip(tr("The lines through the cursor"));
  embed_->setToolTip(tr("PNG and SVG hold the session: opened in Discern, they bring back what they show. "
                        "It names the data files, not their content."));
  pixels_->setProperty("tone", "muted");
  note_->setProperty("tone", "muted");
  note_->setWordWrap(true);
  picture_->setFixedSize(previewSize);
  picture_->setAlignment(Qt::AlignCenter);
  picture_->setAccessibleName(tr("Preview"));

  form_->setHorizontalSpacing(16);
  form_->setVerticalSpacing(8);
  form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form_->addRow(tr("Make"), motion_);
  form_->addRow(tr("Show"), view_);
  form_->addRow(tr("Format"), format_);
  form_->addRow(tr("Width"), width_);
  form_->addRow(tr("Height"), height_);
  form_->addRow(tr("Resolution"), dpi_);
  form_->addRow(QString(), pixels_);
  form_->addRow(tr("Colours"), look_);
  form_->addRow(tr("Frames"), frames_);
  form_->addRow(tr("Speed"), rate_);
  form_->addRow(QString(), transparent_);
  form_->addRow(QString(), crosshair_);
  form_->addRow(QString(), embed_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  copy_ = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
  copy_->setToolTip(tr("Draw the figure into the clipboard"));
  export_ = buttons->addButton(tr("Export…"), QDialogButtonBox::AcceptRole);
  export_->setDefault(true);
  auto* preview = new QVBoxLayout;
  preview->setSpacing(8);
  preview->addWidget(picture_);
  preview->addWidget(note_);
  preview->addStretch(1);
  auto* columns = new QHBoxLayout;
  columns->setSpacing(24);
  columns->addLayout(form_, 1);
  columns->addLayout(preview);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(24, 24, 24, 16);
  column->setSpacing(24);
  column->addLayout(columns);
  column->addWidget(buttons);

  wait_.setSingleShot(true);
  wait_.setInterval(previewDelay);
  connect(&wait_, &QTimer::timeout, this, &FigureDialog::preview);
  for (QComboBox* box : {motion_, view_, format_, look_})
    connect(box, &QComboBox::currentIndexChanged, this, &FigureDialog::changed);
  for (QDoubleSpinBox* box : {width_, height_, rate_})
    connect(box, &QDoubleSpinBox::valueChanged, this, &FigureDialog::changed);
  for (QSpinBox* box : {dpi_, frames_})
    connect(box, &QSpinBox::valueChanged, this, &FigureDialog::changed);
  for (QCheckBox* box : {transparent_, crosshair_, embed_})
    connect(box, &QCheckBox::toggled, this, &FigureDialog::changed);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(export_, &QPushButton::clicked, this, [this] { finish(false); });
  connect(copy_, &QPushButton::clicked, this, [this] { finish(true); });
  setOptions(FigureOptions::remembered(QSettings(), subject_.aspect));
}

FigureOptions FigureDialog::options() const {
  FigureOptions options;
  options.widthMm = width_->value();
  options.heightMm = height_->value();
  options.dpi = dpi_->value();
  options.format = format_->currentData().toString();
  options.view = view_->currentData().toString();
  options.motion = motion_->currentData().toString();
  options.frames = frames_->value();
  options.rate = rate_->value();
  options.light = look_->currentData().toBool();
  options.transparent = transparent_->isChecked();
  options.crosshair = crosshair_->isChecked();
  options.embed = embed_->isChecked();
  return options;
}

void FigureDialog::setOptions(const FigureOptions& options) {
  filling_ = true;
  const auto choose = [](QComboBox* box, const QVariant& value) {
    box->setCurrentIndex(std::max(0, box->findData(value)));
  };
  choose(motion_, options.motion);
  choose(view_, options.view);
  fillFormats();
  choose(format_, options.format);
  width_->setValue(options.widthMm);
  height_->setValue(options.heightMm);
  dpi_->setValue(options.dpi);
  frames_->setValue(options.frames);
  rate_->setValue(options.rate);
  choose(look_, options.light);
  transparent_->setChecked(options.transparent);
  crosshair_->setChecked(options.crosshair);
  embed_->setChecked(options.embed);
  filling_ = false;
  changed();
}

/// An animation has other formats than a picture; video needs ffmpeg.
void FigureDialog::fillFormats() {
  const bool moving = !motion_->currentData().toString().isEmpty();
  if (format_->count() > 0 && format_->property("moving").toBool() == moving) return;
  const QSignalBlocker quiet(format_);
  const QString before = format_->currentData().toString();
  format_->setProperty("moving", moving);
  format_->clear();
  if (!moving) {
    format_->addItem(tr("PNG: pixels"), QStringLiteral("png"));
    format_->addItem(tr("SVG: text and lines to edit"), QStringLiteral("svg"));
    format_->addItem(tr("PDF: for print"), QStringLiteral("pdf"));
  } else {
    format_->addItem(tr("PNG: one a frame"), QStringLiteral("png"));
    if (!QStandardPaths::findExecutable(QStringLiteral("ffmpeg")).isEmpty()) {
      format_->addItem(tr("MP4 video"), QStringLiteral("mp4"));
      format_->addItem(tr("WebM video"), QStringLiteral("webm"));
    }
  }
  format_->setCurrentIndex(std::max(0, format_->findData(before)));
}

void FigureDialog::changed() {
  if (filling_) return;
  fillFormats();
  const FigureOptions chosen = options();
  const bool moving = !chosen.motion.isEmpty(), video = moving && chosen.format != QLatin1String("png");
  const auto showRow = [this](QWidget* field, bool shown) {
    field->setVisible(shown);
    form_->labelForField(field)->setVisible(shown);
  };
  showRow(frames_, chosen.motion == QLatin1String("orbit"));
  showRow(rate_, video);
  transparent_->setEnabled(!video);
  embed_->setEnabled(!video && chosen.format != QLatin1String("pdf"));
  copy_->setEnabled(!moving);
  pixels_->setText(sizeText(chosen));
  if (moving && format_->count() == 1)
    note_->setText(tr("Where ffmpeg is installed, animations can be videos, too."));
  else
    note_->clear();
  previewed_ = false;
  wait_.start();
}

void FigureDialog::preview() {
  if (run_) {
    run_->disconnect(this);
    run_->cancel();
    run_->deleteLater();
  }
  FigureOptions chosen = options();
  chosen.motion.clear();
  chosen.embed = false;
  const double ratio = devicePixelRatioF();
  const double fits = std::min(previewSize.width() / chosen.widthMm, previewSize.height() / chosen.heightMm);
  chosen.dpi = std::max(24, static_cast<int>(std::floor(fits * ratio * FigureOptions::mmPerInch)));
  const QString file = folder_.filePath(QStringLiteral("preview-%1.png").arg(++previews_));
  run_ = new FigureRun(subject_.state, subject_.runner, chosen.arguments(), file, this);
  connect(run_, &FigureRun::ended, this,
          [this, file, ratio, transparent = chosen.transparent](FigureRun::End end, const QString& words) {
            run_->deleteLater();
            run_ = nullptr;
            QImage image(file);
            QFile::remove(file);
            if (end != FigureRun::End::Whole || image.isNull()) {
              picture_->setPixmap({});
              note_->setText(words);
              return;
            }
            const QSize room = previewSize * ratio; // of what is larger than the least dots per inch allow
            if (image.width() > room.width() || image.height() > room.height())
              image = image.scaled(room, Qt::KeepAspectRatio, Qt::SmoothTransformation);
            image.setDevicePixelRatio(ratio);
            QPixmap shown(QSize(image.width() + 2, image.height() + 2));
            shown.setDevicePixelRatio(ratio);
            shown.fill(QColor(128, 128, 128));
            QPainter painter(&shown);
            const QRectF inside(1 / ratio, 1 / ratio, image.width() / ratio, image.height() / ratio);
            if (transparent) drawChequer(painter, inside.toAlignedRect());
            painter.drawImage(inside.topLeft(), image);
            painter.end();
            picture_->setPixmap(shown);
            previewed_ = true;
          });
}

void FigureDialog::finish(bool copy) {
  const FigureOptions chosen = options();
  if (subject_.remember) {
    QSettings settings;
    chosen.remember(settings);
  }
  if (copy)
    Q_EMIT copyAsked(chosen);
  else
    Q_EMIT exportAsked(chosen);
  accept();
}

} // namespace discern::desktop
