#include "data/error.h"
#include "remote/host_profile.h"
#include "remote/run/words.h"
#include "remote/scheduler/slurm.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace discern;
using namespace discern::remote;
using Json = nlohmann::json;

/// Profiles, addresses and resources as words: what is saved, refused, and handed to sbatch.
class WordsTest : public QObject {
  Q_OBJECT

  QTemporaryDir home_;

  static QString fault(const Json& json) {
    try {
      [[maybe_unused]] const HostProfile profile = profileOf("site", json, "site.json");
    } catch (const data::UsageError& error) {
      return QString::fromUtf8(error.what());
    }
    return {};
  }

private Q_SLOTS:
  void init() { qputenv("XDG_CONFIG_HOME", home_.path().toUtf8()); }
  void cleanup() { QDir(home_.path() + "/discern").removeRecursively(); }

  void aProfileComesBackAsItWasSaved() {
    HostProfile profile;
    profile.name = "site";
    profile.destination = "me@login.example.org";
    profile.port = 2222;
    profile.scheduler = Scheduler::Slurm;
    profile.scratch = "$SCRATCH/work";
    profile.prologue = {"module load hdf5", "export A='b c'"};
    profile.launcher = {"srun", "--mpi=pmix"};
    profile.runner = "~/discern/bin/discern-run";
    profile.resources.partition = "gpu";
    profile.resources.gpus = 2;
    profile.resources.extra = {"--constraint=a100"};
    profile.fetchUpTo = 5;
    saveProfile(profile);
    QCOMPARE(findProfile("site"), profile);
    const auto listed = listProfiles();
    QCOMPARE(listed.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(listed[0].error), QString());
    removeProfile("site");
    QVERIFY(listProfiles().empty());
  }

  void whatIsWrongIsNamed_data() {
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("words");
    QTest::newRow("no object") << "[]"
                               << "must be an object";
    QTest::newRow("nowhere") << "{}"
                             << "\"destination\" is missing";
    QTest::newRow("misspelt") << R"({"destination": "a", "schduler": "slurm"})"
                              << "no key \"schduler\"";
    QTest::newRow("an option of ssh") << R"({"destination": "-oProxyCommand=touch pwned"})"
                                      << "must not begin with";
    QTest::newRow("two lines") << R"({"destination": "a\nb"})"
                               << "one line";
    QTest::newRow("scheduler") << R"({"destination": "a", "scheduler": "lsf"})"
                               << "\"none\" or \"slurm\"";
    QTest::newRow("port") << R"({"destination": "a", "port": 70000})"
                          << "65535";
    QTest::newRow("relative") << R"({"destination": "a", "scratch": "work"})"
                              << "absolute";
    QTest::newRow("number") << R"({"destination": "a", "resources": {"gpus": "two"}})"
                            << "\"gpus\" must be a whole number";
    QTest::newRow("resource") << R"({"destination": "a", "resources": {"gpu": 2}})"
                              << "no resource \"gpu\"";
  }
  void whatIsWrongIsNamed() {
    QFETCH(QString, json);
    QFETCH(QString, words);
    const QString said = fault(Json::parse(json.toStdString()));
    QVERIFY2(said.startsWith("site.json: "), qPrintable(said));
    QVERIFY2(said.contains(words), qPrintable(said));
  }

  void aBrokenFileIsListedAndTakesNothingDown() {
    HostProfile good;
    good.name = "good";
    good.destination = "a";
    saveProfile(good);
    QFile broken(QString::fromStdString(profilesFolder()) + "/broken.json");
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("{\"destination\": ");
    broken.close();
    const auto listed = listProfiles();
    QCOMPARE(listed.size(), std::size_t(2));
    QVERIFY(listed[0].error.find("broken.json") != std::string::npos);
    QVERIFY(listed[0].error.find("line 1") != std::string::npos);
    QVERIFY(listed[1].error.empty());
    QVERIFY_EXCEPTION_THROWN((void)findProfile("broken"), data::UsageError);
    QVERIFY_EXCEPTION_THROWN((void)findProfile("none"), data::UsageError);
    QVERIFY_EXCEPTION_THROWN((void)findProfile("../good"), data::UsageError);
  }

  void addressesKeepAnyName() {
    for (const char* path :
         {"/a/b.nii", "/with space/ü%20:?#[x]", "/$(touch pwned)/`x`;'\"", "/new\nline", "/\xff\xfe"}) {
      const std::string address = hostAddress("site", path);
      QVERIFY(data::isRemote(address));
      QVERIFY2(address.find_first_of(" \n\"'`$;") == std::string::npos, address.c_str());
      QVERIFY(address.find(':', 6) == std::string::npos); // what comes after a colon is a field
      const data::Address back = hostPathOf(address);
      QCOMPARE(back.host, std::string("site"));
      QCOMPARE(back.path, std::string(path));
    }
    QVERIFY_EXCEPTION_THROWN((void)hostPathOf("ssh://site"), data::UsageError);
    QVERIFY_EXCEPTION_THROWN((void)hostPathOf("ssh:///a"), data::UsageError);
  }

  void resourcesBecomeWordsOfSbatch() {
    Resources resources;
    setResource(resources, "nodes", "2");
    setResource(resources, "tasks", "8");
    setResource(resources, "gpus", "1");
    setResource(resources, "memoryMb", "4000");
    setResource(resources, "minutes", "90");
    setResource(resources, "account", "x; rm -rf /"); // one word, whatever it holds
    setResource(resources, "extra", "--constraint=a100");
    setResource(resources, "extra", "script.sh"); // would take the script's place
    const std::vector<std::string> expected{"--nodes=2",        "--ntasks=8", "--gres=gpu:1",
                                            "--mem=4000M",      "--time=90",  "--account=x; rm -rf /",
                                            "--constraint=a100"};
    QCOMPARE(sbatchWords(resources), expected);
    QVERIFY_EXCEPTION_THROWN(setResource(resources, "nodes", "-1"), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(setResource(resources, "nodes", "2x"), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(setResource(resources, "account", "a\nb"), data::UsageError);
    QCOMPARE(resourcesOf(Json(resources)), resources);
  }

  void timesOfSlurm() {
    QCOMPARE(slurmSeconds("1:05"), 65.0);
    QCOMPARE(slurmSeconds("2:00:00"), 7200.0);
    QCOMPARE(slurmSeconds("1-02:00:01"), 93601.0);
    QCOMPARE(slurmSeconds("UNLIMITED"), -1.0);
    QCOMPARE(slurmSeconds("INVALID"), -1.0);
    QCOMPARE(slurmSeconds(""), -1.0);
  }

  void whatTheSchedulerSaysInWords() {
    QCOMPARE(QString::fromStdString(schedulerText(
                 {{"state", "PENDING"}, {"partition", "debug"}, {"position", 3}, {"reason", "Resources"}})),
             QString("Number 3 in the queue of debug (Resources)"));
    QCOMPARE(QString::fromStdString(
                 schedulerText({{"state", "RUNNING"}, {"nodes", "node[1-2]"}, {"elapsed", 30}, {"remaining", 570}})),
             QString("On node[1-2] for 30 s, 10 min of wall time left"));
    QVERIFY(schedulerText({{"state", "RUNNING"}, {"nodes", "a"}, {"error", "timeout"}}).find("doesn't answer") !=
            std::string::npos);
    QVERIFY(schedulerText(nullptr).empty());
  }
};

QTEST_GUILESS_MAIN(WordsTest)
#include "test_words.moc"
