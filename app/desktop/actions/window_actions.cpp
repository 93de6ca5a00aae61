#include "desktop/actions/window_actions.h"

#include "analyses/analysis_panel.h"
#include "analyses/catalogue.h"
#include "analyses/job_controller.h"
#include "desktop/actions/action_registry.h"
#include "desktop/form/undo_order.h"
#include "desktop/session/place.h"
#include "desktop/session/recent_files.h"
#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"
#include "desktop/tree/data_tree.h"
#include "desktop/window/dock_panel.h"
#include "desktop/window/main_window.h"
#include "diagram/diagram_pane.h"
#include "diagram/diagram_view.h"
#include "disagreements/disagreement_view.h"
#include "grid/view_grid.h"
#include "scene/compare/sides.h"
#include "table/table_pane.h"
#include "time/time_bar.h"

#include <QAction>
#include <QActionGroup>
#include <QFileInfo>
#include <QLineEdit>
#include <QSettings>
#include <map>
#include <nlohmann/json.hpp>

namespace discern::desktop {

namespace {

QString tr(const char* text) { return MainWindow::tr(text); }

void remember(MainWindow& window, const QString& key, const QVariant& value) {
  if (window.options().remember) QSettings().setValue(key, value);
}

void addFileActions(ActionRegistry& actions, MainWindow& window) {
  MainWindow* w = &window;
  actions.add({"file.open", tr("Open…"), tr("Open files as layers, or a session"), "open", {QKeySequence::Open}},
              [w](bool) { w->openDialog(); });
  actions.add({"file.openOnHost",
               tr("Open on a Host…"),
               tr("Open files that stay on another machine, over ssh"),
               "host",
               {QKeySequence("Ctrl+Alt+O")}},
              [w](bool) { w->openOnHost(); });
  actions.add({"file.truth",
               tr("Load Truth…"),
               tr("Open a file as the truth to compare with"),
               "truth",
               {QKeySequence("Ctrl+Shift+T")}},
              [w](bool) { w->openAs("truth"); });
  actions.add({"file.prediction",
               tr("Load Prediction…"),
               tr("Open a file as a prediction"),
               "prediction",
               {QKeySequence("Ctrl+Shift+P")}},
              [w](bool) { w->openAs("prediction"); });
  actions.add(
      {"file.save", tr("Save Session"), tr("Save layers, views, runs and comparison"), "save", {QKeySequence::Save}},
      [w](bool) { w->save(); });
  actions.add({"file.saveAs", tr("Save Session As…"), {}, {}, {QKeySequence("Ctrl+Shift+S")}},
              [w](bool) { w->saveAs(); });
  actions.add({"file.export",
               tr("Export Figure…"),
               tr("PNG, SVG, PDF or an animation, of a chosen size"),
               "export",
               {QKeySequence("Ctrl+E")}},
              [w](bool) { w->exportFigure(); });
  actions.add({"file.copyFigure",
               tr("Copy Figure"),
               tr("Draw the views into the clipboard, as the last figure was"),
               "copy",
               {QKeySequence("Ctrl+Alt+C")}},
              [w](bool) { w->copyFigure(); });
  actions.add({"file.close", tr("Close Session"), tr("Back to the start page"), "close", {QKeySequence("Ctrl+W")}},
              [w](bool) { w->closeSession(); });
  actions.add({"file.quit", tr("Quit"), {}, "quit", {QKeySequence("Ctrl+Q")}}, [w](bool) { w->close(); });
}

void addEditActions(ActionRegistry& actions, MainWindow& window) {
  MainWindow* w = &window;
  actions.add({"edit.undo", tr("Undo"), {}, "undo", {QKeySequence("Ctrl+Z")}},
              [w](bool) { w->analyses().undoOrder().undo(); });
  actions.add({"edit.redo", tr("Redo"), {}, "redo", {QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")}},
              [w](bool) { w->analyses().undoOrder().redo(); });
  actions.add(
      {"edit.history", tr("History"), tr("The named steps of this session"), "history", {QKeySequence("Ctrl+H")}},
      [w](bool) { w->dock("history")->present(true); });
  actions.add({"edit.rename", tr("Rename Layer"), {}, "rename", {}, false, "F2"},
              [w](bool) { w->tree().renameCurrent(); });
  actions.add({"edit.remove", tr("Remove Layer"), {}, "trash", {}, false, "Del"},
              [w](bool) { w->tree().removeCurrent(); });
}

void addViewActions(ActionRegistry& actions, MainWindow& window) {
  MainWindow* w = &window;
  const auto choice = [&actions](QActionGroup* group, const ActionSpec& spec, std::function<void()> run) {
    ActionSpec checkable = spec;
    checkable.checkable = true;
    group->addAction(actions.add(checkable, [run = std::move(run)](bool) { run(); }));
  };
  auto* layouts = new QActionGroup(w);
  const auto layout = [w](const char* name) { return [w, name] { w->link().run("setLayout", {{"layout", name}}); }; };
  choice(layouts, {"view.layout.single", tr("One View"), {}, "layout-single", {QKeySequence("Ctrl+1")}},
         layout("single"));
  choice(layouts, {"view.layout.side-by-side", tr("Side by Side"), {}, "layout-side", {QKeySequence("Ctrl+2")}},
         layout("side-by-side"));
  choice(layouts, {"view.layout.four-up", tr("Three Planes and 3D"), {}, "layout-four", {QKeySequence("Ctrl+3")}},
         layout("four-up"));
  choice(layouts, {"view.layout.map", tr("Map"), {}, "layout-map", {QKeySequence("Ctrl+4")}}, layout("map"));

  auto* spaces = new QActionGroup(w);
  const auto space = [w](const char* name) {
    return [w, name] { w->link().run("setDisplay", {{"projection3d", name}}); };
  };
  choice(spaces, {"view.space.volume", tr("Volume in 3D"), {}, "volume", {}}, space("volume"));
  choice(spaces, {"view.space.planes", tr("Planes in 3D"), {}, "planes", {}}, space("planes"));
  choice(spaces, {"view.space.surfaces", tr("Surfaces in 3D"), {}, "surfaces", {}}, space("surfaces"));

  const auto toggle = [&](const char* id, const QString& text, const QString& tip, const char* sign,
                          const char* property) {
    actions.add({id, text, tip, sign, {}, true}, [w, property](bool on) {
      w->link().run("setDisplay", {{property, on}});
    });
  };
  toggle("view.crosshair", tr("Crosshair"), {}, "crosshair", "crosshair");
  toggle("view.interpolate", tr("Smooth Between Voxels"), tr("Images only; labels are always shown as they are"),
         "smooth", "interpolate");
  toggle("view.radiological", tr("Radiological Convention"), tr("The patient's right on the left of the screen"),
         "flip", "radiological");

  auto* eyes = new QActionGroup(w);
  const struct {
    const char *id, *vision;
    QString text, tip;
  } visions[] = {{"view.vision.normal", "", tr("All Colours"), tr("Views as they are")},
                 {"view.vision.protan", "protan", tr("As with Protanopia"), tr("Views as seen without red cones")},
                 {"view.vision.deutan", "deutan", tr("As with Deuteranopia"), tr("Views as seen without green cones")},
                 {"view.vision.tritan", "tritan", tr("As with Tritanopia"), tr("Views as seen without blue cones")}};
  for (const auto& way : visions)
    choice(eyes, {way.id, way.text, way.tip, {}, {}}, [w, vision = std::string(way.vision)] {
      w->link().run("setDisplay", {{"vision", vision}});
    });

  const auto themed = [w](Scheme scheme) {
    return [w, scheme] {
      w->appearance().setScheme(scheme);
      remember(*w, "appearance/scheme", nameOf(scheme));
    };
  };
  auto* schemes = new QActionGroup(w);
  choice(schemes, {"view.theme.auto", tr("Theme of the System"), {}, {}, {}}, themed(Scheme::Auto));
  choice(schemes, {"view.theme.dark", tr("Dark Theme"), {}, {}, {}}, themed(Scheme::Dark));
  choice(schemes, {"view.theme.light", tr("Light Theme"), {}, {}, {}}, themed(Scheme::Light));
  actions.add({"view.theme.toggle", tr("Switch Between Dark and Light"), {}, "theme", {QKeySequence("Ctrl+Alt+T")}},
              [w](bool) { w->cycleTheme(); });

  const auto scaled = [w](double factor) {
    w->appearance().setTextScale(factor == 0 ? 1.0 : w->appearance().textScale() * factor);
    remember(*w, "appearance/textScale", w->appearance().textScale());
  };
  actions.add({"view.text.larger", tr("Larger Text"), {}, "plus", {QKeySequence("Ctrl+="), QKeySequence("Ctrl++")}},
              [scaled](bool) { scaled(1.1); });
  actions.add({"view.text.smaller", tr("Smaller Text"), {}, "minus", {QKeySequence("Ctrl+-")}},
              [scaled](bool) { scaled(1 / 1.1); });
  actions.add({"view.text.normal", tr("Normal Text"), {}, {}, {QKeySequence("Ctrl+0")}}, [scaled](bool) { scaled(0); });

  const struct {
    const char *id, *icon;
  } panels[] = {
      {"data", "layers"},       {"properties", "properties"}, {"analyses", "analysis"}, {"evaluation", "compare"},
      {"contrast", "contrast"}, {"course", "course"},         {"plots", "analysis"},    {"jobs", "jobs"},
      {"history", "history"}};
  for (const auto& panel : panels) {
    DockPanel* dock = w->dock(panel.id);
    QAction* action = actions.add(
        {QStringLiteral("view.panel.") + panel.id, dock->windowTitle(), {}, panel.icon, {}, true}, [dock](bool on) {
          if (on)
            dock->present();
          else
            dock->hide();
        });
    QObject::connect(dock->toggleViewAction(), &QAction::toggled, action,
                     [action](bool on) { action->setChecked(on); });
  }
  actions.add({"view.panels.reset", tr("Panels as at First"), {}, "reset", {}}, [w](bool) { w->resetPanels(); });
  actions.add({"view.fullScreen", tr("Full Screen"), {}, "maximise", {QKeySequence("F11")}, true}, [w](bool on) {
    w->setWindowState(on ? w->windowState() | Qt::WindowFullScreen : w->windowState() & ~Qt::WindowFullScreen);
  });
  actions.add({"view.time.play", tr("Play or Pause Time"), {}, "play", {}, false, tr("Space")},
              [w](bool) { w->timeBar().togglePlay(); });
  actions.add({"view.time.next", tr("Next Time Step"), {}, "step-forward", {}, false, "."},
              [w](bool) { w->timeBar().step(1); });
  actions.add({"view.time.previous", tr("Previous Time Step"), {}, "step-back", {}, false, ","},
              [w](bool) { w->timeBar().step(-1); });
}

void addTableActions(ActionRegistry& actions, MainWindow& window) {
  MainWindow* w = &window;
  actions.add(
      {"table.filter", tr("Filter Rows"), tr("Words, or conditions such as depth > 3"), "search", {}, false, "Ctrl+F"},
      [w](bool) { w->tables().filter().setFocus(Qt::ShortcutFocusReason); });
  actions.add(
      {"table.copy", tr("Copy Selected Rows"), tr("Tab-separated, with a header line"), "copy", {}, false, "Ctrl+C"},
      [w](bool) { w->tables().copy(); });
  actions.add(
      {"table.export", tr("Export Rows as CSV…"), tr("The rows that the filter leaves, in their order"), "export", {}},
      [w](bool) { w->tables().exportCsv(); });
  actions.add({"table.close", tr("Close Table"), {}, "close", {}}, [w](bool) { w->tables().closeTable(); });
}

void addPlotActions(ActionRegistry& actions, MainWindow& window) {
  MainWindow* w = &window;
  const std::map<std::string, QString> tips{
      {"matrix", tr("A connectivity matrix, or how the columns of a table go together, ordered by a tree")},
      {"scatter", tr("Two layers against each other, voxel by voxel; a lasso chooses voxels")},
      {"histogram", tr("How often values occur; a drag chooses voxels")},
      {"spectrum", tr("Frequencies in the time course at the cursor")},
      {"spectrogram", tr("How the frequencies at the cursor change with time")},
      {"confusion", tr("Which labels of truth and prediction meet; a click chooses their voxels")},
      {"groups", tr("How values are spread in each label")},
      {"carpet", tr("The time courses of many voxels under one another")},
      {"parallel", tr("Every row of a table as a line across its columns")},
      {"pairs", tr("Columns of a table against each other, pair by pair")},
      {"network", tr("A matrix as nodes and edges")}};
  for (const std::string& kind : scene::drawnKinds())
    actions.add({QStringLiteral("plot.") + QString::fromStdString(kind),
                 QString::fromStdString(scene::kindName(kind)),
                 tips.at(kind),
                 "analysis",
                 {}},
                [w, kind](bool) { w->plots().add(kind); });
  actions.add({"plot.values", tr("Save Values as CSV…"), tr("The numbers under the plot in front"), "export", {}},
              [w](bool) {
                if (auto* view = w->plots().view()) view->saveValues();
              });
  actions.add({"plot.close", tr("Close Plot"), {}, "close", {}}, [w](bool) {
    w->link().run("removeDiagram", {{"id", w->link().state().diagram}});
  });
}

void addWorkActions(ActionRegistry& actions, MainWindow& window) {
  MainWindow* w = &window;
  actions.add({"analyse.find",
               tr("Find Analysis…"),
               tr("Search the list of analyses"),
               "analysis",
               {QKeySequence("Ctrl+Shift+A")}},
              [w](bool) { w->showAnalysis({}); });
  actions.add({"analyse.jobs", tr("Show Jobs"), {}, "jobs", {QKeySequence("Ctrl+J")}},
              [w](bool) { w->dock("jobs")->present(true); });

  actions.add({"analyse.hosts", tr("Hosts…"), tr("Machines where analyses can run: add, edit, test"), "terminal", {}},
              [w](bool) { w->showHosts({}); });
  actions.add({"analyse.hostRuns",
               tr("Runs on a Host…"),
               tr("What runs, and has run, on another machine: follow it, cancel it, fetch its result"),
               "jobs",
               {}},
              [w](bool) { w->showHostRuns({}); });
  actions.add({"analyse.runs",
               tr("All Runs"),
               tr("Every run of this machine: search, open, run again, delete"),
               "history",
               {QKeySequence("Ctrl+Shift+J")}},
              [w](bool) { w->showRuns(); });

  actions.add({"compare.run",
               tr("Compare Prediction and Truth"),
               tr("Match instances and list where they disagree"),
               "compare",
               {QKeySequence("Ctrl+Shift+C")}},
              [w](bool) { w->compare(); });
  actions.add({"compare.next", tr("Next Disagreement"), {}, "next", {}, false, "N"},
              [w](bool) { w->evaluation().step(1); });
  actions.add({"compare.previous", tr("Previous Disagreement"), {}, "previous", {}, false, "Shift+N"},
              [w](bool) { w->evaluation().step(-1); });
  auto* modes = new QActionGroup(w);
  const struct {
    const char *mode, *icon, *key;
    QString text, tip;
  } ways[] = {{"overlay", "overlay", "O", tr("Overlay"), tr("Prediction filled, truth outlined")},
              {"prediction", "prediction", "", tr("Prediction Only"), {}},
              {"truth", "truth", "", tr("Truth Only"), {}},
              {"difference", "difference", "D", tr("Difference"), tr("Missed and spurious voxels")},
              {"swipe", "swipe", "C", tr("Curtain"), tr("One on each side of a line that can be dragged ([ and ])")},
              {"checkerboard", "checkerboard", "K", tr("Checkerboard"), tr("The two in turns, square by square")}};
  for (const auto& way : ways)
    modes->addAction(
        actions.add({QStringLiteral("compare.mode.") + way.mode, way.text, way.tip, way.icon, {}, true, way.key},
                    [w, mode = std::string(way.mode)](bool) {
                      w->link().run("setComparison", {{"mode", mode}});
                    }));

  actions.add({"help.palette",
               tr("Command Palette…"),
               tr("Search everything the window can do"),
               "search",
               {QKeySequence("Ctrl+K")}},
              [w](bool) { w->palette().open(); });
  actions.add({"help.shortcuts", tr("Keyboard and Mouse"), {}, "keyboard", {QKeySequence("?"), QKeySequence("F1")}},
              [w](bool) { w->showShortcuts(); });
  actions.add({"help.about", tr("About Discern"), {}, "info", {}}, [w](bool) { w->showAbout(); });
}

} // namespace

void addWindowActions(ActionRegistry& actions, MainWindow& window) {
  addFileActions(actions, window);
  addEditActions(actions, window);
  addViewActions(actions, window);
  addTableActions(actions, window);
  addPlotActions(actions, window);
  addWorkActions(actions, window);
}

void updateUndo(ActionRegistry& actions, MainWindow& window) {
  const UndoOrder& order = window.analyses().undoOrder();
  const auto show = [&](const char* id, bool on, const QString& word, const QString& words, const QString& what) {
    const QString text =
        what.isEmpty() ? word : words.arg(QString(what).replace(QLatin1String("&"), QLatin1String("&&")));
    actions.find(id)->setEnabled(on);
    if (actions.find(id)->text() != text) actions.setText(actions.find(id), text);
  };
  show("edit.undo", order.canUndo(), tr("Undo"), tr("Undo %1"), order.undoName());
  show("edit.redo", order.canRedo(), tr("Redo"), tr("Redo %1"), order.redoName());
}

void updateActions(ActionRegistry& actions, MainWindow& window) {
  const session::State& state = window.link().state();
  const bool any = !state.empty(), layers = !state.layers.empty();
  const auto enable = [&actions](const char* id, bool on) { actions.find(id)->setEnabled(on); };
  for (QAction* action : actions.all()) {
    const QString id = ActionRegistry::idOf(action);
    if (id.startsWith("view.panel")) action->setEnabled(any);
    if (id.startsWith("view.layout.")) action->setEnabled(layers);
    if (id.startsWith("view.space.")) action->setEnabled(layers && state.layout != "map");
  }
  for (const char* id : {"file.save", "file.saveAs", "file.export", "file.copyFigure", "file.close", "edit.rename",
                         "edit.remove", "edit.history", "analyse.find", "analyse.jobs"})
    enable(id, any);
  for (const char* id : {"view.crosshair", "view.interpolate", "view.radiological"})
    enable(id, layers);
  for (const char* id : {"table.filter", "table.copy", "table.export", "table.close"})
    enable(id, !state.table.empty());
  for (const char* id : {"plot.values", "plot.close"})
    enable(id, !state.diagrams.empty());
  for (const std::string& kind : scene::drawnKinds())
    actions.find(QStringLiteral("plot.") + QString::fromStdString(kind))
        ->setEnabled(any && window.plots().missing(kind).isEmpty());
  const bool time = any && window.timeBar().steps() > 1;
  for (const char* id : {"view.time.play", "view.time.next", "view.time.previous"})
    enable(id, time);
  updateUndo(actions, window);
  enable("compare.run", window.jobs().canCompare());
  const bool both = !state.comparison.prediction.empty() && !state.comparison.truth.empty();
  const bool two = scene::sidesOf(state).first != nullptr; // a curtain hangs between any two layers
  for (const std::string_view mode : session::comparisonModes) {
    QAction* action = actions.find(QStringLiteral("compare.mode.") + mode.data());
    const bool possible = mode == "swipe" || mode == "checkerboard" || mode == "overlay" ? two || both : both;
    action->setEnabled(possible);
    action->setChecked(possible && state.comparison.mode == mode);
  }
  enable("compare.next", !state.comparison.result.empty());
  enable("compare.previous", !state.comparison.result.empty());
  const auto check = [&actions](const QString& id, bool on) {
    if (QAction* action = actions.find(id)) action->setChecked(on);
  };
  check(QStringLiteral("view.layout.") + QString::fromStdString(state.layout), layers);
  check(QStringLiteral("view.space.") + QString::fromStdString(state.projection3d), layers);
  check("view.crosshair", state.crosshair);
  check("view.interpolate", state.interpolate);
  check("view.radiological", state.radiological);
  check(QStringLiteral("view.vision.") +
            (state.vision.empty() ? QStringLiteral("normal") : QString::fromStdString(state.vision)),
        true);
  check(QStringLiteral("view.theme.") + nameOf(window.appearance().scheme()), true);
}

std::vector<PaletteEntry> paletteEntries(ActionRegistry& actions, MainWindow& window, const Catalogue& catalogue) {
  std::vector<PaletteEntry> entries;
  for (const Analysis& analysis : catalogue.analyses()) {
    QStringList words{QString::fromStdString(analysis.summary)};
    for (const std::string& word : analysis.keywords)
      words << QString::fromStdString(word);
    entries.push_back({QString::fromStdString(analysis.name),
                       tr("Analysis"),
                       {},
                       words.join(QLatin1Char(' ')),
                       icon("analysis"),
                       !window.link().state().empty(),
                       [&window, id = QString::fromStdString(analysis.id)] { window.showAnalysis(id); }});
  }
  for (QAction* action : actions.all()) {
    if (ActionRegistry::idOf(action) == QLatin1String("help.palette")) continue;
    const QString id = ActionRegistry::idOf(action);
    QString text = action->text().section(QLatin1Char('\t'), 0, 0);
    if (id.startsWith("view.panel."))
      text = (action->isChecked() ? tr("Hide %1 Panel") : tr("Show %1 Panel")).arg(text);
    if (id.startsWith("plot.") && id != QLatin1String("plot.values") && id != QLatin1String("plot.close"))
      text = tr("Plot: %1").arg(text);
    if (id.startsWith("compare.mode.")) text = tr("Compare as %1").arg(text);
    entries.push_back({text, ActionRegistry::groupOf(action), ActionRegistry::keysOf(action),
                       action->property("tip").toString(), action->icon(), action->isEnabled(),
                       [action] { action->trigger(); }});
  }
  for (const QString& path : window.recent().files())
    entries.push_back({shortName(path),
                       tr("Recent"),
                       {},
                       path,
                       icon(isSessionFile(path) ? "session" : "file"),
                       true,
                       [&window, path] { window.openFiles({path}); }});
  return entries;
}

} // namespace discern::desktop
