#pragma once
#include <QToolButton>

namespace discern::views {

/// A colour that may be left to the program: a swatch with a menu of the usual colours.
class SwatchButton final : public QToolButton {
  Q_OBJECT
public:
  /// `automatic`: the choice that leaves it to the program; `mayBeClear`: "not drawn" is one too.
  SwatchButton(const QString& name, const QString& automatic, bool mayBeClear, QWidget* parent);
  /// "#rrggbb", "clear", or empty: automatic, drawn in `shown`.
  void show(const QString& chosen, const QColor& shown);

Q_SIGNALS:
  void picked(const QString& colour);

private:
  void choose();
  QString chosen_;
  QColor shown_;
};

} // namespace discern::views
