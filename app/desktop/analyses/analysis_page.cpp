#include "desktop/analyses/analysis_page.h"

#include "data/address.h"
#include "desktop/analyses/fold_button.h"
#include "desktop/form/preset_bar.h"
#include "desktop/form/surroundings.h"
#include "desktop/hosts/run_target.h"
#include "desktop/theme/icons.h"
#include "form/preset_file.h"
#include "form/value.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPointer>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QScrollBar>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

namespace discern::desktop {

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

QLabel* heading(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  QFont font = label->font();
  font.setWeight(QFont::DemiBold);
  label->setFont(font);
  return label;
}

/// What it does, at length, with where it comes from. In Markdown.
QString helpMarkdown(const Analysis& analysis) {
  QString text = str(analysis.help);
  for (const std::string& doi : analysis.references) {
    const QString bare = str(doi).remove(QStringLiteral("https://doi.org/"));
    text += bare.startsWith(QStringLiteral("10.")) ? QStringLiteral("\n\n[doi:%1](https://doi.org/%1)").arg(bare)
                                                   : QStringLiteral("\n\n") + bare;
  }
  QStringList authors;
  for (const std::string& author : analysis.authors)
    authors << str(author);
  text += QStringLiteral("\n\n`%1` %2").arg(str(analysis.id), str(analysis.version));
  if (!authors.isEmpty()) text += QStringLiteral(" · ") + authors.join(QStringLiteral(", "));
  return text;
}

} // namespace

AnalysisPage::AnalysisPage(const Analysis& analysis, link::Link& link, data::FieldProvider& provider, QWidget* parent)
    : QWidget(parent), analysis_(analysis), link_(link) {
  setObjectName(QStringLiteral("analysis.") + str(analysis.id));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  inputs_ = new InputForm(analysis.inputs, link, provider);
  around_ = new Surroundings(
      link, provider, [this] { return inputs_->values(); }, this);
  parameters_ = new ParameterForm(analysis.parameters, analysis.groups, around_);
  target_ = new RunTarget(analysis);
  notice_ = new QLabel(this);
  notice_->setObjectName(QStringLiteral("notice"));
  notice_->setProperty("tone", QStringLiteral("warn"));
  notice_->setTextFormat(Qt::PlainText);
  notice_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  notice_->setWordWrap(true);
  notice_->setContentsMargins(12, 0, 12, 8);
  notice_->hide();
  column->addWidget(header());
  column->addWidget(notice_);
  column->addWidget(body(), 1);
  column->addWidget(footer());
  connect(inputs_, &InputForm::changed, this, [this] {
    {
      const QScopedValueRollback guard(quiet_, true); // what follows from it
      around_->tellChanged();
      followInputs();
    }
    note();
    refresh();
  });
  connect(
      inputs_, &InputForm::chosen, this,
      [this](const std::string& input, const std::string& before, const std::string& after) {
        QString name = str(input);
        for (const Input& each : analysis_.inputs)
          if (each.name == input) name = str(each.label);
        Q_EMIT edited(tr("choice of %1").arg(name), {{"inputs", {{input, before}}}}, {{"inputs", {{input, after}}}});
      });
  const auto edit = [this] {
    note();
    refresh();
  };
  connect(parameters_, &ParameterForm::changed, this, edit);
  connect(target_, &RunTarget::changed, this, edit);
  connect(target_, &RunTarget::setupRequested, this, &AnalysisPage::hostsRequested);
  for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) {
    auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | key), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, &AnalysisPage::run);
  }
  auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
  escape->setContext(Qt::WidgetWithChildrenShortcut);
  connect(escape, &QShortcut::activated, this, &AnalysisPage::backRequested);
  for (QWidget* field : findChildren<QWidget*>())
    if (qobject_cast<QLineEdit*>(field) || qobject_cast<QAbstractSpinBox*>(field)) field->installEventFilter(this);
  followInputs();
  seen_ = snapshot();
  refresh();
}

