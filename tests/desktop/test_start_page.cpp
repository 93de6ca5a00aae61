#include "window_fixture.h"

#include "desktop/session/recent_files.h"
#include "desktop/start/start_page.h"
#include "desktop/window/dock_panel.h"

#include <QAbstractButton>
#include <QPushButton>
#include <QSignalSpy>

using namespace discern::desktop;

class StartPageTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;

private Q_SLOTS:
  void aWindowWithoutDataShowsIt() {
    const auto window = fixture.window();
    QVERIFY(window->atStart());
    QVERIFY(window->startPage().isVisible());
    QVERIFY(!window->dock("data")->isVisible());
    QVERIFY(!window->grid().isVisible());
    QCOMPARE(window->windowTitle(), QStringLiteral("Discern"));
    WindowFixture::keep(*window, "start");
  }

  void everyDemoOpensByMouse_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("layout");
    QTest::newRow("nuclei") << "nuclei"
                            << "four-up";
    QTest::newRow("fmri") << "fmri"
                          << "four-up";
    QTest::newRow("climate") << "climate"
                             << "map";
  }
  void everyDemoOpensByMouse() {
    QFETCH(QString, id);
    QFETCH(QString, layout);
    const auto window = fixture.window();
    auto* card = window->startPage().findChild<QAbstractButton*>("demo." + id);
    QVERIFY(card);
    QTest::mouseClick(card, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
    QVERIFY(WindowFixture::settle(*window));
    QVERIFY(!window->atStart());
    QVERIFY(window->dock("data")->isVisible());
    QCOMPARE(QString::fromStdString(window->link().state().layout), layout);
    // What comes with the program does not crowd out one's own files.
    QVERIFY(window->recent().files().isEmpty());
    WindowFixture::keep(*window, qPrintable(id));
  }

  void aDemoOpensByKeyboard() {
    const auto window = fixture.window();
    auto* card = window->startPage().findChild<QAbstractButton*>("demo.nuclei");
    QVERIFY(card->focusPolicy() & Qt::TabFocus);
    card->setFocus(Qt::TabFocusReason);
    QTest::keyClick(card, Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
  }

  void recentFilesOpenFromTheList() {
    const auto window = fixture.window();
    window->recent().add(fixture.demo("nuclei.tif"));
    const auto buttons = window->startPage().findChildren<QPushButton*>();
    const auto entry = std::find_if(buttons.begin(), buttons.end(),
                                    [](QPushButton* b) { return b->toolTip().endsWith("nuclei.tif"); });
    QVERIFY(entry != buttons.end());
    QTest::mouseClick(*entry, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
    window->recent().clear();
  }

  void closingTheSessionComesBackToIt() {
    const auto window = fixture.window();
    window->openFiles({fixture.demo("nuclei.tif")});
    QTRY_VERIFY_WITH_TIMEOUT(!window->atStart(), 20000);
    window->closeSession();
    QVERIFY(window->atStart());
    QVERIFY(window->link().state().layers.empty());
  }
};

DISCERN_WINDOW_TEST(StartPageTest)
#include "test_start_page.moc"
