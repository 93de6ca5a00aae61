// Plots of 216³ (ten million) voxels: the counting alone, beside one pass over the same memory; and in the window, with
// the data service, from a gesture in one view until every view has painted what it chose. Run under a screen:
//   xvfb-run -a ./tests/bench_plots
#include "channel/client/client.h"
#include "diagram/diagram_pane.h"
#include "diagram/diagram_view.h"
#include "grid/view_grid.h"
#include "methods/statistics/pair_density.h"
#include "scene/diagram/counts/confusion_panel.h"
#include "scene/diagram/counts/scatter_panel.h"
#include "scene/open_state.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSplitter>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

using namespace discern;

namespace {

constexpr std::int64_t side = 216, voxels = side * side * side;

double median(std::vector<double> of) {
  std::sort(of.begin(), of.end());
  return of[of.size() / 2];
}

template <typename F>
double milliseconds(F&& f, int times = 7) {
  std::vector<double> each;
  for (int i = 0; i < times; ++i) {
    QElapsedTimer clock;
    clock.start();
    f();
    each.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
  }
  return median(each);
}

template <typename T>
std::string write(const QTemporaryDir& folder, const char* name, const char* type, const std::vector<T>& values) {
  const std::string path = folder.filePath(QString::fromLatin1(name)).toStdString();
  std::string head = "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': (216, 216, 216), }";
  while ((10 + head.size() + 1) % 64 != 0)
    head += ' ';
  head += '\n';
  std::ofstream out(path, std::ios::binary);
  const auto size = static_cast<std::uint16_t>(head.size());
  out.write("\x93NUMPY\x01\x00", 8);
  out.write(reinterpret_cast<const char*>(&size), 2);
  out << head;
  out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  return path;
}

void line(const char* what, double took, double limit, const char* beside) {
  std::printf("{\"what\": \"%s\", \"ms\": %.1f, \"ratio\": %.2f, \"beside\": \"%s\"}\n", what, took, took / limit,
              beside);
  std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
  std::vector<float> x(voxels), y(voxels);
  std::vector<std::uint8_t> truth(voxels), prediction(voxels);
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < x.size(); ++i) {
    state = state * 1664525U + 1013904223U;
    const double a = (state >> 8U) / 16777216.0;
    state = state * 1664525U + 1013904223U;
    const double b = (state >> 8U) / 16777216.0;
    const double r = std::sqrt(-2 * std::log(a + 1e-12));
    x[i] = static_cast<float>(r * std::cos(6.283185307 * b));
    y[i] = static_cast<float>(0.6 * x[i] + 0.8 * r * std::sin(6.283185307 * b));
    truth[i] = static_cast<std::uint8_t>(i / (46656 * 12) % 20);
    prediction[i] = static_cast<std::uint8_t>(state % 7 == 0 ? 0 : truth[i]);
  }
  double sink = 0;
  const double pass = milliseconds(
      [&] { sink += std::accumulate(x.begin(), x.end(), 0.0F) + std::accumulate(y.begin(), y.end(), 0.0F); });
  const std::array<double, 2> range{-5, 5};
  line("count 10^7 pairs in 512 x 256 cells",
       milliseconds([&] { sink += methods::pairDensity(x, y, {}, range, range, 512, 256).counts[77]; }), pass,
       "one thread adding up the same numbers");
  std::vector<std::array<double, 2>> lasso;
  for (int i = 0; i < 200; ++i)
    lasso.push_back({1.3 * std::cos(0.0314159 * i), (0.7 + 0.3 * (i % 2)) * std::sin(0.0314159 * i)});
  std::vector<std::uint8_t> inside(x.size());
  line("10^7 points in a lasso of 200 corners", milliseconds([&] { methods::insidePolygon(x, y, lasso, inside); }),
       pass, "one thread adding up the same numbers");

