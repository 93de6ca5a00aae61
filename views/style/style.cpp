#include "style/style.h"

#include "style/line_icon.h"

#include <QToolButton>

namespace discern::views {
namespace {

void describe(QToolButton* button, const QString& text, const QString& shortcut) {
  button->setAccessibleName(text);
  button->setToolTip(shortcut.isEmpty() ? text : QStringLiteral("%1 (%2)").arg(text, shortcut));
}

} // namespace

QColor colour(const scene::Rgb& rgb) {
  return QColor::fromRgbF(static_cast<float>(rgb[0]), static_cast<float>(rgb[1]), static_cast<float>(rgb[2]));
}

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QIcon icon(const QString& name, const Style& style) {
  const QColor ink = colour(style.theme.text), accent = colour(style.theme.accent);
  QColor off = colour(style.theme.muted);
  off.setAlphaF(0.5F);
  return lineIcon(text(scene::resourceFolder()) + QStringLiteral("/icons/") + name + QStringLiteral(".svg"),
                  [ink, accent, off](QIcon::Mode mode, QIcon::State state) {
                    return mode == QIcon::Disabled ? off : state == QIcon::On ? accent : ink;
                  });
}

QToolButton* iconButton(const QString& iconName, const QString& text, const QString& shortcut, const Style& style,
                        QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setObjectName(QStringLiteral("iconButton"));
  button->setAutoRaise(true);
  button->setFocusPolicy(Qt::TabFocus);
  button->setIconSize({16, 16});
  relabel(button, iconName, text, shortcut, style);
  return button;
}

void relabel(QToolButton* button, const QString& iconName, const QString& text, const QString& shortcut,
             const Style& style) {
  button->setProperty("icon-name", iconName);
  const QIcon picture = icon(iconName, style);
  button->setIcon(picture);
  if (picture.isNull()) button->setText(text);
  describe(button, text, shortcut);
}

void setTone(QWidget* widget, const char* tone, const char* size) {
  if (*tone) widget->setProperty("tone", QString::fromLatin1(tone));
  if (*size) widget->setProperty("textSize", QString::fromLatin1(size));
}

void restyle(QWidget* root, const Style& style) {
  for (QToolButton* button : root->findChildren<QToolButton*>()) {
    const QString name = button->property("icon-name").toString();
    if (!name.isEmpty()) button->setIcon(icon(name, style));
  }
}

} // namespace discern::views
