#pragma once
#include "channel/client/client.h"
#include "desktop/theme/appearance.h"
#include "desktop/window/main_window.h"
#include "grid/view_grid.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QSettings>
#include <QSurfaceFormat>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

/// A window on the bundled demo data, with settings and state folders of its own.
class WindowFixture {
public:
  WindowFixture() {
    qputenv("XDG_STATE_HOME", folder.path().toUtf8() + "/state");
    qputenv("XDG_CACHE_HOME", folder.path().toUtf8() + "/cache");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path() + QStringLiteral("/config"));
    QDir::addSearchPath(QStringLiteral("icons"), resources + QStringLiteral("/icons"));
    appearance = std::make_unique<discern::desktop::Appearance>(*qApp, resources);
    appearance->setScheme(discern::desktop::schemeFromName(qEnvironmentVariable("DISCERN_SHOTS_THEME", "dark")));
  }

  /// `connect`: how other machines are reached.
  [[nodiscard]] std::unique_ptr<discern::desktop::MainWindow>
  window(bool remember = true, discern::channel::Client::Connect connect = {}) const {
    auto made = std::make_unique<discern::desktop::MainWindow>(
        *appearance, discern::desktop::WindowOptions{resources, QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run"),
                                                     remember, std::move(connect)});
    made->resize(1440, 900);
    made->show();
    (void)QTest::qWaitForWindowExposed(made.get());
    made->activateWindow(); // shortcuts belong to the active window; without a window manager nobody else says which
    (void)QTest::qWaitForWindowActive(made.get(), 2000);
    return made;
  }

  [[nodiscard]] QString demo(const char* name) const {
    return resources + QStringLiteral("/demo/") + QLatin1String(name);
  }

  /// True once the window shows everything; false after 30 s.
  [[nodiscard]] static bool settle(discern::desktop::MainWindow& window) {
    QTest::qWait(50);
    return QTest::qWaitFor([&window] { return window.settled(); }, 30000);
  }

  /// Keeps a picture of the window in $DISCERN_SHOTS, where that is set.
  static void keep(QWidget& window, const char* name) {
    const QString shots = qEnvironmentVariable("DISCERN_SHOTS");
    if (!shots.isEmpty()) window.grab().save(shots + QLatin1Char('/') + QLatin1String(name) + QStringLiteral(".png"));
  }

  QTemporaryDir folder;
  const QString resources = QStringLiteral(DISCERN_SOURCE_DIR "/resources");
  std::unique_ptr<discern::desktop::Appearance> appearance;
};

/// main() of a test that shows windows: the surface format must be set before the application is made.
#define DISCERN_WINDOW_TEST(Test)                                                                                      \
  int main(int argc, char** argv) {                                                                                    \
    QSurfaceFormat format = QSurfaceFormat::defaultFormat();                                                           \
    format.setVersion(3, 2);                                                                                           \
    format.setProfile(QSurfaceFormat::CoreProfile);                                                                    \
    QSurfaceFormat::setDefaultFormat(format);                                                                          \
    QApplication::setAttribute(Qt::AA_ShareOpenGLContexts);                                                            \
    QApplication application(argc, argv);                                                                              \
    QApplication::setApplicationName(QStringLiteral("discern"));                                                       \
    QApplication::setOrganizationName(QStringLiteral("discern"));                                                      \
    Test test;                                                                                                         \
    return QTest::qExec(&test, argc, argv);                                                                            \
  }
