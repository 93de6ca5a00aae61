#pragma once
/// What the machine itself needs for the same, without Discern: the limits that the window's times are held against.
#include <QSize>

namespace discern::bench {

/// Milliseconds to draw four empty OpenGL views of `size` each and see them on the screen: the median of `rounds`.
[[nodiscard]] double fourEmptyViews(const QSize& size, int rounds);

/// A window with one line of text, painted; then the process ends. Says "painted" on stdout.
[[nodiscard]] int bareWindow();

} // namespace discern::bench
