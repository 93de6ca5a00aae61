#pragma once
#include "link/link.h"

#include <QObject>
#include <QString>
#include <functional>

namespace discern::desktop {

/// The session as a file: which one, whether it has changed, and saving and opening off the GUI thread.
class Document final : public QObject {
  Q_OBJECT
public:
  explicit Document(link::Link& link, QObject* parent = nullptr);
  [[nodiscard]] const QString& file() const { return file_; } ///< empty: never saved
  /// What stands in the window's title.
  [[nodiscard]] QString title() const;
  /// Layers, comparison or runs differ from the file. Cursor and camera alone do not count.
  [[nodiscard]] bool modified() const;
  /// A loss that a person would mind: a changed session file, or work (a run, a comparison) that was never saved.
  [[nodiscard]] bool worthAsking() const;

  /// Reads `file` and makes it the session; `opened` or `failed` follows.
  void open(const QString& file);
  /// Takes a state from elsewhere (recovery), as if `file` had been opened and changed.
  void adopt(const session::State& state, const QString& file);
  /// Writes; `then(true)` when the file is whole.
  void save(const QString& file, std::function<void(bool)> then = {});
  void close(); ///< an empty session

Q_SIGNALS:
  void changed(); ///< file or modified
  void opened(const QString& file);
  void saved(const QString& file);
  void failed(const QString& file, const QString& why);

private:
  void become(const session::State& state, const QString& file);
  link::Link& link_;
  QString file_;
  session::State saved_;
  bool wasModified_ = false;
};

} // namespace discern::desktop