  QApplication app(argc, argv);
  const QTemporaryDir folder;
  const std::vector<std::string> paths{write(folder, "a.npy", "<f4", x), write(folder, "b.npy", "<f4", y),
                                       write(folder, "truth.npy", "|u1", truth),
                                       write(folder, "prediction.npy", "|u1", prediction)};
  link::Link link;
  channel::Client client({.program = QCoreApplication::applicationDirPath() + QStringLiteral("/../bin/discern-run")});
  for (const std::string& path : paths) {
    bool known = false;
    client.open(path, [&](data::FieldProvider::Reply<data::DatasetInfo> reply) {
      known = true;
      if (!reply.error.empty()) std::printf("%s\n", reply.error.c_str());
    });
    (void)QTest::qWaitFor([&] { return known; }, 60000);
    session::State next = link.state();
    const data::DatasetInfo& dataset = *client.info(path);
    session::Layer layer = scene::layerFor(dataset);
    if (path == paths[2]) layer.role = session::Role::Truth;
    if (path == paths[3]) layer.role = session::Role::Prediction;
    const std::string id = scene::addLayer(next, layer, dataset);
    if (path == paths[2]) next.comparison.truth = id;
    if (path == paths[3]) next.comparison.prediction = id;
    next.layout = "side-by-side";
    next.panels = {"axial", "coronal", "sagittal"};
    link.run("replaceState", {{"state", next}});
  }
  QSplitter window;
  const views::Style style{scene::Theme::fromTokens(scene::resourceFolder() + "/theme.json", true)};
  views::ViewGrid grid(link, client, style, &window);
  views::DiagramPane pane(link, client, style, &window);
  window.resize(1300, 500);
  window.show();
  window.setSizes({850, 450});
  const auto settled = [&] { return grid.settled() && pane.settled(); };
  const auto settle = [&] {
    if (!QTest::qWaitFor(settled, 120000)) std::printf("the views do not come to rest\n");
  };
  QTest::qWait(300);
  settle();
  link.run("setActive", {{"id", link.state().layers[0].id}});
  QElapsedTimer clock;
  clock.start();
  pane.add("scatter");
  settle();
  std::printf("{\"what\": \"first scatter, fields read from files\", \"ms\": %.0f}\n",
              static_cast<double>(clock.nsecsElapsed()) * 1e-6);
  constexpr double promised = 100; // ms
  const auto gesture = [&](const char* what, const std::function<void(int)>& run) {
    std::vector<double> each;
    double longest = 0;
    for (int i = 0; i < 15; ++i) {
      QTest::qWait(60);
      clock.restart();
      run(i);
      longest = std::max(longest, static_cast<double>(clock.nsecsElapsed()) * 1e-6);
      while (!settled())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
      each.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    }
    line(what, median(each), promised, "100 ms until every view has painted it");
    std::printf("{\"what\": \"  of which on the thread of the window\", \"ms\": %.1f}\n", longest);
  };
  const std::string first = link.state().layers[0].id, second = link.state().layers[1].id;
  gesture("lasso of 200 corners in the scatter, three slices light up", [&](int i) {
    auto outline = lasso;
    for (auto& corner : outline)
      corner[0] += 0.02 * i;
    link.run("selectVoxels",
             {{"name", "lasso"}, {"all", {{{"layer", first}, {"against", second}, {"outline", outline}}}}});
  });
  link.run("selectVoxels", {{"name", ""}, {"all", nlohmann::json::array()}});
  settle();
  gesture("a label chosen, its voxels light up in the scatter",
          [&](int i) { link.select(link.state().layers[2].id, {1 + i}); });
  link.run("select", {{"selection", nlohmann::json::object()}});
  pane.add("confusion");
  settle();
  gesture("a cell of the confusion, three slices light up", [&](int i) {
    link.run("selectVoxels", {{"name", "cell"},
                              {"all",
                               {{{"layer", link.state().layers[2].id}, {"labels", {1 + i}}},
                                {{"layer", link.state().layers[3].id}, {"labels", {0}}}}}});
  });
  return sink == 42 ? 1 : 0;
}
