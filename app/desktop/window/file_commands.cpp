// What the window does with files: opening, saving, dropping, recovering, closing.

#include "analyses/job_controller.h"
#include "channel/client/client.h"
#include "data/memory_estimate.h"
#include "desktop/session/document.h"
#include "desktop/session/file_dialog.h"
#include "desktop/session/file_opener.h"
#include "desktop/session/place.h"
#include "desktop/session/recent_files.h"
#include "desktop/start/start_page.h"
#include "desktop/theme/appearance.h"
#include "desktop/tree/layer_model.h"
#include "desktop/window/main_window.h"
#include "desktop/window/message_banner.h"
#include "grid/view_grid.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLayout>
#include <QMessageBox>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QUrl>

namespace discern::desktop {

namespace {

/// Files are known by what is in them, so that no suffix is left out.
QStringList dataFilters(bool sessions) {
  QStringList filters{MainWindow::tr("All files (*)")};
  if (sessions) filters << MainWindow::tr("Sessions (*.discern)");
  return filters;
}

QStringList localFiles(const QMimeData* data) {
  QStringList files;
  for (const QUrl& url : data->urls())
    if (url.isLocalFile()) files << url.toLocalFile();
  return files;
}

/// A frame over the whole window while files hang above it.
class DropHint final : public QWidget {
public:
  DropHint(const Appearance& appearance, QWidget* parent) : QWidget(parent), appearance_(appearance) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
  }

protected:
  void paintEvent(QPaintEvent*) override {
    const Tokens& tokens = appearance_.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor veil = tokens["canvas"];
    veil.setAlphaF(0.88F);
    painter.fillRect(rect(), veil);
    painter.setPen(QPen(tokens["accent"], 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(12, 12, -12, -12), 8, 8);
    QFont font(tokens.family);
    font.setPixelSize(tokens.title);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(tokens["text"]);
    QRectF box(0, 0, QFontMetrics(font).horizontalAdvance(MainWindow::tr("Drop to open")) + 64, tokens.title + 40);
    box.moveCenter(QRectF(rect()).center());
    painter.setPen(Qt::NoPen);
    painter.setBrush(tokens["raised"]);
    painter.drawRoundedRect(box, 8, 8);
    painter.setPen(tokens["text"]);
    painter.drawText(box, Qt::AlignCenter, MainWindow::tr("Drop to open"));
  }

private:
  const Appearance& appearance_;
};

} // namespace

void MainWindow::openDialog() {
  QFileDialog* dialog = fileDialog(this, tr("Open"), dataFilters(true));
  dialog->setFileMode(QFileDialog::ExistingFiles);
  connect(dialog, &QFileDialog::filesSelected, this, &MainWindow::openFiles);
  dialog->open();
}

void MainWindow::openAs(const QString& role) {
  const bool truth = role == QLatin1String("truth");
  QFileDialog* dialog = fileDialog(this, truth ? tr("Load Truth") : tr("Load Prediction"), dataFilters(false));
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this, [this, truth](const QString& path) {
    opener_->open(path, truth ? session::Role::Truth : session::Role::Prediction);
  });
  dialog->open();
}

void MainWindow::askAboutTruth(const QString& layer, const QString& why) {
  const auto use = [this, id = layer.toStdString()] {
    if (link_->state().layer(id)) link_->run("setLayer", {{"id", id}, {"role", roleKey(session::Role::Truth)}});
  };
  tell({Message::Kind::Warning, why, {}, {{tr("Use as Truth"), use}}, 0});
}

void MainWindow::askAboutMemory(const QString& path, std::optional<session::Role> role, const QString& field,
                                double bytes, double budget) {
  tell(
      {Message::Kind::Warning,
       tr("%1 is not opened yet: showing it takes about %2 of memory, and the data service may take %3. Opened anyway, "
          "it may be refused half-way; nothing else is lost.")
           .arg(shortName(path), QString::fromStdString(data::memoryText(bytes)),
                QString::fromStdString(data::memoryText(budget))),
       path,
       {{tr("Open Anyway"), [this, path, role, field] { opener_->open(path, role, field, true); }}},
       0});
}

