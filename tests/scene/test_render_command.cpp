#include "session/session.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QImageReader>
#include <QProcess>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

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

  void aFigureOfPaperSize() {
    const QString png = folder_.filePath("paper.png");
    const Outcome outcome = runner({"render", demo + "nuclei.tif", "--output", png, "--size", "90x60mm", "--dpi", "300",
                                    "--theme", "light", "--transparent", "--view", "axial", "--no-crosshair"});
    QVERIFY2(outcome.code == 0, qPrintable(outcome.said));
    const QImage picture(png);
    QCOMPARE(picture.size(), QSize(1063, 709));
    QCOMPARE(qRound(picture.dotsPerMeterX() * 0.0254), 300);
    QVERIFY(picture.hasAlphaChannel() && qAlpha(picture.pixel(4, 300)) == 0);
    // The figure is its session: drawn again, it is the same picture, session and all.
    const QString again = folder_.filePath("again.png");
    QCOMPARE(runner({"replay", png, "--export", again, "--size", "90x60mm", "--dpi", "300", "--theme", "light",
                     "--transparent"})
                 .code,
             0);
    QVERIFY(QImage(again) == picture);
    for (const char* suffix : {"svg", "pdf"}) {
      const QString file = folder_.filePath(QString("paper.") + suffix);
      QCOMPARE(runner({"replay", png, "--export", file, "--size", "90x60mm"}).code, 0);
      QVERIFY(QFileInfo(file).size() > 2000);
    }
    QVERIFY(QImage(again) != QImage(folder_.filePath("nothing.png")));
    const session::State held = session::load(folder_.filePath("paper.svg").toStdString());
    QCOMPARE(held.layers.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(held.layers[0].path), QFileInfo(demo + "nuclei.tif").absoluteFilePath());
    const QString bare = folder_.filePath("bare.png");
    QCOMPARE(runner({"replay", png, "--export", bare, "--no-session"}).code, 0);
    QCOMPARE(runner({"replay", bare, "--export", again}).code, 3);
  }

  void anAnimationThroughTime() {
    const QString output = folder_.filePath("t.png");
    const Outcome outcome =
        runner({"render", demo + "climate.nc", "--output", output, "--animate", "time:0:4:2", "--size", "320x200"});
    QVERIFY2(outcome.code == 0, qPrintable(outcome.said));
    QCOMPARE(QDir(folder_.path()).entryList({"t-*.png"}), (QStringList{"t-0001.png", "t-0002.png", "t-0003.png"}));
    QVERIFY(QImage(folder_.filePath("t-0001.png")) != QImage(folder_.filePath("t-0002.png")));
    QCOMPARE(session::load(folder_.filePath("t-0003.png").toStdString()).time, std::int64_t{4});
    QCOMPARE(runner({"render", demo + "nuclei.tif", "--output", output, "--animate", "time"}).code, 2);
    QCOMPARE(runner({"render", demo + "climate.nc", "--output", output, "--animate", "time:4:9999"}).code, 2);
  }

  void anOrbit() {
    const QString output = folder_.filePath("o.png");
    const Outcome outcome = runner({"render", demo + "nuclei.tif", "--output", output, "--animate", "orbit:4", "--view",
                                    "volume", "--size", "200x200"});
    QVERIFY2(outcome.code == 0, qPrintable(outcome.said));
    QCOMPARE(QDir(folder_.path()).entryList({"o-*.png"}).size(), 4);
    // A quarter turn each: the camera stays as far away, and the third looks from the other side.
    std::vector<session::View3D> views;
    views.reserve(4);
    for (int i = 1; i <= 4; ++i)
      views.push_back(session::load(folder_.filePath(QString("o-000%1.png").arg(i)).toStdString()).view3d);
    const auto arm = [&](std::size_t i, std::size_t axis) { return views[i].position[axis] - views[i].focal[axis]; };
    double across = 0, far = 0, along = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      across += arm(0, axis) * arm(2, axis);
      far += arm(0, axis) * arm(0, axis);
      along += arm(0, axis) * views[0].up[axis];
    }
    QVERIFY(std::abs(across - (2 * along * along - far)) < 1e-6 * far);
    QVERIFY(QImage(folder_.filePath("o-0001.png")) != QImage(folder_.filePath("o-0003.png")));
    QCOMPARE(runner({"render", demo + "climate.nc", "--output", output, "--animate", "orbit"}).code, 2);
  }

  void aVideo() {
    const QString output = folder_.filePath("v.mp4");
    const Outcome outcome = runner({"render", demo + "climate.nc", "--output", output, "--animate", "time:0:5",
                                    "--size", "321x201", "--rate", "6"});
    if (QStandardPaths::findExecutable("ffmpeg").isEmpty()) {
      QCOMPARE(outcome.code, 2);
      QVERIFY(outcome.said.contains("ffmpeg"));
      return;
    }
    QVERIFY2(outcome.code == 0, qPrintable(outcome.said));
    QProcess probe;
    probe.start("ffprobe", {"-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
                            "stream=width,height,r_frame_rate,nb_read_frames", "-of", "csv=p=0", output});
    probe.waitForFinished(20000);
    QCOMPARE(QString::fromUtf8(probe.readAllStandardOutput()).trimmed(), QString("322,202,6/1,6"));
    QVERIFY(!QDir(folder_.path()).entryList().join(' ').contains(".part"));
  }

  void cancelledNothingIsLeft() {
    QProcess process;
    process.start(QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run"),
                  {"render", demo + "nuclei.tif", "--output", folder_.filePath("c.png"), "--view", "volume",
                   "--animate", "orbit:2000", "--size", "200x200", "--progress"});
    QVERIFY(process.waitForStarted());
    QElapsedTimer clock;
    clock.start();
    while (!QFileInfo::exists(folder_.filePath("c-0002.png")) && clock.elapsed() < 60000)
      process.waitForReadyRead(100);
    QVERIFY(process.readAllStandardOutput().contains("progress 0."));
    process.terminate();
    QVERIFY(process.waitForFinished(20000));
    QCOMPARE(process.exitCode(), 4);
    QVERIFY(QDir(folder_.path()).entryList({"c-*", "*.part*"}).isEmpty());
  }

  void largerThanAnyScreen() {
    const QString png = folder_.filePath("poster.png");
    const Outcome outcome =
        runner({"render", demo + "nuclei.tif", "--output", png, "--size", "20000x1200", "--view", "axial"});
    QVERIFY2(outcome.code == 0, qPrintable(outcome.said));
    QImageReader reader(png);
    QCOMPARE(reader.size(), QSize(20000, 1200));
    reader.setClipRect({9800, 500, 400, 200});
    QImageReader::setAllocationLimit(512);
    const QImage middle = reader.read();
    QSet<QRgb> colours;
    for (int x = 0; x < middle.width(); ++x)
      colours.insert(middle.pixel(x, 100));
    QVERIFY(colours.size() > 5);
  }

  void refusals_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    const QString png = folder_.filePath("no.png");
    const QString file = demo + "nuclei.tif";
    QTest::newRow("format") << QStringList{"render", file, "--output", "x.bmp"} << 2 << ".png, .svg or .pdf";
    QTest::newRow("video") << QStringList{"render", file, "--output", "x.mp4"} << 2 << "--animate";
    QTest::newRow("vision") << QStringList{"render", file, "--output", png, "--vision", "cat"} << 2 << "deutan";
    QTest::newRow("twice") << QStringList{"render", file, "--output", png, "--dpi", "96", "--scale", "2"} << 2
                           << "--dpi";
    QTest::newRow("huge") << QStringList{"render", file, "--output", png, "--size", "5000x5000mm", "--dpi", "600"} << 2
                          << "million";
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
