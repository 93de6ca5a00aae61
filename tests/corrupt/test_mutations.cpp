#include "io/open.h"

#include <QtTest>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace discern;

namespace {

const QString corpus = DISCERN_SOURCE_DIR "/tests/corrupt/fuzz/corpus";
constexpr int secondsEach = 5;
constexpr unsigned longestWait = 60;
constexpr double mostMegabytes = 1000;

QByteArray content(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) throw std::runtime_error("can't read " + path.toStdString());
  return file.readAll();
}

void write(const std::filesystem::path& path, const QByteArray& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(bytes.constData(), bytes.size());
}

/// A seed: one file, or several in the folder that it is opened in.
struct Seed {
  QString name;
  std::vector<std::pair<QString, QByteArray>> files; ///< paths below the folder
};

/// Takes apart what tests/corrupt/fuzz/make_corpus.py has put into one file.
Seed seedOf(const QString& path) {
  const QString name = QFileInfo(path).fileName();
  const QByteArray bytes = content(path);
  if (!path.contains(".parted/")) return {name, {{name, bytes}}};
  Seed seed{name, {}};
  const QByteArray rest = '\n' + bytes;
  const QByteArray mark("\n=== ");
  const qsizetype first = rest.indexOf(mark);
  const QByteArray own = first > 0 ? rest.mid(1, first - 1) : QByteArray();
  if (!own.isEmpty()) seed.files.emplace_back(name, own);
  for (qsizetype at = first; at >= 0;) {
    const qsizetype line = rest.indexOf('\n', at + 1), next = rest.indexOf(mark, line);
    const QString part = QString::fromUtf8(rest.mid(at + mark.size(), line - at - mark.size()));
    seed.files.emplace_back(own.isEmpty() ? name + '/' + part : part,
                            rest.mid(line + 1, next < 0 ? next : next - line - 1));
    at = next;
  }
  return seed;
}

/// Reads a little of each part, as a user's first look does.
void look(const data::Dataset& dataset) {
  const data::DatasetInfo& info = dataset.info();
  for (std::size_t i = 0; i < std::min<std::size_t>(info.fields.size(), 3); ++i) {
    const auto field = dataset.field(info.fields[i].name);
    data::Slab slab;
    for (std::size_t axis = 0; axis < 3; ++axis)
      slab.box.hi[axis] = std::min<std::int64_t>(field->info().shape[axis], 12);
    std::vector<std::byte> values(static_cast<std::size_t>(slab.box.voxels()) * data::sizeOf(field->info().type));
    field->read(slab, values);
  }
  if (!info.tables.empty()) (void)dataset.table(info.tables.front().name);
  if (!info.grids.empty()) (void)dataset.grid(info.grids.front().name)->read(0);
}

/// The bytes of a file, changed in the round's way: cut, some bytes replaced, or a number that claims too much.
QByteArray changed(const QByteArray& good, int round) {
  constexpr int cuts = 20;
  const qsizetype size = good.size();
  if (round < cuts) return good.left(size * round / cuts + round % 3);
  std::mt19937 random(static_cast<unsigned>(round) * 7919U + 17U);
  QByteArray bytes = good;
  if (size == 0) return bytes;
  const auto place = [&] { return static_cast<qsizetype>(random() % static_cast<unsigned>(size)); };
  switch (round % 4) {
  case 0: // any byte, up to four of them
    for (int i = 0; i <= round % 3; ++i)
      bytes[place()] = static_cast<char>(random());
    break;
  case 1: { // a binary number that is extreme
    constexpr std::array<std::uint64_t, 8> extremes{
        0,          0xFFFFFFFFFFFFFFFF, 0x7FFFFFFF7FFFFFFF, 0x8000000080000000,
        0x00010000, 0x7FFF7FFF7FFF7FFF, 0xFF7FFF7FFF7FFF7F, 0xFFFFFF7FFFFFFF7F};
    const std::uint64_t value = extremes[random() % extremes.size()];
    const qsizetype length = std::min<qsizetype>(qsizetype{2} << random() % 3, size);
    const qsizetype at = std::min(place(), size - length);
    std::memcpy(bytes.data() + at, &value, static_cast<std::size_t>(length));
    break;
  }
  case 2: { // a written number that is extreme, in the place of one that is there
    constexpr std::array<const char*, 10> extremes{
        "0",   "-1",  "4294967295", "9223372036854775807", "99999999999999999999",
        "nan", "inf", "1e308",      "-2147483648",         "1000000000000"};
    std::vector<qsizetype> numbers;
    const auto isDigit = [&](qsizetype i) { return i >= 0 && bytes[i] >= '0' && bytes[i] <= '9'; };
    for (qsizetype i = 0; i < size; ++i)
      if (isDigit(i) && !isDigit(i - 1)) numbers.push_back(i);
    if (numbers.empty()) break;
    const qsizetype at = numbers[random() % numbers.size()];
    qsizetype end = at;
    while (end < size && isDigit(end))
      ++end;
    bytes.replace(at, end - at, extremes[random() % extremes.size()]);
    break;
  }
  default: { // a piece left out, or there twice
    const qsizetype at = place(), length = std::min<qsizetype>(1 + static_cast<qsizetype>(random() % 40), size - at);
    if (round % 8 < 4)
      bytes.remove(at, length);
    else
      bytes.insert(at, bytes.mid(at, length));
  }
  }
  return bytes;
}

