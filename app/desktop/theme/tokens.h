#pragma once
#include <QColor>
#include <QHash>
#include <QString>

namespace discern::desktop {

/// The colours and sizes of one scheme, read from resources/theme.json: the one place that names them.
struct Tokens {
  bool dark = true;
  QHash<QString, QColor> colours;
  QString family;                        ///< of text; Inter where it is installed
  int small = 11, body = 13, title = 20; ///< the three text sizes, logical pixels

  /// The colour of that name; an unknown name gives the text colour.
  [[nodiscard]] QColor operator[](const QString& name) const;
  /// `over` laid over `under` with `alpha` 0…1: hover and selection grounds that stay opaque.
  [[nodiscard]] QColor mixed(const QString& under, const QString& over, double alpha) const;

  /// Throws data::ReadError when the file isn't there or isn't a theme.
  [[nodiscard]] static Tokens read(const QString& jsonFile, bool dark);
};

} // namespace discern::desktop
