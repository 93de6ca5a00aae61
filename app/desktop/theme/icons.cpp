#include "desktop/theme/icons.h"

#include "style/line_icon.h"

#include <QGuiApplication>
#include <QPalette>

namespace discern::desktop {

QIcon icon(const QString& name) { return icon(name, QColor()); }

QIcon icon(const QString& name, const QColor& colour) {
  return views::lineIcon(QStringLiteral("icons:") + name + QStringLiteral(".svg"),
                         [colour](QIcon::Mode mode, QIcon::State state) {
                           const QPalette palette = QGuiApplication::palette();
                           if (mode == QIcon::Disabled) return palette.color(QPalette::Disabled, QPalette::ButtonText);
                           if (colour.isValid()) return colour;
                           if (state == QIcon::On) return palette.color(QPalette::Active, QPalette::Link);
                           return palette.color(QPalette::Active, QPalette::ButtonText);
                         });
}

QIcon entryIcon(const QString& name) {
  return views::lineIcon(QStringLiteral("icons:") + name + QStringLiteral(".svg"), [](QIcon::Mode mode, QIcon::State) {
    return QGuiApplication::palette().color(mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active,
                                            mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText);
  });
}

} // namespace discern::desktop
