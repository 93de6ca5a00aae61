#pragma once
#include "scene/theme.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QString>

class QToolButton;
class QWidget;

namespace discern::views {

/// What every view is given about looks. Widgets take their own colours from palette and style sheet; the theme is for
/// pictures and icons.
struct Style {
  scene::Theme theme;
};

[[nodiscard]] QColor colour(const scene::Rgb& rgb);
[[nodiscard]] QString text(const std::string& utf8);

/// The line icon resources/icons/NAME.svg in the theme's text colour (muted when disabled, accent when checked). Null
/// when there is no such file.
[[nodiscard]] QIcon icon(const QString& name, const Style& style);

/// A flat icon button for header strips and bars: object name "iconButton", tooltip "text (shortcut)", accessible name
/// `text`. Its icon follows restyle().
[[nodiscard]] QToolButton* iconButton(const QString& iconName, const QString& text, const QString& shortcut,
                                      const Style& style, QWidget* parent);
/// The theme's names for text: tone "muted", "accent", "good", "warn", "bad"; size "small", "strong", "title". Empty:
/// plain.
void setTone(QWidget* widget, const char* tone, const char* size = "");
/// Gives every iconButton below `root` its icon in the colours of `style`.
void restyle(QWidget* root, const Style& style);
/// Changes the icon and the words of an iconButton.
void relabel(QToolButton* button, const QString& iconName, const QString& text, const QString& shortcut,
             const Style& style);

} // namespace discern::views
