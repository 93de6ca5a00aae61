#include "desktop/figure/figure_options.h"

#include <QSettings>
#include <cmath>

namespace discern::desktop {

int FigureOptions::pixels(double mm) const { return static_cast<int>(std::lround(mm / mmPerInch * dpi)); }

QStringList FigureOptions::arguments() const {
  QStringList words{
      QStringLiteral("--size"),  QStringLiteral("%1x%2mm").arg(widthMm, 0, 'f', 3).arg(heightMm, 0, 'f', 3),
      QStringLiteral("--dpi"),   QString::number(dpi),
      QStringLiteral("--theme"), light ? QStringLiteral("light") : QStringLiteral("dark")};
  if (!view.isEmpty()) words << QStringLiteral("--view") << view;
  if (transparent) words << QStringLiteral("--transparent");
  if (!crosshair) words << QStringLiteral("--no-crosshair");
  if (!embed) words << QStringLiteral("--no-session");
  if (motion == QLatin1String("orbit"))
    words << QStringLiteral("--animate") << QStringLiteral("orbit:%1").arg(frames);
  else if (!motion.isEmpty())
    words << QStringLiteral("--animate") << motion;
  if (!motion.isEmpty()) words << QStringLiteral("--rate") << QString::number(rate);
  return words;
}

FigureOptions FigureOptions::remembered(const QSettings& settings, double aspect) {
  FigureOptions options;
  const auto get = [&](const char* key, const QVariant& fallback) {
    return settings.value(QStringLiteral("figure/") + QLatin1String(key), fallback);
  };
  options.widthMm = get("width", options.widthMm).toDouble();
  options.heightMm = options.widthMm * aspect;
  options.dpi = get("dpi", options.dpi).toInt();
  options.format = get("format", options.format).toString();
  options.frames = get("frames", options.frames).toInt();
  options.rate = get("rate", options.rate).toDouble();
  options.light = get("light", options.light).toBool();
  options.transparent = get("transparent", options.transparent).toBool();
  options.crosshair = get("crosshair", options.crosshair).toBool();
  options.embed = get("embed", options.embed).toBool();
  return options;
}

void FigureOptions::remember(QSettings& settings) const {
  const std::pair<const char*, QVariant> values[] = {
      {"width", widthMm}, {"dpi", dpi},     {"format", format},           {"frames", frames},
      {"rate", rate},     {"light", light}, {"transparent", transparent}, {"crosshair", crosshair},
      {"embed", embed}};
  for (const auto& [key, value] : values)
    settings.setValue(QStringLiteral("figure/") + QLatin1String(key), value);
}

} // namespace discern::desktop
