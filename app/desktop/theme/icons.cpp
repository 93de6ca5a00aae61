#include "desktop/theme/icons.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace discern::desktop {

namespace {

/// Draws one SVG whose strokes are `currentColor`.
class LineIcon final : public QIconEngine {
public:
  LineIcon(QString name, QByteArray svg, QColor fixed)
      : name_(std::move(name)), svg_(std::move(svg)), fixed_(std::move(fixed)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    QByteArray coloured = svg_;
    const QColor colour = colourOf(mode, state);
    coloured.replace("currentColor", colour.name(QColor::HexRgb).toLatin1());
    QSvgRenderer renderer(coloured);
    painter->save();
    painter->setOpacity(painter->opacity() * colour.alphaF());
    const int side = std::min(rect.width(), rect.height());
    QRect square(0, 0, side, side);
    square.moveCenter(rect.center());
    renderer.render(painter, square);
    painter->restore();
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    return scaledPixmap(size, mode, state, 1.0);
  }

  QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal) override {
    // `size` is in device pixels already; the caller sets the device pixel ratio.
    const QString key = QStringLiteral("discern-icon-%1-%2x%3-%4")
                            .arg(name_)
                            .arg(size.width())
                            .arg(size.height())
                            .arg(colourOf(mode, state).name(QColor::HexArgb));
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    pixmap = QPixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(0, 0), size), mode, state);
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
  }

  QIconEngine* clone() const override { return new LineIcon(name_, svg_, fixed_); }

private:
  [[nodiscard]] QColor colourOf(QIcon::Mode mode, QIcon::State state) const {
    const QPalette palette = QGuiApplication::palette();
    if (mode == QIcon::Disabled) return palette.color(QPalette::Disabled, QPalette::ButtonText);
    if (fixed_.isValid()) return fixed_;
    if (state == QIcon::On) return palette.color(QPalette::Active, QPalette::Link);
    return palette.color(QPalette::Active, QPalette::ButtonText);
  }

  QString name_;
  QByteArray svg_;
  QColor fixed_;
};

} // namespace

QIcon icon(const QString& name) { return icon(name, QColor()); }

QIcon icon(const QString& name, const QColor& colour) {
  QFile file(QStringLiteral("icons:") + name + QStringLiteral(".svg"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QIcon(new LineIcon(name, file.readAll(), colour));
}

} // namespace discern::desktop
