#include "desktop/analyses/analysis_panel.h"
#include "window_fixture.h"

#include <QFile>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QToolButton>
#include <QtTest>

using namespace discern;

/// Plugins that come, change, break and are mended while the window is open.
class TestPlugins : public QObject {
  Q_OBJECT

  void write(const QByteArray& name, const QByteArray& more = {}) const {
    QDir(fixture_.folder.path()).mkpath(QStringLiteral("plugins/mine"));
    QFile file(fixture_.folder.filePath(QStringLiteral("plugins/mine/manifest.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\n  \"id\": \"org.example.mine\",\n  \"version\": \"1.0.0\",\n  \"name\": \"" + name +
               "\",\n  \"entry\": {\"program\": \"run\", \"interpreter\": [\"sh\"]}" + more + "\n}\n");
    file.close();
    QFile program(fixture_.folder.filePath(QStringLiteral("plugins/mine/run")));
    QVERIFY(program.open(QIODevice::WriteOnly));
    program.write("echo\n");
  }

  static QStringList namesIn(const QWidget& window) {
    QStringList names;
    for (const auto* list : window.findChildren<QListView*>())
      if (list->model() && list->model()->inherits("discern::desktop::AnalysisListModel"))
        for (int row = 0; row < list->model()->rowCount(); ++row)
          names << list->model()->index(row, 0).data().toString();
    return names;
  }

private Q_SLOTS:
  void pickedUpWithoutARestart() {
    QDir(fixture_.folder.path()).mkpath(QStringLiteral("plugins"));
    qputenv("DISCERN_PLUGIN_PATH", fixture_.folder.filePath(QStringLiteral("plugins")).toUtf8());
    const auto window = fixture_.window(false);
    window->openFiles({fixture_.demo("nuclei.tif")});
    QVERIFY(WindowFixture::settle(*window));
    QVERIFY(QTest::qWaitFor([&] { return namesIn(*window).contains(QStringLiteral("Seeded watershed")); }, 20000));
    QVERIFY(!namesIn(*window).contains(QStringLiteral("Mine")));
    auto* problems = window->findChild<QPlainTextEdit*>(QStringLiteral("analysisProblems"));
    auto* fold = window->findChild<QToolButton*>(QStringLiteral("analysisProblemsFold"));
    QVERIFY(problems && problems->isHidden() && fold && fold->isHidden());

    write("Mine");
    QVERIFY(QTest::qWaitFor([&] { return namesIn(*window).contains(QStringLiteral("Mine")); }, 10000));
    write("Mine, renamed");
    QVERIFY(QTest::qWaitFor([&] { return namesIn(*window).contains(QStringLiteral("Mine, renamed")); }, 10000));

    write("Broken", ",\n  \"parameters\": 7");
    QVERIFY(QTest::qWaitFor([&] { return fold->isVisible(); }, 10000));
    QCOMPARE(fold->text(), QStringLiteral("A plugin can't be used"));
    QTest::mouseClick(fold, Qt::LeftButton);
    QVERIFY(problems->isVisible());
    const QString told = problems->toPlainText();
    QVERIFY2(told.contains(QStringLiteral("mine/manifest.json")) && told.contains(QStringLiteral("line 6")),
             qPrintable(told));
    QVERIFY(namesIn(*window).contains(QStringLiteral("Seeded watershed"))); // nothing else is taken down
    WindowFixture::keep(*window, "broken-plugin");

    write("Mended");
    QVERIFY(QTest::qWaitFor([&] { return namesIn(*window).contains(QStringLiteral("Mended")); }, 10000));
    QVERIFY(problems->isHidden() && fold->isHidden());
  }

private:
  WindowFixture fixture_;
};

DISCERN_WINDOW_TEST(TestPlugins)
#include "test_plugins.moc"
