// Blocks in a folder: what comes back, what does not, and what is dropped.
#include "channel/client/kept/kept_blocks.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <csignal>
#include <cstring>
#include <random>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

using namespace discern;
using channel::BlockName;
using channel::KeptFolder;

namespace {

BlockName plane(std::int64_t k, const std::string& identity = "one", const std::string& path = "ssh://far/x.npy") {
  return {path, identity, "field", {{{0, 0, k}, {128, 96, k + 1}}, 0, 0, 1}, data::ScalarType::UInt16};
}

/// Values that pack to nothing, or not at all.
data::BlockPtr blockOf(const BlockName& name, unsigned seed, bool noise = true) {
  auto block = std::make_shared<data::Block>();
  block->slab = name.slab;
  block->type = name.type;
  const std::shared_ptr<std::byte[]> bytes(new std::byte[block->size()]);
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < block->size(); ++i)
    bytes[i] = static_cast<std::byte>(noise ? random() & 0xff : seed);
  block->bytes = {bytes, bytes.get()};
  return block;
}

bool same(const data::BlockPtr& a, const data::BlockPtr& b) {
  return a && b && a->slab == b->slab && a->type == b->type && a->size() == b->size() &&
         std::memcmp(a->bytes.get(), b->bytes.get(), a->size()) == 0;
}

QStringList filesIn(const QString& folder) {
  QStringList files;
  for (QDirIterator it(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories); it.hasNext();)
    files << it.next();
  return files;
}

qint64 bytesIn(const QString& folder) {
  qint64 bytes = 0;
  for (const QString& file : filesIn(folder))
    bytes += QFileInfo(file).size();
  return bytes;
}

} // namespace

class TestKeptBlocks : public QObject {
  Q_OBJECT
  QTemporaryDir folder_;
  int count_ = 0;
  std::string fresh() { return folder_.filePath(QString::number(++count_)).toStdString(); }
  static QString text(const std::string& path) { return QString::fromStdString(path); }

private Q_SLOTS:
  void whatIsKeptComesBack() {
    const std::string folder = fresh();
    KeptFolder kept(folder, 1 << 28);
    for (const auto type :
         {data::ScalarType::UInt8, data::ScalarType::Int16, data::ScalarType::Float32, data::ScalarType::Float64})
      for (const bool noise : {true, false}) {
        BlockName name = plane(noise ? 1 : 2);
        name.type = type;
        name.slab.box.hi = {1024, 700, noise ? 2 : 3}; // several pieces
        const auto block = blockOf(name, 7, noise);
        QVERIFY(!kept.load(name));
        QVERIFY(kept.save(name, *block));
        QVERIFY(same(KeptFolder(folder, 1 << 28).load(name), block));
      }
    // Nothing else comes back for it.
    BlockName other = plane(1);
    other.slab.box.hi = {1024, 700, 2};
    other.labels = true;
    QVERIFY(!kept.load(other));
    struct stat status {};
    QCOMPARE(stat(folder.c_str(), &status), 0);
    QCOMPARE(status.st_mode & 0777, mode_t{0700});
  }

  void whatPacksTakesLittle() {
    const std::string folder = fresh();
    KeptFolder kept(folder, 1 << 28);
    BlockName name = plane(0);
    name.slab.box.hi = {1024, 1024, 1};
    QVERIFY(kept.save(name, *blockOf(name, 5, false)));
    QVERIFY2(bytesIn(text(folder)) < 4096, qPrintable(QString::number(bytesIn(text(folder)))));
  }

