// What the window does with figures: the dialog, drawing into a file or the clipboard, opening one for its session.

#include "channel/client/client.h"
#include "desktop/figure/figure_bar.h"
#include "desktop/figure/figure_dialog.h"
#include "desktop/figure/figure_run.h"
#include "desktop/session/document.h"
#include "desktop/session/file_dialog.h"
#include "desktop/session/file_opener.h"
#include "desktop/session/off_thread.h"
#include "desktop/session/place.h"
#include "desktop/window/main_window.h"
#include "desktop/window/message_banner.h"
#include "grid/view_grid.h"
#include "scene/panel.h"
#include "session/embedded.h"
#include "time/time_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QImage>
#include <QMimeData>
#include <QSettings>
#include <QUrl>
#include <algorithm>

namespace discern::desktop {

void MainWindow::exportFigure() {
  if (atStart()) return;
  FigureDialog::Subject subject;
  subject.state = link_->state();
  const scene::Grid grid = scene::gridOf(link_->state(), *client_);
  for (const std::string& panel : grid.panels)
    if (grid.panels.size() > 1)
      subject.views.push_back(
          {QString::fromStdString(panel), QString::fromStdString(scene::titleOf(panel, link_->state(), *client_))});
  subject.time = timeBar_->steps() > 1;
  subject.space = std::find(grid.panels.begin(), grid.panels.end(), "volume") != grid.panels.end();
  subject.aspect = static_cast<double>(grid_->height()) / std::max(1, grid_->width());
  subject.runner = options_.runner;
  subject.remember = options_.remember;
  auto* dialog = new FigureDialog(std::move(subject), this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &FigureDialog::copyAsked, this, [this](const FigureOptions& options) { copyFigure(options); });
  connect(dialog, &FigureDialog::exportAsked, this, [this](const FigureOptions& options) {
    QFileDialog* where = fileDialog(this, tr("Export Figure"), {tr("Figure (*.%1)").arg(options.format)});
    where->setAcceptMode(QFileDialog::AcceptSave);
    where->setDefaultSuffix(options.format);
    where->selectFile(document_->title().section(QLatin1Char('.'), 0, 0) + QLatin1Char('.') + options.format);
    connect(where, &QFileDialog::fileSelected, this,
            [this, options](const QString& path) { writeFigure(path, options); });
    where->open();
  });
  dialog->open();
}

FigureRun* MainWindow::drawFigure(const QString& path, const FigureOptions& options) {
  if (figureRun_) {
    tell({Message::Kind::Warning,
          tr("%1 is still being drawn. Wait until it is whole, or cancel it in the status line.")
              .arg(QFileInfo(figureRun_->output()).fileName()),
          {},
          {},
          12});
    return nullptr;
  }
  figureRun_ = new FigureRun(link_->state(), options_.runner, options.arguments(), path, this);
  figureBar_->begin(path);
  connect(figureRun_, &FigureRun::progressed, figureBar_, &FigureBar::setProgress);
  connect(figureBar_, &FigureBar::cancelled, figureRun_, &FigureRun::cancel);
  connect(figureRun_, &FigureRun::ended, this, [this, path](FigureRun::End end, const QString& words) {
    figureBar_->end();
    figureRun_->deleteLater();
    figureRun_ = nullptr;
    if (end == FigureRun::End::Failed)
      tell({Message::Kind::Error, tr("%1 can't be exported.").arg(QFileInfo(path).fileName()), words, {}, 0});
    if (end == FigureRun::End::Cancelled)
      tell({Message::Kind::Info, tr("The export of %1 was cancelled.").arg(QFileInfo(path).fileName()), {}, {}, 8});
  });
  return figureRun_;
}

void MainWindow::writeFigure(const QString& path, const FigureOptions& options) {
  FigureRun* run = drawFigure(path, options);
  if (!run) return;
  connect(run, &FigureRun::ended, this, [this, path](FigureRun::End end) {
    if (end != FigureRun::End::Whole) return;
    tell({Message::Kind::Info,
          tr("Exported %1.").arg(QDir::toNativeSeparators(path)),
          {},
          {{tr("Show Folder"), [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).path())); }}},
          12});
  });
}

void MainWindow::copyFigure() {
  if (atStart()) return;
  copyFigure(
      FigureOptions::remembered(QSettings(), static_cast<double>(grid_->height()) / std::max(1, grid_->width())));
}

void MainWindow::copyFigure(const FigureOptions& options) {
  FigureOptions picture = options;
  picture.format = QStringLiteral("png");
  picture.motion.clear();
  if (!figureFolder_) figureFolder_ = std::make_unique<QTemporaryDir>();
  const QString path = figureFolder_->filePath(tr("figure") + QStringLiteral(".png"));
  FigureRun* run = drawFigure(path, picture);
  if (!run) return;
  connect(run, &FigureRun::ended, this, [this, path](FigureRun::End end) {
    if (end != FigureRun::End::Whole) return;
    struct Copied {
      QByteArray bytes;
      QImage image;
    };
    offThread(
        this,
        [path] {
          Copied copied;
          if (QFile file(path); file.open(QIODevice::ReadOnly)) copied.bytes = file.readAll();
          copied.image.loadFromData(copied.bytes, "PNG");
          QFile::remove(path);
          return copied;
        },
        [this](const Copied& copied) {
          auto* copy = new QMimeData;
          copy->setImageData(copied.image);
          copy->setData(QStringLiteral("image/png"), copied.bytes); // with its size on paper
          QApplication::clipboard()->setMimeData(copy);
          tell({Message::Kind::Info,
                tr("The figure is in the clipboard: %1 × %2 pixels.")
                    .arg(copied.image.width())
                    .arg(copied.image.height()),
                {},
                {},
                8});
        });
  });
}

bool MainWindow::mayHoldSession(const QString& path) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  return !isElsewhere(path) && (suffix == QLatin1String("png") || suffix == QLatin1String("svg"));
}

void MainWindow::openFigure(const QString& path) {
  ++lookingInto_;
  offThread(
      this, [path] { return !session::embeddedIn(path.toStdString()).empty(); },
      [this, path](bool held) {
        --lookingInto_;
        if (!held) {
          opener_->open(path);
          return;
        }
        askBeforeLoss([this, path] {
          document_->open(path);
          tell({Message::Kind::Info,
                tr("%1 is a figure of Discern: this is the session that it shows.").arg(shortName(path)),
                {},
                {{tr("Open as Image"), [this, path] { opener_->open(path); }}},
                12});
        });
      });
}

} // namespace discern::desktop
