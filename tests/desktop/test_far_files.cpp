#include "desktop/browse/folder_model.h"
#include "desktop/browse/host_browser.h"
#include "desktop/browse/path_bar.h"
#include "desktop/session/place.h"
#include "desktop/session/recent_files.h"
#include "desktop/start/start_page.h"
#include "desktop/tree/data_tree.h"
#include "desktop/tree/layer_model.h"
#include "desktop/window/message_banner.h"
#include "private_sshd.h"
#include "remote/connection/ssh.h"
#include "session/session.h"
#include "window_fixture.h"

#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTreeView>
#include <QtTest>
#include <atomic>
#include <csignal>

using namespace discern;

/// Files on "another machine": the data service of this build behind a pipe of 25 ms each way.
class TestFarFiles : public QObject {
  Q_OBJECT

  std::atomic<bool> up_{true};

  [[nodiscard]] channel::Client::Connect connect() {
    return [this](const std::string& host, bool) {
      if (host == "ty") throw channel::HostUnknown("ty can't be reached. ssh: Could not resolve hostname ty");
      if (host == "locked") throw channel::ConnectionRefused("it wants you to sign in");
      if (!up_)
        return channel::ServiceCommand{
            {"/bin/sh", "-c", "echo 'ssh: connect to host far: No route to host' >&2; exit 255"}};
      return channel::ServiceCommand{{DISCERN_BINARY_DIR "/tests/fixture_slow_pipe", "25", "0",
                                      DISCERN_BINARY_DIR "/bin/discern-run", "serve", "--pipe"}};
    };
  }
  [[nodiscard]] QString far(const QString& path) const { return QStringLiteral("ssh://far") + path; }

  static QVariant cell(desktop::MainWindow& window, int role) { return window.tree().model().index(0, 0).data(role); }

  static desktop::HostBrowser* browserOf(desktop::MainWindow& window) {
    return window.findChild<desktop::HostBrowser*>(QStringLiteral("hostBrowser"));
  }

  /// Names in the list, from the top.
  static QStringList listed(const desktop::HostBrowser& browser) {
    QStringList names;
    const QAbstractItemModel* model = browser.findChild<QTreeView*>()->model();
    for (int row = 0; row < model->rowCount(); ++row)
      names << model->index(row, 0).data().toString();
    return names;
  }

private Q_SLOTS:
  void init() { up_ = true; }

  void anAddressIsReadAsAPersonReadsIt() {
    const QString address = desktop::wholePath(QStringLiteral("ssh://me@far/scratch/a b/../ü run.nii.gz"));
    QCOMPARE(address, QStringLiteral("ssh://me@far/scratch/%C3%BC%20run.nii.gz"));
    QCOMPARE(desktop::shortName(address), QStringLiteral("ü run.nii.gz"));
    QCOMPARE(desktop::folderText(address), QStringLiteral("me@far: /scratch"));
    QCOMPARE(desktop::hostName(address), QStringLiteral("me@far"));
    QVERIFY(desktop::hostName(QStringLiteral("/a/ssh://b")).isEmpty());
  }

  void aFarFileIsShownLikeOneOfThisMachine() {
    const auto window = fixture_.window(true, connect());
    const QString path = far(fixture_.demo("nuclei.tif"));
    QSignalSpy opened(window.get(), &desktop::MainWindow::fileOpened);
    window->openFiles({path});
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 20000);
    QVERIFY(WindowFixture::settle(*window));
    QCOMPARE(window->link().state().layers.front().path, path.toStdString());
    QCOMPARE(window->link().state().layers.front().name, std::string("nuclei.tif"));
    QCOMPARE(cell(*window, desktop::LayerModel::HostRole).toString(), QStringLiteral("far"));
    QVERIFY(!cell(*window, desktop::LayerModel::UnreachableRole).toBool());
    QVERIFY2(window->windowTitle().contains(QStringLiteral("nuclei.tif on far")), qPrintable(window->windowTitle()));
    QCOMPARE(window->recent().files().front(), path);
    QCOMPARE(window->messages().texts(), QStringList());
    WindowFixture::keep(*window, "far-file");

    // The title names the first file's place, whatever comes after it.
    const auto mixed = fixture_.window(false, connect());
    mixed->openFiles({fixture_.demo("nuclei_truth.tif"), path});
    QTRY_COMPARE_WITH_TIMEOUT(mixed->link().state().layers.size(), std::size_t{2}, 20000);
    QCOMPARE(mixed->windowTitle(), QStringLiteral("nuclei_truth.tif[*] — Discern"));