  /// Each byte of the file, changed or cut off there: never other values, and the file is gone.
  void aDamagedFileIsNone() {
    const std::string folder = fresh();
    KeptFolder kept(folder, 1 << 28);
    const BlockName name = plane(3);
    const auto block = blockOf(name, 11);
    QVERIFY(kept.save(name, *block));
    const QString file = filesIn(text(folder)).value(0);
    QFile reading(file);
    QVERIFY(reading.open(QIODevice::ReadOnly));
    const QByteArray whole = reading.readAll();
    reading.close();
    const auto damagedTo = [&](const QByteArray& bytes) {
      QFile writing(file);
      if (writing.open(QIODevice::WriteOnly)) writing.write(bytes);
      writing.close();
      const bool none = kept.load(name) == nullptr;
      return none && !QFile::exists(file);
    };
    for (qsizetype at = 0; at < whole.size(); at += at < 700 ? 1 : 997) {
      QByteArray changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 0x11);
      QVERIFY2(damagedTo(changed), qPrintable(QString::number(at)));
      QVERIFY2(damagedTo(whole.left(at)), qPrintable(QString::number(at)));
    }
    QVERIFY(damagedTo(whole + "more"));
    QVERIFY(damagedTo("{\"discern block\":2,\"pieces\":[[18446744073709551615,1]]}\n"));
    QVERIFY(kept.save(name, *block));
    QVERIFY(same(kept.load(name), block));
  }

  void ofAnotherContentNothingIsLeft() {
    const std::string folder = fresh();
    KeptFolder kept(folder, 1 << 28);
    QVERIFY(kept.save(plane(1, "old"), *blockOf(plane(1, "old"), 1)));
    QVERIFY(kept.save(plane(1, "old", "ssh://far/other"), *blockOf(plane(1), 1)));
    QVERIFY(!kept.load(plane(1, "new")));
    QVERIFY(kept.blocksOf("ssh://far/x.npy", "new").empty());
    QVERIFY(!kept.load(plane(1, "old")));
    QVERIFY(kept.load(plane(1, "old", "ssh://far/other")));
    QVERIFY(kept.save(plane(2, "new"), *blockOf(plane(2, "new"), 2)));
    QVERIFY(kept.blocksOf("ssh://far/x.npy", "new").contains(channel::fileOfBlock(plane(2, "new"))));
  }

  void theLeastRecentlyUsedGoes() {
    const std::string folder = fresh();
    constexpr std::int64_t most = 1 << 20; // 42 blocks of 24 kB that do not pack
    KeptFolder kept(folder, most);
    for (int k = 0; k < 200; ++k) {
      QVERIFY(kept.save(plane(k), *blockOf(plane(k), static_cast<unsigned>(k))));
      QVERIFY2(bytesIn(text(folder)) <= most, qPrintable(QString::number(bytesIn(text(folder)))));
      QVERIFY2(kept.load(plane(0)), qPrintable(QString::number(k))); // looked at all the time
      QTest::qSleep(2);
    }
    QVERIFY(kept.load(plane(199)) && kept.load(plane(180)));
    QVERIFY(!kept.load(plane(1)) && !kept.load(plane(100)));
    QVERIFY2(bytesIn(text(folder)) > most / 2, qPrintable(QString::number(bytesIn(text(folder)))));
    BlockName large = plane(0);
    large.slab.box.hi = {600, 600, 1};
    QVERIFY(!kept.save(large, *blockOf(large, 1))); // would drive out all others
  }

  void whatIsLeftHalfWrittenIsRemoved() {
    const std::string folder = fresh();
    {
      KeptFolder kept(folder, 1 << 28);
      QVERIFY(kept.save(plane(1), *blockOf(plane(1), 1)));
    }
    const QString within = QFileInfo(filesIn(text(folder)).value(0)).path();
    for (const char* name : {"/.part-old", "/.part-new"}) {
      QFile part(within + QLatin1String(name));
      QVERIFY(part.open(QIODevice::WriteOnly));
      part.write("half");
      if (name[7] == 'o')
        QVERIFY(part.flush() &&
                part.setFileTime(QDateTime::currentDateTime().addDays(-1), QFileDevice::FileModificationTime));
    }
    KeptFolder kept(folder, 1 << 28);
    QCOMPARE(kept.blocksOf("ssh://far/x.npy", "one").size(), std::size_t{1});
    QVERIFY(kept.save(plane(2), *blockOf(plane(2), 2)));
    QVERIFY(!QFile::exists(within + QStringLiteral("/.part-old")));
    QVERIFY(QFile::exists(within + QStringLiteral("/.part-new"))); // somebody may be at it
  }

  void aFolderThatCantBeIsDoneWithout() {
    QFile obstacle(folder_.filePath(QStringLiteral("obstacle")));
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    KeptFolder kept(obstacle.fileName().toStdString() + "/remote", 1 << 28);
    QVERIFY(!kept.save(plane(1), *blockOf(plane(1), 1)));
    QVERIFY(!kept.load(plane(1)));
    QVERIFY(kept.blocksOf("ssh://far/x.npy", "one").empty());
  }

  /// A bound on the length of files stands in for a disk that fills up in the middle.
  void aFullDiskIsDoneWithout() {
    const std::string folder = fresh();
    KeptFolder kept(folder, 1 << 28);
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{10'000, before.rlim_max};
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
    const bool saved = kept.save(plane(1), *blockOf(plane(1), 1));
    const bool again = kept.save(plane(2), *blockOf(plane(2), 1)); // not even tried
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    QVERIFY(!saved && !again);
    QCOMPARE(filesIn(text(folder)), QStringList());
    QVERIFY(!kept.load(plane(1)));
  }

  /// Two programs, one folder, too little room: each finds right values or nothing.
  void severalShareAFolder() {
    const std::string folder = fresh();
    std::atomic<int> wrong{0}, found{0};
    const auto work = [&](unsigned seed) {
      KeptFolder kept(folder, 1 << 20);
      std::mt19937 random(seed);
      for (int i = 0; i < 400; ++i) {
        const auto k = static_cast<std::int64_t>(random() % 60);
        const auto block = blockOf(plane(k), static_cast<unsigned>(k));
        if (i % 2 == 0) {
          (void)kept.save(plane(k), *block);
        } else if (const auto read = kept.load(plane(k))) {
          ++found;
          if (!same(read, block)) ++wrong;
        }
      }
    };
    std::thread first([&work] { work(1); }), second([&work] { work(2); });
    first.join();
    second.join();
    QCOMPARE(wrong.load(), 0);
    QVERIFY2(found > 50, qPrintable(QString::number(found)));
    QVERIFY2(bytesIn(text(folder)) <= (1 << 20) * 9 / 8, qPrintable(QString::number(bytesIn(text(folder)))));
  }

  void aThreadDoesTheWork() {
    const std::string folder = fresh();
    std::atomic<int> notified{0};
    channel::KeptBlocks kept(KeptFolder(folder, 1 << 28), [&notified] { ++notified; });
    QVERIFY(kept.has(plane(1), true) && !kept.has(plane(1), false)); // nobody looked yet
    kept.look("ssh://far/x.npy", "one");
    QTRY_VERIFY(!kept.has(plane(1), true));
    const auto block = blockOf(plane(1), 1);
    kept.keep(plane(1), block);
    QTRY_VERIFY(kept.has(plane(1), false));
    kept.find(7, plane(1));
    kept.find(8, plane(2));
    QTRY_VERIFY(kept.idle());
    QVERIFY(notified > 0);
    const auto findings = kept.take();
    QCOMPARE(findings.size(), std::size_t{2});
    QVERIFY(findings[0].id == 7 && same(findings[0].block, block));
    QVERIFY(findings[1].id == 8 && !findings[1].block);
    kept.look("ssh://far/x.npy", "two");
    QTRY_VERIFY(!kept.has(plane(1, "two"), true));
    QCOMPARE(filesIn(text(folder)), QStringList());
  }
};

QTEST_GUILESS_MAIN(TestKeptBlocks)
#include "test_kept_blocks.moc"
