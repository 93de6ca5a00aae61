// How quick the window feels: start, open, cursor, stalls. Each time stands beside its target and, where there is one,
// beside what the machine needs for the same without Discern, measured in the same run. Exits with 1 when a target is
// missed.
#include "e2e/big_stack.h"
#include "e2e/person.h"
#include "limits.h"
#include "measures.h"

#include <cstdio>
#include <random>

using namespace discern;
using bench::Row;
using bench::waitUntil;

namespace {

/// The views that the paints since reset() have brought up to date.
class Paints final : public QObject {
public:
  explicit Paints(views::ViewGrid& grid) {
    connect(&grid, &views::ViewGrid::painted, this, [this](const QString& panel, double milliseconds, bool complete) {
      total += milliseconds;
      if (complete) done[panel.toStdString()] = static_cast<double>(clock_.nsecsElapsed()) * 1e-6;
    });
  }
  void reset() {
    done.clear();
    total = 0;
    clock_.start();
  }
  [[nodiscard]] bool all(std::initializer_list<const char*> panels) const {
    return std::all_of(panels.begin(), panels.end(), [this](const char* panel) { return done.contains(panel); });
  }
  [[nodiscard]] double elapsed() const { return static_cast<double>(clock_.nsecsElapsed()) * 1e-6; }
  std::map<std::string, double> done; ///< when, in ms since reset
  double total = 0;                   ///< ms of drawing

private:
  QElapsedTimer clock_;
};

int startForReal() {
  test::Program program;
  desktop::MainWindow window(program.appearance(),
                             {QStringLiteral(DISCERN_SOURCE_DIR "/resources"), test::Program::runner(), false});
  bench::sayWhenPainted(window);
  window.show();
  return QApplication::exec();
}

void measureOpening(test::Program& program, std::vector<Row>& rows) {
  for (const char* name : {"nuclei.tif", "fmri.nii.gz", "climate.nc"}) {
    std::vector<double> first, all;
    double empty = 0;
    for (int round = 0; round < 5; ++round) {
      const auto window = program.window();
      test::Person person(*window);
      QTest::qWait(200);
      Paints paints(window->grid());
      paints.reset();
      window->openFiles({test::Program::demo(name)});
      waitUntil([&] { return !paints.done.empty(); });
      first.push_back(paints.elapsed());
      waitUntil([&] { return window->settled() && !window->atStart(); });
      all.push_back(paints.elapsed());
      if (round == 0) empty = bench::fourEmptyViews(window->grid().shown().front()->size(), 10);
    }
    rows.push_back({std::string("open ") + name + " → first picture", bench::quantile(first, 0.5), 500, 0, ""});
    rows.push_back(
        {std::string("open ") + name + " → every view", bench::quantile(all, 0.5), 1000, empty, "four empty views"});
  }
}

void measureCursor(test::Program& program, std::vector<Row>& rows) {
  const auto window = program.window();
  test::Person person(*window);
  window->openFiles({test::Program::demo("nuclei.tif")});
  waitUntil([&] { return window->settled() && !window->atStart(); });
  const double empty = bench::fourEmptyViews(window->grid().shown().front()->size(), 50);
  Paints paints(window->grid());
  std::mt19937 random(7);
  const data::Index3 shape = window->client().info(window->link().state().layers.front().path)->fields.front().shape;
  std::vector<double> slices, all, drawing;
  for (int move = -5; move < 200; ++move) { // the first five warm up
    data::Vec3 to{};
    for (std::size_t axis = 0; axis < 3; ++axis)
      to[axis] = static_cast<double>(random() % static_cast<unsigned>(shape[axis]));
    if (to == window->link().state().cursor) continue;
    paints.reset();
    window->link().setCursor(to);
    waitUntil([&] { return paints.all({"axial", "coronal", "sagittal"}); }, 5000);
    const double three = paints.elapsed();
    waitUntil([&] { return paints.all({"axial", "coronal", "sagittal", "volume"}) && window->grid().settled(); }, 5000);
    if (move < 0) continue;
    slices.push_back(three);
    all.push_back(paints.elapsed());
    drawing.push_back(paints.total);
  }
  rows.push_back({"cursor move → three slices, median", bench::quantile(slices, 0.5), 50, empty, "four empty views"});
  rows.push_back({"cursor move → three slices, 95th percentile", bench::quantile(slices, 0.95), 100, 0, ""});
  rows.push_back({"cursor move → all four views, median", bench::quantile(all, 0.5), 100, empty, "four empty views"});
  rows.push_back({"cursor move → all four views, 95th percentile", bench::quantile(all, 0.95), 200, 0, ""});
  rows.push_back({"  of which drawing, median", bench::quantile(drawing, 0.5), 0, 0, ""});
}

void measureStalls(bench::TimedApplication& application, test::Program& program, std::vector<Row>& rows) {
  const QString stack = program.home() + QStringLiteral("/balls.npy");
  if (!test::writeBigStack(stack, 256)) return;
  const auto window = program.window();
  waitUntil([&] { return window->jobs().catalogue().loaded() && window->settled(); });
  const auto note = [&](const std::string& what) {
    rows.push_back({what + ", without drawing", application.longestOther, 50, 0, ""});
    rows.push_back({"  (" + application.other + ")", application.longestOther, 0, 0, ""});
    rows.push_back({"  longest drawing", application.longestDrawing, 0, 0, ""});
  };
  QObject::connect(&window->grid(), &views::ViewGrid::painted, window.get(),
                   [&application](const QString&, double milliseconds, bool) { application.drew(milliseconds); });
  application.reset();
  window->openFiles({stack});
  waitUntil([&] { return window->settled() && !window->atStart(); });
  note("longest stall while a 16 MB file opens");

  application.reset();
  const QString run = window->jobs().run("org.discern.seeded-watershed", {{"smoothing", 12}, {"distanceSmoothing", 12}},
                                         {{"image", window->link().state().active}});
  waitUntil([&] { return window->jobs().job(run)->state == jobs::RunState::Running; });
  window->openFiles({test::Program::demo("fmri.nii.gz")}); // beside the job
  waitUntil([&] { return jobs::isFinal(window->jobs().job(run)->state) && window->settled(); });
  waitUntil([] { return false; }, 500);
  note("longest stall while a job runs and a file loads");
}

} // namespace

int main(int argc, char** argv) {
  test::Program::prepare();
  bench::TimedApplication application(argc, argv);
  const QString argument = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QString();
  if (argument == QLatin1String("--window")) return startForReal();
  if (argument == QLatin1String("--bare")) return bench::bareWindow();

  std::vector<Row> rows;
  if (argument == QLatin1String("--stalls")) {
    test::Program program;
    measureStalls(application, program, rows);
    return bench::print(rows) > 0 ? 1 : 0;
  }
  const double bare = bench::startTime(QStringLiteral("--bare"), 5);
  rows.push_back({"start → first painted window", bench::startTime(QStringLiteral("--window"), 5), 1000, bare,
                  "a bare Qt window"});
  test::Program program;
  measureOpening(program, rows);
  measureCursor(program, rows);
  measureStalls(application, program, rows);
  return bench::print(rows) > 0 ? 1 : 0;
}
