#include "private_sshd.h"
#include "window_fixture.h"

#include "desktop/actions/action_registry.h"
#include "desktop/hosts/ask_dialog.h"
#include "desktop/hosts/host_form.h"
#include "desktop/hosts/host_test_view.h"
#include "desktop/hosts/hosts_dialog.h"
#include "desktop/hosts/resource_fields.h"
#include "desktop/hosts/ssh_hosts.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabBar>

using namespace discern;
using namespace discern::desktop;

/// The dialog of hosts, driven as a person would.
class HostsTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;
  std::unique_ptr<QTemporaryDir> config;
  std::unique_ptr<HostsDialog> dialog;

  [[nodiscard]] QLineEdit* field(const char* name) const {
    return dialog->findChild<QLineEdit*>(QStringLiteral("host.") + QLatin1String(name));
  }
  void type(const char* name, const QString& text) const {
    QLineEdit* edit = field(name);
    edit->setFocus();
    edit->selectAll();
    QTest::keyClicks(edit, text);
  }
  [[nodiscard]] QPushButton* button(const char* name) const {
    return dialog->findChild<QPushButton*>(QLatin1String(name));
  }
  [[nodiscard]] QString help(const char* key) const {
    return dialog->findChild<QLabel*>(QStringLiteral("help.") + QLatin1String(key))->text();
  }
  static void answer(QWidget& parent, const char* box, const QString& text) {
    auto* question = parent.findChild<QMessageBox*>(QLatin1String(box));
    QVERIFY(question);
    for (QAbstractButton* choice : question->buttons())
      if (choice->text().remove(QLatin1Char('&')) == text) {
        QTest::mouseClick(choice, Qt::LeftButton);
        return;
      }
    QFAIL("no such choice");
  }
  static remote::HostProfile slurm(const std::string& name) {
    remote::HostProfile profile;
    profile.name = name;
    profile.destination = "you@login.example.org";
    profile.scheduler = remote::Scheduler::Slurm;
    profile.scratch = "$SCRATCH";
    profile.prologue = {"module load hdf5", "module load discern"};
    profile.resources.partition = "short";
    profile.resources.account = "p200";
    profile.resources.cpusPerTask = 16;
    profile.resources.memoryMb = 32 * 1024;
    profile.resources.minutes = 90;
    profile.resources.extra = {"--constraint=zen3"};
    return profile;
  }
  void open() {
    dialog = std::make_unique<HostsDialog>();
    dialog->present();
    QVERIFY(QTest::qWaitForWindowExposed(dialog.get()));
  }

  /// A host that wants a key whose passphrase is "secret"; ssh asks by discern-askpass.
  static remote::HostProfile behindAPassphrase(const PrivateSshd& far) {
    QProcess::execute("ssh-keygen", {"-q", "-t", "ed25519", "-N", "secret", "-f", far.path("locked")});
    QFile key(far.path("locked.pub")), known(far.path("authorized")), plain(far.config());
    if (!key.open(QIODevice::ReadOnly) || !known.open(QIODevice::Append) || !plain.open(QIODevice::ReadOnly))
      qFatal("the keys of the private sshd can't be read");
    known.write(key.readAll());
    far.write("locked_config", QString::fromUtf8(plain.readAll()).replace(far.path("client"), far.path("locked")));
    qputenv("SSH_ASKPASS", DISCERN_BINARY_DIR "/bin/discern-askpass");
    remote::HostProfile profile = far.profile();
    profile.sshConfig = far.path("locked_config").toStdString();
    remote::saveProfile(profile);
    return profile;
  }
  /// What discern-askpass asks at the moment, after its process number.
  static QStringList questions() {
    QStringList found;
    for (const QString& process : QDir("/proc").entryList(QDir::Dirs)) {
      QFile words("/proc/" + process + "/cmdline");
      if (process[0].isDigit() && words.open(QIODevice::ReadOnly))
        if (const auto said = words.readAll().split('\0'); said.size() > 1 && said[0].endsWith("/discern-askpass"))
          found << process + " " + QString::fromUtf8(said[1]);
    }
    return found;
  }

