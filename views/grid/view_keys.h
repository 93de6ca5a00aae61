#pragma once
#include "link/link.h"

#include <QKeySequence>
#include <QObject>
#include <QTimer>
#include <vector>

class QWidget;

namespace discern::views {

class ViewGrid;

/// The keys that mean the same in every view, in one place. They act while the window (not a text field, list search or
/// dialog) has the keyboard:
///
///   G        show or hide the prediction and truth layers (the overlay)
///   T        show or hide the image below (the foreground's ground)
///   F held   flicker between prediction and truth
///   O / D    overlay / difference of prediction and truth
///   C / K    curtain (swipe) / checkerboard of the two         [ ]      moves the curtain
///   Space    play or pause         , .      previous, next time step
///   N        next disagreement     Shift+N  previous
class ViewKeys final : public QObject {
  Q_OBJECT
public:
  struct Key {
    QKeySequence keys;
    QString words; ///< for the sheet of shortcuts
  };
  /// Listens to `window` and all its children.
  ViewKeys(link::Link& link, ViewGrid& grid, QWidget* window);
  [[nodiscard]] static std::vector<Key> sheet();
  [[nodiscard]] bool flickering() const { return flicker_.isActive(); }

public Q_SLOTS:
  void toggleOverlay();
  void toggleImage();
  void setMode(const QString& mode);
  /// That mode, or the overlay where it is on already.
  void toggleMode(const QString& mode);
  void beginFlicker();
  void endFlicker();

Q_SIGNALS:
  void playPause();
  void stepTime(int by);
  void stepDisagreement(int by);

protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  void showNext();
  link::Link& link_;
  ViewGrid& grid_;
  QWidget* window_;
  QTimer flicker_;
  bool showTruth_ = false;
};

} // namespace discern::views
