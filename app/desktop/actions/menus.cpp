#include "desktop/actions/action_registry.h"
#include "desktop/actions/window_actions.h"
#include "desktop/session/place.h"
#include "desktop/session/recent_files.h"
#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"
#include "desktop/window/main_window.h"
#include "scene/diagram/diagram_panel.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QToolBar>
#include <QToolButton>

namespace discern::desktop {

namespace {

/// Adds actions by id; "-" is a separator.
void fill(QWidget* target, ActionRegistry& actions, std::initializer_list<const char*> ids) {
  for (const char* id : ids) {
    if (id[0] == '-') {
      auto* separator = new QAction(target);
      separator->setSeparator(true);
      target->addAction(separator);
    } else {
      target->addAction(actions.find(QLatin1String(id)));
    }
  }
}

void fillRecent(QMenu* menu, MainWindow& window) {
  menu->clear();
  for (const QString& path : window.recent().files()) {
    QAction* action = menu->addAction(icon(isSessionFile(path) ? "session" : "file"), shortName(path),
                                      [&window, path] { window.openFiles({path}); });
    action->setToolTip(path);
  }
  if (window.recent().files().isEmpty()) {
    menu->addAction(MainWindow::tr("Nothing yet"))->setEnabled(false);
    return;
  }
  menu->addSeparator();
  menu->addAction(MainWindow::tr("Clear List"), [&window] { window.recent().clear(); });
}

} // namespace

void buildMenus(ActionRegistry& actions, MainWindow& window) {
  QMenuBar* bar = window.menuBar();
  QMenu* file = bar->addMenu(MainWindow::tr("&File"));
  fill(file, actions, {"file.open", "file.openOnHost"});
  QMenu* recent = file->addMenu(icon("clock"), MainWindow::tr("Open Recent"));
  recent->setObjectName(QStringLiteral("recent"));
  recent->setToolTipsVisible(true);
  QObject::connect(recent, &QMenu::aboutToShow, &window, [recent, &window] { fillRecent(recent, window); });
  fill(file, actions,
       {"file.prediction", "file.truth", "-", "file.save", "file.saveAs", "file.export", "file.copyFigure", "-",
        "file.close", "file.quit"});

  fill(bar->addMenu(MainWindow::tr("&Edit")), actions,
       {"edit.undo", "edit.redo", "edit.history", "-", "edit.rename", "edit.remove"});

  QMenu* view = bar->addMenu(MainWindow::tr("&View"));
  fill(view, actions,
       {"view.layout.single", "view.layout.side-by-side", "view.layout.four-up", "view.layout.map", "-",
        "view.space.volume", "view.space.planes", "view.space.surfaces", "-", "view.crosshair", "view.interpolate",
        "view.radiological", "-", "view.time.play", "view.time.next", "view.time.previous", "-"});
  QMenu* panels = view->addMenu(icon("sliders"), MainWindow::tr("Panels"));
  panels->setObjectName(QStringLiteral("panels"));
  fill(panels, actions,
       {"view.panel.data", "view.panel.properties", "view.panel.analyses", "view.panel.evaluation",
        "view.panel.contrast", "view.panel.course", "view.panel.plots", "view.panel.jobs", "view.panel.history", "-",
        "view.panels.reset"});
  QMenu* vision = view->addMenu(icon("eye"), MainWindow::tr("Colour Vision"));
  fill(vision, actions, {"view.vision.normal", "-", "view.vision.protan", "view.vision.deutan", "view.vision.tritan"});
  QMenu* theme = view->addMenu(icon("theme"), MainWindow::tr("Theme"));
  fill(theme, actions, {"view.theme.auto", "view.theme.dark", "view.theme.light", "-", "view.theme.toggle"});
  QMenu* text = view->addMenu(MainWindow::tr("Text Size"));
  fill(text, actions, {"view.text.larger", "view.text.smaller", "view.text.normal"});
  fill(view, actions, {"-", "view.fullScreen"});

  fill(bar->addMenu(MainWindow::tr("&Table")), actions,
       {"table.filter", "table.copy", "table.export", "-", "table.close"});
  QMenu* plot = bar->addMenu(MainWindow::tr("&Plot"));
  plot->setObjectName(QStringLiteral("plotMenu"));
  for (const std::string& kind : scene::drawnKinds())
    plot->addAction(actions.find(QStringLiteral("plot.") + QString::fromStdString(kind)));
  fill(plot, actions, {"-", "plot.values", "plot.close"});
  fill(bar->addMenu(MainWindow::tr("&Analyse")), actions,
       {"analyse.find", "analyse.jobs", "analyse.runs", "-", "analyse.hostRuns", "analyse.hosts"});
  fill(bar->addMenu(MainWindow::tr("&Compare")), actions,
       {"compare.run", "-", "compare.next", "compare.previous", "-", "compare.mode.overlay", "compare.mode.prediction",
        "compare.mode.truth", "compare.mode.difference", "compare.mode.swipe", "compare.mode.checkerboard"});
  fill(bar->addMenu(MainWindow::tr("&Help")), actions, {"help.palette", "help.shortcuts", "-", "help.about"});
  for (QMenu* menu : bar->findChildren<QMenu*>())
    menu->setToolTipsVisible(false);
}

void buildToolBar(ActionRegistry& actions, MainWindow& window) {
  auto* bar = new QToolBar(MainWindow::tr("Tool bar"), &window);
  bar->setObjectName(QStringLiteral("toolBar"));
  bar->setMovable(false);
  bar->setFloatable(false);
  bar->setIconSize({20, 20});
  bar->setContextMenuPolicy(Qt::PreventContextMenu);
  fill(bar, actions,
       {"file.open",
        "file.save",
        "-",
        "edit.undo",
        "edit.redo",
        "-",
        "view.layout.single",
        "view.layout.side-by-side",
        "view.layout.four-up",
        "view.layout.map",
        "-",
        "view.space.volume",
        "view.space.planes",
        "view.space.surfaces",
        "-",
        "compare.mode.overlay",
        "compare.mode.prediction",
        "compare.mode.truth",
        "compare.mode.difference",
        "compare.mode.swipe",
        "compare.mode.checkerboard",
        "compare.run"});
  auto* stretch = new QWidget(bar);
  stretch->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  bar->addWidget(stretch);

  auto* search = new QPushButton(bar);
  search->setObjectName(QStringLiteral("searchField"));
  search->setAccessibleName(MainWindow::tr("Search actions and analyses"));
  search->setToolTip(MainWindow::tr("Search everything the window can do  (Ctrl+K)"));
  auto* row = new QHBoxLayout(search);
  row->setContentsMargins(10, 0, 10, 0);
  row->setSpacing(8);
  auto* sign = new QLabel(search);
  sign->setObjectName(QStringLiteral("searchSign"));
  auto* words = new QLabel(MainWindow::tr("Search actions and analyses"), search);
  words->setProperty("tone", "muted");
  auto* keys = new QLabel(QStringLiteral("Ctrl+K"), search);
  keys->setProperty("tone", "muted");
  keys->setProperty("textSize", "small");
  for (QLabel* label : {sign, words, keys})
    label->setAttribute(Qt::WA_TransparentForMouseEvents);
  row->addWidget(sign);
  row->addWidget(words, 1);
  row->addWidget(keys);
  search->setFixedWidth(300);
  QObject::connect(search, &QPushButton::clicked, actions.find("help.palette"), &QAction::trigger);
  bar->addWidget(search);
  auto* gap = new QWidget(bar);
  gap->setFixedWidth(8);
  bar->addWidget(gap);
  fill(bar, actions, {"view.theme.toggle"});
  window.addToolBar(bar);
}

void refreshIcons(MainWindow& window) {
  if (auto* sign = window.findChild<QLabel*>(QStringLiteral("searchSign")))
    sign->setPixmap(
        icon("search", window.appearance().tokens()["muted"]).pixmap(QSize(16, 16), window.devicePixelRatioF()));
}

} // namespace discern::desktop