/// A field undoes its own typing; where it has none left, Undo is that of the window.
bool AnalysisPage::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::ShortcutOverride) return QWidget::eventFilter(watched, event);
  auto* line = qobject_cast<QLineEdit*>(watched);
  if (!line) line = watched->findChild<QLineEdit*>();
  auto* key = static_cast<QKeyEvent*>(event);
  const bool undone = key->matches(QKeySequence::Undo) && line && !line->isUndoAvailable();
  const bool redone = (key->matches(QKeySequence::Redo) || key->keyCombination() == (Qt::CTRL | Qt::Key_Y)) && line &&
                      !line->isRedoAvailable();
  if (!undone && !redone) return QWidget::eventFilter(watched, event);
  event->ignore();
  return true;
}

nlohmann::json AnalysisPage::snapshot() const {
  return {{"parameters", parameters_->values()}, {"place", {{"on", target_->place()}}}};
}

/// Tells what changed since the last time, unless it was no act of the person.
void AnalysisPage::note() {
  if (seen_.is_null()) return; // still being made
  const nlohmann::json before = std::exchange(seen_, snapshot());
  if (quiet_ || before == seen_) return;
  nlohmann::json was, is;
  QStringList names;
  for (const auto& [part, values] : seen_.items())
    for (const auto& [name, value] : values.items()) {
      if (before[part][name] == value) continue;
      was[part][name] = before[part][name];
      is[part][name] = value;
      const Parameter* parameter = part == "parameters" ? analysis_.parameter(name) : nullptr;
      names << (parameter ? str(parameter->label) : tr("Run on"));
    }
  const QString name = !act_.isEmpty()     ? act_
                       : names.size() == 1 ? tr("change of %1").arg(names.front())
                                           : tr("change of %n values", "", static_cast<int>(names.size()));
  Q_EMIT edited(name, was, is);
}

void AnalysisPage::restore(const nlohmann::json& values) {
  const QScopedValueRollback guard(quiet_, true);
  QWidget* first = nullptr;
  if (values.contains("parameters")) {
    parameters_->setValues(values["parameters"]);
    first = parameters_->editor(values["parameters"].begin().key());
  }
  if (values.contains("inputs"))
    for (const auto& [input, layer] : values["inputs"].items()) {
      inputs_->choose(input, layer.get<std::string>());
      if (!first) first = inputs_->chooser(input);
    }
  if (values.contains("place")) {
    target_->setPlace(values["place"]["on"]);
    if (!first) first = target_;
  }
  seen_ = snapshot();
  if (first) scroll_->ensureWidgetVisible(first, 0, 24);
}

void AnalysisPage::fill(const nlohmann::json& job, const std::map<std::string, std::string>& layers) {
  {
    const QScopedValueRollback guard(quiet_, true);
    const nlohmann::json before = seen_;
    parameters_->resetAll();
    if (job.contains("parameters")) parameters_->setValues(job["parameters"]);
    inputs_->setValues(layers);
    target_->setPlace(job);
    seen_ = before;
  }
  const QScopedValueRollback act(act_, tr("values of a run"));
  note();
}

/// Inputs that lie on another machine are worked on there.
void AnalysisPage::followInputs() {
  std::map<QString, QString> files;
  for (const auto& [input, id] : inputs_->values())
    if (const session::Layer* layer = link_.state().layer(id))
      files.try_emplace(str(data::hostOf(layer->path)), str(data::fileNameOf(layer->path)));
  target_->setInputs(files);
}

/// What has the keyboard stays in sight when the words below the form take room.
void AnalysisPage::keepInSight() {
  QWidget* focused = QApplication::focusWidget();
  if (!focused || !scroll_->widget()->isAncestorOf(focused)) return;
  QMetaObject::invokeMethod(
      this,
      [this, kept = QPointer<QWidget>(focused)] {
        if (kept && kept->hasFocus()) scroll_->ensureWidgetVisible(kept, 0, 24);
      },
      Qt::QueuedConnection); // once it is laid out
}

