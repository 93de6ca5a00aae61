#include "style/line_icon.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace discern::views {

namespace {

class LineIcon final : public QIconEngine {
public:
  LineIcon(QString file, QByteArray svg, Ink ink)
      : file_(std::move(file)), svg_(std::move(svg)), ink_(std::move(ink)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    QByteArray coloured = svg_;
    const QColor colour = ink_(mode, state);
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
                            .arg(file_)
                            .arg(size.width())
                            .arg(size.height())
                            .arg(ink_(mode, state).name(QColor::HexArgb));
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

  QIconEngine* clone() const override { return new LineIcon(file_, svg_, ink_); }

private:
  QString file_;
  QByteArray svg_;
  Ink ink_;
};

} // namespace

QIcon lineIcon(const QString& file, Ink ink) {
  QFile from(file);
  if (!from.open(QIODevice::ReadOnly)) return {};
  return QIcon(new LineIcon(file, from.readAll(), std::move(ink)));
}

} // namespace discern::views
