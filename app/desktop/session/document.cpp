#include "desktop/session/document.h"

#include "desktop/session/off_thread.h"
#include "desktop/session/recent_files.h"

#include <QFileInfo>
#include <exception>

namespace discern::desktop {

namespace {

bool sameWork(const session::State& a, const session::State& b) {
  return a.layers == b.layers && a.tables == b.tables && a.runs == b.runs &&
         a.comparison.result == b.comparison.result && a.comparison.prediction == b.comparison.prediction &&
         a.comparison.truth == b.comparison.truth && a.title == b.title;
}

} // namespace

Document::Document(link::Link& link, QObject* parent) : QObject(parent), link_(link), saved_(link.state()) {
  connect(&link_, &link::Link::stateChanged, this, [this] {
    const bool now = modified();
    if (std::exchange(wasModified_, now) != now) Q_EMIT changed();
  });
}

QString Document::title() const {
  if (!file_.isEmpty()) return QFileInfo(file_).completeBaseName();
  const session::State& state = link_.state();
  if (!state.layers.empty()) return QString::fromStdString(state.layers.front().name);
  return state.tables.empty() ? QString() : QString::fromStdString(state.tables.front().name);
}

bool Document::modified() const { return !sameWork(link_.state(), saved_); }

bool Document::worthAsking() const {
  if (!modified() || link_.state().empty()) return false;
  if (!file_.isEmpty()) return true;
  return !link_.state().runs.empty() || !link_.state().comparison.result.empty();
}

void Document::become(const session::State& state, const QString& file) {
  link_.session().reset(state);
  file_ = file;
  wasModified_ = modified();
  Q_EMIT changed();
}

void Document::open(const QString& file) {
  struct Loaded {
    session::State state;
    QString error;
  };
  const QString absolute = QFileInfo(file).absoluteFilePath();
  offThread(
      this,
      [absolute] {
        Loaded loaded;
        try {
          loaded.state = session::load(absolute.toStdString());
        } catch (const std::exception& error) {
          loaded.error = QString::fromUtf8(error.what());
        }
        return loaded;
      },
      [this, absolute](const Loaded& loaded) {
        if (!loaded.error.isEmpty()) {
          Q_EMIT failed(absolute, loaded.error);
          return;
        }
        saved_ = loaded.state;
        become(loaded.state, isSessionFile(absolute) ? absolute : QString()); // a figure is not written over
        Q_EMIT opened(absolute);
      });
}

void Document::adopt(const session::State& state, const QString& file) {
  saved_ = session::State{};
  become(state, file);
}

void Document::save(const QString& file, std::function<void(bool)> then) {
  const QString absolute = QFileInfo(file).absoluteFilePath();
  const session::State state = link_.state();
  offThread(
      this,
      [absolute, state] {
        try {
          session::save(state, absolute.toStdString());
          return QString();
        } catch (const std::exception& error) {
          return QString::fromUtf8(error.what());
        }
      },
      [this, absolute, state, then = std::move(then)](const QString& error) {
        if (error.isEmpty()) {
          file_ = absolute;
          saved_ = state;
          wasModified_ = modified();
          Q_EMIT changed();
          Q_EMIT saved(absolute);
        } else {
          Q_EMIT failed(absolute, error);
        }
        if (then) then(error.isEmpty());
      });
}

void Document::close() {
  saved_ = session::State{};
  become(session::State{}, {});
}

} // namespace discern::desktop
