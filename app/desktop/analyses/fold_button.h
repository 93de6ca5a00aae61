#pragma once
#include <QToolButton>

namespace discern::desktop {

/// Opens and closes what lies below or beside it. Space or a click.
class FoldButton final : public QToolButton {
  Q_OBJECT
public:
  /// `text` may be empty: an arrow alone.
  explicit FoldButton(const QString& text, QWidget* parent = nullptr);
  [[nodiscard]] bool isOpen() const { return open_; }
  void setOpen(bool open);

Q_SIGNALS:
  void folded(bool open);

private:
  bool open_ = false;
};

} // namespace discern::desktop
