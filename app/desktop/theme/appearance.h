#pragma once
#include "desktop/theme/tokens.h"
#include "scene/theme.h"
#include "style/style.h"

#include <QObject>

class QApplication;

namespace discern::desktop {

/// Which scheme the person wants: the system's, dark or light.
enum class Scheme { Auto, Dark, Light };
[[nodiscard]] Scheme schemeFromName(const QString& name); ///< "dark", "light"; anything else is Auto
[[nodiscard]] QString nameOf(Scheme scheme);

/// How the program looks: the tokens in force, put into the application's palette, font and style sheet.
class Appearance final : public QObject {
  Q_OBJECT
public:
  /// Reads `resources`/theme.json. The system's scheme is taken from the palette the application has now, so make it
  /// first thing. Throws data::ReadError when the theme is missing.
  Appearance(QApplication& application, QString resources, QObject* parent = nullptr);

  void setScheme(Scheme scheme);
  [[nodiscard]] Scheme scheme() const { return scheme_; }
  /// All text larger or smaller by a factor: 0.9, 1, 1.15, 1.3.
  void setTextScale(double scale);
  [[nodiscard]] double textScale() const { return textScale_; }
  [[nodiscard]] const Tokens& tokens() const { return tokens_; }
  [[nodiscard]] const views::Style& style() const { return style_; } ///< the same for pictures and views

Q_SIGNALS:
  void changed(); ///< palette, style sheet and icons have new colours

private:
  void apply();
  [[nodiscard]] QString styleSheet() const;
  QApplication& application_;
  QString resources_;
  bool systemDark_;
  Scheme scheme_ = Scheme::Auto;
  double textScale_ = 1.0;
  Tokens tokens_;
  views::Style style_;
};

} // namespace discern::desktop
