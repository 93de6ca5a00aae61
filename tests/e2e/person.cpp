#include "e2e/person.h"

#include <QDir>
#include <QEventLoop>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QProcess>
#include <QScrollArea>
#include <QSettings>
#include <QSurfaceFormat>
#include <cstdlib>
#include <unordered_map>

namespace discern::test {

namespace {

const QString resources = QStringLiteral(DISCERN_SOURCE_DIR "/resources");

} // namespace

void Program::prepare() {
  QSurfaceFormat format = QSurfaceFormat::defaultFormat();
  format.setRenderableType(QSurfaceFormat::OpenGL);
  format.setVersion(3, 2);
  format.setProfile(QSurfaceFormat::CoreProfile);
  format.setDepthBufferSize(24);
  format.setStencilBufferSize(8);
  QSurfaceFormat::setDefaultFormat(format);
  QApplication::setAttribute(Qt::AA_ShareOpenGLContexts);
  QApplication::setApplicationName(QStringLiteral("discern"));
  QApplication::setOrganizationName(QStringLiteral("discern"));
}

Program::Program(const QString& home) : home_(home) {
  if (home_.isEmpty()) {
    own_ = std::make_unique<QTemporaryDir>();
    home_ = own_->path();
  }
  qputenv("XDG_STATE_HOME", home_.toUtf8() + "/state");
  qputenv("DISCERN_RESOURCES", resources.toUtf8());
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, home_ + QStringLiteral("/config"));
  QDir::setSearchPaths(QStringLiteral("icons"), {resources + QStringLiteral("/icons")});
  appearance_ = std::make_unique<desktop::Appearance>(*qApp, resources);
  appearance_->setScheme(desktop::Scheme::Dark);
}

