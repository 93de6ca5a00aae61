// What the window says about itself, and how it looks.

#include "analyses/analysis_panel.h"
#include "desktop/actions/action_registry.h"
#include "desktop/theme/appearance.h"
#include "desktop/window/dock_panel.h"
#include "desktop/window/main_window.h"
#include "desktop/window/shortcut_sheet.h"
#include "grid/view_keys.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>

namespace discern::desktop {

void MainWindow::showAnalysis(const QString& id) {
  if (atStart()) return;
  dock("analyses")->present();
  if (id.isEmpty() || !analyses_->openAnalysis(id.toStdString())) analyses_->focusSearch();
}

void MainWindow::showShortcuts() {
  std::vector<ShortcutLine> lines;
  for (const QAction* action : actions_->all()) {
    const QString keys = ActionRegistry::keysOf(action);
    if (keys.isEmpty()) continue;
    lines.push_back(
        {ActionRegistry::groupOf(action), action->text().section(QLatin1Char('\t'), 0, 0).remove(QChar(0x2026)), keys});
  }
  for (const auto& [keys, words] : {std::pair{tr("G"), tr("Show or hide the overlay")},
                                    {tr("T"), tr("Show or hide the image")},
                                    {tr("Hold F"), tr("Flicker prediction and truth")}})
    lines.push_back({tr("Compare"), words, keys});
  for (const auto& [keys, words] :
       {std::pair{tr("H"), tr("Show or hide the layer")}, {tr("Alt+Up, Alt+Down"), tr("Move the layer")}})
    lines.push_back({tr("Data tree"), words, keys});
  for (const auto& [keys, words] : {std::pair{tr("Click, drag"), tr("Move the cursor")},
                                    {tr("Shift+move"), tr("Cursor follows the mouse")},
                                    {tr("Wheel, arrows"), tr("Step through slices")},
                                    {tr("Ctrl+wheel"), tr("Zoom")},
                                    {tr("Middle drag"), tr("Pan")},
                                    {tr("Right drag"), tr("Contrast")},
                                    {tr("Double click"), tr("Maximise the view, and back")},
                                    {tr("R"), tr("Fit the data")}})
    lines.push_back({tr("Slices and maps"), words, keys});
  for (const auto& [keys, words] : {std::pair{tr("Left drag"), tr("Rotate")},
                                    {tr("Middle drag, Shift+left"), tr("Pan")},
                                    {tr("Wheel, right drag"), tr("Zoom")},
                                    {tr("1, 3, 7"), tr("Along x, y, z")},
                                    {tr("5"), tr("Parallel projection")},
                                    {tr("R"), tr("Fit the data")}})
    lines.push_back({tr("3D"), words, keys});
  for (const auto& [keys, words] : {std::pair{tr("Click, drag"), tr("Choose in every view")},
                                    {tr("Ctrl+click, Ctrl+drag"), tr("Add to what is chosen, or narrow it")},
                                    {tr("L, Alt+drag"), tr("Enclose freehand")},
                                    {tr("Arrows"), tr("The next row, cell, node or time")},
                                    {tr("Esc"), tr("Choose nothing")},
                                    {tr("Wheel, Shift+drag"), tr("Zoom, move")}})
    lines.push_back({tr("Plots"), words, keys});
  auto* sheet = new ShortcutSheet(lines, this);
  sheet->setObjectName(QStringLiteral("shortcutSheet"));
  sheet->show();
}

void MainWindow::showAbout() {
  auto* box = new QMessageBox(this);
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setWindowTitle(tr("About Discern"));
  box->setIconPixmap(QIcon(options_.resources + QStringLiteral("/icons/discern.svg")).pixmap(64, 64));
  box->setText(tr("Discern %1").arg(QCoreApplication::applicationVersion()));
  box->setInformativeText(
      tr("A workbench for looking hard at what machine learning says about scientific data.\n\nApache License 2.0. "
         "Demo data: StarDist (BSD-3), oro.nifti (BSD-3), ConTrack (MIT), Natural Earth (public domain)."));
  box->open();
}

void MainWindow::cycleTheme() {
  const Scheme scheme = appearance_.tokens().dark ? Scheme::Light : Scheme::Dark;
  appearance_.setScheme(scheme);
  if (options_.remember) QSettings().setValue(QStringLiteral("appearance/scheme"), nameOf(scheme));
}

QMenu* MainWindow::createPopupMenu() {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  for (QAction* action : actions_->all())
    if (ActionRegistry::idOf(action).startsWith(QLatin1String("view.panel"))) menu->addAction(action);
  return menu;
}

} // namespace discern::desktop
