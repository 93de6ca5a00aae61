#include "session/session.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace discern;

namespace {

const QString demo = QStringLiteral(DISCERN_SOURCE_DIR "/resources/demo/");

struct Outcome {
  int code = -1;
  QString said;
};
Outcome runner(const QStringList& words) {
  QProcess process;
  process.start(QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run"), words);
  process.waitForFinished(90000);
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
          QString::fromUtf8(process.readAllStandardError())};
}

} // namespace

class TestRenderCommand : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init() { QVERIFY(folder_.isValid()); }

  void aFile_data() {
    QTest::addColumn<QString>("file");
    QTest::newRow("microscopy") << "nuclei.tif";
    QTest::newRow("fMRI") << "fmri.nii.gz";
    QTest::newRow("climate") << "climate.nc";
  }
  void aFile() {
    QFETCH(QString, file);
    const QString output = folder_.filePath(file + ".png");
    const Outcome outcome = runner({"render", demo + file, "--output", output, "--size", "640x480"});
    QVERIFY2(outcome.code == 0, qPrintable(outcome.said));
    const QImage picture(output);
    QCOMPARE(picture.size(), QSize(640, 480));
    QSet<QRgb> colours; // something is drawn
    for (int y = 0; y < 480; y += 5)
      for (int x = 0; x < 640; x += 5)
        colours.insert(picture.pixel(x, y));
    QVERIFY(colours.size() > 30);
    QVERIFY(!QDir(folder_.path()).entryList().join(' ').contains(".part"));
  }

  void scaleAndTheme() {
    const QString dark = folder_.filePath("dark.png"), light = folder_.filePath("light.png");
    QCOMPARE(runner({"render", demo + "nuclei.tif", "--output", dark, "--size", "200x150", "--view", "axial"}).code, 0);
    QCOMPARE(runner({"render", demo + "nuclei.tif", "--output", light, "--size", "200x150", "--scale", "2", "--theme",
                     "light", "--view", "axial"})
                 .code,
             0);
    QCOMPARE(QImage(light).size(), QSize(400, 300));
    QVERIFY(qGray(QImage(dark).pixel(3, 140)) < 60);
    QVERIFY(qGray(QImage(light).pixel(3, 280)) > 200);
  }

  void aSessionReplays() {
    session::State state;
    session::Layer image;
    image.id = "L1";
    image.path = (demo + "nuclei.tif").toStdString();
    image.name = "nuclei";
    image.colormap = "viridis";
    session::Layer truth = image;
    truth.id = "L2";
    truth.path = (demo + "nuclei_truth.tif").toStdString();
    truth.role = session::Role::Truth;
    state.layers = {image, truth};
    state.active = "L1";
    state.cursor = {20, 30, 10};
    const QString file = folder_.filePath("state.discern");
    session::save(state, file.toStdString());
    const QString one = folder_.filePath("one.png"), two = folder_.filePath("two.png"),
                  moved = folder_.filePath("moved.png");
    const Outcome first = runner({"replay", file, "--export", one, "--size", "600x400"});
    QVERIFY2(first.code == 0, qPrintable(first.said));
    QCOMPARE(runner({"render", file, "--output", two, "--size", "600x400"}).code, 0);
    QVERIFY(QImage(one) == QImage(two));
    state.cursor = {21, 30, 10};
    session::save(state, file.toStdString());
    QCOMPARE(runner({"replay", file, "--export", moved, "--size", "600x400"}).code, 0);
    QVERIFY(QImage(one) != QImage(moved));
  }

  void refusals_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    const QString png = folder_.filePath("no.png");
    const QString file = demo + "nuclei.tif";
    QTest::newRow("vector") << QStringList{"render", file, "--output", "x.svg"} << 2 << "PNG";
    QTest::newRow("no output") << QStringList{"render", file} << 2 << "--output";
    QTest::newRow("no file") << QStringList{"render", "--output", png} << 2 << "which file";
    QTest::newRow("size") << QStringList{"render", file, "--output", png, "--size", "big"} << 2 << "--size";
    QTest::newRow("view") << QStringList{"render", file, "--output", png, "--view", "teapot"} << 2 << "teapot";
    QTest::newRow("theme") << QStringList{"render", file, "--output", png, "--theme", "pink"} << 2 << "pink";
    QTest::newRow("gone") << QStringList{"render", "/nowhere.tif", "--output", png} << 3 << "/nowhere.tif";
    QTest::newRow("folder") << QStringList{"render", file, "--output", "/nowhere/x.png"} << 2 << "/nowhere/x.png";
    QTest::newRow("not a session") << QStringList{"replay", file, "--export", png} << 3 << "session";
  }
  void refusals() {
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QString, says);
    const Outcome outcome = runner(words);
    QVERIFY2(outcome.code == code, qPrintable(QString("%1: %2").arg(outcome.code).arg(outcome.said)));
    QVERIFY2(outcome.said.contains(says), qPrintable(outcome.said));
    QVERIFY(!QFile::exists(folder_.filePath("no.png")));
  }

private:
  QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestRenderCommand)
#include "test_render_command.moc"
