#include "desktop/hosts/ssh_hosts.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

namespace discern::desktop {

namespace {

constexpr int deepest = 8; // of files that include one another

QStringList wordsOf(const QString& line) {
  static const QRegularExpression word(QStringLiteral("\"([^\"]*)\"|([^\\s=\"]+)"));
  QStringList words;
  for (auto match = word.globalMatch(line); match.hasNext();) {
    const QRegularExpressionMatch found = match.next();
    words << (found.captured(1).isEmpty() ? found.captured(2) : found.captured(1));
  }
  return words;
}

QStringList filesOf(QString pattern, const QString& config) {
  if (pattern.startsWith(QStringLiteral("~/"))) pattern = QDir::homePath() + pattern.mid(1);
  if (!pattern.startsWith(QLatin1Char('/'))) // as ssh does: beside the person's own configuration
    pattern = QFileInfo(config).absolutePath() + QLatin1Char('/') + pattern;
  const QFileInfo where(pattern);
  QStringList files;
  for (const QFileInfo& file : QDir(where.path()).entryInfoList({where.fileName()}, QDir::Files | QDir::Hidden))
    files << file.absoluteFilePath();
  return files;
}

void collect(const QString& config, QStringList& hosts, int depth) {
  QFile file(config);
  if (depth > deepest || !file.open(QIODevice::ReadOnly)) return;
  while (!file.atEnd() && hosts.size() < 2000) {
    const QString line = QString::fromUtf8(file.readLine(4096)).trimmed();
    if (line.startsWith(QLatin1Char('#'))) continue;
    const QStringList words = wordsOf(line);
    if (words.size() < 2) continue;
    if (words[0].compare(QLatin1String("Include"), Qt::CaseInsensitive) == 0) {
      for (const QString& pattern : words.mid(1))
        for (const QString& included : filesOf(pattern, config))
          collect(included, hosts, depth + 1);
    } else if (words[0].compare(QLatin1String("Host"), Qt::CaseInsensitive) == 0) {
      for (const QString& name : words.mid(1))
        if (!name.contains(QRegularExpression(QStringLiteral("[*?!]"))) && !hosts.contains(name)) hosts << name;
    }
  }
}

} // namespace

QStringList sshHosts(const QString& configFile) {
  QStringList hosts;
  collect(configFile, hosts, 0);
  return hosts;
}

QString usersSshConfig() { return QDir::homePath() + QStringLiteral("/.ssh/config"); }

} // namespace discern::desktop