    // The session keeps the address as it is.
    const QString session = fixture_.folder.filePath(QStringLiteral("far.discern"));
    session::save(window->link().state(), session.toStdString());
    QCOMPARE(session::load(session.toStdString()).layers.front().path, path.toStdString());
  }

  void aLostConnectionIsSaidAndHeals() {
    const auto window = fixture_.window(true, connect());
    window->openFiles({far(fixture_.demo("fmri.nii.gz"))});
    QTRY_VERIFY_WITH_TIMEOUT(!window->atStart(), 20000);
    QVERIFY(WindowFixture::settle(*window));
    up_ = false;
    QCOMPARE(kill(static_cast<pid_t>(window->client().servicePid("far")), SIGKILL), 0);
    QTRY_VERIFY(cell(*window, desktop::LayerModel::UnreachableRole).toBool());
    QCOMPARE(window->messages().texts(),
             QStringList{QStringLiteral(
                 "far can't be reached. What is shown stays; the connection is tried again by itself.")});
    QTest::qWait(200);
    WindowFixture::keep(*window, "far-lost");
    QVERIFY(window->client().info(far(fixture_.demo("fmri.nii.gz")).toStdString()));

    // A step that was not read yet waits, and comes when the machine is back.
    window->link().setTime(50);
    QTest::qWait(100);
    QVERIFY(!window->settled());
    up_ = true;
    for (QPushButton* button : window->messages().findChildren<QPushButton*>())
      if (button->text() == QStringLiteral("Try Now")) QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!cell(*window, desktop::LayerModel::UnreachableRole).toBool(), 15000);
    QVERIFY(WindowFixture::settle(*window));
    QVERIFY(!window->messages().texts().join(QString()).contains(QStringLiteral("can't be reached")));
  }

  void aSessionWhoseHostIsAwayFillsWhenItIsBack() {
    const QString session = fixture_.folder.filePath(QStringLiteral("away.discern"));
    {
      const auto window = fixture_.window(true, connect());
      window->openFiles({far(fixture_.demo("nuclei.tif"))});
      QTRY_VERIFY_WITH_TIMEOUT(!window->atStart(), 20000);
      session::save(window->link().state(), session.toStdString());
    }
    up_ = false;
    const auto window = fixture_.window(true, connect());
    window->openFiles({session});
    QTRY_VERIFY_WITH_TIMEOUT(window->messages().texts().join(QString()).contains(QStringLiteral("No route to host")),
                             15000);
    QCOMPARE(cell(*window, desktop::LayerModel::SummaryRole).toString(), QStringLiteral("Waiting for it"));
    up_ = true;
    QTRY_VERIFY_WITH_TIMEOUT(
        cell(*window, desktop::LayerModel::SummaryRole).toString().contains(QStringLiteral("uint")), 20000);
    QVERIFY(WindowFixture::settle(*window));
  }

  /// No pipe of ours: the system's ssh, a daemon, a profile with a prologue that prints.
  void overRealSsh() {
    qputenv("XDG_CONFIG_HOME", fixture_.folder.filePath(QStringLiteral("config-home")).toUtf8());
    PrivateSshd daemon;
    if (const QString why = daemon.start(); !why.isEmpty()) QSKIP(qPrintable(why));
    remote::HostProfile profile = daemon.profile("cluster");
    profile.prologue = {"echo welcome", "cat /dev/null"};
    remote::saveProfile(profile);
    const auto window = fixture_.window(false);
    const QString path = QStringLiteral("ssh://cluster") + fixture_.demo("nuclei.tif");
    window->openFiles({path});
    QTRY_VERIFY2_WITH_TIMEOUT(window->client().info(path.toStdString()),
                              qPrintable(window->messages().texts().join(QLatin1Char(' '))), 20000);
    QVERIFY(WindowFixture::settle(*window));
    QCOMPARE(window->messages().texts(), QStringList());
    // Every connection over the master ends, and the master itself.
    remote::Ssh(profile).disconnect();
    QTRY_VERIFY_WITH_TIMEOUT(cell(*window, desktop::LayerModel::UnreachableRole).toBool(), 10000);
    QTRY_VERIFY_WITH_TIMEOUT(!cell(*window, desktop::LayerModel::UnreachableRole).toBool(), 15000);
    remote::Ssh(profile).disconnect();
  }

  void aMissingRunnerThereIsSaid() {
    qputenv("XDG_CONFIG_HOME", fixture_.folder.filePath(QStringLiteral("config-home")).toUtf8());
    PrivateSshd daemon;
    if (const QString why = daemon.start(); !why.isEmpty()) QSKIP(qPrintable(why));
    remote::HostProfile profile = daemon.profile("bare");
    profile.runner = "/opt/none/discern-run";
    remote::saveProfile(profile);
    const auto window = fixture_.window(false);
    window->openFiles({QStringLiteral("ssh://bare/x.tif")});
    QTRY_VERIFY2_WITH_TIMEOUT(
        window->messages().texts().join(QString()).contains(QStringLiteral("/opt/none/discern-run")),
        qPrintable(window->messages().texts().join(QLatin1Char(' '))), 20000);
    QCOMPARE(window->client().hostState("bare").kind, channel::HostState::Kind::Refused);
    remote::Ssh(profile).disconnect();
  }

  void aFarSessionFileIsRefusedInWords() {
    const auto window = fixture_.window(false, connect());
    window->openFiles({QStringLiteral("ssh://far/x/run.discern")});
    QVERIFY(window->messages().texts().join(QString()).contains(QStringLiteral("sessions are opened from this one")));
  }

  void whatIsNoAddressIsSaid() {
    const auto window = fixture_.window(false, connect());
    QSignalSpy failed(window.get(), &desktop::MainWindow::fileFailed);
    window->openFiles({QStringLiteral("ssh:///x/run.nii")});
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(window->messages().texts().join(QString()).contains(QStringLiteral("there is no host in it")));
  }

  void aFileIsFoundByTyping() {
    QDir folder(fixture_.folder.path());
    QVERIFY(folder.mkpath(QStringLiteral("data/run10")) && folder.mkpath(QStringLiteral("data/run2")) &&
            folder.mkpath(QStringLiteral("data/.secret")));
    QVERIFY(QFile::copy(fixture_.demo("nuclei.tif"), folder.filePath(QStringLiteral("data/run2/nuclei a.tif"))));
    QVERIFY(QFile::copy(fixture_.demo("nuclei_truth.tif"), folder.filePath(QStringLiteral("data/run2/truth.tif"))));
    const auto window = fixture_.window(true, connect());
    window->openOnHost(QStringLiteral("far"));
    desktop::HostBrowser* browser = browserOf(*window);
    QVERIFY(browser && browser->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!browser->folder().isEmpty(), 20000); // the home folder there
    auto* path = browser->findChild<desktop::PathBar*>();
    Q_EMIT path->requested(folder.filePath(QStringLiteral("data")));
    QTRY_COMPARE(listed(*browser), (QStringList{QStringLiteral("run2"), QStringLiteral("run10")}));
    auto* list = browser->findChild<QTreeView*>();
    QLineEdit* filter = nullptr;
    for (QLineEdit* edit : browser->findChildren<QLineEdit*>())
      if (edit->accessibleName() == QStringLiteral("Narrow the list")) filter = edit;
    QVERIFY(filter);
    QTest::keyClicks(filter, QStringLiteral("10"));
    QCOMPARE(listed(*browser), QStringList{QStringLiteral("run10")});
    QCOMPARE(browser->status(), QStringLiteral("1 shown · 2 entries"));
    QTest::keyClicks(filter, QStringLiteral("x"));
    QCOMPARE(browser->status(), QStringLiteral("Nothing fits “10x” · 2 entries"));
    QTest::keyClick(filter, Qt::Key_Escape);
    QVERIFY(browser->isVisible());
    QTest::keyClicks(filter, QStringLiteral("RUN2"));
    QTest::keyClick(filter, Qt::Key_Return);
    QTRY_COMPARE(listed(*browser), (QStringList{QStringLiteral("nuclei a.tif"), QStringLiteral("truth.tif")}));
    WindowFixture::keep(*browser, "host-browser");
    QCOMPARE(list->model()->index(0, desktop::FolderModel::Changed).data().toString().left(2), QStringLiteral("20"));
    QTest::keyClick(filter, Qt::Key_Backspace);
    QTRY_COMPARE(listed(*browser).size(), 2);
    QTRY_COMPARE(listed(*browser).front(), QStringLiteral("run2"));
    QTest::keyClick(filter, Qt::Key_Return); // the first is chosen
    QTRY_COMPARE(listed(*browser).front(), QStringLiteral("nuclei a.tif"));
    QTest::keyClick(filter, Qt::Key_Down);
    QCOMPARE(list->currentIndex().data().toString(), QStringLiteral("truth.tif"));
    QTest::keyClick(filter, Qt::Key_Up);
    QSignalSpy opened(window.get(), &desktop::MainWindow::fileOpened);
    QTest::keyClick(filter, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 20000);
    QCOMPARE(QString::fromStdString(window->link().state().layers.front().name), QStringLiteral("nuclei a.tif"));
    QVERIFY(WindowFixture::settle(*window));

    // Next time it starts where it was.
    window->openOnHost();
    QTRY_VERIFY(browserOf(*window) && browserOf(*window) != nullptr);
    desktop::HostBrowser* next = browserOf(*window);
    QTRY_COMPARE_WITH_TIMEOUT(next->folder(), folder.filePath(QStringLiteral("data/run2")), 10000);
    QCOMPARE(next->host(), QStringLiteral("far"));
    next->reject();
  }

  void aTypedFolderIsTheOneEntered() {
    QDir folder(fixture_.folder.path());
    QVERIFY(folder.mkpath(QStringLiteral("typed/first/below")) && folder.mkpath(QStringLiteral("typed/second/target")));
    const auto window = fixture_.window(false, connect());
    window->openOnHost(QStringLiteral("far"));
    desktop::HostBrowser* browser = browserOf(*window);
    QTRY_VERIFY_WITH_TIMEOUT(!browser->folder().isEmpty(), 20000);
    const auto type = [&](const QString& path) {
      QTest::keyClick(browser->focusWidget(), Qt::Key_L, Qt::ControlModifier);
      QTest::keyClicks(browser->focusWidget(), path);
      QTest::keyClick(browser->focusWidget(), Qt::Key_Return);
    };
    browser->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(browser));
    type(folder.filePath(QStringLiteral("typed")));
    QTRY_COMPARE(listed(*browser), (QStringList{QStringLiteral("first"), QStringLiteral("second")}));
    // The first of the list is chosen: it is not what Enter means here.
    QCOMPARE(browser->findChild<QTreeView*>()->currentIndex().data().toString(), QStringLiteral("first"));
    type(folder.filePath(QStringLiteral("typed/second")));
    QTRY_COMPARE(listed(*browser), QStringList{QStringLiteral("target")});
    QTest::qWait(300);
    QCOMPARE(browser->folder(), folder.filePath(QStringLiteral("typed/second")));
    QTest::keyClick(browser->focusWidget(), Qt::Key_Return); // back in the list
    QTRY_COMPARE(browser->folder(), folder.filePath(QStringLiteral("typed/second/target")));
    browser->reject();
  }

  void whatCantBeLookedIntoIsSaid() {
    const auto window = fixture_.window(false, connect());
    window->openOnHost(QStringLiteral("far"));
    desktop::HostBrowser* browser = browserOf(*window);
    QTRY_VERIFY_WITH_TIMEOUT(!browser->folder().isEmpty(), 20000);
    const QString before = browser->folder();
    auto* path = browser->findChild<desktop::PathBar*>();
    Q_EMIT path->requested(QStringLiteral("/no such folder"));
    QTRY_COMPARE(browser->status(), QStringLiteral("/no such folder: there is no such folder"));
    QCOMPARE(browser->folder(), before);
    Q_EMIT path->requested(QStringLiteral("/etc/passwd"));
    QTRY_COMPARE(browser->status(), QStringLiteral("/etc/passwd: this is no folder"));
    browser->start(QStringLiteral("locked"));
    QTRY_VERIFY2(browser->status().contains(QStringLiteral("it wants you to sign in")), qPrintable(browser->status()));
    // A name that no machine has is said once, and not tried again.
    for (QLineEdit* edit : browser->findChildren<QLineEdit*>())
      if (edit->accessibleName() == QStringLiteral("Narrow the list")) QTest::keyClicks(edit, QStringLiteral("words"));
    browser->start(QStringLiteral("ty"));
    QTRY_COMPARE(browser->status(), QStringLiteral("ty can't be reached. ssh: Could not resolve hostname ty."));
    QCOMPARE(window->client().hostState("ty").kind, channel::HostState::Kind::Refused);
    for (const QLineEdit* edit : browser->findChildren<QLineEdit*>())
      if (edit->accessibleName() == QStringLiteral("Narrow the list")) QVERIFY(edit->text().isEmpty());
    browser->start(QStringLiteral("-o ProxyCommand"));
    QVERIFY(browser->status().contains(QStringLiteral("can't be the name of a host")));
    WindowFixture::keep(*browser, "host-browser-error");
    browser->reject();
  }

  void theStartPageOffersIt() {
    const auto window = fixture_.window(false, connect());
    for (QPushButton* button : window->startPage().findChildren<QPushButton*>())
      if (button->text() == QStringLiteral("Open on a Host…")) QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(browserOf(*window));
    WindowFixture::keep(*window, "start-hosts");
    browserOf(*window)->reject();
  }

  void aWindowClosesWhileOneLooksForAFile() {
    const auto window = fixture_.window(false, connect());
    window->openOnHost(QStringLiteral("far"));
    QVERIFY(browserOf(*window));
  }

private:
  WindowFixture fixture_;
};

DISCERN_WINDOW_TEST(TestFarFiles)
#include "test_far_files.moc"
