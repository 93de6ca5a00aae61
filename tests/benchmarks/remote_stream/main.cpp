// What a large field on another machine costs, over a link of 50 ms each way and 100 MB/s:
//   the first picture, in a window (target: 1.5 s for 8 GB, the connection included)
//   what a step through its planes moves and takes
//   what opening it again moves and takes, in another window, once the host has made its coarser levels
//   volumes as a stream, against `cat` of as much over the same link (target: 0.8 of its rate)
// usage: bench_remote_stream [--full] [--folder /tmp] [--command 'ssh host discern-run serve --pipe' --file /there.npy]
// `--full` takes 8 GB, the default 1 GB. Exits with 1 when a target is missed.
#include "channel/client/client.h"
#include "desktop/theme/appearance.h"
#include "desktop/window/main_window.h"
#include "field.h"
#include "gl/panel_widget.h"
#include "grid/view_grid.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QSettings>
#include <QSurfaceFormat>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <functional>

using namespace discern;

namespace {

constexpr const char* delay = "50"; // milliseconds each way
constexpr const char* rate = "100e6";
const QString slowPipe = QStringLiteral(DISCERN_BINARY_DIR "/tests/fixture_slow_pipe");
const QString runner = QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run");

bool waitUntil(const std::function<bool()>& done, int milliseconds = 120'000) {
  QElapsedTimer clock;
  clock.start();
  QTimer wake;
  wake.start(5);
  while (!done()) {
    if (clock.elapsed() > milliseconds) return false;
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
  }
  return true;
}

int missed = 0;

void say(const char* what, double value, const char* unit, double target, bool atMost) {
  const bool good = atMost ? value <= target : value >= target;
  if (!good) ++missed;
  std::printf("%-46s %10.3f %-8s target %s %.3g, ratio %.2f  %s\n", what, value, unit, atMost ? "<=" : ">=", target,
              value / target, good ? "good" : "MISSED");
  std::fflush(stdout);
}

void say(const char* what, double value, const char* unit) {
  std::printf("%-46s %10.3f %s\n", what, value, unit);
  std::fflush(stdout);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The share of a picture that is not its ground.
double filled(const QImage& picture) {
  int count = 0, all = 0;
  for (int y = 0; y < picture.height(); y += 3)
    for (int x = 0; x < picture.width(); x += 3, ++all)
      if (picture.pixel(x, y) != picture.pixel(1, 1)) ++count;
  return all == 0 ? 0 : static_cast<double>(count) / all;
}

void inAWindow(desktop::Appearance& appearance, const channel::Client::Connect& connect, const QString& file) {
  const QString path = QStringLiteral("ssh://far") + file;
  desktop::MainWindow window(appearance, {QStringLiteral(DISCERN_SOURCE_DIR "/resources"), runner, true, connect});
  window.resize(1440, 900);
  window.show();
  waitUntil([] { return false; }, 1500); // what a window does at its start is not counted
  bool refined = false;
  QObject::connect(&window.client(), &channel::Client::refined, &window, [&refined] { refined = true; });
  QElapsedTimer clock;
  clock.start();
  window.openFiles({path});
  double first = 0;
  QObject::connect(&window.grid(), &views::ViewGrid::painted, &window, [&](const QString& panel) {
    // Of a plane, if coarse: there is something to look at.
    if (first == 0 && panel == QLatin1String("axial") && filled(window.grid().view("axial")->picture()) > 0.2)
      first = static_cast<double>(clock.elapsed()) / 1e3;
  });
  const bool whole = waitUntil([&] { return window.settled() && !window.atStart(); });
  if (!whole) std::printf("the views were not whole after two minutes\n");
  say("first picture", first, "s", 1.5, true);
  say("every view whole", static_cast<double>(clock.elapsed()) / 1e3, "s");
  say("moved until then", static_cast<double>(window.client().received("far")) / 1e3, "kB");

  const std::string layout = window.link().state().layout;
  window.link().run("setLayout", {{"layout", "single"}});
  waitUntil([&] { return window.settled(); });
  const auto cursor = window.link().state().cursor;
  std::vector<double> moved, took;
  for (int step = 1; step <= 12; ++step) {
    const auto before = window.client().received("far");
    clock.restart();
    auto place = cursor;
    place[2] += 3 * step;
    window.link().setCursor(place);
    waitUntil([&] { return window.settled(); });
    took.push_back(static_cast<double>(clock.elapsed()));
    moved.push_back(static_cast<double>(window.client().received("far") - before) / 1e3);
  }
  say("a step to another plane moves (median)", median(moved), "kB", 1000, true);
  say("and takes until it is whole (median)", median(took), "ms");

  // What is kept for the next time is what the host will not make better.
  waitUntil([&] { return refined && window.client().refinements().empty(); }, 1'200'000);
  window.link().run("setLayout", {{"layout", layout}});
  window.link().setCursor(cursor);
  waitUntil([&] { return window.settled(); });
  waitUntil([] { return false; }, 1000); // it is being written
}

void inAnotherWindow(desktop::Appearance& appearance, const channel::Client::Connect& connect, const QString& file) {
  desktop::MainWindow window(appearance, {QStringLiteral(DISCERN_SOURCE_DIR "/resources"), runner, true, connect});
  window.resize(1440, 900);
  window.show();
  waitUntil([] { return false; }, 1500);
  QElapsedTimer clock;
  clock.start();
  window.openFiles({QStringLiteral("ssh://far") + file});
  waitUntil([&] { return window.settled() && !window.atStart(); });
  say("every view whole, opened again", static_cast<double>(clock.elapsed()) / 1e3, "s");
  say("moved until then, opened again", static_cast<double>(window.client().received("far")) / 1e3, "kB", 20, true);
}

/// MB/s of reading `count` slabs of the field, four at a time.
double stream(const channel::Client::Connect& connect, const QString& file, std::int64_t side, std::int64_t planes,
              int count) {
  channel::Client client({.program = runner, .cacheBytes = std::size_t{1} << 20, .connect = connect});
  const std::string path = "ssh://far" + file.toStdString();
  bool open = false;
  client.open(path, [&open](const auto& reply) {
    if (!reply.error.empty()) std::printf("%s\n", reply.error.c_str());
    open = true;
  });
  waitUntil([&open] { return open; });
  int asked = 0, answered = 0;
  double bytes = 0;
  std::function<void()> ask = [&] {
    const std::int64_t from = asked++ * planes;
    client.read({path, {}}, {{{0, 0, from}, {side, side, from + planes}}, 0, 0, 0}, data::Priority::Visible, {},
                [&](const auto& reply) {
                  if (reply.value) bytes += static_cast<double>(reply.value->size());
                  ++answered;
                  if (asked < count) ask();
                });
  };
  QElapsedTimer clock;
  clock.start();
  for (int i = 0; i < 4; ++i)
    ask();
  waitUntil([&] { return answered == count; });
  const double seconds = static_cast<double>(clock.elapsed()) / 1e3;
  say("  of which went over the link", static_cast<double>(client.received("far")) / bytes, "of the bytes");
  return bytes / 1e6 / seconds;
}

/// MB/s of `cat` through the same pipe.
double plain(const QString& file, double bytes) {
  QProcess cat;
  QElapsedTimer clock;
  clock.start();
  cat.start(slowPipe, {QString::fromLatin1(delay), QString::fromLatin1(rate), QStringLiteral("head"),
                       QStringLiteral("-c"), QString::number(static_cast<qint64>(bytes)), file});
  double got = 0;
  while (cat.waitForReadyRead(20'000))
    got += static_cast<double>(cat.readAllStandardOutput().size());
  const double seconds = static_cast<double>(clock.elapsed()) / 1e3;
  return got / 1e6 / seconds;
}

} // namespace

int main(int argc, char** argv) {
  QSurfaceFormat format = QSurfaceFormat::defaultFormat();
  format.setVersion(3, 2);
  format.setProfile(QSurfaceFormat::CoreProfile);
  QSurfaceFormat::setDefaultFormat(format);
  QApplication::setAttribute(Qt::AA_ShareOpenGLContexts);
  QApplication application(argc, argv);
  QApplication::setOrganizationName(QStringLiteral("discern"));
  const QStringList words = QApplication::arguments();
  const auto option = [&words](const char* name) {
    const auto at = words.indexOf(QLatin1String(name));
    return at < 0 ? QString() : words.value(at + 1);
  };
  const QTemporaryDir folder(option("--folder").isEmpty()
                                 ? QDir::tempPath() + QStringLiteral("/bench-stream-XXXXXX")
                                 : option("--folder") + QStringLiteral("/bench-stream-XXXXXX"));
  qputenv("XDG_CACHE_HOME", folder.filePath(QStringLiteral("cache")).toUtf8()); // nothing is prepared
  qputenv("XDG_STATE_HOME", folder.filePath(QStringLiteral("state")).toUtf8());
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
  const QString resources = QStringLiteral(DISCERN_SOURCE_DIR "/resources");
  QDir::addSearchPath(QStringLiteral("icons"), resources + QStringLiteral("/icons"));

  const std::int64_t side = benchmarks::sideOf(words.contains(QStringLiteral("--full")) ? 8 : 1);
  QString file = option("--file");
  if (file.isEmpty()) {
    file = folder.filePath(QStringLiteral("field.npy"));
    benchmarks::writeCube(file.toStdString(), side);
    waitUntil([] { return false; }, 3100); // of a file that may be being written, nothing is kept
  }
  std::printf("%lld x %lld x %lld uint16, %.2f GB\n", static_cast<long long>(side), static_cast<long long>(side),
              static_cast<long long>(side), static_cast<double>(side * side * side) * 2 / 1e9);
  const std::string given = option("--command").toStdString();
  const channel::Client::Connect connect = [given](const std::string&, bool) {
    if (!given.empty()) return channel::ServiceCommand{{"/bin/sh", "-c", "exec " + given}};
    return channel::ServiceCommand{{slowPipe.toStdString(), delay, rate, runner.toStdString(), "serve", "--pipe"}};
  };
  {
    desktop::Appearance appearance(application, resources);
    inAWindow(appearance, connect, file);
    inAnotherWindow(appearance, connect, file);
  }
  const std::int64_t planes = std::max<std::int64_t>(1, (32 << 20) / (side * side * 2));
  const int count = 12;
  const double ours = stream(connect, file, side, planes, count);
  say("volumes as a stream", ours, "MB/s");
  if (given.empty()) {
    const double peer = plain(file, static_cast<double>(planes * count * side * side * 2));
    say("cat over the same link", peer, "MB/s");
    say("against cat", ours / peer, "of it", 0.8, false);
  }
  return missed > 0 ? 1 : 0;
}
