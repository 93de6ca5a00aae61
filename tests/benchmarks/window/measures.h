#pragma once
#include <QApplication>
#include <QString>
#include <functional>
#include <string>
#include <vector>

class QWidget;

namespace discern::bench {

[[nodiscard]] double quantile(std::vector<double> values, double q);

/// Runs the event loop until `done`; false after `milliseconds`.
bool waitUntil(const std::function<bool()>& done, int milliseconds = 60000);

/// Says "painted" on stdout when `window` has been painted for the first time, and ends the program.
void sayWhenPainted(QWidget& window);

/// Milliseconds from starting this program with `argument` to its "painted": the median of `rounds`.
[[nodiscard]] double startTime(const QString& argument, int rounds);

/// The program, with a clock on every event that its GUI thread handles. What takes long here is what a person feels as
/// a stall.
class TimedApplication final : public QApplication {
public:
  using QApplication::QApplication;
  void reset();
  bool notify(QObject* receiver, QEvent* event) override;
  /// A view drew for so long, within the event that is being handled.
  void drew(double milliseconds) { drawn_ += milliseconds; }
  double longestDrawing = 0; ///< ms of the longest repaint: the views' drawing and its way to the screen
  double longestOther =
      0;             ///< ms of the longest event of any other kind, less what views drew in it (a resize draws at once)
  std::string other; ///< which: receiver's class and the event's kind

private:
  int depth_ = 0;
  double drawn_ = 0;
};

/// A line of the table.
struct Row {
  std::string name;
  double milliseconds = 0;
  double target = 0; ///< 0: none
  double limit = 0;  ///< what the machine needs without us; 0: none
  std::string limitName;
};
/// Prints the rows; returns how many missed their target.
int print(const std::vector<Row>& rows);

} // namespace discern::bench