QWidget* AnalysisPage::header() {
  auto* box = new QWidget(this);
  auto* row = new QHBoxLayout(box);
  row->setContentsMargins(4, 8, 8, 4);
  row->setSpacing(4);
  auto* back = new QToolButton(box);
  back->setObjectName(QStringLiteral("back"));
  back->setIcon(icon(QStringLiteral("chevron-left")));
  back->setAutoRaise(true);
  back->setToolTip(tr("All analyses (Esc)"));
  back->setAccessibleName(tr("Back to all analyses"));
  connect(back, &QToolButton::clicked, this, &AnalysisPage::backRequested);
  auto* title = heading(str(analysis_.name), box);
  title->setWordWrap(true);
  row->addWidget(back);
  row->addWidget(title, 1);
  return box;
}

QWidget* AnalysisPage::body() {
  auto* scroll = scroll_ = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* content = new QWidget(scroll);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(4, 4, 12, 12); // the form has 8 of its own, for the marks of what was changed
  column->setSpacing(8);
  const auto add = [column](QWidget* widget, Qt::Alignment alignment = {}) {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 0, 0, 0);
    row->addWidget(widget, 0, alignment);
    column->addLayout(row);
  };

  auto* summary = new QLabel(str(analysis_.summary), content);
  summary->setProperty("tone", QStringLiteral("muted"));
  summary->setWordWrap(true);
  add(summary);

  auto* fold = new FoldButton(tr("How it works"), content);
  fold->setObjectName(QStringLiteral("about"));
  fold->setToolTip(tr("Method, references, version"));
  auto* help = new QLabel(content);
  help->setObjectName(QStringLiteral("help"));
  help->setTextFormat(Qt::MarkdownText);
  help->setText(helpMarkdown(analysis_));
  help->setWordWrap(true);
  help->setOpenExternalLinks(true);
  help->setTextInteractionFlags(Qt::TextBrowserInteraction);
  help->hide();
  connect(fold, &FoldButton::folded, help, &QWidget::setVisible);
  add(fold, Qt::AlignLeft);
  add(help);

  if (!analysis_.inputs.empty()) add(heading(analysis_.inputs.size() == 1 ? tr("Input") : tr("Inputs"), content));
  inputs_->setParent(content);
  add(inputs_);

  if (!analysis_.parameters.empty()) {
    auto* line = new QHBoxLayout;
    line->setContentsMargins(8, 4, 0, 0);
    line->addWidget(heading(tr("Parameters"), content), 1);
    reset_ = new QToolButton(content);
    reset_->setObjectName(QStringLiteral("resetAll"));
    reset_->setText(tr("Reset all"));
    reset_->setAutoRaise(true);
    reset_->setToolTip(tr("Every parameter back to its default"));
    connect(reset_, &QToolButton::clicked, this, [this] {
      const QScopedValueRollback act(act_, tr("“Reset all”"));
      parameters_->resetAll();
    });
    line->addWidget(reset_);
    column->addLayout(line);
    presets_ = new PresetBar(
        analysis_, form::presetFile(analysis_.id), [this] { return parameters_->values(); }, content);
    connect(presets_, &PresetBar::chosen, this, [this](const nlohmann::json& values) {
      const QScopedValueRollback act(act_, tr("choice of the preset “%1”").arg(presets_->chooser()->currentText()));
      parameters_->setValues(values);
    });
    add(presets_);
  }
  parameters_->setParent(content);
  column->addWidget(parameters_);
  column->addSpacing(8);
  add(heading(tr("Run on"), content));
  target_->setParent(content);
  add(target_);
  column->addStretch(1);
  scroll->setWidget(content);
  return scroll;
}

