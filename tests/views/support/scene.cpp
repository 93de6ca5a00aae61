#include "support/scene.h"

#include "scene/open_state.h"

#include <QApplication>
#include <QDir>
#include <QMouseEvent>
#include <QScreen>
#include <QTest>
#include <QWheelEvent>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::tests {
namespace {

data::FieldInfo volume(const data::Index3& shape, data::ScalarType type) {
  data::FieldInfo info;
  info.name = "field";
  info.shape = shape;
  info.type = type;
  return info;
}

/// Three boxes of labels 1, 2, 3.
double instance(std::int64_t i, std::int64_t j, std::int64_t k) {
  if (i >= 3 && i < 8 && j >= 3 && j < 9 && k >= 2 && k < 7) return 1;
  if (i >= 12 && i < 18 && j >= 4 && j < 9 && k >= 4 && k < 9) return 2;
  if (i >= 8 && i < 14 && j >= 13 && j < 18 && k >= 5 && k < 10) return 3;
  return 0;
}

} // namespace

views::Style testStyle(bool dark) { return {scene::Theme::fromTokens(scene::resourceFolder() + "/theme.json", dark)}; }

void addNuclei(MemoryProvider& provider) {
  data::FieldInfo image = volume({24, 20, 12}, data::ScalarType::UInt16);
  image.quantity = "Fluorescence";
  image.unit = "counts";
  image.frame = data::Frame::Cartesian;
  image.worldUnit = "µm";
  image.transform = "resolution";
  image.indexToWorld = data::Affine::scaling({0.5, 0.5, 2});
  provider.add("image", image, [](auto i, auto j, auto k, auto) {
    const double spot = instance(i, j, k) > 0 ? 1200 : 0;
    return (i < 2 && j < 2 ? 3000 : 10.0 * static_cast<double>(i) + static_cast<double>(j) + static_cast<double>(k)) +
           spot;
  });
  data::FieldInfo labels = image;
  labels.type = data::ScalarType::UInt16;
  labels.quantity = "Instances";
  labels.unit = "";
  labels.labels = true;
  provider.add("truth", labels, [](auto i, auto j, auto k, auto) { return instance(i, j, k); });
  provider.add("prediction", labels, [](auto i, auto j, auto k, auto) {
    const double label = instance(i, j, k);
    if (label == 3) return 0.0;
    if (instance(i - 1, j, k) == 2) return 2.0;
    return label == 2 ? 0.0 : label;
  });
}

void addBrain(MemoryProvider& provider) {
  data::FieldInfo info = volume({16, 16, 10}, data::ScalarType::Float32);
  info.quantity = "Signal";
  info.unit = "a.u.";
  info.frame = data::Frame::RasMillimetres;
  info.worldUnit = "mm";
  info.transform = "sform";
  info.indexToWorld = data::Affine::scaling({4, 4, 6}, {-30, -34, -20});
  info.time.size = 20;
  info.time.unit = "s";
  for (int t = 0; t < 20; ++t)
    info.time.values.push_back(2.0 * t);
  provider.add("brain", info, [](auto i, auto j, auto k, auto t) {
    return 100.0 * static_cast<double>(i) + 10.0 * static_cast<double>(j) + static_cast<double>(k) +
           1000 * std::sin(static_cast<double>(t));
  });
}

void addClimate(MemoryProvider& provider) {
  data::FieldInfo info = volume({36, 19, 1}, data::ScalarType::Float32);
  info.quantity = "Geopotential height anomaly";
  info.unit = "gpdm";
  info.frame = data::Frame::LonLat;
  info.worldUnit = "degrees";
  info.transform = "coordinates";
  info.axisNames = {"longitude", "latitude", "level"};
  info.indexToWorld = data::Affine{{10, 0, 0, 0, 0, -10, 0, 90, 0, 0, 1, 0, 0, 0, 0, 1}};
  info.time.size = 6;
  info.time.unit = "days since 2016-06-01 00:00:00";
  info.time.calendar = "gregorian";
  for (int t = 0; t < 6; ++t)
    info.time.values.push_back(t);
  provider.add("climate", info, [](auto i, auto j, auto, auto t) {
    const double latitude = 90 - 10.0 * static_cast<double>(j);
    if (j == 9 && i >= 3 && i <= 6) return std::numeric_limits<double>::quiet_NaN();
    return (latitude + static_cast<double>(i) / 100) * (1 + 0.1 * static_cast<double>(t));
  });
}