private Q_SLOTS:
  void init() {
    config = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", config->path().toUtf8());
  }
  void cleanup() { dialog.reset(); }

  void withoutHostsItSaysWhatAHostIs() {
    open();
    QVERIFY(dialog->findChild<QWidget*>("noHosts")->isVisible());
    WindowFixture::keep(*dialog, "hosts_empty");
    QTest::mouseClick(button("addFirstHost"), Qt::LeftButton);
    QVERIFY(field("name")->isVisible());
    QVERIFY(!button("saveHost")->isEnabled());
  }

  void aHostIsAddedAndRead() {
    open();
    dialog->addHost();
    type("name", "cluster one");
    QVERIFY2(help("name").contains("Letters"), qPrintable(help("name")));
    QVERIFY(!button("saveHost")->isEnabled());
    type("name", "cluster");
    type("destination", "-oProxyCommand=x");
    QVERIFY2(help("destination").contains("option"), qPrintable(help("destination")));
    type("destination", "me@login.example.org");
    type("port", "99999");
    QVERIFY2(help("port").contains("65535"), qPrintable(help("port")));
    QVERIFY(!button("saveHost")->isEnabled());
    type("port", "2222");
    type("scratch", "scratch");
    QVERIFY(!button("saveHost")->isEnabled());
    type("scratch", "$SCRATCH");
    dialog->findChild<QPlainTextEdit*>("host.prologue")->setPlainText("module load hdf5\nmodule load discern\n");
    QVERIFY(!dialog->findChild<QWidget*>("slurmSection")->isVisible());
    auto* scheduler = dialog->findChild<QComboBox*>("host.scheduler");
    scheduler->setCurrentIndex(1);
    QVERIFY(dialog->findChild<QWidget*>("slurmSection")->isVisible());
    auto* memory = dialog->findChild<QLineEdit*>("resource.memoryMb");
    memory->setText("lots");
    QVERIFY(!button("saveHost")->isEnabled());
    memory->setText("32 GB");
    dialog->findChild<QLineEdit*>("resource.minutes")->setText("1:30");
    dialog->findChild<QLineEdit*>("resource.partition")->setText("short");
    dialog->findChild<QLineEdit*>("resource.extra")->setText("--constraint=a100 --exclusive");
    QVERIFY2(button("saveHost")->isEnabled(), qPrintable(dialog->form().problems().join('\n')));
    QTest::mouseClick(button("saveHost"), Qt::LeftButton);
    const remote::HostProfile saved = remote::findProfile("cluster");
    QCOMPARE(saved.destination, "me@login.example.org");
    QCOMPARE(saved.port, 2222);
    QCOMPARE(saved.prologue.size(), std::size_t(2));
    QVERIFY(saved.scheduler == remote::Scheduler::Slurm);
    QCOMPARE(saved.resources.memoryMb, 32 * 1024);
    QCOMPARE(saved.resources.minutes, 90);
    QCOMPARE(saved.resources.extra.size(), std::size_t(2));
    QVERIFY(!button("saveHost")->isEnabled());
  }

  void aHostIsEditedRenamedAndDuplicated() {
    remote::saveProfile(slurm("cluster"));
    open();
    QVERIFY(dialog->form().profile() == slurm("cluster"));
    WindowFixture::keep(*dialog, "hosts_form");
    auto* area = qobject_cast<QScrollArea*>(dialog->form().parentWidget()->parentWidget());
    area->verticalScrollBar()->setValue(area->verticalScrollBar()->maximum());
    WindowFixture::keep(*dialog, "hosts_form_below");
    type("name", "other");
    QTest::mouseClick(button("saveHost"), Qt::LeftButton);
    QCOMPARE(remote::listProfiles().size(), std::size_t(1));
    remote::HostProfile expected = slurm("other");
    QVERIFY(remote::findProfile("other") == expected);
    dialog->duplicateHost();
    QCOMPARE(field("name")->text(), "other-copy");
    type("name", "other");
    QVERIFY2(help("name").contains("already"), qPrintable(help("name")));
    type("name", "third");
    QVERIFY(dialog->saveHost());
    QCOMPARE(dialog->names(), QStringList({"other", "third"}));
  }

  void aHostIsRemovedAfterAQuestion() {
    remote::saveProfile(slurm("cluster"));
    open();
    dialog->removeHost();
    answer(*dialog, "removeQuestion", "Cancel");
    QCOMPARE(remote::listProfiles().size(), std::size_t(1));
    QTest::qWait(20);
    dialog->removeHost();
    answer(*dialog, "removeQuestion", "Remove");
    QVERIFY(remote::listProfiles().empty());
    QVERIFY(dialog->findChild<QWidget*>("noHosts")->isVisible());
  }

  void whatIsNotSavedIsAskedAbout() {
    remote::saveProfile(slurm("cluster"));
    open();
    type("scratch", "/data");
    dialog->close();
    QVERIFY(dialog->isVisible());
    answer(*dialog, "unsavedQuestion", "Save");
    QVERIFY(!dialog->isVisible());
    QCOMPARE(remote::findProfile("cluster").scratch, "/data");
  }

  void aBrokenProfileIsListedWithItsError() {
    remote::saveProfile(slurm("cluster"));
    QFile file(QString::fromStdString(remote::profilesFolder()) + "/broken.json");
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"destination\": \"x\", \"prot\": 22}");
    file.close();
    open();
    QCOMPARE(dialog->names(), QStringList({"broken", "cluster"}));
    auto* words = dialog->findChild<QLabel*>("brokenProfile");
    QVERIFY(words->isVisible());
    QVERIFY2(words->text().contains("prot"), qPrintable(words->text()));
    WindowFixture::keep(*dialog, "hosts_broken");
    dialog->findChild<QListWidget*>("hostList")->setCurrentRow(1);
    QVERIFY(field("name")->isVisible());
  }

  void hostsOfTheSshConfigurationAreOffered() {
    QTemporaryDir folder;
    QFile included(folder.filePath("more.conf"));
    QVERIFY(included.open(QIODevice::WriteOnly));
    included.write("Host inner\n  HostName 10.0.0.1\n");
    included.close();
    QFile file(folder.filePath("config"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("# Host commented\nInclude " + folder.path().toUtf8() +
               "/*.conf\nHost alpha beta *.wild !no\n  User x\nHost=\"gamma\"\n");
    file.close();
    QCOMPARE(sshHosts(file.fileName()), QStringList({"inner", "alpha", "beta", "gamma"}));
    QVERIFY(sshHosts(folder.filePath("none")).isEmpty());
    open();
    dialog->addHost();
    field("sshConfig")->setText(file.fileName());
    Q_EMIT field("sshConfig")->editingFinished();
    QCompleter* completer = field("destination")->completer();
    QVERIFY(completer);
    completer->setCompletionPrefix("al");
    QCOMPARE(completer->currentCompletion(), "alpha");

    // A click beside the suggestions goes where it is meant, and what is typed then, too.
    field("destination")->setFocus();
    QTest::keyClicks(field("destination"), "al");
    QTRY_VERIFY(completer->popup()->isVisible());
    WindowFixture::keep(*completer->popup(), "hosts-completions");
    const QPoint at = field("name")->mapToGlobal(field("name")->rect().center());
    QTest::mouseClick(completer->popup(), Qt::LeftButton, {}, completer->popup()->mapFromGlobal(at));
    QVERIFY(!completer->popup()->isVisible());
    QTRY_VERIFY(field("name")->hasFocus());
    QTest::keyClicks(QApplication::focusWidget(), "mine");
    QCOMPARE(field("name")->text(), QStringLiteral("mine"));
    QCOMPARE(field("destination")->text(), QStringLiteral("al"));
    // Nothing is offered where the only suggestion stands there already.
    field("destination")->setFocus();
    QTest::keyClicks(field("destination"), "pha");
    QTest::qWait(50);
    QCOMPARE(field("destination")->text(), QStringLiteral("alpha"));
    QVERIFY(!completer->popup()->isVisible());
  }

  void numbersOfResourcesAreReadAsPeopleWriteThem() {
    QCOMPARE(memoryMbFrom("16 GB"), 16384);
    QCOMPARE(memoryMbFrom("512m"), 512);
    QCOMPARE(memoryMbFrom("2000"), 2000);
    QCOMPARE(memoryMbFrom("1.5G"), 1536);
    QCOMPARE(memoryMbFrom("many"), -1);
    QCOMPARE(minutesFrom("90"), 90);
    QCOMPARE(minutesFrom("1:30"), 90);
    QCOMPARE(minutesFrom("2 h"), 120);
    QCOMPARE(minutesFrom("1-02:00"), 26 * 60);
    QCOMPARE(minutesFrom("1:75"), -1);
    QCOMPARE(minutesFrom("soon"), -1);
  }

  void aTestOfAnUnreachableHostFailsAtItsFirstStep() {
    remote::HostProfile profile;
    profile.name = "nowhere";
    profile.destination = "127.0.0.1";
    profile.port = 1; // nobody listens
    remote::saveProfile(profile);
    open();
    QSignalSpy ended(&dialog->test(), &HostTestView::finished);
    QTest::mouseClick(button("testHost"), Qt::LeftButton);
    QVERIFY(dialog->test().running()); // and the window goes on
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 30000);
    QCOMPARE(ended[0][0].toBool(), false);
    QCOMPARE(dialog->test().stateOf(1), "failed");
    QCOMPARE(dialog->test().stateOf(2), "");
    QVERIFY2(dialog->test().detailOf(1).contains("refused"), qPrintable(dialog->test().detailOf(1)));
    QVERIFY2(dialog->test().detailOf(1).contains("port"), qPrintable(dialog->test().detailOf(1)));
    QTest::qWait(50);
    WindowFixture::keep(*dialog, "hosts_unreachable");
  }

  void aTestCanBeStopped() {
    remote::HostProfile profile;
    profile.name = "silent";
    profile.destination = "127.0.0.1";
    const int silence = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); // takes a connection and says nothing
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    QCOMPARE(bind(silence, reinterpret_cast<const sockaddr*>(&address), length), 0);
    QCOMPARE(listen(silence, 4), 0);
    QCOMPARE(getsockname(silence, reinterpret_cast<sockaddr*>(&address), &length), 0);
    profile.port = ntohs(address.sin_port);
    remote::saveProfile(profile);
    open();
    QSignalSpy ended(&dialog->test(), &HostTestView::finished);
    dialog->testHost();
    QTest::qWait(300);
    QVERIFY(ended.isEmpty());
    QTest::mouseClick(button("testStop"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 3000);
    QVERIFY(!dialog->test().running());
    close(silence);
  }

  void aTestWalksToAResult() {
    PrivateSshd far;
    if (const QString why = far.start(); !why.isEmpty()) QSKIP(qPrintable(why));
    const remote::HostProfile profile = far.profile();
    remote::saveProfile(profile);
    open();
    QSignalSpy ended(&dialog->test(), &HostTestView::finished);
    dialog->testHost();
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 60000);
    for (int step = 1; step <= remote::testSteps; ++step)
      QVERIFY2(dialog->test().stateOf(step) == "passed", qPrintable(dialog->test().detailOf(step)));
    QVERIFY(ended[0][0].toBool());
    QTest::qWait(50);
    WindowFixture::keep(*dialog, "hosts_passed");
    remote::Ssh(profile).disconnect();
  }

  void aQuestionIsAskedAndGoesWithTheTest() {
    PrivateSshd far;
    if (const QString why = far.start(); !why.isEmpty()) QSKIP(qPrintable(why));
    const remote::HostProfile profile = behindAPassphrase(far);
    open();
    QVERIFY(questions().isEmpty());
    QSignalSpy ended(&dialog->test(), &HostTestView::finished);
    dialog->testHost();
    QTRY_COMPARE_WITH_TIMEOUT(questions().size(), 1, 10000);
    QVERIFY2(questions()[0].contains("passphrase"), qPrintable(questions()[0]));
    QTest::qWait(300);
    QTest::mouseClick(button("testStop"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 5000);
    QTRY_VERIFY_WITH_TIMEOUT(questions().isEmpty(), 5000);
  }

  void whatIsTypedSignsIn() {
    if (QStandardPaths::findExecutable("xdotool").isEmpty() || QGuiApplication::platformName() != "xcb")
      QSKIP("xdotool and an X display are needed to type into another program");
    PrivateSshd far;
    if (const QString why = far.start(); !why.isEmpty()) QSKIP(qPrintable(why));
    const remote::HostProfile profile = behindAPassphrase(far);
    open();
    QStringList answered;
    const auto answer = [&answered](const QString& text) {
      QTRY_VERIFY_WITH_TIMEOUT(questions().size() == 1 && questions() != answered, 10000);
      answered = questions();
      QVERIFY2(answered[0].contains("Enter passphrase"), qPrintable(answered[0]));
      const auto tell = [](const QStringList& words) { QCOMPARE(QProcess::execute("xdotool", words), 0); };
      tell({"search", "--sync", "--onlyvisible", "--name", "Discern: sign in", "windowfocus", "--sync"});
      tell({"type", "--delay", "50", text});
      tell({"key", "Return"});
    };
    dialog->testHost();
    answer("wrong");
    answer("secret");
    QTRY_COMPARE_WITH_TIMEOUT(dialog->test().stateOf(1), "passed", 20000);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->test().running(), 60000);
    remote::Ssh(profile).disconnect();
  }

  void ssh_asks_data() {
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("hint");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("title");
    QTest::newRow("key") << "Enter passphrase for key '/home/me/.ssh/id_ed25519': "
                         << "" << 0 << "Unlock your key";
    QTest::newRow("password") << "me@login.example.org's password: "
                              << "" << 0 << "Password";
    QTest::newRow("code") << "(me@login) Verification code: "
                          << "" << 0 << "One-time code";
    QTest::newRow("host")
        << "The authenticity of host 'login.example.org (192.0.2.7)' can't be established.\nED25519 key fingerprint is "
           "SHA256:uNiVztksCsDhcc0u9e8BrQXVXUpKZIDTMczCvj3tD2s.\nThis key is not known by any other names.\nAre you "
           "sure you want to continue connecting (yes/no/[fingerprint])? "
        << "" << 1 << "Do you know this host?";
    QTest::newRow("agent") << "Allow use of key id_ed25519?"
                           << "confirm" << 1 << "May ssh go on?";
    QTest::newRow("touch") << "Confirm user presence for key ED25519-SK SHA256:abc"
                           << "none" << 2 << "ssh waits for you";
  }
  void ssh_asks() {
    QFETCH(QString, prompt);
    QFETCH(QString, hint);
    QFETCH(int, kind);
    QFETCH(QString, title);
    AskDialog ask(prompt, hint);
    ask.show();
    QVERIFY(QTest::qWaitForWindowExposed(&ask));
    QCOMPARE(static_cast<int>(ask.kind()), kind);
    QCOMPARE(ask.findChild<QLabel*>("askTitle")->text(), title);
    WindowFixture::keep(ask, qPrintable(QStringLiteral("ask_") + QTest::currentDataTag()));
    auto* edit = ask.findChild<QLineEdit*>("askAnswer");
    auto* go = ask.findChild<QPushButton*>("askContinue");
    if (kind == 2) {
      QVERIFY(!go && !edit);
      QTest::keyClick(&ask, Qt::Key_Escape);
      QCOMPARE(ask.result(), static_cast<int>(QDialog::Rejected));
      return;
    }
    if (kind == 0) {
      QVERIFY(edit->echoMode() == QLineEdit::Password);
      QTest::keyClicks(edit, "s3cret");
      ask.findChild<QAction*>("askShow")->trigger();
      QVERIFY(edit->echoMode() == QLineEdit::Normal);
    }
    QTest::mouseClick(go, Qt::LeftButton);
    QCOMPARE(ask.result(), static_cast<int>(QDialog::Accepted));
    QCOMPARE(ask.answer(), kind == 0 ? "s3cret" : "yes");
    if (QTest::currentDataTag() == QByteArrayLiteral("host"))
      QVERIFY(ask.findChild<QLabel*>("fingerprint")->text().startsWith("SHA256:uNiV"));
  }

  void theWindowOffersTheDialog() {
    auto window = fixture.window();
    QAction* action = window->actionRegistry().find("analyse.hosts");
    QVERIFY(action && action->isEnabled());
    action->trigger();
    auto* shown = window->findChild<HostsDialog*>();
    QVERIFY(shown && shown->isVisible());
  }
};

DISCERN_WINDOW_TEST(HostsTest)
#include "test_hosts.moc"
