#pragma once
#include "link/link.h"
#include "style/style.h"
#include "support/memory_provider.h"

#include <QColor>
#include <QImage>
#include <QString>
#include <QWidget>

namespace discern::tests {

[[nodiscard]] views::Style testStyle(bool dark = true);

/// A microscopy-like volume 24 × 20 × 12, brighter to +x, with a bright corner block at the origin, in counts; three
/// instances in the truth at "truth"; the prediction at "prediction" misses the third and moves the second by a voxel.
/// Voxel size 0.5 × 0.5 × 2 µm. At "image".
void addNuclei(MemoryProvider& provider);
/// A brain-like run 16 × 16 × 10, 20 volumes 2 s apart; voxel (i, j, k) at time t is 100 i + 10 j + k + 1000 sin(t): at
/// "brain".
void addBrain(MemoryProvider& provider);
/// A climate-like field of 1-degree … 10-degree cells: 36 × 19, longitudes 0…350, latitudes 90…−90 (descending), 6
/// dates. The anomaly is positive in the northern hemisphere, negative in the southern, NaN between 30 and 60° E at the
/// equator: at "climate".
void addClimate(MemoryProvider& provider);

/// Adds a layer of a dataset on top and makes it active; the first one puts cursor and layout where they suit. Returns
/// its id.
std::string addLayer(link::Link& link, MemoryProvider& provider, const std::string& path,
                     session::Role role = session::Role::Image);

/// Shows a window of that size and waits until it is on the screen.
void present(QWidget& window, int width, int height);

/// A drag in several moves, with the button and modifiers held.
void drag(QWidget* widget, const QPoint& from, const QPoint& to, Qt::MouseButton button,
          Qt::KeyboardModifiers held = Qt::NoModifier);
/// A move without buttons.
void hover(QWidget* widget, const QPoint& to, Qt::KeyboardModifiers held = Qt::NoModifier);
/// `notches` of the wheel, upwards positive.
void wheel(QWidget* widget, const QPoint& at, int notches, Qt::KeyboardModifiers held = Qt::NoModifier);

/// Saves a window as $DISCERN_SCREENSHOTS/NAME.png when that is set; GL views included.
void photograph(QWidget& window, const QString& name);
/// What is on the screen, GL views included.
[[nodiscard]] QImage look(QWidget& window);

/// The share of pixels of `image` within `box` whose colour lies within `tolerance` (0…255, each channel) of `colour`.
[[nodiscard]] double share(const QImage& image, const QRect& box, const QColor& colour, int tolerance);

} // namespace discern::tests
