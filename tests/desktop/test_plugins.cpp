#include "desktop/analyses/analysis_panel.h"
#include "window_fixture.h"

#include <QFile>
#include <QLabel>
#include <QListView>
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
    auto* problems = window->findChild<QLabel*>(QStringLiteral("analysisProblems"));
    QVERIFY(problems && problems->isHidden());

    write("Mine");
    QVERIFY(QTest::qWaitFor([&] { return namesIn(*window).contains(QStringLiteral("Mine")); }, 10000));
    write("Mine, renamed");
    QVERIFY(QTest::qWaitFor([&] { return namesIn(*window).contains(QStringLiteral("Mine, renamed")); }, 10000));

    write("Broken", ",\n  \"parameters\": 7");
    QVERIFY(QTest::qWaitFor([&] { return problems->isVisible(); }, 10000));
    QVERIFY2(problems->text().contains(QStringLiteral("mine/manifest.json")) &&
                 problems->text().contains(QStringLiteral("line 6")),
             qPrintable(problems->text()));
    QVERIFY(namesIn(*window).contains(QStringLiteral("Seeded watershed"))); // nothing else is taken down
    WindowFixture::keep(*window, "broken-plugin");

    write("Mended");
    QVERIFY(QTest::qWaitFor([&] { return namesIn(*window).contains(QStringLiteral("Mended")); }, 10000));
    QVERIFY(problems->isHidden());
  }

private:
  WindowFixture fixture_;
};

DISCERN_WINDOW_TEST(TestPlugins)
#include "test_plugins.moc"
