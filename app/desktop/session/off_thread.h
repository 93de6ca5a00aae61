#pragma once
#include <QCoreApplication>
#include <QMetaObject>
#include <QObject>
#include <QPointer>
#include <QThreadPool>
#include <utility>

namespace discern::desktop {

/// Runs `work` on a thread of the pool, then `done(result)` on `context`'s thread, unless `context` has gone by then.
/// `work` must not throw and must not touch what lives on the calling thread.
template <typename Work, typename Done>
void offThread(QObject* context, Work work, Done done) {
  QThreadPool::globalInstance()->start(
      [guard = QPointer<QObject>(context), work = std::move(work), done = std::move(done)]() mutable {
        auto result = work();
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [guard, done = std::move(done), result = std::move(result)]() mutable {
              if (guard) done(std::move(result));
            },
            Qt::QueuedConnection);
      });
}

} // namespace discern::desktop
