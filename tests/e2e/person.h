#pragma once
/// A person at the real window: what they do by mouse and keyboard, and what they see.
#include "channel/client/client.h"
#include "desktop/analyses/analysis_page.h"
#include "desktop/analyses/analysis_panel.h"
#include "desktop/analyses/job_controller.h"
#include "desktop/theme/appearance.h"
#include "desktop/window/main_window.h"
#include "gl/flat_view.h"
#include "grid/view_grid.h"
#include "jobs/run_directory.h"

#include <QApplication>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

namespace discern::test {

/// What the program's main() does before its first window, with settings and state in folders of its own.
class Program {
public:
  /// `home` empty: a fresh folder, gone at the end.
  explicit Program(const QString& home = {});
  [[nodiscard]] const QString& home() const { return home_; }
  [[nodiscard]] static QString runner();
  [[nodiscard]] static QString demo(const char* name);
  [[nodiscard]] desktop::Appearance& appearance() { return *appearance_; }
  /// A window as the program makes it, on the screen and with the keyboard.
  [[nodiscard]] std::unique_ptr<desktop::MainWindow> window(const QSize& size = {1440, 900});
  /// Surface format and attributes, before the application is made.
  static void prepare();

private:
  std::unique_ptr<QTemporaryDir> own_;
  QString home_;
  std::unique_ptr<desktop::Appearance> appearance_;
};

/// Works at one window. Functions that return bool say whether what was expected happened in time.
class Person {
public:
  explicit Person(desktop::MainWindow& window) : w_(window) {}
  /// A key to whatever has the keyboard.
  void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
  void type(const QString& text);
  /// A left click in the middle of a widget, after scrolling it into view.
  static void click(QWidget* widget);
  /// `shortcut` opens a file dialog, in which `path` is typed.
  [[nodiscard]] bool throughDialog(Qt::Key shortcut, Qt::KeyboardModifiers modifiers, const QString& path);
  [[nodiscard]] bool open(const QString& path) { return throughDialog(Qt::Key_O, Qt::ControlModifier, path); }
  [[nodiscard]] bool loadTruth(const QString& path) {
    return throughDialog(Qt::Key_T, Qt::ControlModifier | Qt::ShiftModifier, path);
  }
  /// Ctrl+Shift+A, the words, Enter: the page of the first analysis found.
  [[nodiscard]] desktop::AnalysisPage* findAnalysis(const QString& words);
  /// Replaces what a parameter's field says, in the page that is open.
  void setParameter(const std::string& name, const QString& value);
  /// Waits until every view shows what it should.
  [[nodiscard]] bool settled(int milliseconds = 20000);
  [[nodiscard]] bool layers(std::size_t count, int milliseconds = 20000);
  /// The pictures of all views on the screen, by panel name.
  [[nodiscard]] std::map<std::string, QImage> pictures();
  /// The last run; an empty snapshot when there is none.
  [[nodiscard]] jobs::Snapshot lastJob() const;
  /// Keeps a picture of the window in $DISCERN_SHOTS, where that is set.
  void keep(const char* name);

private:
  desktop::MainWindow& w_;
};

/// Share of pixels that are not the most frequent colour.
[[nodiscard]] double drawnShare(const QImage& picture);
/// Share of pixels that differ by more than `levels` in a channel. Pictures of different size differ wholly.
[[nodiscard]] double differingShare(const QImage& a, const QImage& b, int levels = 32);

/// discern-run to its end, while events go on. Output of stdout; `code` gets the exit code.
[[nodiscard]] QByteArray discernRun(const QStringList& arguments, int* code = nullptr);

} // namespace discern::test

/// main() of an end-to-end test.
#define DISCERN_E2E_MAIN(Test)                                                                                         \
  int main(int argc, char** argv) {                                                                                    \
    discern::test::Program::prepare();                                                                                 \
    QApplication application(argc, argv);                                                                              \
    Test test;                                                                                                         \
    return QTest::qExec(&test, argc, argv);                                                                            \
  }
