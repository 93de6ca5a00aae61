#include "data/error.h"
#include "remote/host_profile.h"

#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace discern;
using namespace discern::remote;
using nlohmann::json;

/// Host profiles: the examples that are handed out, what is wrong with one, and what comes back of one that was saved.
class ProfilesTest : public QObject {
  Q_OBJECT
  QTemporaryDir config_;

  static QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  static std::string problemOf(const json& profile) {
    try {
      [[maybe_unused]] const HostProfile understood = profileOf("x", profile, "x.json");
    } catch (const data::UsageError& error) {
      return error.what();
    }
    return {};
  }

private Q_SLOTS:
  void initTestCase() { qputenv("XDG_CONFIG_HOME", config_.path().toUtf8()); }

  void examplesAreProfiles_data() {
    QTest::addColumn<QByteArray>("text");
    const QDir folder(QStringLiteral(DISCERN_SOURCE_DIR "/packaging/hosts"));
    const QStringList files = folder.entryList({"*.json"});
    QVERIFY(files.size() >= 3);
    for (const QString& file : files)
      QTest::newRow(qPrintable(file)) << read(folder.filePath(file));
    const QString docs = QString::fromUtf8(read(QStringLiteral(DISCERN_SOURCE_DIR "/docs/hosts.md")));
    auto blocks =
        QRegularExpression(QStringLiteral("```json\n(.*?)```"), QRegularExpression::DotMatchesEverythingOption)
            .globalMatch(docs);
    QVERIFY(blocks.hasNext());
    for (int i = 1; blocks.hasNext(); ++i)
      QTest::newRow(qPrintable(QStringLiteral("docs/hosts.md, block %1").arg(i))) << blocks.next().captured(1).toUtf8();
  }
  void examplesAreProfiles() {
    QFETCH(QByteArray, text);
    const HostProfile profile = profileOf("example", json::parse(text.toStdString()), "example");
    QVERIFY(!profile.destination.empty());
    saveProfile(profile);
    QVERIFY(findProfile("example") == profile);
    removeProfile("example");
  }

  void everyKeyIsInTheDocumentation() {
    const QString docs = QString::fromUtf8(read(QStringLiteral(DISCERN_SOURCE_DIR "/docs/hosts.md")));
    HostProfile full;
    full.destination = full.sshConfig = full.scratch = full.runner = "x";
    full.scratch = "/x";
    full.port = 22;
    full.prologue = full.launcher = {"x"};
    full.fetchUpTo = 1;
    setResource(full.resources, "nodes", "2");
    const json written = toJson(full);
    for (const auto& [key, value] : written.items())
      QVERIFY2(docs.contains(QStringLiteral("| `%1` |").arg(QString::fromStdString(key))) || key == "resources",
               key.c_str());
    for (const std::string& name : resourceNames())
      QVERIFY2(docs.contains(QStringLiteral("`%1`").arg(QString::fromStdString(name))), name.c_str());
  }

  void whatIsWrongIsNamed() {
    QVERIFY(problemOf({{"destination", "a"}}).empty());
    for (const auto& [profile, word] : std::vector<std::pair<json, std::string>>{
             {json::array(), "object"},
             {{{"scheduler", "slurm"}}, "destination"},
             {{{"destination", "-oProxyCommand=x"}}, "destination"},
             {{{"destination", "a\nb"}}, "destination"},
             {{{"destination", "a"}, {"prot", 1}}, "prot"},
             {{{"destination", "a"}, {"port", 70000}}, "port"},
             {{{"destination", "a"}, {"scheduler", "pbs"}}, "pbs"},
             {{{"destination", "a"}, {"scratch", "runs"}}, "scratch"},
             {{{"destination", "a"}, {"prologue", 3}}, "prologue"},
             {{{"destination", "a"}, {"resources", {{"cores", 3}}}}, "cores"},
             {{{"destination", "a"}, {"resources", {{"minutes", "soon"}}}}, "minutes"}}) {
      const std::string problem = problemOf(profile);
      QVERIFY2(problem.starts_with("x.json: ") && problem.find(word) != std::string::npos,
               (profile.dump() + ": " + problem).c_str());
    }
  }

  void addressesComeBack() {
    for (const char* path : {"/data/a b.nii.gz", "/data/100%.h5", "/daten/größe#1?.tif"}) {
      const data::Address back = hostPathOf(hostAddress("cluster", path));
      QCOMPARE(back.host, std::string("cluster"));
      QCOMPARE(back.path, std::string(path));
    }
    QVERIFY_EXCEPTION_THROWN((void)hostPathOf("ssh://cluster"), data::UsageError);
    QVERIFY_EXCEPTION_THROWN((void)hostPathOf("/data"), data::UsageError);
  }
};

QTEST_APPLESS_MAIN(ProfilesTest)
#include "test_profiles.moc"
