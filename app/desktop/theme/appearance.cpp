#include "desktop/theme/appearance.h"

#include <QApplication>
#include <QFile>
#include <QPalette>
#include <QStyleFactory>
#include <cmath>

namespace discern::desktop {

Scheme schemeFromName(const QString& name) {
  if (name == QLatin1String("dark")) return Scheme::Dark;
  if (name == QLatin1String("light")) return Scheme::Light;
  return Scheme::Auto;
}

QString nameOf(Scheme scheme) {
  switch (scheme) {
  case Scheme::Dark:
    return QStringLiteral("dark");
  case Scheme::Light:
    return QStringLiteral("light");
  case Scheme::Auto:
    break;
  }
  return QStringLiteral("auto");
}

Appearance::Appearance(QApplication& application, QString resources, QObject* parent)
    : QObject(parent), application_(application), resources_(std::move(resources)),
      systemDark_(application.palette().color(QPalette::Window).lightness() < 128) {
  application_.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  apply();
}

void Appearance::setScheme(Scheme scheme) {
  if (scheme == scheme_) return;
  scheme_ = scheme;
  apply();
}

void Appearance::setTextScale(double scale) {
  scale = std::clamp(scale, 0.7, 2.0);
  if (scale == textScale_) return;
  textScale_ = scale;
  apply();
}

void Appearance::apply() {
  const bool dark = scheme_ == Scheme::Auto ? systemDark_ : scheme_ == Scheme::Dark;
  const QString file = resources_ + QStringLiteral("/theme.json");
  tokens_ = Tokens::read(file, dark);
  style_.theme = scene::Theme::fromTokens(file.toStdString(), dark);
  for (int* size : {&tokens_.small, &tokens_.body, &tokens_.title})
    *size = static_cast<int>(std::lround(*size * textScale_));

  QPalette palette;
  const auto set = [&palette](QPalette::ColorRole role, const QColor& colour) { palette.setColor(role, colour); };
  set(QPalette::Window, tokens_["surface"]);
  set(QPalette::WindowText, tokens_["text"]);
  set(QPalette::Base, tokens_["surface"]);
  set(QPalette::AlternateBase, tokens_.mixed("surface", "text", 0.03));
  set(QPalette::Text, tokens_["text"]);
  set(QPalette::Button, tokens_["raised"]);
  set(QPalette::ButtonText, tokens_["text"]);
  set(QPalette::BrightText, tokens_["bad"]);
  set(QPalette::ToolTipBase, tokens_["raised"]);
  set(QPalette::ToolTipText, tokens_["text"]);
  set(QPalette::PlaceholderText, tokens_["muted"]);
  set(QPalette::Highlight, tokens_["selection"]);
  set(QPalette::HighlightedText, tokens_["text"]);
  set(QPalette::Link, tokens_["accent"]);
  set(QPalette::LinkVisited, tokens_["accent"]);
  set(QPalette::Light, tokens_.mixed("surface", "text", 0.12));
  set(QPalette::Midlight, tokens_.mixed("surface", "text", 0.08));
  set(QPalette::Mid, tokens_["border"]);
  set(QPalette::Dark, tokens_["border"]);
  set(QPalette::Shadow, tokens_["canvas"]);
  const QColor faint = tokens_.mixed("surface", "muted", 0.55);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
    palette.setColor(QPalette::Disabled, role, faint);

  QFont font(tokens_.family);
  font.setPixelSize(tokens_.body);
  application_.setFont(font);
  application_.setPalette(palette);
  application_.setStyleSheet(styleSheet());
  Q_EMIT changed();
}

QString Appearance::styleSheet() const {
  QFile file(QStringLiteral(":/theme/theme.qss.in"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  QString sheet = QString::fromUtf8(file.readAll());
  QHash<QString, QString> words;
  for (auto it = tokens_.colours.begin(); it != tokens_.colours.end(); ++it)
    words.insert(it.key(), it->name());
  const auto mix = [this](const char* under, const char* over, double alpha) {
    return tokens_.mixed(QLatin1String(under), QLatin1String(over), alpha).name();
  };
  const bool dark = tokens_.dark;
  words["line"] = mix("surface", "text", 0.09);
  words["hover"] = mix("surface", "text", 0.07);
  words["pressed"] = mix("surface", "text", 0.13);
  words["stripe"] = mix("surface", "text", 0.03);
  words["track"] = mix("surface", "text", 0.20);
  words["handle"] = dark ? mix("muted", "text", 0.4) : mix("muted", "surface", 0.1);
  words["controlBorder"] = mix("surface", "muted", 0.75);
  words["disabled"] = mix("surface", "muted", 0.55);
  words["field"] = dark ? mix("surface", "canvas", 0.7) : tokens_["raised"].name();
  words["card"] = tokens_["raised"].name();
  // White text on the accent keeps a contrast of 4.5:1 in both schemes.
  words["accentFill"] = dark ? tokens_["accent"].darker(155).name() : tokens_["accent"].name();
  words["accentHover"] = dark ? tokens_["accent"].darker(140).name() : tokens_["accent"].darker(112).name();
  words["onAccent"] = QStringLiteral("#ffffff");
  words["family"] = tokens_.family;
  words["small"] = QString::number(tokens_.small);
  words["large"] = QString::number(tokens_.body + 1);
  words["body"] = QString::number(tokens_.body);
  words["title"] = QString::number(tokens_.title);
  for (auto it = words.begin(); it != words.end(); ++it)
    sheet.replace(QLatin1Char('@') + it.key() + QLatin1Char('@'), *it);
  return sheet;
}

} // namespace discern::desktop