void MainWindow::openFiles(const QStringList& paths) {
  for (const QString& path : paths) {
    if (mayHoldSession(path)) {
      openFigure(path);
      continue;
    }
    if (!isSessionFile(path)) {
      opener_->open(path);
      continue;
    }
    if (isElsewhere(path)) {
      tell({Message::Kind::Error,
            tr("%1 is a session on another machine: sessions are opened from this one. Copy it here first.")
                .arg(shortName(path)),
            path,
            {},
            0});
      Q_EMIT fileFailed(path);
      continue;
    }
    askBeforeLoss([this, path] { document_->open(path); });
  }
}

void MainWindow::openDemo(const QString& id) {
  for (const Demo& demo : demosIn(options_.resources))
    if (demo.id == id) openFiles(demo.files);
}

void MainWindow::save() { saveThen({}); }

void MainWindow::saveAs() { saveThen({}, true); }

void MainWindow::saveThen(std::function<void()> proceed, bool elsewhere) {
  const auto then = [proceed](bool whole) {
    if (whole && proceed) proceed();
  };
  // What comes with the program is not written over.
  if (!document_->file().isEmpty() && !elsewhere && !document_->file().startsWith(options_.resources)) {
    document_->save(document_->file(), then);
    return;
  }
  QFileDialog* dialog = fileDialog(this, tr("Save Session"), {tr("Sessions (*.discern)")});
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(QStringLiteral("discern"));
  QString name = document_->title();
  if (!isSessionFile(name)) name = name.section(QLatin1Char('.'), 0, 0) + QStringLiteral(".discern");
  dialog->selectFile(name);
  connect(dialog, &QFileDialog::fileSelected, this, [this, then](const QString& path) { document_->save(path, then); });
  dialog->open();
}

void MainWindow::closeSession() {
  askBeforeLoss([this] {
    document_->close();
    messages_->clear();
  });
}

void MainWindow::askBeforeLoss(std::function<void()> proceed) {
  if (!options_.remember || !document_->worthAsking()) {
    proceed();
    return;
  }
  auto* box = new QMessageBox(QMessageBox::NoIcon, QStringLiteral("Discern"), tr("Save this session?"),
                              QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
  box->setObjectName(QStringLiteral("unsaved"));
  box->setInformativeText(tr("Layers, comparison or runs differ from the saved session. Runs go on either way."));
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setDefaultButton(QMessageBox::Save);
  box->layout()->setContentsMargins(8, 24, 24, 16);
  connect(box, &QMessageBox::finished, this, [this, proceed](int answer) {
    if (answer == QMessageBox::Save) saveThen(proceed);
    if (answer == QMessageBox::Discard) proceed();
  });
  box->open();
}

void MainWindow::restore(const Recovered& recovered) {
  askBeforeLoss([this, recovered] {
    document_->adopt(recovered.state, recovered.sessionFile);
    Recovery::discard(recovered.path);
  });
}

void MainWindow::locate(const QString& path) {
  QFileDialog* dialog = fileDialog(this, tr("Locate %1").arg(shortName(path)), dataFilters(false));
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this, [this, path](const QString& found) {
    // Every layer of the lost file follows.
    const auto layers = link_->state().layers;
    for (const session::Layer& layer : layers)
      if (layer.path == path.toStdString()) link_->run("setLayer", {{"id", layer.id}, {"path", found.toStdString()}});
  });
  dialog->open();
}

void MainWindow::compare() { jobs_->compare(); }

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!closing_) {
    if (options_.remember && document_->worthAsking()) {
      event->ignore();
      askBeforeLoss([this] {
        closing_ = true;
        close();
      });
      return;
    }
    closing_ = true;
  }
  rememberWindow();
  if (recovery_) recovery_->finish();
  QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (localFiles(event->mimeData()).isEmpty()) return;
  event->setDropAction(Qt::CopyAction);
  event->accept();
  showDropHint(true);
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) { showDropHint(false); }

void MainWindow::dropEvent(QDropEvent* event) {
  showDropHint(false);
  const QStringList files = localFiles(event->mimeData());
  if (files.isEmpty()) return;
  event->setDropAction(Qt::CopyAction);
  event->accept();
  openFiles(files);
}

void MainWindow::showDropHint(bool shown) {
  if (!shown) {
    delete dropHint_;
    dropHint_ = nullptr;
    return;
  }
  if (!dropHint_) dropHint_ = new DropHint(appearance_, this);
  // Below the bars: the hint speaks of where the files go.
  const int top = centralWidget()->mapTo(this, QPoint(0, 0)).y();
  dropHint_->setGeometry(0, top, width(), height() - top);
  dropHint_->raise();
  dropHint_->show();
}

} // namespace discern::desktop