QString Program::runner() { return QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run"); }

QString Program::demo(const char* name) { return resources + QStringLiteral("/demo/") + QLatin1String(name); }

std::unique_ptr<desktop::MainWindow> Program::window(const QSize& size) {
  auto made = std::make_unique<desktop::MainWindow>(*appearance_, desktop::WindowOptions{resources, runner(), true});
  made->resize(size);
  made->show();
  made->activateWindow();
  (void)QTest::qWaitForWindowActive(made.get());
  return made;
}

void Person::key(Qt::Key key, Qt::KeyboardModifiers modifiers) {
  QWidget* focus = QApplication::focusWidget();
  QTest::keyClick(focus ? focus : &w_, key, modifiers);
}

void Person::type(const QString& text) {
  if (QWidget* focus = QApplication::focusWidget()) QTest::keyClicks(focus, text);
}

void Person::click(QWidget* widget) {
  for (QWidget* above = widget->parentWidget(); above; above = above->parentWidget())
    if (auto* area = qobject_cast<QScrollArea*>(above)) area->ensureWidgetVisible(widget);
  QTest::mouseClick(widget, Qt::LeftButton, {}, widget->rect().center());
}

bool Person::throughDialog(Qt::Key shortcut, Qt::KeyboardModifiers modifiers, const QString& path) {
  const auto fail = [&path](const char* what) {
    qWarning("%s: %s", qPrintable(path), what);
    return false;
  };
  w_.activateWindow();
  if (!QTest::qWaitForWindowActive(&w_, 10000)) return fail("the window did not get the keyboard");
  key(shortcut, modifiers);
  QPointer<QFileDialog> dialog;
  const auto appeared = [&dialog] {
    for (QWidget* top : QApplication::topLevelWidgets())
      if (auto* found = qobject_cast<QFileDialog*>(top); found && found->isVisible()) dialog = found;
    return !dialog.isNull();
  };
  if (!QTest::qWaitFor(appeared, 10000)) return fail("no file dialog came");
  auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
  if (!name || !QTest::qWaitForWindowActive(dialog, 10000)) return fail("the file dialog did not get the keyboard");
  name->setFocus();
  name->setText(path); // while one types, Qt's completion of paths goes its own ways
  QTest::keyClick(name, Qt::Key_Return);
  if (!QTest::qWaitFor([&] { return !dialog || !dialog->isVisible(); }, 10000)) return fail("the file dialog stayed");
  w_.activateWindow();
  return QTest::qWaitForWindowActive(&w_, 10000) || fail("the window did not get the keyboard back");
}

desktop::AnalysisPage* Person::findAnalysis(const QString& words) {
  key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
  auto* search = w_.analyses().findChild<QLineEdit*>(QStringLiteral("analysisSearch"));
  if (!QTest::qWaitFor([&] { return search->hasFocus(); }, 3000)) return nullptr;
  type(words);
  key(Qt::Key_Return);
  return w_.analyses().currentPage();
}

void Person::setParameter(const std::string& name, const QString& value) {
  QWidget* editor = w_.analyses().currentPage()->parameters().editor(name);
  editor->setFocus();
  QTest::keyClick(editor, Qt::Key_A, Qt::ControlModifier);
  QTest::keyClicks(editor, value);
}

bool Person::settled(int milliseconds) {
  QTest::qWait(30);
  return QTest::qWaitFor([this] { return w_.settled(); }, milliseconds);
}

bool Person::layers(std::size_t count, int milliseconds) {
  return QTest::qWaitFor([&] { return w_.link().state().layers.size() == count; }, milliseconds);
}

std::map<std::string, QImage> Person::pictures() {
  std::map<std::string, QImage> out;
  for (views::PanelWidget* view : w_.grid().shown())
    out[view->panelName()] = view->picture();
  return out;
}

jobs::Snapshot Person::lastJob() const {
  const auto all = w_.jobs().jobs();
  return all.empty() ? jobs::Snapshot{} : all.back();
}

void Person::keep(const char* name) {
  const QString shots = qEnvironmentVariable("DISCERN_SHOTS");
  if (!shots.isEmpty()) w_.grab().save(shots + QLatin1Char('/') + QLatin1String(name) + QStringLiteral(".png"));
}

double drawnShare(const QImage& given) {
  const QImage picture = given.convertToFormat(QImage::Format_RGB32);
  std::unordered_map<QRgb, std::size_t> counts;
  for (int y = 0; y < picture.height(); ++y) {
    const auto* line = reinterpret_cast<const QRgb*>(picture.constScanLine(y));
    for (int x = 0; x < picture.width(); ++x)
      ++counts[line[x]];
  }
  std::size_t most = 0;
  for (const auto& [colour, count] : counts)
    most = std::max(most, count);
  const double all = static_cast<double>(picture.width()) * picture.height();
  return all > 0 ? 1.0 - static_cast<double>(most) / all : 0.0;
}

double differingShare(const QImage& a, const QImage& b, int levels) {
  if (a.size() != b.size() || a.isNull()) return 1.0;
  const QImage left = a.convertToFormat(QImage::Format_RGB32), right = b.convertToFormat(QImage::Format_RGB32);
  std::size_t differing = 0;
  for (int y = 0; y < left.height(); ++y) {
    const auto* p = reinterpret_cast<const QRgb*>(left.constScanLine(y));
    const auto* q = reinterpret_cast<const QRgb*>(right.constScanLine(y));
    for (int x = 0; x < left.width(); ++x)
      if (std::abs(qRed(p[x]) - qRed(q[x])) > levels || std::abs(qGreen(p[x]) - qGreen(q[x])) > levels ||
          std::abs(qBlue(p[x]) - qBlue(q[x])) > levels)
        ++differing;
  }
  return static_cast<double>(differing) / (static_cast<double>(left.width()) * left.height());
}

QByteArray discernRun(const QStringList& arguments, int* code) {
  QProcess process;
  process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
  QEventLoop loop;
  QObject::connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
  process.start(Program::runner(), arguments);
  if (process.waitForStarted(5000) && process.state() != QProcess::NotRunning) loop.exec();
  if (code) *code = process.exitCode();
  return process.readAllStandardOutput();
}

} // namespace discern::test
