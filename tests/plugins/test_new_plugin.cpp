// new-plugin: what it writes works, passes its own test, and, in C++, is built outside of this tree.
#include "command.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace discern::tests;

class TestNewPlugin : public QObject {
  Q_OBJECT
  QTemporaryDir folder_;

private Q_SLOTS:
  void worksAtOnce_data() {
    QTest::addColumn<QString>("language");
    QTest::newRow("python") << "python";
    QTest::newRow("shell") << "shell";
  }
  void worksAtOnce() {
    QFETCH(QString, language);
    const Outcome made = run({"new-plugin", "--language", language, "My first " + language}, folder_.path());
    QVERIFY2(made.code == 0, made.err.constData());
    const Outcome tried = run({runner}, folder_.path(), folder_.filePath("my_first_" + language + "/test.sh"));
    QVERIFY2(tried.code == 0, (tried.out + tried.err).constData());
    QVERIFY(tried.out.contains("ok    cancel"));
  }

  /// The program is installed into a folder, and the plugin built against that.
  void inCpp() {
    const QString prefix = folder_.filePath("installed");
    const Outcome installed = run({"--install", DISCERN_BINARY_DIR, "--prefix", prefix}, {}, "cmake");
    QVERIFY2(installed.code == 0, installed.err.constData());
    const Outcome made = run({"new-plugin", "--language", "c++", "--id", "org.example.times", "Times", "made"},
                             folder_.path(), prefix + "/bin/discern-run");
    QVERIFY2(made.code == 0, made.err.constData());
    qputenv("CMAKE_PREFIX_PATH", prefix.toUtf8());
    qputenv("XDG_DATA_HOME", folder_.filePath("data").toUtf8());
    const Outcome tried = run({prefix + "/bin/discern-run"}, folder_.path(), folder_.filePath("made/test.sh"));
    QVERIFY2(tried.code == 0, (tried.out + tried.err).constData());
    const Outcome placed = run({"--install", folder_.filePath("made/build")}, {}, "cmake");
    QVERIFY2(placed.code == 0, placed.err.constData());
    QVERIFY(run({"list"}, {}, prefix + "/bin/discern-run").out.contains("org.example.times"));
    QFile build(folder_.filePath("made/CMakeLists.txt"));
    QVERIFY(build.open(QIODevice::ReadOnly));
    QVERIFY(build.readAll().trimmed().split('\n').size() <= 5);
  }

  void refusals() {
    QCOMPARE(run({"new-plugin", "--language", "cobol", "x"}, folder_.path()).code, 2);
    QCOMPARE(run({"new-plugin", "1st"}, folder_.path()).code, 2);
    QVERIFY(run({"new-plugin", "my first python"}, folder_.path()).err.contains("is there already"));
  }
};

QTEST_GUILESS_MAIN(TestNewPlugin)
#include "test_new_plugin.moc"
