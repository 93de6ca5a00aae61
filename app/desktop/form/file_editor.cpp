#include "desktop/form/file_editor.h"

#include "desktop/theme/icons.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace discern::desktop {

using nlohmann::json;

FileEditor::FileEditor(const Parameter& parameter, QWidget* owner)
    : Editor(parameter), box_(new QWidget(owner)), line_(new QLineEdit(box_)) {
  auto* row = new QHBoxLayout(box_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  line_->setPlaceholderText(parameter.mode == "folder" ? tr("No folder") : tr("No file"));
  auto* choose = new QToolButton(box_);
  choose->setObjectName(QStringLiteral("browse.") + QString::fromStdString(parameter.name));
  choose->setIcon(icon(QStringLiteral("folder")));
  choose->setAutoRaise(true);
  choose->setToolTip(parameter.mode == "folder" ? tr("Choose a folder") : tr("Choose a file"));
  choose->setAccessibleName(tr("Choose %1").arg(QString::fromStdString(parameter.label)));
  row->addWidget(line_, 1);
  row->addWidget(choose);
  box_->setFocusProxy(line_);
  connect(line_, &QLineEdit::textChanged, this, &Editor::changed);
  connect(choose, &QToolButton::clicked, this, &FileEditor::browse);
}

QList<QWidget*> FileEditor::fields() const { return {line_}; }

json FileEditor::value() const {
  QString path = line_->text().trimmed();
  if (path == QLatin1String("~") || path.startsWith(QLatin1String("~/"))) path.replace(0, 1, QDir::homePath());
  return path.toStdString();
}

void FileEditor::setValue(const json& value) {
  if (value.is_string() && value != this->value()) line_->setText(QString::fromStdString(value.get<std::string>()));
}

QString FileEditor::problem() const {
  if (QString wrong = Editor::problem(); !wrong.isEmpty()) return wrong;
  const QString path = QString::fromStdString(value().get<std::string>());
  if (path.isEmpty() || value() == parameter().defaultValue) return {};
  const QFileInfo file(path);
  if (parameter().mode == "save") {
    if (file.isRelative()) return {}; // in the run's own folder
    if (file.isDir()) return tr("This is a folder; give the file a name.");
    return file.dir().exists() ? QString() : tr("There is no folder %1.").arg(file.path());
  }
  if (file.isRelative()) return tr("Type the whole path, from / or ~.");
  if (parameter().mode == "folder") return file.isDir() ? QString() : tr("There is no such folder.");
  return file.isFile() ? QString() : tr("There is no such file.");
}

QString FileEditor::note() const {
  const QString path = QString::fromStdString(value().get<std::string>());
  return parameter().mode == "save" && !path.isEmpty() && QFileInfo(path).isRelative() ? tr("In the folder of the run.")
                                                                                       : QString();
}

void FileEditor::browse() {
  QStringList patterns;
  for (const std::string& suffix : parameter().suffixes)
    patterns << QStringLiteral("*") + QString::fromStdString(suffix);
  const QString label = QString::fromStdString(parameter().label);
  QString filter =
      patterns.isEmpty() ? QString() : QStringLiteral("%1 (%2)").arg(label, patterns.join(QLatin1Char(' ')));
  const QString from = QString::fromStdString(value().get<std::string>());
  QString path;
  if (parameter().mode == "folder")
    path = QFileDialog::getExistingDirectory(box_, label, from);
  else if (parameter().mode == "save")
    path = QFileDialog::getSaveFileName(box_, label, from, filter);
  else
    path = QFileDialog::getOpenFileName(box_, label, from, filter);
  if (path.isEmpty()) return;
  const auto fits = [&path](const std::string& suffix) {
    return path.endsWith(QString::fromStdString(suffix), Qt::CaseInsensitive);
  };
  const auto& suffixes = parameter().suffixes;
  if (parameter().mode == "save" && !suffixes.empty() && std::none_of(suffixes.begin(), suffixes.end(), fits))
    path += QString::fromStdString(suffixes.front());
  line_->setText(path);
  line_->setFocus();
}

} // namespace discern::desktop
