#include "window_fixture.h"

#include "desktop/session/document.h"
#include "desktop/session/recovery.h"
#include "desktop/start/start_page.h"

#include <QDateTime>
#include <QFile>
#include <QFrame>
#include <QLabel>
#include <QProcess>
#include <QPushButton>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace discern;
using namespace discern::desktop;

class RecoveryTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;

  static QStringList files(const QString& ending) {
    return QDir(Recovery::folder()).entryList({"*." + ending}, QDir::Files);
  }

  static QPushButton* restoreButton(MainWindow& window) {
    return window.startPage().findChild<QPushButton*>("restore");
  }

private Q_SLOTS:
  void cleanup() { QDir(Recovery::folder()).removeRecursively(); }

  void aKilledWindowIsOfferedOnce() {
    QProcess child;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_CONFIG_HOME", fixture.folder.filePath("child"));
    environment.insert("DISCERN_RESOURCES", fixture.resources);
    child.setProcessEnvironment(environment);
    child.start(QStringLiteral(DISCERN_BINARY_DIR "/bin/discern"),
                {fixture.demo("nuclei.tif"), fixture.demo("nuclei_truth.tif")});
    QVERIFY(child.waitForStarted());
    const auto layersKept = [] {
      for (const QString& name : files("json")) {
        QFile file(Recovery::folder() + '/' + name);
        if (!file.open(QIODevice::ReadOnly)) continue;
        const auto json = nlohmann::json::parse(file.readAll().toStdString(), nullptr, false);
        if (json.is_object() && json.at("state").at("layers").size() == 2) return true;
      }
      return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(layersKept(), 30000);
    ::kill(static_cast<pid_t>(child.processId()), SIGKILL);
    QVERIFY(child.waitForFinished());

    // A window that starts with a file of its own has no place for the offer: it is kept.
    const QStringList lost = files("json");
    child.start(QStringLiteral(DISCERN_BINARY_DIR "/bin/discern"), {fixture.demo("fmri.nii.gz")});
    QVERIFY(child.waitForStarted());
    QTRY_COMPARE_WITH_TIMEOUT(files("json").size(), lost.size() + 1, 30000);
    QVERIFY(files("offered").isEmpty());
    ::kill(static_cast<pid_t>(child.processId()), SIGKILL);
    QVERIFY(child.waitForFinished());
    for (const QString& name : files("json"))
      if (!lost.contains(name)) QFile::remove(Recovery::folder() + '/' + name);

    const auto window = fixture.window();
    QTRY_VERIFY_WITH_TIMEOUT(restoreButton(*window), 10000);
    QStringList words;
    for (const QLabel* label : window->startPage().findChildren<QLabel*>())
      words << label->text();
    QVERIFY2(words.join('\n').contains("ended unexpectedly") &&
                 words.join('\n').contains("nuclei.tif and nuclei_truth.tif"),
             qPrintable(words.join('\n')));
    QTRY_VERIFY(restoreButton(*window)->isVisible());
    WindowFixture::keep(*window, "recovery");
    {
      // Another window that starts meanwhile does not offer it again.
      const auto second = fixture.window();
      QTest::qWait(500);
      QVERIFY(!restoreButton(*second));
    }
    restoreButton(*window)->click();
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(2), 10000);
    QVERIFY(WindowFixture::settle(*window));
    QVERIFY(window->document().modified());
    QTRY_VERIFY(files("offered").isEmpty());
  }

  void aCleanEndLeavesNothing() {
    {
      const auto window = fixture.window();
      window->openFiles({fixture.demo("nuclei.tif")});
      QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
      window->recovery()->flush();
      QVERIFY(QFile::exists(window->recovery()->path()));
      window->close();
    }
    QVERIFY(files("json").isEmpty());
    const auto next = fixture.window();
    QTest::qWait(400);
    QVERIFY(!restoreButton(*next));
  }

  void aRunningWindowIsNotOffered() {
    const auto running = fixture.window();
    running->openFiles({fixture.demo("nuclei.tif")});
    QTRY_COMPARE_WITH_TIMEOUT(running->link().state().layers.size(), std::size_t(1), 20000);
    running->recovery()->flush();
    const auto other = fixture.window();
    QTest::qWait(400);
    QVERIFY(!restoreButton(*other));
  }

  void aWindowThatNobodyWaitedForIsOffered() {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    const auto stat = [child] {
      QFile file(QStringLiteral("/proc/%1/stat").arg(child));
      return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ') : QByteArrayList();
    };
    QTRY_COMPARE(stat().value(2), QByteArray("Z"));
    session::State state;
    session::Layer layer;
    layer.id = "L1";
    layer.path = "/data/lost.tif";
    layer.name = "lost.tif";
    state.layers.push_back(layer);
    QDir().mkpath(Recovery::folder());
    QFile file(Recovery::folder() + "/zombie.json");
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(
        nlohmann::json{{"format", 1}, {"pid", child}, {"start", stat().value(21).toLongLong()}, {"state", state}}
            .dump()));
    file.close();
    const auto window = fixture.window();
    QTRY_VERIFY(restoreButton(*window));
    QCOMPARE(::waitpid(child, nullptr, 0), child);
  }

  void whatIsOldIsForgotten() {
    QDir().mkpath(Recovery::folder());
    session::State state;
    session::Layer layer;
    layer.id = "L1";
    layer.path = "/data/old.tif";
    layer.name = "old.tif";
    state.layers.push_back(layer);
    const auto write = [&](const char* name, int days) {
      const QString path = Recovery::folder() + '/' + name;
      QFile file(path);
      QVERIFY(file.open(QIODevice::WriteOnly));
      // Process 1 with a start time that is not its own: gone.
      file.write(QByteArray::fromStdString(
          nlohmann::json{{"format", 1}, {"pid", 1}, {"start", -5}, {"state", state}, {"running", {"Watershed"}}}
              .dump()));
      file.flush();
      QVERIFY(file.setFileTime(QDateTime::currentDateTime().addDays(-days), QFileDevice::FileModificationTime));
    };
    write("old.json", 8);
    write("new.json", 6);
    std::vector<Recovered> found;
    bool done = false;
    Recovery::find(this, [&](const std::vector<Recovered>& all) {
      found = all;
      done = true;
    });
    QTRY_VERIFY(done);
    QCOMPARE(found.size(), std::size_t(1));
    QCOMPARE(found[0].contents(), QStringLiteral("old.tif and 1 running job"));
    QVERIFY(!QFile::exists(Recovery::folder() + "/old.json"));
  }

  void rubbishIsCleared() {
    QDir().mkpath(Recovery::folder());
    QFile file(Recovery::folder() + "/half.json");
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"pid\": 12");
    file.close();
    bool done = false;
    std::size_t count = 9;
    Recovery::find(this, [&](const std::vector<Recovered>& all) {
      count = all.size();
      done = true;
    });
    QTRY_VERIFY(done);
    QCOMPARE(count, std::size_t(0));
    QVERIFY(!file.exists());
  }
};

DISCERN_WINDOW_TEST(RecoveryTest)
#include "test_recovery.moc"
