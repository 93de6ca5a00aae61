#include "desktop/window/screenshot.h"

#include "desktop/window/main_window.h"

#include <QPixmap>
#include <QWidget>

namespace discern::desktop {

namespace {
constexpr int quietFor = 400; // ms without anything under way before the picture is taken
}

Screenshot::Screenshot(MainWindow& window, QString file, QObject* parent)
    : QObject(parent), window_(window), file_(std::move(file)) {
  timer_.setInterval(50);
  connect(&timer_, &QTimer::timeout, this, &Screenshot::look);
}

void Screenshot::take() {
  // Wherever the mouse happens to be, nothing in the picture is lit up by it.
  window_.centralWidget()->setAttribute(Qt::WA_TransparentForMouseEvents);
  since_.start();
  quiet_.invalidate();
  timer_.start();
}

void Screenshot::look() {
  const bool settled = window_.settled();
  if (!settled)
    quiet_.invalidate();
  else if (!quiet_.isValid())
    quiet_.start();
  const bool late = since_.elapsed() > limit;
  if (!late && !(quiet_.isValid() && quiet_.elapsed() >= quietFor)) return;
  timer_.stop();
  const QPixmap picture = window_.grab();
  if (!picture.save(file_, "PNG"))
    Q_EMIT taken(tr("%1 can't be written.").arg(file_));
  else
    Q_EMIT taken(late ? tr("Not everything was drawn within %1 s; the picture shows what was.").arg(limit / 1000)
                      : QString());
}

} // namespace discern::desktop
