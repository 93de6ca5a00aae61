#include "desktop/session/recent_files.h"
#include "desktop/theme/appearance.h"
#include "desktop/window/main_window.h"
#include "desktop/window/screenshot.h"
#include "scene/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QIcon>
#include <QScreen>
#include <QSettings>
#include <QSurfaceFormat>
#include <QTemporaryDir>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace discern;

namespace {

QSize sizeFrom(const QString& text) {
  const QStringList parts = text.split(QLatin1Char('x'));
  return parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
}

[[noreturn]] void usage(const QString& problem) {
  std::fprintf(stderr, "discern: %s\nTry 'discern --help'.\n", qPrintable(problem));
  std::exit(2);
}

} // namespace

int main(int argc, char** argv) {
  // Libraries that a plugin's data may bring in must neither look for a batch system nor load OpenCL.
  setenv("OMPI_MCA_ess_singleton_isolated", "1", 1);
  setenv("HWLOC_COMPONENTS", "-opencl", 1);
  // Where no login made one, Qt would make this folder itself and complain about it on every start.
  const std::string runtime = "/tmp/runtime-" + std::to_string(getuid());
  if (std::getenv("XDG_RUNTIME_DIR") == nullptr && (mkdir(runtime.c_str(), 0700) == 0 || errno == EEXIST))
    setenv("XDG_RUNTIME_DIR", runtime.c_str(), 1);

  QSurfaceFormat format = QSurfaceFormat::defaultFormat();
  format.setRenderableType(QSurfaceFormat::OpenGL);
  format.setVersion(3, 2);
  format.setProfile(QSurfaceFormat::CoreProfile);
  format.setDepthBufferSize(24);
  format.setStencilBufferSize(8);
  QSurfaceFormat::setDefaultFormat(format);
  QApplication::setAttribute(Qt::AA_ShareOpenGLContexts);

  // Qt takes --session for the desktop's own session management: it gets the arguments without ours.
  QStringList ours;
  std::vector<char*> forQt;
  for (int i = 0; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (!word.starts_with("--session")) {
      forQt.push_back(argv[i]);
      continue;
    }
    ours << QFile::decodeName(argv[i]);
    if (word == "--session" && i + 1 < argc) ours << QFile::decodeName(argv[++i]);
  }
  int countForQt = static_cast<int>(forQt.size());
  forQt.push_back(nullptr);
  QApplication application(countForQt, forQt.data());
  QApplication::setApplicationName(QStringLiteral("discern"));
  QApplication::setOrganizationName(QStringLiteral("discern"));
  QApplication::setApplicationDisplayName(QString());
  QApplication::setApplicationVersion(QStringLiteral(DISCERN_VERSION));
  QApplication::setDesktopFileName(QStringLiteral("org.discern.Discern"));

  QCommandLineParser parser;
  parser.setApplicationDescription(
      QStringLiteral("A workbench for looking hard at what machine learning says about scientific data."));
  parser.addHelpOption();
  parser.addVersionOption();
  const QCommandLineOption session(QStringLiteral("session"), QStringLiteral("Opens a session file."),
                                   QStringLiteral("file"));
  const QCommandLineOption screenshot(
      QStringLiteral("screenshot"),
      QStringLiteral("Waits until everything is drawn, writes the window as a PNG, and ends."),
      QStringLiteral("out.png"));
  const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("Size of the window, for example 1440x900."),
                                QStringLiteral("WxH"));
  const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("dark, light or auto."),
                                 QStringLiteral("theme"));
  const QCommandLineOption fresh(QStringLiteral("fresh"),
                                 QStringLiteral("Neither reads nor writes settings and recovery files."));
  const QCommandLineOption kept(
      QStringLiteral("remote-cache"),
      QStringLiteral("Bytes of files on other machines to keep on this one's disk, 4294967296 when left out; 0: none."),
      QStringLiteral("bytes"));
  parser.addOptions({session, screenshot, size, theme, fresh, kept});
  parser.addPositionalArgument(QStringLiteral("file"),
                               QStringLiteral("Data files open as layers, session files as the session."),
                               QStringLiteral("[file…]"));
  parser.process(QApplication::arguments().mid(0, 1) + ours + QApplication::arguments().mid(1));
  const bool still = parser.isSet(screenshot) || parser.isSet(fresh);
  const QSize wanted = sizeFrom(parser.value(size));
  if (parser.isSet(size) && (wanted.width() < 320 || wanted.height() < 240))
    usage(QStringLiteral("--size wants WIDTHxHEIGHT, at least 320x240"));
  bool isNumber = true;
  const std::int64_t keptBytes = parser.isSet(kept) ? parser.value(kept).toLongLong(&isNumber) : 0;
  if (!isNumber || keptBytes < 0) usage(QStringLiteral("--remote-cache wants a number of bytes"));

  // A window that leaves no trace has settings of its own, gone when it ends.
  std::unique_ptr<QTemporaryDir> settings;
  QSettings::setDefaultFormat(QSettings::IniFormat);
  if (still) {
    settings = std::make_unique<QTemporaryDir>();
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings->path());
  }

  try {
    const QString resources = QDir(QString::fromStdString(scene::resourceFolder())).absolutePath();
    QDir::addSearchPath(QStringLiteral("icons"), resources + QStringLiteral("/icons"));
    QApplication::setWindowIcon(QIcon(resources + QStringLiteral("/icons/discern.svg")));
    desktop::Appearance appearance(application, resources);
    appearance.setTextScale(QSettings().value(QStringLiteral("appearance/textScale"), 1.0).toDouble());
    appearance.setScheme(desktop::schemeFromName(
        parser.isSet(theme) ? parser.value(theme) : QSettings().value(QStringLiteral("appearance/scheme")).toString()));

    QString runner = qEnvironmentVariable("DISCERN_RUN");
    if (runner.isEmpty()) runner = QApplication::applicationDirPath() + QStringLiteral("/discern-run");
    qputenv("SSH_ASKPASS", QFile::encodeName(QApplication::applicationDirPath() + QStringLiteral("/discern-askpass")));
    if (parser.isSet(theme)) qputenv("DISCERN_THEME", parser.value(theme).toUtf8());
    desktop::WindowOptions options{resources, runner, !still};
    if (parser.isSet(kept)) options.keptBytes = keptBytes;
    desktop::MainWindow window(appearance, options);
    if (wanted.isValid()) {
      window.resize(wanted);
    } else { // with room for the frame that a window manager adds
      const QSize room = window.screen()->availableGeometry().size() - QSize(8, 40);
      window.resize(window.size().boundedTo(room));
    }
    window.show();
    if (parser.isSet(session)) window.openFiles({QFileInfo(parser.value(session)).absoluteFilePath()});
    window.openFiles(parser.positionalArguments());

    if (parser.isSet(screenshot)) {
      bool failed = false;
      QObject::connect(&window, &desktop::MainWindow::fileFailed, &window, [&failed] { failed = true; });
      desktop::Screenshot camera(window, parser.value(screenshot));
      QObject::connect(&camera, &desktop::Screenshot::taken, &window, [&](const QString& problem) {
        if (!problem.isEmpty()) std::fprintf(stderr, "discern: %s\n", qPrintable(problem));
        QApplication::exit(problem.isEmpty() && !failed ? 0 : 1);
      });
      camera.take();
      return QApplication::exec();
    }
    return QApplication::exec();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "discern: %s\n", error.what());
    return 1;
  }
}