/// What a batch of rounds shares with the process that watches it.
struct Progress {
  int round = -1;
  int opened = 0, refused = 0;
  std::array<char, 400> problem{};
};

} // namespace

/// Small valid files of every format, cut and changed in ways that are the same each time: what comes is read, or
/// refused with a message; nothing crashes, waits or eats memory.
class TestMutations : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void every_data() {
    QTest::addColumn<QString>("path");
    for (QDirIterator all(corpus, QDir::Files, QDirIterator::Subdirectories); all.hasNext();) {
      const QString path = all.next();
      QTest::newRow(qPrintable(path.mid(corpus.size() + 1))) << path;
    }
  }
  void every() {
    QFETCH(QString, path);
    const Seed seed = seedOf(path);
    QTemporaryDir folder;
    const auto place = [&](const QString& name) { return std::filesystem::path(folder.filePath(name).toStdString()); };
    for (const auto& [name, bytes] : seed.files) {
      std::filesystem::create_directories(place(name).parent_path());
      write(place(name), bytes);
    }
    const std::string opened = place(seed.name).string();
    void* shared = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    QVERIFY(shared != MAP_FAILED);
    auto& progress = *new (shared) Progress;
    const int rounds = 100;
    const pid_t child = fork();
    QVERIFY(child >= 0);
    if (child == 0) {
      const rlimit none{0, 0};
      setrlimit(RLIMIT_CORE, &none);
      for (std::size_t file = 0; file < seed.files.size(); ++file) {
        const auto& [name, good] = seed.files[file];
        for (int round = -1; round < rounds; ++round) { // -1: nothing changed
          progress.round = round;
          write(place(name), round < 0 ? good : changed(good, round));
          // Seconds of work, so that a busy machine fails nobody; and an end to waiting.
          const itimerval work{{0, 0}, {secondsEach, 0}};
          setitimer(ITIMER_PROF, &work, nullptr);
          alarm(longestWait);
          std::string problem;
          try {
            look(*io::open(opened));
            ++progress.opened;
          } catch (const data::ReadError& error) {
            ++progress.refused;
            if (round < 0) problem = std::string("the seed is refused: ") + error.what();
            const std::string message = error.what();
            if (message.find(folder.path().toStdString()) == std::string::npos)
              problem = "the message does not name the file: " + message;
            if (message.find('\n') != std::string::npos) problem = "more than one line: " + message;
          } catch (const std::exception& error) {
            problem = std::string("not told as a ReadError: ") + typeid(error).name() + ": " + error.what();
          }
          if (!problem.empty()) {
            std::snprintf(progress.problem.data(), progress.problem.size(), "%s", problem.c_str());
            _exit(1);
          }
        }
        write(place(name), good);
      }
      _exit(0);
    }
    int status = 0;
    rusage used{};
    while (wait4(child, &status, 0, &used) < 0 && errno == EINTR) {
    }
    const Progress seen = progress;
    munmap(shared, sizeof(Progress));
    const QString told = QString("round %1: signal %2 (%3), %4")
                             .arg(seen.round)
                             .arg(WIFSIGNALED(status) ? WTERMSIG(status) : 0)
                             .arg(WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "none")
                             .arg(QString::fromUtf8(seen.problem.data()));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) { // what did it is kept
      const auto kept = std::filesystem::path(DISCERN_BINARY_DIR) / "tests" / ("failed_" + seed.name.toStdString());
      std::filesystem::remove_all(kept);
      std::filesystem::copy(opened, kept, std::filesystem::copy_options::recursive);
    }
    QVERIFY2(WIFEXITED(status) && WEXITSTATUS(status) == 0, qPrintable(told));
    const double megabytes = static_cast<double>(used.ru_maxrss) / 1000;
    QVERIFY2(megabytes < mostMegabytes, qPrintable(QString("%1 MB").arg(megabytes)));
    QVERIFY(seen.opened > 0);
    QVERIFY2(seen.opened + seen.refused == static_cast<int>(seed.files.size()) * (rounds + 1), "a round is missing");
  }

  /// The seeds are small enough to be given away with the program.
  void corpusIsSmall() {
    qint64 bytes = 0;
    int files = 0;
    for (QDirIterator all(corpus, QDir::Files, QDirIterator::Subdirectories); all.hasNext(); ++files) {
      all.next();
      bytes += all.fileInfo().size();
    }
    QVERIFY(files > 60);
    QVERIFY(bytes < 300000);
  }
};

QTEST_GUILESS_MAIN(TestMutations)
#include "test_mutations.moc"
