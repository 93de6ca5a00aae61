#include "desktop/theme/tokens.h"

#include "data/error.h"

#include <QFile>
#include <QFontDatabase>
#include <QJsonDocument>
#include <QJsonObject>

namespace discern::desktop {

QColor Tokens::operator[](const QString& name) const {
  const auto found = colours.constFind(name);
  return found != colours.constEnd() ? *found : colours.value(QStringLiteral("text"), QColor(Qt::gray));
}

QColor Tokens::mixed(const QString& under, const QString& over, double alpha) const {
  const QColor a = (*this)[under], b = (*this)[over];
  const auto mix = [alpha](float x, float y) { return static_cast<float>(x + (y - x) * alpha); };
  return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

Tokens Tokens::read(const QString& jsonFile, bool dark) {
  QFile file(jsonFile);
  if (!file.open(QIODevice::ReadOnly))
    throw data::ReadError(jsonFile.toStdString(), "the theme is missing. Reinstall Discern, or set DISCERN_RESOURCES.");
  const QString scheme = dark ? QStringLiteral("dark") : QStringLiteral("light");
  const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
  const QJsonObject names = root.value(scheme).toObject();
  if (names.isEmpty())
    throw data::ReadError(jsonFile.toStdString(), "expected the colours of the scheme \"" + scheme.toStdString() +
                                                      "\", found none. Reinstall Discern.");
  Tokens tokens;
  tokens.dark = dark;
  for (auto it = names.begin(); it != names.end(); ++it) {
    const QColor colour(it.value().toString());
    if (colour.isValid()) tokens.colours.insert(it.key(), colour);
  }
  const QStringList families = QFontDatabase::families();
  tokens.family = families.contains(QStringLiteral("Inter"))
                      ? QStringLiteral("Inter")
                      : QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
  return tokens;
}

} // namespace discern::desktop
