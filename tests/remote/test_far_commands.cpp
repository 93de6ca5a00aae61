// What discern-run does with a file on another machine: over the system's ssh, to a daemon of this user alone.
#include "desktop/private_sshd.h"
#include "remote/connection/ssh.h"
#include "session/session.h"

#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace discern;

namespace {

const QString demo = QStringLiteral(DISCERN_SOURCE_DIR "/resources/demo/");
const QString there = QStringLiteral("ssh://far") + demo;

struct Outcome {
  int code = -1;
  QByteArray out;
  QString said;
};

Outcome runner(const QStringList& words) {
  QProcess process;
  process.start(QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run"), words);
  process.waitForFinished(90000);
  const int code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
  return {code, process.readAllStandardOutput(), QString::fromUtf8(process.readAllStandardError())};
}

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestFarCommands : public QObject {
  Q_OBJECT
  QTemporaryDir folder_;
  PrivateSshd sshd_;

  [[nodiscard]] QString path(const QString& name) const { return folder_.filePath(name); }

private Q_SLOTS:
  void initTestCase() {
    for (const char* kind : {"CONFIG", "STATE", "CACHE"})
      qputenv(qPrintable(QStringLiteral("XDG_%1_HOME").arg(QLatin1String(kind))), path(QLatin1String(kind)).toUtf8());
    if (const QString why = sshd_.start(); !why.isEmpty()) QSKIP(qPrintable(why));
    remote::saveProfile(sshd_.profile());
    QFile wide(path("wide.npy")); // large enough for a coarser level
    QVERIFY(wide.open(QIODevice::WriteOnly));
    const QByteArray header = "{'descr': '<u2', 'fortran_order': False, 'shape': (8, 600, 700), }";
    wide.write(QByteArray("\x93NUMPY\x01\x00", 8) + char(118) + '\0' + header.leftJustified(117, ' ') + '\n');
    for (quint32 i = 0; i < 8 * 600 * 700; ++i) {
      const auto value = static_cast<quint16>(i * 2654435761u >> 13);
      wide.write(reinterpret_cast<const char*>(&value), 2);
    }
  }
  void cleanupTestCase() { remote::Ssh(sshd_.profile()).disconnect(); }

  void info() {
    const Outcome far = runner({"info", "--json", there + "fmri.nii.gz"}),
                  near = runner({"info", "--json", demo + "fmri.nii.gz"});
    QVERIFY2(far.code == 0, qPrintable(far.said));
    QJsonObject a = QJsonDocument::fromJson(far.out)[0].toObject(), b = QJsonDocument::fromJson(near.out)[0].toObject();
    QCOMPARE(a.take("path").toString(), there + "fmri.nii.gz");
    b.remove("path");
    QVERIFY(a == b && !a.isEmpty());
  }

  void read_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("all of it") << "nuclei.tif" << QStringList{};
    QTest::newRow("every time step") << "fmri.nii.gz" << QStringList{};
    QTest::newRow("a box") << "nuclei.tif" << QStringList{"--box", "3:20,:,2:4"};
    QTest::newRow("a level") << "wide.npy" << QStringList{"--level", "1"};
    QTest::newRow("a field by name") << "climate.nc" << QStringList{"--time", "1", "--field", "t2m"};
  }
  void read() {
    QFETCH(QString, file);
    QFETCH(QStringList, words);
    if (words.contains("t2m")) { // whatever the file calls it
      const Outcome seen = runner({"info", "--json", demo + file});
      words.back() = QJsonDocument::fromJson(seen.out)[0]["fields"][0]["name"].toString();
    }
    const QString far = path("far.npy"), near = path("near.npy");
    const QString here = file == "wide.npy" ? path(file) : demo + file;
    const Outcome outcome = runner(QStringList{"read", "ssh://far" + here, "--output", far} + words);
    QVERIFY2(outcome.code == 0, qPrintable(outcome.said));
    QCOMPARE(runner(QStringList{"read", here, "--output", near} + words).code, 0);
    QVERIFY(contentOf(far).size() > 200 && contentOf(far) == contentOf(near));
    QVERIFY(QFile::remove(far) && QFile::remove(near));
  }

  void aPicture() {
    const QString far = path("far.png"), near = path("near.png");
    const QStringList how{"--size", "500x400"};
    for (const char* file : {"nuclei.tif", "climate.nc"}) {
      const Outcome outcome = runner(QStringList{"render", there + file, "--output", far} + how);
      QVERIFY2(outcome.code == 0 && outcome.said.isEmpty(), qPrintable(outcome.said));
      QCOMPARE(runner(QStringList{"render", demo + file, "--output", near} + how).code, 0);
      QVERIFY(!QImage(far).isNull() && QImage(far) == QImage(near));
    }
  }

  /// Layers here and there, in one session.
  void aSession() {
    session::State state;
    session::Layer image;
    image.id = "L1";
    image.path = (there + "nuclei.tif").toStdString();
    image.name = "nuclei";
    session::Layer truth = image;
    truth.id = "L2";
    truth.path = (demo + "nuclei_truth.tif").toStdString();
    truth.role = session::Role::Truth;
    state.layers = {image, truth};
    state.active = "L1";
    const QString file = path("both.discern"), far = path("both.png"), near = path("near.png");
    session::save(state, file.toStdString());
    const Outcome outcome = runner({"replay", file, "--export", far, "--size", "500x400"});
    QVERIFY2(outcome.code == 0 && outcome.said.isEmpty(), qPrintable(outcome.said));
    state.layers.front().path = (demo + "nuclei.tif").toStdString();
    session::save(state, file.toStdString());
    QCOMPARE(runner({"replay", file, "--export", near, "--size", "500x400"}).code, 0);
    QVERIFY(!QImage(far).isNull() && QImage(far) == QImage(near));
  }

  void refusals_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    const QString png = path("no.png"), npy = path("no.npy");
    QTest::newRow("no such file") << QStringList{"read", there + "none.tif", "--output", npy} << 3
                                  << "discern-run: " + there + "none.tif: there is no such file";
    QTest::newRow("nothing to draw") << QStringList{"render", there + "none.tif", "--output", png} << 3
                                     << "discern-run: " + there + "none.tif: there is no such file";
    QTest::newRow("no such field") << QStringList{"read", there + "nuclei.tif", "--field", "x", "--output", npy} << 2
                                   << "there is no field \"x\"";
    QTest::newRow("outside") << QStringList{"read", there + "nuclei.tif", "--box", "0:100000", "--output", npy} << 2
                             << "does not lie within";
    QTest::newRow("no address") << QStringList{"read", "ssh:///x.tif", "--output", npy} << 2 << "there is no host";
    QTest::newRow("nobody listens") << QStringList{"read", "ssh://nobody/x.tif", "--output", npy} << 3 << "refused";
    QTest::newRow("nobody to draw of") << QStringList{"render", "ssh://nobody/x.tif", "--output", png} << 3
                                       << "refused";
  }
  void refusals() {
    remote::HostProfile nobody;
    nobody.name = "nobody";
    nobody.destination = "127.0.0.1";
    nobody.port = 1;
    remote::saveProfile(nobody);
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QString, says);
    const Outcome outcome = runner(words);
    QVERIFY2(outcome.code == code && outcome.said.contains(says, Qt::CaseInsensitive),
             qPrintable(QStringLiteral("%1: %2").arg(outcome.code).arg(outcome.said)));
    QVERIFY(!QFile::exists(words.back()) && !QFile::exists(words.back() + ".part"));
  }
};

QTEST_GUILESS_MAIN(TestFarCommands)
#include "test_far_commands.moc"
