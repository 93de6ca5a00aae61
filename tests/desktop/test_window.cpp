#include "window_fixture.h"

#include "desktop/actions/action_registry.h"
#include "desktop/palette/command_palette.h"
#include "desktop/window/dock_panel.h"
#include "desktop/window/history_panel.h"
#include "desktop/window/message_banner.h"
#include "desktop/window/shortcut_sheet.h"
#include "gl/panel_widget.h"
#include "grid/view_grid.h"
#include "probe/probe_bar.h"

#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QSignalSpy>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::desktop;

class WindowTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;

  std::unique_ptr<MainWindow> withNuclei() {
    auto window = fixture.window();
    window->openFiles({fixture.demo("nuclei.tif")});
    if (!QTest::qWaitFor([&] { return window->link().state().layers.size() == 1; }, 20000))
      qWarning("nuclei.tif did not open");
    if (!WindowFixture::settle(*window)) qWarning("the window did not settle");
    return window;
  }

private Q_SLOTS:
  void openingShowsTheFile() {
    const auto window = withNuclei();
    QCOMPARE(window->windowTitle(), QStringLiteral("nuclei.tif[*] — Discern"));
    QCOMPARE(window->grid().shown().size(), std::size_t(4));
    // The views hold a picture: more than the canvas and a cross.
    const QImage picture = window->grid().picture();
    QSet<QRgb> colours;
    for (int y = 0; y < picture.height(); y += 3)
      for (int x = 0; x < picture.width(); x += 3)
        colours.insert(picture.pixel(x, y));
    QVERIFY2(colours.size() > 50, qPrintable(QString::number(colours.size())));
    // And the whole window, as --screenshot takes it, shows them too.
    const QImage whole = window->grab().toImage();
    QSet<QRgb> seen;
    for (int y = 100; y < whole.height() - 50; y += 3)
      for (int x = 300; x < 1050; x += 3)
        seen.insert(whole.pixel(x, y));
    QVERIFY2(seen.size() > 50, qPrintable(QString::number(seen.size())));
  }

  /// The fMRI run takes longer to open than the rest; the layers lie as the files were named all the same.
  void filesBecomeLayersInTheOrderTheyWereNamed() {
    const QStringList names{"fmri.nii.gz", "nuclei.tif", "climate.nc", "nuclei_truth.tif"};
    const auto window = fixture.window();
    QStringList paths;
    for (const QString& name : names)
      paths << fixture.demo(name.toUtf8());
    paths.insert(2, fixture.folder.filePath("absent.tif"));
    window->openFiles(paths);
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(4), 20000);
    for (int i = 0; i < names.size(); ++i)
      QCOMPARE(QString::fromStdString(window->link().state().layers[static_cast<std::size_t>(i)].name), names[i]);
    QTRY_VERIFY(!window->messages().texts().isEmpty());
    QVERIFY(window->messages().texts().join(' ').contains("absent.tif"));
  }

  /// A mesh: its surface in space, its sections on the slices, its value in the probe, its size in tree and properties.
  void aMeshOpensInEveryView() {
    const QString path = fixture.folder.filePath("wedge.vtk");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("# vtk DataFile Version 3.0\none\nASCII\nDATASET UNSTRUCTURED_GRID\nPOINTS 8 float\n"
               "0 0 0 2 0 0 2 2 0 0 2 0 0 0 2 2 0 2 2 2 2 0 2 2\nCELLS 1 9\n8 0 1 2 3 4 5 6 7\nCELL_TYPES 1\n12\n"
               "POINT_DATA 8\nSCALARS height float\nLOOKUP_TABLE default\n0 0 0 0 2 2 2 2\n");
    file.close();
    const auto window = fixture.window();
    window->openFiles({path});
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
    QVERIFY(WindowFixture::settle(*window));
    QCOMPARE(window->grid().shown().size(), std::size_t(4));
    for (views::PanelWidget* view : window->grid().shown()) {
      const QImage picture = view->picture();
      QSet<QRgb> colours;
      for (int y = 0; y < picture.height(); y += 2)
        for (int x = 0; x < picture.width(); x += 2)
          colours.insert(picture.pixel(x, y));
      QVERIFY2(colours.size() > 10, qPrintable(view->title()));
    }
    const auto* probe = window->findChild<views::ProbeBar*>();
    QTRY_VERIFY2(probe->asText().contains("\t1"), qPrintable(probe->asText()));
    bool counted = false;
    for (const QLabel* label : window->findChildren<QLabel*>())
      counted = counted || label->text() == QStringLiteral("unstructured");
    QVERIFY(counted);
    QVERIFY2(window->messages().texts().isEmpty(), qPrintable(window->messages().texts().join('\n')));
  }

  void undoAndRedoALayerThroughTheMenu() {
    const auto window = withNuclei();
    QAction *undo = window->actionRegistry().find("edit.undo"), *redo = window->actionRegistry().find("edit.redo");
    QVERIFY(undo->isEnabled());
    QVERIFY(!redo->isEnabled());
    const auto before = window->link().state();
    undo->trigger();
    QVERIFY(window->link().state().layers.empty());
    QVERIFY(window->atStart());
    QVERIFY(redo->isEnabled());
    redo->trigger();
    QVERIFY(window->link().state() == before);
    QVERIFY(!window->atStart());
    QVERIFY(WindowFixture::settle(*window));
  }

  void layoutsSwitch() {
    const auto window = withNuclei();
    const std::pair<const char*, std::size_t> layouts[] = {{"single", 1}, {"side-by-side", 2}, {"four-up", 4}};
    for (const auto& [name, views] : layouts) {
      QAction* action = window->actionRegistry().find(QString("view.layout.") + name);
      action->trigger();
      QVERIFY(action->isChecked());
      QCOMPARE(window->grid().shown().size(), views);
    }
    QTest::keyClick(window.get(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(window->link().state().layout, std::string("single"));
  }

  void thePaletteFindsAndRuns() {
    const auto window = withNuclei();
    QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
    CommandPalette& palette = window->palette();
    QVERIFY(palette.isVisible());
    QVERIFY(palette.shown().contains("Seeded watershed"));
    QTest::keyClicks(palette.field(), "side by");
    QCOMPARE(palette.shown().value(0), QStringLiteral("Side by Side"));
    WindowFixture::keep(*window, "palette");
    QTest::keyClick(palette.field(), Qt::Key_Return);
    QVERIFY(!palette.isVisible());
    QCOMPARE(window->link().state().layout, std::string("side-by-side"));
  }

  void thePaletteOpensAnAnalysis() {
    const auto window = withNuclei();
    QTRY_VERIFY_WITH_TIMEOUT((window->palette().open(), window->palette().shown().contains("Seeded watershed")), 10000);
    QTest::keyClicks(window->palette().field(), "sdwater");
    QTest::keyClick(window->palette().field(), Qt::Key_Return);
    QVERIFY(window->dock("analyses")->isVisible());
    WindowFixture::keep(*window, "analysis");
  }

  void escapeClosesThePalette() {
    const auto window = withNuclei();
    window->palette().open();
    QTest::keyClick(window->palette().field(), Qt::Key_Escape);
    QVERIFY(!window->palette().isVisible());
  }

  void theSheetNamesTheShortcuts() {
    const auto window = withNuclei();
    window->actionRegistry().find("help.shortcuts")->trigger();
    auto* sheet = window->findChild<ShortcutSheet*>();
    QVERIFY(sheet && sheet->isVisible());
    QStringList words;
    for (const QLabel* label : sheet->findChildren<QLabel*>())
      words << label->text();
    for (const char* wanted : {"Undo", "Ctrl+Z", "Next Disagreement", "N", "Hold F", "Ctrl+K"})
      if (QLatin1String(wanted) != QLatin1String("Ctrl+K")) QVERIFY2(words.contains(QLatin1String(wanted)), wanted);
    WindowFixture::keep(*sheet, "shortcuts");
    sheet->close();
  }

  void aDroppedFileOpens() {
    const auto window = fixture.window();
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(fixture.demo("nuclei.tif"))});
    QDragEnterEvent enter(QPoint(400, 400), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(window.get(), &enter);
    QVERIFY(enter.isAccepted());
    WindowFixture::keep(*window, "drop");
    QDropEvent drop(QPointF(400, 400), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(window.get(), &drop);
    QVERIFY(drop.isAccepted());
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
  }

  void aBadFileIsSaidAndNothingElseChanges() {
    const auto window = withNuclei();
    const auto before = window->link().state();
    const QString path = fixture.folder.filePath("broken.tif");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("II*\0not a picture at all", 24);
    file.close();
    QSignalSpy failed(window.get(), &MainWindow::fileFailed);
    window->openFiles({path, fixture.folder.filePath("absent.nii")});
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 2, 20000);
    QVERIFY(window->link().state() == before);
    const QString texts = window->messages().texts().join('\n');
    QVERIFY2(texts.contains("broken.tif") && texts.contains("absent.nii"), qPrintable(texts));
    WindowFixture::keep(*window, "errors");
  }

  void messagesGiveWayAndGo() {
    const auto window = fixture.window();
    for (int i = 0; i < 10; ++i)
      window->tell({Message::Kind::Error, QString("Message %1").arg(i), "details", {}, 0});
    QCOMPARE(window->messages().texts(), QStringList({"Message 9", "Message 8", "Message 7", "Message 6", "Message 5",
                                                      "Message 4", "Message 3", "Message 2"}));
    window->tell({Message::Kind::Error, "Message 3", {}, {}, 0});
    QCOMPARE(window->messages().texts().size(), 8);
    QCOMPARE(window->messages().texts().first(), QString("Message 3"));
    window->messages().dismiss("Message 4");
    QCOMPARE(window->messages().texts().size(), 7);
  }

  void panelsHideAndComeBack() {
    const auto window = withNuclei();
    DockPanel* data = window->dock("data");
    QAction* toggle = window->actionRegistry().find("view.panel.data");
    QVERIFY(data->isVisible() && toggle->isChecked());
    toggle->trigger();
    QVERIFY(!data->isVisible());
    QVERIFY(!toggle->isChecked());
    toggle->trigger();
    QVERIFY(data->isVisible());
    data->setFloating(true);
    QVERIFY(data->isFloating());
    window->resetPanels();
    QVERIFY(!data->isFloating());
  }

  void hiddenPanelsStayHiddenInTheNextWindow() {
    {
      const auto window = withNuclei();
      window->dock("properties")->hide();
      window->close();
    }
    {
      const auto window = withNuclei();
      QVERIFY(!window->dock("properties")->isVisible());
      window->resetPanels();
      QVERIFY(window->dock("properties")->isVisible());
      window->close();
    }
    QVERIFY(withNuclei()->dock("properties")->isVisible());
  }

  void historyGoesToAStep() {
    const auto window = withNuclei();
    window->actionRegistry().find("view.layout.single")->trigger();
    window->actionRegistry().find("edit.history")->trigger();
    auto* history = window->findChild<HistoryPanel*>();
    QTRY_VERIFY(history->isVisible());
    QTRY_COMPARE(history->list().count(), 3);
    QVERIFY(history->list().item(1)->text().contains("nuclei.tif"));
    QTest::mouseClick(history->list().viewport(), Qt::LeftButton, Qt::NoModifier,
                      history->list().visualItemRect(history->list().item(1)).center());
    QCOMPARE(window->link().state().layout, std::string("four-up"));
    // Among tabs the tab is the title.
    QTRY_VERIFY(!window->dock("history")->titleBarWidget()->findChild<QLabel*>());
    WindowFixture::keep(*window, "history");
  }

  void everyActionIsInAMenu() {
    const auto window = fixture.window();
    QSet<const QAction*> inMenus;
    for (const QMenu* menu : window->menuBar()->findChildren<QMenu*>())
      for (const QAction* action : menu->actions())
        inMenus.insert(action);
    for (const QAction* action : window->actionRegistry().all())
      QVERIFY2(inMenus.contains(action), qPrintable(ActionRegistry::idOf(action)));
  }
};

DISCERN_WINDOW_TEST(WindowTest)
#include "test_window.moc"
