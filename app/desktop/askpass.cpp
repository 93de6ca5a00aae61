// discern-askpass PROMPT: what ssh starts when it has a question and the window has no terminal ($SSH_ASKPASS).
#include "desktop/hosts/ask_dialog.h"
#include "desktop/theme/appearance.h"
#include "scene/theme.h"

#include <QApplication>
#include <QDir>
#include <QSettings>
#include <csignal>
#include <cstdio>
#include <sys/prctl.h>

using namespace discern;

int main(int argc, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGTERM); // ssh was stopped, or has waited long enough: nobody hears the answer
  QApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("discern"));
  QApplication::setOrganizationName(QStringLiteral("discern"));
  QApplication::setDesktopFileName(QStringLiteral("org.discern.Discern"));
  QSettings::setDefaultFormat(QSettings::IniFormat);
  const QStringList words = QApplication::arguments();
  if (words.size() != 2) {
    std::fprintf(stderr, "discern-askpass: started by ssh with its question as the one argument\n");
    return 2;
  }
  try {
    const QString resources = QDir(QString::fromStdString(scene::resourceFolder())).absolutePath();
    QDir::addSearchPath(QStringLiteral("icons"), resources + QStringLiteral("/icons"));
    QApplication::setWindowIcon(QIcon(resources + QStringLiteral("/icons/discern.svg")));
    desktop::Appearance appearance(application, resources);
    const QSettings settings;
    appearance.setTextScale(settings.value(QStringLiteral("appearance/textScale"), 1.0).toDouble());
    appearance.setScheme(desktop::schemeFromName(
        qEnvironmentVariable("DISCERN_THEME", settings.value(QStringLiteral("appearance/scheme")).toString())));
    desktop::AskDialog dialog(words[1], qEnvironmentVariable("SSH_ASKPASS_PROMPT"));
    dialog.show();
    dialog.raise();
    dialog.activateWindow();
    if (dialog.exec() != QDialog::Accepted) return 1;
    std::puts(dialog.answer().toUtf8().constData());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "discern-askpass: %s\n", error.what());
    return 1;
  }
}
