#include "desktop/form/preset_bar.h"

#include "data/error.h"
#include "desktop/analyses/choice_box.h"
#include "desktop/theme/icons.h"
#include "form/preset_file.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace discern::desktop {

using nlohmann::json;

namespace {
QString str(const std::string& s) { return QString::fromStdString(s); }
constexpr int Values = Qt::UserRole; ///< as text; empty: no preset
} // namespace

PresetBar::PresetBar(const Analysis& analysis, std::string file, std::function<json()> now, QWidget* parent)
    : QWidget(parent), analysis_(analysis), file_(std::move(file)), now_(std::move(now)),
      label_(new QLabel(tr("Preset"), this)), chooser_(new ChoiceBox(this)), nameBox_(new QWidget(this)),
      name_(new QLineEdit(nameBox_)), message_(new QLabel(this)) {
  setObjectName(QStringLiteral("presets"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  auto* row = new QHBoxLayout;
  row->setSpacing(8); // as in the rows of the form
  label_->setBuddy(chooser_);
  label_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  chooser_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  chooser_->setObjectName(QStringLiteral("preset"));
  chooser_->setAccessibleName(tr("Preset"));
  chooser_->setToolTip(tr("Sets all parameters at once"));
  auto* more = new QToolButton(this);
  more->setObjectName(QStringLiteral("presetMenu"));
  more->setIcon(icon(QStringLiteral("more")));
  more->setAutoRaise(true);
  more->setFocusPolicy(Qt::StrongFocus);
  more->setToolTip(tr("Save, rename and delete presets"));
  more->setAccessibleName(tr("Presets of your own"));
  auto* menu = new QMenu(more);
  save_ = menu->addAction(icon(QStringLiteral("save")), tr("Save as a preset…"));
  update_ = menu->addAction(tr("Update"));
  rename_ = menu->addAction(icon(QStringLiteral("rename")), tr("Rename…"));
  delete_ = menu->addAction(icon(QStringLiteral("trash")), tr("Delete"));
  save_->setObjectName(QStringLiteral("presetSave"));
  update_->setObjectName(QStringLiteral("presetUpdate"));
  rename_->setObjectName(QStringLiteral("presetRename"));
  delete_->setObjectName(QStringLiteral("presetDelete"));
  connect(more, &QToolButton::clicked, menu,
          [more, menu] { menu->popup(more->mapToGlobal(QPoint(0, more->height()))); });
  row->addWidget(label_, 3);
  row->addWidget(chooser_, 4);
  row->addWidget(more);
  column->addLayout(row);

  auto* naming = new QHBoxLayout(nameBox_);
  naming->setContentsMargins(0, 0, 0, 0);
  naming->setSpacing(4);
  name_->setObjectName(QStringLiteral("presetName"));
  name_->setPlaceholderText(tr("Name of the preset"));
  name_->setAccessibleName(tr("Name of the preset"));
  auto* keep = new QPushButton(tr("Save"), nameBox_);
  keep->setObjectName(QStringLiteral("presetKeep"));
  auto* leave = new QToolButton(nameBox_);
  leave->setObjectName(QStringLiteral("presetCancel"));
  leave->setIcon(icon(QStringLiteral("close")));
  leave->setAutoRaise(true);
  leave->setToolTip(tr("Don't save (Esc)"));
  leave->setAccessibleName(tr("Don't save"));
  naming->addWidget(name_, 1);
  naming->addWidget(keep);
  naming->addWidget(leave);
  nameBox_->hide();
  column->addWidget(nameBox_);
  message_->setObjectName(QStringLiteral("presetMessage"));
  message_->setProperty("tone", QStringLiteral("bad"));
  message_->setWordWrap(true);
  message_->hide();
  column->addWidget(message_);

  connect(chooser_, &QComboBox::activated, this, &PresetBar::choose);
  connect(menu, &QMenu::aboutToShow, this, [this] {
    const form::Preset* mine = own(last_);
    for (QAction* action : {update_, rename_, delete_})
      action->setVisible(mine);
    if (!mine) return;
    update_->setText(tr("Update “%1”").arg(str(mine->name)));
    rename_->setText(tr("Rename “%1”…").arg(str(mine->name)));
    delete_->setText(tr("Delete “%1”").arg(str(mine->name)));
    update_->setEnabled(changedValues() != mine->values);
  });
  connect(save_, &QAction::triggered, this, [this] { begin(Naming::Save); });
  connect(update_, &QAction::triggered, this, &PresetBar::update);
  connect(rename_, &QAction::triggered, this, [this] { begin(Naming::Rename); });
  connect(delete_, &QAction::triggered, this, &PresetBar::remove);
  connect(keep, &QPushButton::clicked, this, &PresetBar::finish);
  connect(leave, &QToolButton::clicked, this, &PresetBar::cancel);
  name_->installEventFilter(this);
  read();
}

void PresetBar::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  constexpr int narrow = 240;
  label_->setVisible(width() >= narrow); // the name of the preset needs the room
}

/// Enter and Esc in the name are the name's, not the page's.
bool PresetBar::eventFilter(QObject* watched, QEvent* event) {
  const bool override = event->type() == QEvent::ShortcutOverride;
  if (watched == name_ && (override || event->type() == QEvent::KeyPress)) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (enter || key == Qt::Key_Escape) {
      event->accept();
      if (!override) enter ? finish() : cancel();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void PresetBar::read() {
  try {
    own_ = form::readPresets(file_);
  } catch (const std::exception& error) {
    tell(tr("Your presets can't be read. %1").arg(QString::fromUtf8(error.what())));
  }
  fill();
}

json PresetBar::whole(const json& values) const {
  json all = analysis_.defaults();
  for (const auto& [name, value] : values.items())
    if (all.contains(name)) all[name] = value;
  return all;
}

json PresetBar::changedValues() const {
  const json now = now_(), defaults = analysis_.defaults();
  json changed = json::object();
  for (const auto& [name, value] : now.items())
    if (value != defaults[name]) changed[name] = value;
  return changed;
}

const form::Preset* PresetBar::own(const std::string& name) const {
  const auto found = std::ranges::find(own_, name, &form::Preset::name);
  return name.empty() || found == own_.end() ? nullptr : &*found;
}

void PresetBar::fill() {
  const QSignalBlocker quiet(chooser_);
  chooser_->clear();
  const auto add = [this](const QString& name, const QString& help, const json& values) {
    chooser_->addItem(name, str(values.dump()));
    chooser_->setItemData(chooser_->count() - 1, help, Qt::ToolTipRole);
  };
  add(tr("Defaults"), tr("Every parameter as the analysis suggests"), json::object());
  for (const form::Preset& preset : analysis_.presets)
    add(str(preset.name), str(preset.help), preset.values);
  if (!own_.empty()) chooser_->insertSeparator(chooser_->count());
  for (const form::Preset& preset : own_)
    add(str(preset.name), preset.help.empty() ? tr("Saved by you") : str(preset.help), preset.values);
  follow();
}

void PresetBar::follow() {
  const QSignalBlocker quiet(chooser_);
  const int last = chooser_->count() - 1;
  if (last >= 0 && chooser_->itemData(last, Values).toString() == QLatin1String("own")) chooser_->removeItem(last);
  const json now = now_();
  int found = -1;
  for (int i = 0; i < chooser_->count(); ++i) {
    const json values = json::parse(chooser_->itemData(i, Values).toString().toStdString(), nullptr, false);
    if (!values.is_object() || whole(values) != now) continue;
    if (found < 0 || str(last_) == chooser_->itemText(i)) found = i;
  }
  if (found >= 0) {
    last_ = chooser_->itemText(found).toStdString();
  } else {
    chooser_->addItem(last_.empty() || chooser_->findText(str(last_)) <= 0 ? tr("Own values")
                                                                           : tr("%1, changed").arg(str(last_)),
                      QStringLiteral("own"));
    found = chooser_->count() - 1;
  }
  chooser_->setCurrentIndex(found);
}

void PresetBar::choose(int row) {
  const json values = json::parse(chooser_->itemData(row, Values).toString().toStdString(), nullptr, false);
  if (!values.is_object()) return;
  last_ = chooser_->itemText(row).toStdString();
  Q_EMIT chosen(whole(values));
  follow();
}

void PresetBar::begin(Naming naming) {
  naming_ = naming;
  tell({});
  name_->setText(naming == Naming::Rename ? str(last_) : QString());
  nameBox_->show();
  name_->setFocus();
  name_->selectAll();
}

void PresetBar::cancel() {
  naming_ = Naming::None;
  tell({});
  nameBox_->hide();
  chooser_->setFocus();
}

void PresetBar::finish() {
  const std::string name = name_->text().trimmed().toStdString();
  const bool renaming = naming_ == Naming::Rename;
  const auto shipped = std::ranges::find(analysis_.presets, name, &form::Preset::name) != analysis_.presets.end();
  if (name.empty()) return tell(tr("Type a name."));
  if (shipped || name_->text().trimmed() == tr("Defaults")) return tell(tr("This name belongs to the analysis."));
  if (own(name) && !(renaming && name == last_)) return tell(tr("There is a preset of this name."));
  std::vector<form::Preset> presets = own_;
  if (renaming) {
    for (form::Preset& preset : presets)
      if (preset.name == last_) preset.name = name;
  } else {
    presets.push_back({name, {}, changedValues()});
  }
  if (!write(presets)) return;
  last_ = name;
  cancel();
  fill();
}

void PresetBar::update() {
  std::vector<form::Preset> presets = own_;
  for (form::Preset& preset : presets)
    if (preset.name == last_) preset.values = changedValues();
  if (write(presets)) fill();
}

void PresetBar::remove() {
  std::vector<form::Preset> presets = own_;
  std::erase_if(presets, [this](const form::Preset& preset) { return preset.name == last_; });
  if (!write(presets)) return;
  last_.clear();
  fill();
}

bool PresetBar::write(const std::vector<form::Preset>& presets) {
  try {
    form::writePresets(file_, analysis_.id, presets);
  } catch (const std::exception& error) {
    tell(QString::fromUtf8(error.what()));
    return false;
  }
  own_ = presets;
  tell({});
  return true;
}

void PresetBar::tell(const QString& problem) {
  message_->setText(problem);
  message_->setVisible(!problem.isEmpty());
}

} // namespace discern::desktop
