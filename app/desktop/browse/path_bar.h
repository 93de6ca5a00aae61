#pragma once
#include <QWidget>

class QHBoxLayout;
class QLineEdit;
class QStackedLayout;

namespace discern::desktop {

/// The folder as a row of its parts, each a button; a click beside them, or Ctrl+L, lets it be typed.
class PathBar final : public QWidget {
  Q_OBJECT
public:
  explicit PathBar(QWidget* parent = nullptr);
  void setPath(const QString& path);
  [[nodiscard]] const QString& path() const { return path_; }
  void edit();

Q_SIGNALS:
  void requested(const QString& path);

protected:
  void mousePressEvent(QMouseEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  QString path_;
  QWidget* crumbs_;
  QHBoxLayout* row_;
  QLineEdit* text_;
  QStackedLayout* stack_;
};

} // namespace discern::desktop
