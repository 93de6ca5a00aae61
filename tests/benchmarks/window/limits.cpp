#include "limits.h"

#include "measures.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QGridLayout>
#include <QLabel>
#include <QMainWindow>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QOpenGLWidget>

namespace discern::bench {

namespace {

class EmptyView final : public QOpenGLWidget {
public:
  using QOpenGLWidget::QOpenGLWidget;
  int painted = 0;

protected:
  void paintGL() override {
    QOpenGLFunctions* gl = context()->functions();
    gl->glClearColor(0.08F, 0.09F, 0.1F, 1.0F);
    gl->glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
    ++painted;
  }
};

} // namespace

double fourEmptyViews(const QSize& size, int rounds) {
  QWidget window;
  auto* grid = new QGridLayout(&window);
  std::vector<EmptyView*> views;
  for (int i = 0; i < 4; ++i) {
    views.push_back(new EmptyView(&window));
    views.back()->setFixedSize(size);
    grid->addWidget(views.back(), i / 2, i % 2);
  }
  window.show();
  std::vector<double> times;
  for (int round = -3; round < rounds; ++round) { // the first three warm up
    for (EmptyView* view : views) {
      view->painted = 0;
      view->update();
    }
    QElapsedTimer clock;
    clock.start();
    waitUntil(
        [&] { return std::all_of(views.begin(), views.end(), [](EmptyView* view) { return view->painted > 0; }); });
    if (round >= 0) times.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
  }
  return quantile(times, 0.5);
}

int bareWindow() {
  QMainWindow window;
  window.setCentralWidget(new QLabel(QStringLiteral("Nothing")));
  window.resize(1440, 900);
  window.show();
  sayWhenPainted(window);
  return QApplication::exec();
}

} // namespace discern::bench