QWidget* AnalysisPage::footer() {
  auto* box = new QWidget(this);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(12, 8, 12, 12);
  column->setSpacing(8);
  status_ = new QLabel(box);
  status_->setObjectName(QStringLiteral("status"));
  status_->setProperty("tone", QStringLiteral("muted"));
  status_->setWordWrap(true);
  run_ = new QPushButton(analysis_.isComparison() ? tr("Compare") : tr("Run"), box);
  run_->setObjectName(QStringLiteral("run"));
  run_->setProperty("tone", QStringLiteral("accent"));
  run_->setToolTip(tr("Run in a process of its own (Enter, Ctrl+Enter)"));
  run_->setAccessibleName(tr("Run %1").arg(str(analysis_.name)));
  connect(run_, &QPushButton::clicked, this, &AnalysisPage::run);
  column->addWidget(status_);
  column->addWidget(run_);
  return box;
}

void AnalysisPage::refresh() {
  if (!run_) return;
  const QStringList problems = inputs_->problems() + parameters_->problems() + target_->problems();
  const QString host = target_->host();
  const QString verb = analysis_.isComparison() ? tr("Compare") : tr("Run");
  run_->setText(host.isEmpty() ? verb : tr("%1 on %2").arg(verb, host));
  if (presets_) presets_->follow();
  if (reset_) reset_->setEnabled(parameters_->differs());
  run_->setEnabled(problems.isEmpty() && notice_->text().isEmpty());
  QString text = problems.join(QLatin1Char('\n'));
  if (problems.isEmpty()) {
    const double bytes = analysis_.memoryFor(inputs_->voxels());
    if (bytes > 0)
      text = tr("Needs about %1 of memory.")
                 .arg(QLocale::c().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat));
  }
  const bool moves = text != status_->text();
  status_->setText(text);
  status_->setVisible(!text.isEmpty());
  if (moves) keepInSight();
}

void AnalysisPage::run() {
  if (!notice_->text().isEmpty()) return;
  if (inputs_->valid() && parameters_->valid() && target_->problems().isEmpty()) {
    target_->remember();
    inputs_->keep();
    Q_EMIT runRequested(analysis_.id, parameters_->values(), inputs_->values(), target_->place());
  } else if (!parameters_->valid()) {
    parameters_->firstEditor()->setFocus();
  }
}

/// Fields leave Enter to whom they belong to.
void AnalysisPage::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (enter && !(event->modifiers() & ~Qt::KeypadModifier))
    run();
  else
    QWidget::keyPressEvent(event);
}

void AnalysisPage::focusForm() {
  if (parameters_->firstEditor())
    parameters_->setFocus(Qt::OtherFocusReason);
  else
    run_->setFocus(Qt::TabFocusReason);
}

void AnalysisPage::adopt(const AnalysisPage& before) {
  const QScopedValueRollback guard(quiet_, true);
  std::map<std::string, std::string> layers = before.inputs_->values();
  for (const Input& input : before.analysis_.inputs)
    layers.try_emplace(input.name); // none was chosen
  inputs_->setValues(layers);
  const nlohmann::json had = before.parameters_->values();
  nlohmann::json kept = nlohmann::json::object();
  for (const Parameter& parameter : analysis_.parameters) {
    const Parameter* old = before.analysis_.parameter(parameter.name);
    if (!old || had[old->name] == old->defaultValue) continue; // a new default comes through
    if (form::complaint(parameter, had[old->name]).empty()) kept[parameter.name] = had[old->name];
  }
  parameters_->setValues(kept);
  target_->setPlace(before.target_->place());
  followInputs();
  seen_ = snapshot();
  for (const char* name : {"about", "advanced"}) {
    const auto* old = before.findChild<FoldButton*>(QLatin1String(name));
    if (auto* fold = findChild<FoldButton*>(QLatin1String(name)); fold && old && old->isOpen()) fold->setOpen(true);
  }
  QMetaObject::invokeMethod(
      this, [this, at = before.scroll_->verticalScrollBar()->value()] { scroll_->verticalScrollBar()->setValue(at); },
      Qt::QueuedConnection); // once it is laid out
}

void AnalysisPage::reloadHosts() {
  const QScopedValueRollback guard(quiet_, true);
  target_->reload();
}

void AnalysisPage::setNotice(const QString& why) {
  notice_->setText(why);
  notice_->setVisible(!why.isEmpty());
  refresh();
}

} // namespace discern::desktop