std::string addLayer(link::Link& link, MemoryProvider& provider, const std::string& path, session::Role role) {
  session::State state = link.state();
  const data::DatasetInfo* dataset = provider.info(path);
  session::Layer layer = scene::layerFor(*dataset);
  layer.role = role;
  const std::string id = scene::addLayer(state, layer, *dataset);
  if (role == session::Role::Truth) state.comparison.truth = id;
  if (role == session::Role::Prediction) state.comparison.prediction = id;
  link.run("replaceState", {{"state", state}});
  return id;
}

void present(QWidget& window, int width, int height) {
  const scene::Theme theme = testStyle().theme; // the window's own colours agree with the pictures'
  QPalette palette;
  palette.setColor(QPalette::Window, views::colour(theme.surface));
  palette.setColor(QPalette::Base, views::colour(theme.canvas));
  palette.setColor(QPalette::AlternateBase, views::colour(theme.surface));
  palette.setColor(QPalette::Button, views::colour(theme.raised));
  palette.setColor(QPalette::Highlight, views::colour(theme.accent));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
    palette.setColor(role, views::colour(theme.text));
  palette.setColor(QPalette::Disabled, QPalette::ButtonText, views::colour(theme.muted));
  palette.setColor(QPalette::Disabled, QPalette::Text, views::colour(theme.muted));
  QApplication::setPalette(palette);
  window.resize(width, height);
  window.show();
  window.activateWindow();
  QVERIFY(QTest::qWaitForWindowExposed(&window));
  QTest::qWait(50);
}

void drag(QWidget* widget, const QPoint& from, const QPoint& to, Qt::MouseButton button, Qt::KeyboardModifiers held) {
  QTest::mousePress(widget, button, held, from);
  constexpr int moves = 5;
  for (int i = 1; i <= moves; ++i) {
    const QPointF at = QPointF(from) + QPointF(to - from) * i / moves;
    QMouseEvent move(QEvent::MouseMove, at, widget->mapToGlobal(at), Qt::NoButton, button, held);
    QApplication::sendEvent(widget, &move);
  }
  QTest::mouseRelease(widget, button, held, to);
}

void hover(QWidget* widget, const QPoint& to, Qt::KeyboardModifiers held) {
  QMouseEvent move(QEvent::MouseMove, QPointF(to), QPointF(widget->mapToGlobal(to)), Qt::NoButton, Qt::NoButton, held);
  QApplication::sendEvent(widget, &move);
}

void wheel(QWidget* widget, const QPoint& at, int notches, Qt::KeyboardModifiers held) {
  QWheelEvent event(QPointF(at), QPointF(widget->mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches), Qt::NoButton,
                    held, Qt::NoScrollPhase, false);
  QApplication::sendEvent(widget, &event);
}

QImage look(QWidget& window) { return window.screen()->grabWindow(window.winId()).toImage(); }

void photograph(QWidget& window, const QString& name) {
  const QString folder = qEnvironmentVariable("DISCERN_SCREENSHOTS");
  if (folder.isEmpty()) return;
  QTest::qWait(150);
  QDir().mkpath(folder);
  look(window).save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
}

double share(const QImage& image, const QRect& box, const QColor& colour, int tolerance) {
  std::int64_t hits = 0, all = 0;
  const QRect inside = box & image.rect();
  for (int y = inside.top(); y <= inside.bottom(); ++y)
    for (int x = inside.left(); x <= inside.right(); ++x, ++all) {
      const QColor at = image.pixelColor(x, y);
      if (std::abs(at.red() - colour.red()) <= tolerance && std::abs(at.green() - colour.green()) <= tolerance &&
          std::abs(at.blue() - colour.blue()) <= tolerance)
        ++hits;
    }
  return all ? static_cast<double>(hits) / static_cast<double>(all) : 0;
}

} // namespace discern::tests
