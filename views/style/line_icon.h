#pragma once
#include <QIcon>
#include <QString>
#include <functional>

namespace discern::views {

/// The ink of an icon in a mode and state; asked at every painting, so that it follows the theme.
using Ink = std::function<QColor(QIcon::Mode, QIcon::State)>;

/// An icon from an SVG file whose strokes are `currentColor`, drawn when and as large as it is shown; pictures are kept
/// in QPixmapCache. A file that is not there gives an empty icon.
[[nodiscard]] QIcon lineIcon(const QString& file, Ink ink);

} // namespace discern::views
