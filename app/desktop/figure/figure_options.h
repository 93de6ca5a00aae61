#pragma once
#include <QString>
#include <QStringList>

class QSettings;

namespace discern::desktop {

/// How a figure, or an animation, of the session is wanted.
struct FigureOptions {
  double widthMm = 180, heightMm = 135;
  int dpi = 300;
  QString format = QStringLiteral("png"); ///< "png", "svg", "pdf"; of an animation "png", "mp4", "webm"
  QString view;                           ///< a panel's name; empty: all views
  QString motion;                         ///< "time", "orbit"; empty: one picture
  int frames = 120;                       ///< of an orbit
  double rate = 12;                       ///< frames a second
  bool light = true;                      ///< colours for paper
  bool transparent = false;
  bool crosshair = false;
  bool embed = true; ///< the session goes into the file
  bool operator==(const FigureOptions&) const = default;

  static constexpr double mmPerInch = 25.4;
  [[nodiscard]] int pixelsAcross() const { return pixels(widthMm); }
  [[nodiscard]] int pixelsDown() const { return pixels(heightMm); }
  /// The words of discern-run replay, without the session and the file.
  [[nodiscard]] QStringList arguments() const;
  /// What was chosen last ("figure/…"); width and height keep the shape `aspect`, height over width.
  [[nodiscard]] static FigureOptions remembered(const QSettings& settings, double aspect);
  void remember(QSettings& settings) const;

private:
  [[nodiscard]] int pixels(double mm) const;
};

} // namespace discern::desktop
