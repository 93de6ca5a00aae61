#pragma once
#include <QIcon>
#include <QString>

namespace discern::desktop {

/// The line icon of that name in resources/icons (Qt's search path "icons:", which the program sets), drawn in the
/// colours of the application's palette at the time of painting: text colour, muted when disabled, accent when checked.
/// Crisp at every scale. An unknown name gives an empty icon.
[[nodiscard]] QIcon icon(const QString& name);

/// The same in one colour, whatever the state.
[[nodiscard]] QIcon icon(const QString& name, const QColor& colour);

/// For the entries of a list: in the text colour also where the entry is the chosen one, whose ground is the accent.
[[nodiscard]] QIcon entryIcon(const QString& name);

} // namespace discern::desktop
