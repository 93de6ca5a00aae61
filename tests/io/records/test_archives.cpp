#include "io/reading.h"
#include "io/tables/tables.h"

#include <QtTest>

#include <QDir>
#include <QDirIterator>
#include <QProcess>
#include <QTemporaryDir>

using namespace discern;
using namespace discern::test;

/// ZIP and tar archives that Python writes here: what is opened, what is left out, and what is refused before it is
/// written.
class TestArchives : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;

  [[nodiscard]] std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }
  /// Runs Python in the folder; its last words when it fails.
  [[nodiscard]] QString python(const QString& code) const {
    QProcess process;
    process.setWorkingDirectory(folder_.path());
    process.start("/usr/bin/python3", {"-c", "import io, os, struct, tarfile, zipfile\n" + code});
    if (!process.waitForFinished(60000) || process.exitCode() != 0)
      return "failed: " + QString::fromUtf8(process.readAllStandardError()).right(400);
    return {};
  }
  [[nodiscard]] QString cache() const { return folder_.filePath("cache"); }
  [[nodiscard]] QStringList unpacked() const {
    QStringList files;
    for (QDirIterator it(cache(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories); it.hasNext();)
      files << QDir(cache()).relativeFilePath(it.next());
    return files;
  }

private slots:
  void initTestCase() { qputenv("XDG_CACHE_HOME", cache().toUtf8()); }
  void init() {
    QDir(cache()).removeRecursively();
    QVERIFY(QDir().mkpath(cache()));
  }

  void oneMemberIsThatFile() {
    QCOMPARE(
        python("zipfile.ZipFile('one.csv.zip', 'w', zipfile.ZIP_DEFLATED).writestr('one.csv', 'a,b\\n1,x\\n2,y\\n')"),
        QString());
    const auto dataset = io::open(path("one.csv.zip"));
    QCOMPARE(dataset->info().path, path("one.csv.zip"));
    QCOMPARE(dataset->info().format, std::string("CSV in ZIP"));
    QCOMPARE(dataset->info().attributes.at("members"), std::string("1"));
    const data::Table table = dataset->table("");
    QVERIFY((numbers(table, "a") == std::vector<double>{1, 2}) &&
            (texts(table, "b") == std::vector<std::string>{"x", "y"}));
  }

  void severalMembersComeTogether() {
    QCOMPARE(python("z = zipfile.ZipFile('several.zip', 'w')\n"
                    "for i in (10, 2): z.writestr(f'set/run{i}.csv', f'a,b\\n{i},1\\n{i},2\\n')\n"
                    "z.writestr('set/run3.csv', '1,2\\n3,4\\n5,6\\n')\n"
                    "z.writestr('set/deep/text.txt', 'This is prose. It says nothing.\\nNothing at all, really.\\n')\n"
                    "z.writestr('set/.hidden', 'a,b\\n1,2\\n')"),
             QString());
    const auto dataset = io::open(path("several.zip"));
    // The folder that all are in is left out, numbers are in their order.
    QCOMPARE(dataset->info().tables.size(), 3U);
    QCOMPARE(dataset->info().tables[0].name, std::string("run2.csv"));
    QCOMPARE(dataset->info().tables[2].name, std::string("run10.csv"));
    QVERIFY((numbers(dataset->table("run10.csv"), "a") == std::vector<double>{10, 10}));
    const auto field = dataset->field("run3.csv: matrix");
    QVERIFY((readAll(*field, wholeSlab(field->info())) == std::vector<double>{1, 2, 3, 4, 5, 6}));
    QVERIFY(warns(*dataset, "1 of 4 files") && warns(*dataset, "deep/text.txt"));
  }

  void tarInEveryPacking_data() {
    QTest::addColumn<QString>("suffix");
    for (const char* suffix : {"tar", "tar.gz", "tar.bz2", "tar.xz", "tgz"})
      QTest::newRow(suffix) << suffix;
  }
  void tarInEveryPacking() {
    QFETCH(QString, suffix);
    const QString mode = suffix == "tar" ? "w" : suffix == "tgz" ? "w:gz" : "w:" + suffix.mid(4);
    QCOMPARE(
        python("t = tarfile.open('a." + suffix + "', '" + mode +
               "')\n"
               "for n in ('ä.csv', 'b.csv'):\n"
               "  i = tarfile.TarInfo(n); c = b'x,y\\n1,2\\n3,4\\n'; i.size = len(c); t.addfile(i, io.BytesIO(c))\n"
               "t.close()"),
        QString());
    const auto dataset = io::open(folder_.filePath("a." + suffix).toStdString());
    QCOMPARE(dataset->info().format, std::string("2 files in tar"));
    QCOMPARE(dataset->info().tables.size(), 2U);
    QVERIFY((numbers(dataset->table("ä.csv"), "y") == std::vector<double>{2, 4}));
  }

  void aFolderThatIsAFormatIsOneMember() {
    QCOMPARE(
        python("z = zipfile.ZipFile('zarr.zip', 'w')\n"
               "z.writestr('a.zarr/.zarray', '{\"zarr_format\":2,\"shape\":[2,3],\"chunks\":[2,3],\"dtype\":\"<i2\","
               "\"compressor\":null,\"fill_value\":0,\"order\":\"C\",\"filters\":null}')\n"
               "z.writestr('a.zarr/0.0', struct.pack('<6h', *range(6)))"),
        QString());
    const auto dataset = io::open(path("zarr.zip"));
    const auto field = dataset->field("");
    QVERIFY((field->info().shape == data::Index3{3, 2, 1}));
    QVERIFY((readAll(*field, wholeSlab(field->info())) == std::vector<double>{0, 1, 2, 3, 4, 5}));
  }

  void isUnpackedOnce() {
    QCOMPARE(python("zipfile.ZipFile('once.zip', 'w').writestr('one.csv', 'a,b\\n1,2\\n2,3\\n')"), QString());
    static_cast<void>(io::open(path("once.zip")));
    const QStringList first = unpacked();
    QCOMPARE(first.size(), 2); // the member, and what is known of the archive
    static_cast<void>(io::open(path("once.zip")));
    QCOMPARE(unpacked(), first);
    QTest::qSleep(20);
    QCOMPARE(python("zipfile.ZipFile('once.zip', 'w').writestr('one.csv', 'a,b\\n7,2\\n8,3\\n')"), QString());
    QVERIFY((numbers(io::open(path("once.zip"))->table(""), "a") == std::vector<double>{7, 8}));
  }

  void nothingIsWrittenOutside() {
    QCOMPARE(python("z = zipfile.ZipFile('evil.zip', 'w')\n"
                    "for n in ('../../../out.csv', '/tmp/discern_out.csv', 'a/../../out.csv', 'b\\\\..\\\\out.csv', "
                    "'good.csv'):\n"
                    "  z.writestr(zipfile.ZipInfo(n), 'a,b\\n1,2\\n2,3\\n')\n"
                    "l = zipfile.ZipInfo('link.csv'); l.external_attr = 0o120777 << 16; z.writestr(l, '/etc/passwd')"),
             QString());
    const auto dataset = io::open(path("evil.zip"));
    QCOMPARE(dataset->info().tables.size(), 1U);
    QVERIFY(warns(*dataset, "leads out of it"));
    const QStringList files = unpacked();
    QCOMPARE(files.size(), 2);
    QVERIFY(files.filter("content/good.csv").size() == 1);
    QCOMPARE(python("t = tarfile.open('evil.tar', 'w')\n"
                    "def add(n, **k):\n"
                    "  i = tarfile.TarInfo(n); c = b'a,b\\n1,2\\n2,3\\n'\n"
                    "  [setattr(i, a, v) for a, v in k.items()]\n"
                    "  i.size = 0 if k else len(c); t.addfile(i, None if k else io.BytesIO(c))\n"
                    "add('up', type=tarfile.SYMTYPE, linkname='../..')\n"
                    "add('up/x.csv'); add('../y.csv'); add('hard', type=tarfile.LNKTYPE, linkname='/etc/passwd')\n"
                    "add('fifo', type=tarfile.FIFOTYPE); t.close()"),
             QString());
    init();
    const auto tar = io::open(path("evil.tar"));
    QVERIFY(warns(*tar, "leads out of it"));
    QCOMPARE(unpacked().filter("content/up/x.csv").size(), 1); // a folder of its own, not where the link leads
    QCOMPARE(unpacked().size(), 2);
  }

  void bombsAreRefusedBeforeTheyAreUnpacked() {
    QCOMPARE(python("z = zipfile.ZipFile('bomb.zip', 'w', zipfile.ZIP_DEFLATED, compresslevel=9)\n"
                    "z.writestr('zeros.csv', bytes(100 << 20))\n"
                    "z.close()\n"
                    "t = tarfile.open('bomb.tar.gz', 'w:gz'); i = tarfile.TarInfo('zeros.csv'); i.size = 100 << 20\n"
                    "t.addfile(i, io.BytesIO(bytes(i.size))); t.close()"),
             QString());
    QVERIFY2(refusal(path("bomb.zip")).find("says that it holds more than") != std::string::npos,
             refusal(path("bomb.zip")).c_str());
    QVERIFY(refusal(path("bomb.tar.gz")).find("says that it holds more than") != std::string::npos);
    QCOMPARE(unpacked(), QStringList());
    QCOMPARE(python("z = zipfile.ZipFile('many.zip', 'w')\n"
                    "for i in range(20001): z.writestr(str(i), '')"),
             QString());
    QVERIFY(refusal(path("many.zip")).find("more than 20000 files") != std::string::npos);
    // A size that lies: 4 GB.
    QCOMPARE(python("zipfile.ZipFile('lie.zip', 'w').writestr('a.csv', 'a,b\\n1,2\\n')\n"
                    "b = bytearray(open('lie.zip', 'rb').read()); at = b.index(b'PK\\1\\2')\n"
                    "b[at + 24:at + 28] = b[22:26] = struct.pack('<I', 0xFFFFFFF0); open('lie.zip', 'wb').write(b)"),
             QString());
    QVERIFY(refusal(path("lie.zip")) != "no error");
  }

  void whatCantBeReadIsNamed() {
    QCOMPARE(python("z = zipfile.ZipFile('locked.zip', 'w'); z.writestr('a.csv', 'a,b\\n1,2\\n'); z.close()\n"
                    "b = bytearray(open('locked.zip', 'rb').read())\n"
                    "b[6] |= 1; b[b.index(b'PK\\1\\2') + 8] |= 1; open('locked.zip', 'wb').write(b)\n"
                    "z = zipfile.ZipFile('method.zip', 'w'); z.writestr('a.csv', 'a,b\\n1,2\\n'); z.close()\n"
                    "b = bytearray(open('method.zip', 'rb').read())\n"
                    "b[8] = 97; b[b.index(b'PK\\1\\2') + 10] = 97; open('method.zip', 'wb').write(b)\n"
                    "i = io.BytesIO(); zipfile.ZipFile(i, 'w').writestr('a.csv', 'a,b\\n1,2\\n')\n"
                    "zipfile.ZipFile('nested.zip', 'w').writestr('inner.zip', i.getvalue())\n"
                    "zipfile.ZipFile('empty.zip', 'w').close()\n"
                    "open('cut.zip', 'wb').write(open('locked.zip', 'rb').read()[:40])"),
             QString());
    QVERIFY2(refusal(path("locked.zip")).find("encrypted") != std::string::npos, refusal(path("locked.zip")).c_str());
    QVERIFY2(refusal(path("method.zip")).find("can't be unpacked") != std::string::npos,
             refusal(path("method.zip")).c_str());
    QVERIFY(refusal(path("nested.zip")).find("an archive inside an archive") != std::string::npos);
    QVERIFY(refusal(path("empty.zip")).find("empty.zip: ") != std::string::npos);
    QVERIFY(refusal(path("cut.zip")).find("cut.zip: ") != std::string::npos);
    QCOMPARE(unpacked().filter("a.csv"), QStringList());
  }

  void oneDamagedMemberDoesNotTakeTheOthers() {
    QCOMPARE(
        python("z = zipfile.ZipFile('half.zip', 'w')\n"
               "z.writestr('bad.csv', 'a,b\\n111,222\\n'); z.writestr('good.csv', 'a,b\\n1,2\\n2,3\\n'); z.close()\n"
               "b = open('half.zip', 'rb').read(); open('half.zip', 'wb').write(b.replace(b'111,222', b'111,223'))"),
        QString());
    const auto dataset = io::open(path("half.zip"));
    QCOMPARE(dataset->info().tables.size(), 1U);
    QVERIFY(warns(*dataset, "\"bad.csv\" can't be unpacked"));
  }

  void manyFilesAreNotAllKeptOpen() {
    QCOMPARE(python("z = zipfile.ZipFile('files.zip', 'w')\n"
                    "for i in range(600): z.writestr(f'{i}.csv', f'a,b\\n{i},1\\n{i},2\\n')"),
             QString());
    const auto dataset = io::open(path("files.zip"));
    QCOMPARE(dataset->info().tables.size(), 600U);
    QVERIFY2(QDir("/proc/self/fd").entryList(QDir::Files | QDir::System).size() < 150, "too many files are open");
    QVERIFY((numbers(dataset->table("599.csv"), "a") == std::vector<double>{599, 599}));
  }

  void withoutACache() {
    QCOMPARE(python("zipfile.ZipFile('nocache.zip', 'w').writestr('one.csv', 'a,b\\n1,2\\n2,3\\n')\n"
                    "open('obstacle', 'w').write('x')"),
             QString());
    qputenv("XDG_CACHE_HOME", folder_.filePath("obstacle/cache").toUtf8());
    const std::string said = refusal(path("nocache.zip"));
    qputenv("XDG_CACHE_HOME", cache().toUtf8());
    QVERIFY2(said.find("set XDG_CACHE_HOME") != std::string::npos, said.c_str());
  }

  void partsOpenAsTheirWhole() {
    writeFile(path("v.mhd"), "ObjectType = Image\nNDims = 3\nDimSize = 2 2 2\nElementType = MET_UCHAR\n"
                             "ElementDataFile = v.bin\n");
    writeFile(path("v.bin"), QByteArray("\1\2\3\4\5\6\7\x08", 8));
    writeFile(path("vv.bin"), QByteArray("\1\2\3\4\5\6\7\x08", 8)); // which the header does not name
    QVERIFY(warns(*io::open(path("v.bin")), "part of v.mhd"));
    // Two texts that name each other, and are nothing.
    writeFile(path("one.case"), "see two.case, all of it\n");
    writeFile(path("two.case"), "see one.case, all of it\n");
    QVERIFY(refusal(path("one.case")).find("in no format") != std::string::npos);
    QVERIFY(refusal(path("vv.bin")).find("in no format") != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestArchives)
#include "test_archives.moc"
